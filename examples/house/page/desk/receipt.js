// After a sale: the number, the seats with their codes, what goes back over the counter,
// and the next customer.
import { h } from '../frame/dom.js'
import { numbersOf } from './bookings.js'
import { slips } from './slips.js'
import { price, t } from '../frame/words.js'

export function receipt({ booking, method, change, note }, next) {
  const seats = booking.seats.filter(({ active }) => active)
  const line = (key, ...content) => h('div', {}, h('dt', {}, () => t(key)), h('dd', {}, ...content))
  return h('div', { class: 'panel desk-receipt' },
    h('h2', {}, () => t('deskSold')),
    h('p', { class: 'booking-number', translate: 'no' }, booking.booking_number),
    h('dl', { class: 'desk-facts' },
      line('seatsLabel', numbersOf(seats)),
      line('total', price(booking.total_price)),
      line('deskHow', () => t(`desk_${method}`)),
      change === null ? null : line('deskChangeLabel', h('strong', { class: 'desk-change' }, price(change)))),
    note ? h('p', { class: 'desk-override', role: 'alert' }, note) : null,
    h('div', { class: 'actions' },
      h('button', { type: 'button', class: 'primary desk-next', onclick: next }, () => t('deskNext')),
      h('button', { type: 'button', onclick: () => print() }, () => t('deskPrint')),
      h('a', { class: 'desk-link', href: `#/desk/booking/${booking.booking_id}` }, () => t('deskOpenBooking'))),
    slips(booking, seats))
}
