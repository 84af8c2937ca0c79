// The tickets of a booking, one for each seat: what the door reads, as a QR code, and
// what people read. On a phone one after the other, and each for itself on paper.
import { h, refresh } from '../frame/dom.js'
import { day, languageOf, price, t } from '../frame/words.js'
import { qrImage } from './qr.js'
import './ticket.words.js'

// The time as the schedule has it, at the venue: no zone moves it.
export const dayAtVenue = ({ concert_date: date, concert_time: time }) => `${day(date)} ${time.slice(0, 5)}`

// typeName(code): the name of a price type; isInside(seat id): whether it was let in
export function seatTickets(booking, { typeName, isInside }) {
  const seats = booking.seats.filter(({ ticket_code: code }) => code)
  let shown = 0
  const list = h('ol', { class: 'seat-tickets', tabindex: 0, 'aria-label': () => t('tickets', seats.length), onscroll: () => follow() },
    seats.map((seat) => seatTicket(booking, seat, { typeName, isInside })))
  const follow = () => {
    const now = Math.round(list.scrollLeft / Math.max(1, list.clientWidth))
    if (now === shown) return
    shown = now
    refresh(steps)
  }
  const go = (by) => list.children[shown + by].scrollIntoView({ block: 'nearest', inline: 'start' })
  const step = (by, key, sign) => h('button', { type: 'button', class: 'step', 'aria-label': () => t(key), disabled: () => !seats[shown + by], onclick: () => go(by) }, sign)
  const steps = h('div', { class: 'ticket-steps', hidden: seats.length < 2 },
    step(-1, 'ticketBefore', '‹'), h('span', { role: 'status' }, () => t('ticketOf', shown + 1, seats.length)), step(1, 'ticketAfter', '›'))
  return h('div', { class: 'seat-tickets-frame' }, steps, list)
}

function seatTicket(booking, seat, { typeName, isInside }) {
  const inside = isInside(seat.seat_id)
  return h('li', { class: inside ? 'seat-ticket inside' : 'seat-ticket' },
    h('div', { class: 'seat-ticket-head' },
      h('p', { class: 'seat-ticket-title', lang: languageOf(booking.concert_title) }, booking.concert_title),
      h('p', {}, () => dayAtVenue(booking)),
      h('p', { lang: languageOf(booking.venue_name) }, booking.venue_name)),
    h('div', { class: 'seat-ticket-code', role: 'img', 'aria-label': () => t('ticketCode', seat.seat_number) },
      // In capitals the code is a smaller one; the door reads it either way.
      qrImage(seat.ticket_code.toUpperCase())),
    h('div', { class: 'seat-ticket-seat' },
      h('strong', {}, seat.seat_number),
      h('p', {}, h('span', {}, () => t('grade', seat.seat_grade)), ' · ',
        h('span', { lang: () => languageOf(typeName(seat.price_type)) }, () => typeName(seat.price_type))),
      h('p', {}, price(seat.price)),
      inside ? h('p', { class: 'badge' }, () => t('ticketInside')) : null,
      h('p', { class: 'ticket-number', translate: 'no' }, booking.booking_number)))
}
