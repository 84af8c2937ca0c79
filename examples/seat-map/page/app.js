// The door: connects, draws the frame, and shows the view that the address
// names. "page" is what the views may ask of the frame.
import * as api from './api.js'
import { bookingsView } from './bookings.js'
import { concertView } from './concert.js'
import { concertsView } from './concerts.js'
import { focusHeading, h, refresh } from './dom.js'
import { language, refusalWords, setLanguage, t } from './words.js'

const main = h('main', { id: 'main', tabindex: -1 })
const alert = h('div', { class: 'notice', role: 'alert' })
const status = h('div', { class: 'visually-hidden', role: 'status' })
const connection = h('div', { class: 'connection', role: 'status', hidden: true })
let view

// -------- what the views may ask

const page = {
  // Runs work; a refusal is shown in words, in place of the last one. True if
  // all went well.
  async attempt(work) {
    hide()
    try {
      await work()
      return true
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error
      show('refusal', () => refusalWords(error))
      return false
    }
  },

  warn: (text) => show('warning', text),

  tell(text) {
    hide()
    status.replaceChildren(h('span', {}, text))
  },

  connected(yes) {
    if (connection.hidden === yes) return
    connection.hidden = yes
    connection.replaceChildren(...(yes ? [] : [h('span', {}, () => t('connectionLost'))]))
  },

  // Every field [input, words] has a value; else the first empty one says so.
  complete(fields) {
    for (const [input] of fields) input.removeAttribute('aria-invalid')
    const empty = fields.find(([input]) => !input.value.trim())
    if (!empty) return true
    empty[0].setAttribute('aria-invalid', 'true')
    empty[0].focus()
    show('refusal', () => t(empty[1]))
    return false
  },

  focus: focusHeading,
  memberName: (member) => member.name[language()],
}

function show(kind, text) {
  alert.className = `notice ${kind}`
  alert.replaceChildren(h('span', {}, text),
    h('button', { type: 'button', class: 'icon', 'aria-label': () => t('close'), onclick: hide }, '×'))
}

function hide() {
  alert.className = 'notice'
  alert.replaceChildren()
}

// -------- the frame

function header() {
  const who = h('select', { 'aria-label': () => t('whoAmI'), onchange: () => changeBooker(who.value) },
    h('option', { value: '' }, () => t('guest')),
    api.members().map((member) => h('option', { value: member.id }, () => page.memberName(member))))
  who.value = api.signedInMember()?.id ?? ''
  const link = (href, key) => h('a', {
    href,
    'aria-current': () => (location.hash || '#/').startsWith('#/bookings') === (href === '#/bookings') ? 'page' : null,
  }, () => t(key))
  return h('header', {},
    h('button', { type: 'button', class: 'skip', onclick: () => main.focus() }, () => t('skip')),
    h('a', { class: 'brand', href: '#/' }, () => t('title')),
    h('nav', { 'aria-label': () => t('title') }, link('#/', 'concerts'), link('#/bookings', 'myBookings')),
    h('div', { class: 'tools' }, who,
      h('button', { type: 'button', class: 'language', lang: () => (language() === 'ko' ? 'en' : 'ko'), onclick: () => {
        setLanguage(language() === 'ko' ? 'en' : 'ko')
        translate()
      } }, () => t('switchLanguage'))))
}

async function changeBooker(id) {
  await page.attempt(async () => {
    // Seats cannot go from one booker to another.
    await view?.giveBack?.()
    if (id) await api.signIn(id)
    else api.signOut()
  })
  route()
}

function translate() {
  document.documentElement.lang = language()
  document.title = t('title')
  refresh(document.body)
}

// -------- addresses: #/, #/concert/ID, #/concert/ID/SCHEDULE, #/bookings

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

function openView() {
  const concert = new RegExp(`^#/concert/(${uuid})(?:/(${uuid}))?$`).exec(location.hash)
  if (concert) return concertView(page, concert[1], concert[2])
  if (location.hash === '#/bookings') return bookingsView(page)
  return concertsView(page)
}

async function route() {
  const first = !view
  view?.close?.()
  hide()
  page.connected(true)
  view = openView()
  const opened = view
  main.replaceChildren(view.element)
  refresh(document.querySelector('header'))
  await view.ready
  if (!first && opened === view) focusHeading(main)
}

// -------- begin

async function begin() {
  document.body.append(h('div', { class: 'frame' }, main), alert, connection, status)
  document.documentElement.lang = language()
  document.title = t('title')
  if (!await page.attempt(api.connect)) return
  document.body.prepend(header())
  addEventListener('hashchange', route)
  await route()
}

begin()
