// What waits for a clerk: bookings of the nights that are shown which have to be paid,
// and money that has to go back.
import * as api from './api.js'
import { h, refresh } from '../frame/dom.js'
import { Refusal, secondsUntil } from '../frame/api.js'
import { countdown, languageOf, price, refusalWords, seatsEn, seatsKo, t } from '../frame/words.js'
import { whoBooked } from './bookings.js'

export class Queue {
  bookings = new Map()
  isRead = false

  constructor(page) {
    this.page = page
    this.unpaid = h('ul', { class: 'desk-waiting' })
    this.refunds = h('ul', { class: 'desk-waiting' })
    this.element = h('section', { class: 'panel desk-queue', 'aria-labelledby': 'desk-queue-title' },
      h('h2', { id: 'desk-queue-title' }, () => t('deskQueue')),
      h('p', { class: 'quiet', role: 'status' }, () => (this.isRead && !this.bookings.size ? t('deskQueueEmpty') : '')),
      this.part('deskUnpaid', this.unpaid), this.part('deskRefunds', this.refunds),
      h('p', { class: 'quiet' }, () => t('deskQueueHelp')))
    this.clock = setInterval(() => this.tick(), 1000)
    this.claimed = this.readUnclaimed()
  }

  close() {
    this.isClosed = true
    clearInterval(this.clock)
  }

  part(key, list) {
    return h('div', { hidden: () => !list.children.length }, h('h3', {}, () => t(key, list.children.length)), list)
  }

  // Not by attempt(), which takes away what the page has just said.
  async watch(nights) {
    try {
      const found = await Promise.all(nights.map(({ schedule }) => api.newestBookings(schedule.concert_schedule_id)))
      this.take(found.flat())
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (!this.isClosed) this.page.warn(() => refusalWords(error))
    }
  }

  // Refunds of other nights, as far as no worker is at them just now.
  async readUnclaimed() {
    try {
      const refunds = await api.unclaimedRefunds()
      this.take(await Promise.all(refunds.map(({ booking_id: id }) => api.bookingDetail(id))))
    } catch (error) {
      // A refund can be of a booking that was purged: it is no clerk's matter.
      if (!(error instanceof Refusal)) throw error
    }
  }

  take(bookings) {
    for (const booking of bookings) {
      if (booking.status === 'pending' || booking.refund_due > 0) this.bookings.set(booking.booking_id, booking)
    }
    this.isRead = true
    this.draw()
  }

  draw() {
    const all = [...this.bookings.values()]
    const pending = all.filter(({ status }) => status === 'pending').sort((a, b) => Date.parse(a.pay_by) - Date.parse(b.pay_by))
    this.unpaid.replaceChildren(...pending.map((booking) => this.row(booking,
      h('span', { class: 'desk-left' }, () => t('deskPayBy', countdown(secondsUntil(booking.pay_by)))), booking.total_price)))
    this.refunds.replaceChildren(...all.filter(({ refund_due: due }) => due > 0).map((booking) =>
      this.row(booking, null, booking.refund_due)))
    refresh(this.element)
  }

  row(booking, left, amount) {
    const count = booking.seats.filter(({ active }) => active).length || booking.seat_count
    return h('li', {}, h('a', { class: 'desk-booking', href: `#/desk/booking/${booking.booking_id}` },
      h('span', { class: 'desk-booking-who' }, h('strong', { translate: 'no' }, booking.booking_number), whoBooked(booking)),
      h('span', { class: 'desk-booking-what' }, h('span', { lang: languageOf(booking.concert_title) }, booking.concert_title),
        h('span', { class: 'quiet' }, () => t('deskSeats', seatsKo(count), seatsEn(count)))),
      h('span', { class: 'desk-booking-state' }, left, h('span', { class: 'amount' }, price(amount)))))
  }

  // What is over waits no longer.
  tick() {
    const over = [...this.bookings.values()].filter((one) => one.status === 'pending' && secondsUntil(one.pay_by) === 0)
    for (const { booking_id: id } of over) this.bookings.delete(id)
    if (over.length) this.draw()
    else refresh(this.unpaid)
  }
}
