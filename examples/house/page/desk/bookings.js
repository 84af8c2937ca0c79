// How a booking is shown wherever the desk names one: its state, who booked it, what
// has to go back; and how a night is.
import * as api from './api.js'
import { h } from '../frame/dom.js'
import { users } from '../frame/api.js'
import { day, language, languageOf, price, t } from '../frame/words.js'

const looks = { confirmed: 'badge good', pending: 'badge', expired: 'badge bad', cancelled: 'badge bad' }

export const statusBadge = ({ status }) => h('span', { class: looks[status] }, () => t(`status_${status}`))

// A member has no name in a booking that gives none: the house's list of users has it.
export const memberName = (id) => users().find((user) => user.id === id)?.name[language()]

export function whoBooked({ customer_name: name, user_id: member }) {
  if (name) return h('span', { lang: languageOf(name) }, name)
  return h('span', {}, () => (member ? memberName(member) ?? t('deskMember') : t('deskWalkIn')))
}

export const refundDue = ({ refund_due: due }) => (due > 0
  ? h('span', { class: 'badge bad' }, () => t('deskRefundDue', price(due))) : null)

export const numbersOf = (seats) => seats.map(({ seat_number: number }) => number).join(', ')

export const backLink = () => h('a', { class: 'desk-back', href: '#/desk' }, () => t('deskBack'))

// Which night it is, above each view of one.
export function nightHead(concert, venue, { concert_date: date, concert_time: time }, what) {
  return h('div', { class: 'desk-head' },
    h('p', { class: 'desk-way' }, backLink(), h('span', { class: 'quiet' }, what)),
    h('h1', { lang: languageOf(concert.title) }, concert.title),
    h('p', {}, () => `${day(date)} ${time.slice(0, 5)}`, ' · ', h('span', { lang: languageOf(venue.name) }, venue.name)))
}

// The view of one night: below its head stands what make({concert, venue, schedule}) answers
// with, {element, begin(), close(), giveBack()}; the last if it needs it.
export function nightView(page, scheduleId, words, make) {
  const element = h('section', { class: 'desk' }, h('p', { class: 'quiet' }, () => t('loading')))
  let below
  let isClosed = false
  const ready = page.attempt(async () => {
    const what = await api.scheduleDetail(scheduleId)
    if (isClosed) return
    below = make(what)
    element.replaceChildren(nightHead(what.concert, what.venue, what.schedule, () => t(words)), below.element)
    await below.begin()
  })
  return {
    element,
    ready,
    close() {
      isClosed = true
      below?.close()
    },
    giveBack: () => below?.giveBack?.(),
  }
}
