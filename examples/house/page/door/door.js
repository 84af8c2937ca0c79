// The door: first which night and which gate, then the gate itself.
import { h, refresh } from '../frame/dom.js'
import { day, languageOf, t } from '../frame/words.js'
import * as api from './api.js'
import { Gate } from './gate.js'
import { kept, tidy } from './list.js'
import './door.words.js'
import * as store from './store.js'

const gateOfBrowser = () => localStorage.getItem('door_gate') ?? ''

export function open(page, [nightId]) {
  return nightId && gateOfBrowser() ? openGate(page, nightId) : choice(page, nightId)
}

function openGate(page, id) {
  const element = h('section', {}, h('h1', {}, () => t('door')), h('p', { class: 'quiet' }, () => t('loading')))
  const view = { element, close: () => { view.isClosed = true; view.gate?.close() } }
  view.ready = page.attempt(async () => {
    const night = await findNight(id)
    if (view.isClosed) return
    view.gate = new Gate(page, night, gateOfBrowser())
    element.replaceWith(view.gate.element)
    view.element = view.gate.element
    await view.gate.ready
  })
  return view
}

// Without a connection, as this browser has kept it.
async function findNight(id) {
  try {
    return api.nightOf(await api.schedule(id))
  } catch (refusal) {
    const night = await store.get('nights', id)
    if (!night || !api.isGone(refusal)) throw refusal
    const { tickets, readAt, ...facts } = night
    return facts
  }
}

// -------- which night

function choice(page, wanted) {
  const gate = h('input', { id: 'door-gate', value: gateOfBrowser(), maxlength: 50, autocomplete: 'off', required: true })
  const nights = h('ul', { class: 'door-nights' })
  const keptList = h('ul', { class: 'door-nights' })
  const state = { isRead: false }
  const go = (id) => {
    if (!page.complete([[gate, 'doorNeedGate']])) return
    localStorage.setItem('door_gate', gate.value.trim())
    page.go(`#/door/${id}`)
  }
  const element = h('section', { class: 'door-choice' },
    h('h1', {}, () => t('doorChoose')),
    h('div', { class: 'panel fields door-gate-name' },
      h('label', { for: 'door-gate' }, () => t('doorGateName')), gate,
      h('p', { class: 'quiet' }, () => t('doorGateHelp'))),
    h('h2', {}, () => t('doorNights')), nights,
    h('p', { class: 'quiet', role: 'status' }, () => (state.isRead && !nights.children.length ? t('doorNoNights') : '')),
    h('div', { class: 'door-kept', hidden: () => !keptList.children.length },
      h('h2', {}, () => t('doorKept')), h('p', { class: 'quiet' }, () => t('doorKeptHelp')), keptList))

  const showKept = async () => {
    keptList.replaceChildren(...(await kept()).map((one) => keptLine(one, async () => {
      await store.remove('nights', one.night.id)
      await showKept()
    }, go)))
    refresh(element)
  }
  const ready = page.attempt(async () => {
    await showKept()
    const found = await api.nightsAround()
    // The night of the address, where only the gate's name is missing, comes first.
    found.sort((a, b) => (b.id === wanted) - (a.id === wanted) || b.isToday - a.isToday)
    nights.replaceChildren(...found.map((night) => nightLine(night, go)))
    state.isRead = true
    refresh(element)
    // What an old night is refused keeps nobody from tonight's.
    await tidy()
    await showKept()
  })
  return { element, ready }
}

const nightFacts = (night) => h('span', { class: 'door-night-facts' },
  h('strong', { lang: languageOf(night.title) }, night.title),
  h('span', {}, () => `${day(night.date)} ${night.time}`),
  h('span', { class: 'quiet', lang: languageOf(night.venue) }, night.venue))

const nightLine = (night, go) => h('li', {},
  h('button', { type: 'button', class: 'door-night', onclick: () => go(night.id) }, nightFacts(night),
    night.isToday ? h('span', { class: 'badge good' }, () => t('doorToday')) : null,
    night.status === 'postponed' ? h('span', { class: 'badge' }, () => t('doorPostponed')) : null))

function keptLine({ night, tickets, waiting, problems }, remove, go) {
  return h('li', { class: 'panel' }, nightFacts(night),
    h('p', { class: 'quiet' }, () => t('doorKeptCounts', tickets, waiting, problems)),
    h('div', { class: 'actions' },
      h('button', { type: 'button', onclick: () => go(night.id) }, () => t('doorOpen')),
      h('button', { type: 'button', class: 'door-remove', disabled: waiting > 0, onclick: remove }, () => t('doorForget'))))
}
