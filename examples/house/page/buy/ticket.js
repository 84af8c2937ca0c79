// A booking: what was booked, what was paid and goes back, a ticket for each seat, and
// what can be done with it. It is read when it is shown, and again after each change.
import { Refusal, secondsUntil } from '../frame/api.js'
import { h, refresh } from '../frame/dom.js'
import { countdown, dayAndTime, languageOf, price, t } from '../frame/words.js'
import * as api from './api.js'
import { calendarFile, download } from './calendar-file.js'
import { Cancelling } from './cancelling.js'
import { paymentAnswer } from './payment-answer.js'
import { dayAtVenue, seatTickets } from './seat-tickets.js'
import './ticket.words.js'

const moneyPause = 2000
const lateMoney = 3600000

// access: see ownBooking() and guestBooking() of api.js. heading: the element of the
// title; changed(booking): it was read, or read again; isLate: it was paid after its time.
export function ticketView(page, access, { heading = 'h2', changed = () => {}, isLate = false } = {}) {
  const view = new Ticket(page, access, { heading, changed, isLate })
  return { element: view.element, ready: view.open(), close: () => view.close(), focus: () => view.focus() }
}

class Ticket {
  constructor(page, access, options) {
    Object.assign(this, { page, access, ...options })
    this.element = h('div', { class: 'booking' }, h('p', { class: 'quiet' }, () => t('loading')))
    this.onVisible = () => this.lookAgain()
    document.addEventListener('visibilitychange', this.onVisible)
  }

  close() {
    this.closed = true
    clearInterval(this.clock)
    document.removeEventListener('visibilitychange', this.onVisible)
  }

  async open() {
    if (await this.page.attempt(() => this.load()) || this.booking) return
    this.element.replaceChildren(h('p', {}, () => t('ticketNotRead')),
      h('button', { type: 'button', class: 'secondary', onclick: () => this.open() }, () => t('tryAgain')))
  }

  async load() {
    const mine = this.loading = {}
    const booking = await this.access.read()
    const id = booking.concert_schedule_id
    const [about, types, quote] = await Promise.all([
      ifThere(api.scheduleDetail(id, true)), ifThere(api.priceTypes(id)),
      booking.status === 'confirmed' && this.access.quote ? ifThere(this.access.quote()) : null])
    const inside = await this.whoIsInside(booking, quote)
    if (this.closed || this.loading !== mine) return
    // What has not changed stays as it is: which ticket is shown, too.
    const read = JSON.stringify([booking, about, types, quote, [...inside], this.isLate])
    if (read === this.read && !this.cancelling.isOpen) return
    Object.assign(this, { booking, about, types: types ?? [], quote, inside, read, money: null })
    this.show()
    this.changed(booking)
    this.watch()
  }

  // Nobody tells the booker who was let in, but no seat that was can be given back.
  async whoIsInside({ seats }, quote) {
    if (!quote || quote.is_cancellable || secondsUntil(quote.cancellable_until) === 0) return new Set()
    const active = seats.filter((seat) => seat.active)
    const quotes = await Promise.all(active.map(({ seat_id: id }) => this.access.quote([id])))
    return new Set(active.filter((_, at) => !quotes[at].is_cancellable).map(({ seat_id: id }) => id))
  }

  // Somebody comes back to the page: the booking can have been cancelled or given new codes
  // elsewhere. Without a connection the tickets stay.
  async lookAgain() {
    if (this.booking && !this.element.isConnected) return this.close()
    if (document.hidden || !this.booking || this.busy || this.cancelling.isOpen) return
    await this.load().catch((error) => {
      if (!(error instanceof Refusal)) throw error
    })
  }

  focus() {
    this.element.querySelector('.status')?.focus()
  }

  // -------- what is shown

  show() {
    const { booking } = this
    this.cancelling = new Cancelling(this.page, booking, this.access, {
      inside: this.inside,
      heading: this.heading === 'h2' ? 'h3' : 'h4',
      done: (receipt) => this.cancelled(receipt),
      changed: () => this.load(),
      closed: () => {
        refresh(this.element)
        this.element.querySelector('.cancel')?.focus()
      },
    })
    this.element.replaceChildren(h('article', { class: `ticket ${booking.status}`, 'aria-label': () => t('bookingNumber') },
      h('div', { class: 'ticket-top' },
        h('p', { class: 'status', tabindex: -1 }, () => t(`status_${booking.status}`)),
        h(this.heading, { class: 'ticket-title', lang: languageOf(booking.concert_title) }, booking.concert_title),
        this.notes(), this.moneyLines()),
      booking.status === 'confirmed' ? seatTickets(booking, {
        typeName: (code) => this.typeName(code),
        isInside: (id) => this.inside.has(id),
      }) : null,
      h('div', { class: 'ticket-body' }, this.paying(), this.facts(), this.actions(), this.cancelling.element)))
  }

