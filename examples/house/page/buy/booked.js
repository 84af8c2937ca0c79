// Last step: the tickets.
import { h } from '../frame/dom.js'
import { t } from '../frame/words.js'
import { signedInMember } from '../frame/api.js'
import * as api from './api.js'
import './paying.words.js'
import { ticketView } from './ticket.js'

export function booked(view) {
  const { sale, page } = view
  view.showSelection = null
  view.entered = null
  const { booking_id: id, late } = sale.booking
  let isCancelled = false
  view.ticket?.close()
  const ticket = view.ticket = ticketView(page, api.ownBooking(id), {
    heading: 'h3',
    isLate: late,
    changed: ({ seats, status }) => {
      isCancelled = status === 'cancelled'
      // Given back, here or in another window.
      sale.booked = new Set(sale.indexesOf(seats.filter(({ active }) => active)))
      view.refreshPanel()
      sale.pollNow()
    },
  })
  return [
    h('h2', {}, () => t(isCancelled ? 'bookedCancelled' : 'booked')),
    ticket.element,
    h('p', { class: 'quiet', hidden: () => isCancelled }, () => t(signedInMember() ? 'inYourBookings' : 'keepNumber')),
    h('button', { type: 'button', class: 'secondary', onclick: () => sale.bookMore() }, () => t('bookMore')),
  ]
}
