// What happened on a performance and who did it, newest first.
import * as api from './api.js'
import './log.words.js'
import { users } from '../frame/api.js'
import { h } from '../frame/dom.js'
import { PagedList } from '../frame/more.js'
import { dayAndTime, language, languageOf, price, t, texts } from '../frame/words.js'

export function logView(page, night) {
  const lines = h('ol', { class: 'night-log' })
  const list = new PagedList(page, lines, (last, count) => api.log(night.id, api.logPage, count), (line) => entry(line, night.zone), () => t('nightLogEmpty'))
  return { element: h('div', { class: 'panel' }, lines, list.none, list.element), ready: list.begin() }
}

function entry(line, zone) {
  const { event_type: type, occurred_at: at, seat_count: seats, detail } = line
  const what = () => (`nightEvent_${type}` in texts ? t(`nightEvent_${type}`) : type)
  const facts = Object.entries(detail ?? {}).filter(([name]) => `nightFact_${name}` in texts)
  return h('li', { tabindex: -1 },
    h('p', { class: 'quiet' }, h('time', { datetime: at }, () => dayAndTime(at, zone)), ' · ', who(line.actor)),
    h('p', {}, h('strong', {}, what), ' ', h('span', { hidden: !seats }, () => t('nightEventSeats', seats))),
    facts.map(([name, value]) => h('p', { class: 'quiet' }, h('span', {}, () => `${t(`nightFact_${name}`)}: `), fact(name, value, zone))))
}

// A user of the house by name; who is none of them by the beginning of the id.
function who(actor) {
  const user = users().find(({ id }) => id === actor)
  if (user) return h('span', { lang: () => languageOf(user.name[language()]) }, () => user.name[language()])
  const roles = { web_anon: 'guest', forgotten: 'nightForgotten' }
  if (roles[actor]) return h('span', {}, () => t(roles[actor]))
  return h('span', {}, /^[0-9a-f-]{36}$/.test(actor) ? () => t('nightMember', actor.slice(0, 8)) : actor)
}

function fact(name, value, zone) {
  if (['previous_starts_at', 'starts_at', 'checked_in_at'].includes(name)) return h('span', {}, () => dayAndTime(value, zone))
  if (['refund_due', 'price'].includes(name)) return h('span', {}, () => price(value))
  if (name === 'cause') return h('span', {}, () => t('nightCauseCancelled'))
  if (typeof value === 'boolean') return h('span', {}, () => t(value ? 'nightYes' : 'nightNo'))
  const text = Array.isArray(value) ? value.join(', ') : String(value)
  return h('span', { lang: languageOf(text) }, text)
}