  // What the house has changed, and what the buyer can do.
  notes() {
    const { booking, about } = this
    const notes = []
    const house = about?.schedule?.status
    if (booking.status === 'cancelled' && house === 'cancelled') notes.push(['warning', () => t('houseCancelled')])
    else if (house === 'postponed' && booking.status !== 'cancelled') {
      notes.push(['warning', () => t('housePostponed', dayAndTime(about.schedule.previous_starts_at, about.venue.timezone))])
      if (this.quote?.is_cancellable) {
        notes.push(['', () => (this.quote.cancellation_fee > 0 ? t('postponedFee', price(this.quote.cancellation_fee)) : t('postponedFree'))])
      }
    }
    if (booking.status === 'cancelled' && booking.cancellation_reason) {
      notes.push(['reason', () => t('cancelReason'), booking.cancellation_reason])
    }
    if (booking.status === 'expired') notes.push(['', () => t('ticketExpired')])
    if (this.isLate) notes.push(['good', () => t('lateSaved')])
    return h('div', { class: 'notes', hidden: !notes.length }, notes.map(([kind, text, data]) =>
      h('p', { class: `note ${kind}` }, text, data && h('span', { lang: languageOf(data) }, ` ${data}`))))
  }

  facts() {
    const { booking, about } = this
    const zone = about?.venue.timezone
    const seats = this.seatsShown().map(({ seat_number: number }) => number)
    const fact = (key, ...values) => h('div', {}, h('dt', {}, () => t(key)), h('dd', {}, ...values))
    const isElsewhere = zone && zone !== Intl.DateTimeFormat().resolvedOptions().timeZone
    return h('dl', {},
      fact('when', () => dayAtVenue(booking), isElsewhere && h('span', { class: 'quiet' }, () => ` ${t('ticketZone', zone)}`) || null),
      fact('where', h('span', { lang: languageOf(booking.venue_name) }, booking.venue_name),
        booking.venue_address && h('span', { class: 'quiet', lang: languageOf(booking.venue_address) }, ` ${booking.venue_address}`)),
      fact('seatsLabel', seats.join(', ')),
      fact('total', price(booking.total_price)),
      h('div', {}, h('dt', {}, () => t('bookingNumber')), h('dd', { class: 'booking-number', translate: 'no' }, booking.booking_number)))
  }

  // Those that it has; of one that is over all that it had.
  seatsShown() {
    const { seats, status } = this.booking
    return status === 'confirmed' ? seats.filter(({ active }) => active) : seats
  }

  typeName(code) {
    return code === null ? t('ticketFullPrice') : this.types.find((type) => type.code === code)?.name ?? code
  }

  // -------- money

  due() {
    return this.money ? this.money.due : this.booking.refund_due
  }

  // Why something goes back: it came too late, or twice; else seats were given back.
  refundKey() {
    const { status, seats } = this.booking
    if (status === 'expired') return 'lateGivenBack'
    return status === 'confirmed' && seats.every(({ active }) => active) ? 'paidTwice' : 'refundDue'
  }

  moneyLines() {
    return h('div', { class: 'money', role: 'status' },
      h('p', { class: 'refund', hidden: () => !(this.due() > 0) },
        () => t(this.refundKey(), price(this.due() ?? 0))),
      h('p', { class: 'refunded', hidden: () => !(this.money?.refunded > 0) },
        () => t('refunded', price(this.money?.refunded ?? 0))))
  }

  paying() {
    const { booking } = this
    if (booking.status !== 'pending' || !this.access.pay) return null
    const paid = () => (this.money ? this.money.paid - this.money.refunded - this.money.due : 0)
    const isAnswer = (what) => paymentAnswer(booking.booking_id, paid()) === what
    return h('div', { class: 'to-pay' },
      h('p', { class: 'note warning', role: 'status', hidden: () => !isAnswer('refused') }, () => t('cardRefused')),
      h('p', { class: 'note', role: 'status', hidden: () => !isAnswer('waiting') }, () => t('waitingForConfirmation')),
      h('p', { hidden: () => !paid() }, () => t('paidInPartHere', price(paid()), price(booking.total_price - paid()))),
      h('p', { class: 'pay-by' }, () => t('payWithin'), ' ', h('strong', { role: 'timer' }, () => countdown(secondsUntil(booking.pay_by)))),
      h('button', { type: 'button', class: 'primary pay', disabled: () => this.busy, onclick: () => this.pay() },
        () => t(isAnswer('refused') ? 'tryAgain' : 'pay')))
  }

