// The door: connects, draws the frame, and opens the room that the address
// names. "page" is what the rooms may ask of the frame.
import * as api from './frame/api.js'
import { focusHeading, h, refresh } from './frame/dom.js'
import { language, refusalWords, setLanguage, t } from './frame/words.js'

// A room is a module with open(page, rest of the path, query); it answers with
// {element, ready, close(), giveBack(), comeBack()}, the last three if it needs them. level: who sees it
// (in the header and at all); styles: its style sheets.
const rooms = [
  { path: '', name: 'concerts', load: () => import('./buy/concerts.js') },
  { path: 'concert', load: () => import('./buy/concert.js'), styles: ['buy/concert.css', 'buy/sale.css', 'buy/ticket.css'] },
  { path: 'bookings', name: 'myBookings', buyers: true, load: () => import('./buy/bookings.js'), styles: ['buy/ticket.css'] },
  { path: 'wishlist', name: 'wishlist', level: 'member', load: () => import('./buy/wishlist.js'), styles: ['buy/ticket.css'] },
  { path: 'desk', name: 'desk', level: 'clerk', load: () => import('./desk/desk.js'), styles: ['buy/concert.css', 'buy/sale.css', 'buy/ticket.css', 'desk/desk.css'] },
  { path: 'door', name: 'door', level: 'clerk', load: () => import('./door/door.js'), styles: ['door/door.css'] },
  { path: 'nights', name: 'nights', level: 'manager', load: () => import('./nights/nights.js'), styles: ['buy/sale.css', 'nights/nights.css'] },
  { path: 'catalogue', name: 'catalogue', level: 'manager', load: () => import('./catalogue/catalogue.js'), styles: ['catalogue/catalogue.css'] },
]

const main = h('main', { id: 'main', tabindex: -1 })
const alert = h('div', { class: 'notice', role: 'alert' })
const status = h('div', { class: 'visually-hidden', role: 'status' })
const connection = h('div', { class: 'connection', role: 'status', hidden: true })
let view
let opening

// -------- what the rooms may ask

