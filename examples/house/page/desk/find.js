// The start of the desk: one field that finds a booking, the nights that come, and
// what waits for a clerk on them. And the bookings of one night.
import * as api from './api.js'
import { nightHead, refundDue, statusBadge, whoBooked } from './bookings.js'
import { h, refresh } from '../frame/dom.js'
import { PagedList } from '../frame/more.js'
import { nights } from './nights.js'
import { Queue } from './queue.js'
import { signedIn } from '../frame/api.js'
import { day, languageOf, price, seatsEn, seatsKo, t } from '../frame/words.js'

// What was asked last is shown again on the way back, to the same clerk only. It
// can be a name or a phone: it stays in this window and comes into no address.
let asked = { who: null, text: '' }

// The field, and the bookings that it finds; of one night, if one is named.
class Finder {
  constructor(page, { scheduleId, text = '' } = {}) {
    this.page = page
    this.scheduleId = scheduleId
    this.text = text
    this.box = h('input', { id: 'desk-find', type: 'search', maxlength: 100, value: text, autocomplete: 'off', spellcheck: 'false',
      'aria-describedby': 'desk-find-help' })
    this.found = h('ul', { class: 'desk-bookings' })
    this.list = new PagedList(page, this.found, (last, count) => api.findBookings(this.text, scheduleId, count), bookingRow,
      () => t(this.text ? 'deskNothingFound' : 'deskNoBookings'))
    this.form = h('form', { class: 'panel desk-find', role: 'search', novalidate: true, onsubmit: (event) => {
      event.preventDefault()
      this.ask()
    } },
    h('label', { for: 'desk-find' }, () => t(scheduleId ? 'deskFindHere' : 'deskFind')),
    h('div', { class: 'row' }, this.box, h('button', { class: 'primary' }, () => t('deskFindButton'))),
    h('p', { id: 'desk-find-help', class: 'quiet' }, () => t('deskFindHelp')))
    this.results = h('div', { class: 'panel desk-found', hidden: () => !this.list.isRead },
      h('h2', { tabindex: -1 }, () => t('deskFound', this.list.total)), this.list.none, this.found, this.list.element)
  }

  async begin() {
    const isRead = await this.list.begin()
    refresh(this.results)
    return isRead
  }

  // One booking alone is opened at once.
  async ask() {
    this.text = this.box.value.trim()
    if (!this.scheduleId) {
      if (!this.page.complete([[this.box, 'deskNeedText']])) return
      asked = { who: signedIn()?.id, text: this.text }
    }
    // What was found before is no answer to this, and somebody may have gone on.
    if (!await this.begin() || !this.form.isConnected) return
    if (this.list.total === 1 && !this.scheduleId) return this.page.go(`#/desk/booking/${this.list.rows[0].booking_id}`)
    this.page.focus(this.results)
  }
}

export function start(page) {
  const finder = new Finder(page, { text: asked.who === signedIn()?.id ? asked.text : '' })
  const queue = new Queue(page)
  const list = nights(page, (schedules) => queue.watch(schedules))
  const element = h('section', { class: 'desk' },
    h('h1', {}, () => t('deskTitle')),
    finder.form, finder.results,
    h('div', { class: 'desk-columns' }, list.element, queue.element))
  const ready = Promise.all([finder.text && finder.begin(), list.begin()])
  return { element, ready, close: () => queue.close() }
}

export function night(page, scheduleId) {
  const element = h('section', { class: 'desk' }, h('p', { class: 'quiet' }, () => t('loading')))
  const ready = page.attempt(async () => {
    const { concert, schedule, venue } = await api.scheduleDetail(scheduleId)
    const finder = new Finder(page, { scheduleId })
    element.replaceChildren(
      nightHead(concert, venue, schedule, () => t('deskNightBookings')),
      h('div', { class: 'actions' },
        h('a', { class: 'desk-link', href: `#/desk/sell/${scheduleId}` }, () => t('deskSell')),
        h('a', { class: 'desk-link', href: `#/desk/block/${scheduleId}` }, () => t('deskBlock')),
        h('span', { class: 'quiet' }, () => t('deskLeftOf', schedule.available_seats, schedule.total_seats))),
      finder.form, finder.results)
    await finder.begin()
  })
  return { element, ready }
}

function bookingRow(booking) {
  const seats = booking.seats.filter(({ active }) => active)
  return h('li', {}, h('a', { class: 'desk-booking', href: `#/desk/booking/${booking.booking_id}` },
    h('span', { class: 'desk-booking-who' }, h('strong', { translate: 'no' }, booking.booking_number), whoBooked(booking)),
    h('span', { class: 'desk-booking-what' },
      h('span', { lang: languageOf(booking.concert_title) }, booking.concert_title),
      h('span', { class: 'quiet' }, () => `${day(booking.concert_date, { month: 'short', day: 'numeric', weekday: 'short' })} ${booking.concert_time.slice(0, 5)}`),
      h('span', { class: 'quiet' }, () => (seats.length ? seats.slice(0, 6).map(({ seat_number: number }) => number).join(', ')
        + (seats.length > 6 ? ' …' : '') : t('deskSeats', seatsKo(booking.seat_count), seatsEn(booking.seat_count))))),
    h('span', { class: 'desk-booking-state' }, statusBadge(booking), h('span', { class: 'amount' }, price(booking.total_price)),
      refundDue(booking))))
}