  async pay() {
    if (this.busy) return
    this.busy = true
    refresh(this.element)
    await this.page.attempt(() => this.access.pay(() => !this.closed))
    this.busy = false
    refresh(this.element)
  }

  // While money is on its way; the countdown of the time to pay.
  watch() {
    clearInterval(this.clock)
    const { booking, access } = this
    // Money can come late.
    const isExpected = booking.status === 'expired' && Date.parse(booking.pay_by) > Date.now() - lateMoney
    const isMoving = () => booking.status === 'pending' || isExpected || this.due() > 0
    if (!access.money || !(booking.pay_by || booking.refund_due > 0)) return
    this.clock = setInterval(() => {
      if (this.closed || this.booking !== booking || !this.element.isConnected) clearInterval(this.clock)
      else if (booking.status === 'pending') refresh(this.element)
    }, 1000)
    const look = async () => {
      if (this.closed || this.booking !== booking) return
      try {
        if (!document.hidden) this.money = await access.money()
        if (!this.closed) this.page.connected(true)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        if (!this.closed) this.page.connected(false)
      }
      if (this.closed || this.booking !== booking) return
      refresh(this.element)
      if (this.money && this.money.status !== booking.status) {
        this.isLate = booking.status === 'expired' && this.money.status === 'confirmed'
        return this.open()
      }
      if (isMoving()) setTimeout(() => this.element.isConnected && look(), moneyPause)
    }
    look()
  }

  // -------- what can be done

  actions() {
    const { booking } = this
    const isConfirmed = booking.status === 'confirmed'
    const isOver = booking.status === 'cancelled' || booking.status === 'expired'
    const isPossible = booking.status === 'pending' || (isConfirmed && this.canCancel())
    return h('div', { class: 'ticket-actions' },
      isConfirmed ? h('div', { class: 'actions' },
        h('button', { type: 'button', class: 'calendar', onclick: () => this.saveDate() }, () => t('toCalendar')),
        h('button', { type: 'button', class: 'print', onclick: () => print() }, () => t('printTickets'))) : null,
      isOver && this.about ? h('a', { class: 'to-concerts', href: `#/concert/${booking.concert_id}` }, () => t('ticketSeeConcert')) : null,
      isConfirmed && this.deadline() ? h('p', { class: 'quiet cancel-until' }, () => this.cancelWords()) : null,
      isPossible ? h('button', { type: 'button', class: 'quiet-button cancel', hidden: () => this.cancelling.isOpen, onclick: () => {
        this.cancelling.open()
        refresh(this.element)
      } }, () => t(isConfirmed ? 'cancel' : 'giveUp')) : null)
  }

  // Of a booking without a quote the performance's; null: it was put away.
  deadline() {
    return this.quote ? this.quote.cancellable_until : this.about?.schedule.cancellable_until ?? null
  }

  // Some of the seats can be given back while others are inside.
  canCancel() {
    const { booking, inside } = this
    return Boolean(this.deadline()) && secondsUntil(this.deadline()) > 0
      && booking.seats.some(({ active, seat_id: id }) => active && !inside.has(id))
  }

  cancelWords() {
    const until = dayAndTime(this.deadline(), this.about?.venue.timezone)
    if (secondsUntil(this.deadline()) === 0) return t('cancelTooLate', until)
    return t(this.canCancel() ? 'cancelUntil' : 'cancelInside', until)
  }

  async cancelled(receipt) {
    await this.load()
    this.page.say(() => (receipt.status === 'cancelled' ? t('cancelled') : t('seatsCancelled')))
    this.focus()
  }

  saveDate() {
    const { booking, about } = this
    const seats = this.seatsShown().map(({ seat_number: number }) => number)
    download(`${booking.concert_date}.ics`, 'text/calendar', calendarFile({
      id: booking.booking_id, title: booking.concert_title, starts_at: booking.starts_at, minutes: about?.concert.running_time,
      venue: booking.venue_name, address: booking.venue_address, description: `${t('seatsLabel')}: ${seats.join(', ')}`,
    }))
  }
}

// Of a performance of the past or one that was put away some of it is not told any more.
async function ifThere(asking) {
  try {
    return await asking
  } catch (error) {
    if (error instanceof Refusal && error.code === 'PT404') return null
    throw error
  }
}
