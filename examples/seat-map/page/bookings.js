// Bookings: one's own, and any guest's by its number and phone.
import * as api from './api.js'
import { h } from './dom.js'
import { PagedList } from './more.js'
import { ticket } from './ticket.js'
import { t } from './words.js'

export function bookingsView(page) {
  const found = h('div', { class: 'tickets' })
  const mine = h('div', { class: 'tickets' })

  const list = new PagedList(page, mine, (last, count) => api.myBookings(count), (booking) => ticket(booking, page,
    () => api.cancelBooking(booking.booking_id), () => api.pay(booking.booking_id)), () => t('noBookings'))

  async function find(number, phone) {
    found.replaceChildren()
    await page.attempt(async () => {
      const booking = await api.findGuestBooking(number, phone)
      booking.seat_numbers = booking.seats.map(({ seat_number: name }) => name)
      found.replaceChildren(ticket(booking, page, () => api.cancelGuestBooking(number, phone)))
      found.querySelector('.status').focus()
    })
  }

  const number = h('input', { id: 'look-up-number', required: true, maxlength: 40, autocapitalize: 'characters', autocomplete: 'off', spellcheck: 'false' })
  const phone = h('input', { id: 'look-up-phone', type: 'tel', required: true, maxlength: 20, autocomplete: 'tel' })
  const form = h('form', { class: 'panel look-up', novalidate: true, onsubmit: (event) => {
    event.preventDefault()
    if (page.complete([[number, 'needNumber'], [phone, 'needPhone']])) find(number.value.trim(), phone.value.trim())
  } },
  h('h2', {}, () => t('lookUp')),
  h('p', { class: 'quiet' }, () => t('lookUpHelp')),
  h('div', { class: 'fields' },
    h('label', { for: 'look-up-number' }, () => t('bookingNumber')), number,
    h('label', { for: 'look-up-phone' }, () => t('phone')), phone),
  h('button', { class: 'primary' }, () => t('find')))

  const element = h('section', { class: 'bookings' },
    h('h1', {}, () => t('myBookings')), form, found, h('h2', {}, () => t('mine')), list.none, mine, list.element)
  return { element, ready: list.begin() }
}