const page = {
  // Runs work; a refusal is shown in words, in place of the last one. True if
  // all went well.
  attempt(work) {
    hide()
    return page.inBackground(work)
  },

  // The same for what nobody has asked for: what is told stays until there is something else to tell.
  async inBackground(work) {
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

  // The same, and seen.
  say: (text) => show('done', text),

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

  // Of another room, for a view that is borrowed from it.
  style,
  focus: focusHeading,
  nameOf: (user) => user.name[language()],
  isOfLevel: api.isOfLevel,

  // To another address, as a link does.
  go(address) {
    if (location.hash === address) route()
    else location.hash = address
  },

  // The question of a list stays in the address: a reload, the way back and a link
  // sent to somebody ask it again. An empty value is left out.
  keepQuery(values) {
    const wanted = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false)
    const query = String(new URLSearchParams(wanted))
    history.replaceState(null, '', location.hash.split('?')[0].replace(/^$/, '#/') + (query && `?${query}`))
  },
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

const levelOf = (user) => (user.level === 'member' ? '' : ` (${t(`level_${user.level}`)})`)
const isBuyer = () => !api.signedIn() || api.signedInMember()
const isSeen = ({ name, level, buyers }) => Boolean(name) && api.isOfLevel(level) && (!buyers || Boolean(isBuyer()))

function header() {
  const who = h('select', { 'aria-label': () => t('whoAmI'), onchange: () => changeUser(who.value, true) },
    h('option', { value: '' }, () => t('guest')),
    api.users().map((user) => h('option', { value: user.id }, () => page.nameOf(user) + levelOf(user))))
  const show = () => { who.value = api.signedIn()?.id ?? '' }
  who.bindings.push(show)
  show()
  const link = (room) => h('a', {
    href: `#/${room.path}`,
    hidden: () => !isSeen(room),
    'aria-current': () => (address().room === room || (room.path === '' && address().room?.path === 'concert') ? 'page' : null),
  }, () => t(room.name))
  return h('header', {},
    h('button', { type: 'button', class: 'skip', onclick: () => main.focus() }, () => t('skip')),
    h('a', { class: 'brand', href: '#/' }, () => t('title')),
    h('nav', { 'aria-label': () => t('title') }, rooms.filter(({ name }) => name).map(link)),
    h('div', { class: 'tools' }, who,
      h('button', { type: 'button', class: 'language', lang: () => (language() === 'ko' ? 'en' : 'ko'), onclick: () => {
        setLanguage(language() === 'ko' ? 'en' : 'ko')
        translate()
      } }, () => t('switchLanguage'))))
}

// One change after the other: whoever was chosen last is signed in at the end.
let changing = Promise.resolve()
function changeUser(id, isChosenHere) {
  changing = changing.catch(() => {}).then(() => become(id, isChosenHere))
}

async function become(id, isChosenHere) {
  if (id === (api.signedIn()?.id ?? '')) return
  const isDone = await page.attempt(async () => {
    // Seats cannot go from one booker to another.
    await view?.giveBack?.()
    if (id) await api.signIn(id)
    else api.signOut()
    if (isChosenHere) api.rememberUser()
  })
  if (isDone) return route()
  // Who is shown is who is signed in.
  refresh(document.querySelector('header'))
}

function translate() {
  document.documentElement.lang = language()
  refresh(document.body)
  entitle()
}

// Tabs and the browser's history are told apart by it. Of the staff's rooms it says no
// more than which one it is: their headings can be a booker's secret.
function entitle() {
  const { room } = address()
  const what = room?.level ? t(room.name) : main.querySelector('h1')?.textContent
  document.title = what ? `${what} · ${t('title')}` : t('title')
}

// -------- addresses: #/room/rest/of/the/path?query

function address() {
  const [path, query] = location.hash.replace(/^#?\/?/, '').split('?')
  const [name, ...rest] = path.split('/')
  return { room: rooms.find((one) => one.path === name), rest, query: new URLSearchParams(query) }
}

function notice(text) {
  return { element: h('section', {}, h('h1', {}, text)) }
}

async function openRoom({ room, rest, query }) {
  if (!room) return notice(() => t('nothingHere'))
  if (!api.isOfLevel(room.level)) {
    return notice(() => (room.level === 'member' ? t('needMember') : t('notYours', t(`level_${room.level}`))))
  }
  const loaded = await Promise.all([room.load(), ...(room.styles ?? []).map(style)]).catch(() => null)
  return loaded ? loaded[0].open(page, rest, query) : unread()
}

// Without a connection; some browsers ask for a module once only, and then a reload does it.
function unread() {
  const { element } = notice(() => t('roomUnread'))
  element.append(h('button', { type: 'button', class: 'secondary', onclick: () => location.reload() }, () => t('tryAgain')))
  return { element }
}

// Until it is there: a room without its style is no room.
function style(href) {
  if (document.querySelector(`link[href="${href}"]`)) return
  return new Promise((loaded) => {
    document.head.append(h('link', { rel: 'stylesheet', href, onload: loaded, onerror: loaded }))
  })
}

async function route() {
  const first = !view
  const mine = opening = {}
  view?.close?.()
  hide()
  page.connected(true)
  // What is closed is shown no longer, also while the next room is loaded.
  main.replaceChildren()
  const opened = await openRoom(address())
  // Somebody went on meanwhile.
  if (mine !== opening) return opened.close?.()
  view = opened
  main.replaceChildren(view.element)
  refresh(document.querySelector('header'))
  await view.ready
  if (opened !== view) return
  entitle()
  // On the way back somebody goes on where she was, and so does who has begun already.
  if (!view.comeBack?.() && !first && !main.contains(document.activeElement)) focusHeading(main)
}

// -------- begin

async function begin() {
  document.body.append(h('div', { class: 'frame' }, main), alert, connection, status)
  document.documentElement.lang = language()
  document.title = t('title')
  if (!await page.attempt(api.connect)) return
  document.body.prepend(header())
  addEventListener('hashchange', route)
  api.followUser((id) => changeUser(id, false))
  await route()
  // What it is needed for comes later, if it does.
  const idle = globalThis.requestIdleCallback ?? setTimeout
  idle(() => api.client().catch(() => {}))
}

begin()
