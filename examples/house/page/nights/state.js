// What a performance is just now, in a word, and how its seats divide.
import { serverNow } from '../frame/api.js'
import { h } from '../frame/dom.js'
import { dayAndTime, language, t } from '../frame/words.js'

export const number = (count) => count.toLocaleString(language())

const isOver = (instant) => instant && Date.parse(instant) <= serverNow()

// [key of the words, kind of the badge]
function stateOf(night) {
  if (night.status === 'cancelled') return ['nightCancelled', 'bad']
  if (isOver(night.starts_at)) return ['nightBegun', '']
  if (!night.is_booking_open || night.concerts.status !== 'active' || isOver(night.booking_closes_at)) return ['nightClosed', '']
  if (!night.seats.total) return ['nightWithoutSeats', '']
  if (night.booking_opens_at && !isOver(night.booking_opens_at)) return ['nightOpens', '']
  if (!night.seats.free && !night.seats.held) return ['nightSoldOut', 'bad']
  return ['nightOnSale', 'good']
}

// Each child asks anew: what opens, opens while somebody looks.
export function badges(night) {
  const zone = night.concerts.venues.timezone
  return h('p', { class: 'actions' },
    h('span', { class: () => `badge ${stateOf(night)[1]}` }, () => t(stateOf(night)[0], dayAndTime(night.booking_opens_at ?? 0, zone))),
    h('span', { class: 'badge', hidden: () => night.status !== 'postponed' },
      () => (night.previous_starts_at ? t('nightPostponedFrom', dayAndTime(night.previous_starts_at, zone)) : t('nightPostponed'))))
}

const kinds = ['sold', 'held', 'blocked', 'free']

// The numbers, and the same as a thin bar. show() again when they have changed.
export function seatBar() {
  let seats = { total: 0 }
  const pieces = kinds.map((kind) => h('span', { class: `piece ${kind}` }))
  const numbers = h('p', { class: 'seat-numbers' },
    kinds.map((kind) => h('span', { class: `seat-number ${kind}` }, () => t(`night_${kind}`, seats[kind] ?? 0))))
  const element = h('div', { class: 'seat-bar' }, h('div', { class: 'bar', 'aria-hidden': 'true' }, pieces), numbers)
  return {
    element,
    show(now) {
      seats = now
      for (const [at, kind] of kinds.entries()) pieces[at].style.flexGrow = String(now[kind])
    },
  }
}
