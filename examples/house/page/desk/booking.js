// One booking at the desk: who, what, the money, the tickets, what happened to it; and
// what a clerk may do. After each change it is read again.
import * as api from './api.js'
import { ask, field } from './asking.js'
import { backLink, memberName, numbersOf, statusBadge, whoBooked } from './bookings.js'
import { History } from './history.js'
import { methodField, receiptField, referenceOf } from './money.js'
import { slips } from './slips.js'
import { h, refresh } from '../frame/dom.js'
import { day, dayAndTime, languageOf, price, seatsEn, seatsKo, t, time } from '../frame/words.js'

const seatsOf = (count) => [seatsKo(count), seatsEn(count)]

// Of a night that is archived or taken off the catalogue no more is told than its bookings
// have; then it is the house's own clock.
const houseZone = 'Asia/Seoul'

async function zoneOf({ concert_schedule_id: id }) {
  try {
    return (await api.scheduleDetail(id)).venue.timezone
  } catch (refusal) {
    if (refusal.code !== 'PT404') throw refusal
    return null
  }
}

export function open(page, id) {
  const view = new BookingView(page, id)
  return { element: view.element, ready: view.read() }
}

class BookingView {
  constructor(page, id) {
    Object.assign(this, { page, id })
    this.chosen = new Set()
    this.element = h('section', { class: 'desk' }, h('p', { class: 'quiet' }, () => t('loading')))
  }

  read() {
    return this.page.attempt(async () => {
      this.booking = await api.bookingDetail(this.id)
      const [money, zone] = await Promise.all([api.paymentStatus(this.id), zoneOf(this.booking)])
      Object.assign(this, { money, zone: zone ?? houseZone })
      this.seats = this.booking.seats
      this.active = this.seats.filter(({ active }) => active && this.booking.status === 'confirmed')
      this.inside = zone && this.active.length ? await api.checkIns(this.booking, this.active.length) : {}
      this.chosen.clear()
      this.history = new History(this.page, this.booking, this.zone)
      this.draw()
      await this.history.begin()
    })
  }

  // Done: what is now, told once.
  async done(key, ...values) {
    await this.read()
    this.page.focus(this.element)
    this.page.say(() => t(key, ...values.map((value) => (typeof value === 'function' ? value() : value))))
  }

  draw() {
    const { booking } = this
    this.element.replaceChildren(
      backLink(),
      h('div', { class: 'desk-title' }, h('h1', { class: 'desk-number', translate: 'no' }, booking.booking_number), statusBadge(booking)),
      h('div', { class: 'desk-columns' },
        h('div', { class: 'desk-stack' }, this.facts(), this.seatsPanel()),
        h('div', { class: 'desk-stack' }, this.moneyPanel(), this.cancelPanel(), this.history.element)))
    refresh(this.element)
  }

  // -------- who and what

  facts() {
    const { booking } = this
    const line = (key, ...content) => h('div', {}, h('dt', {}, () => t(key)), h('dd', {}, ...content))
    const isNamed = booking.user_id && (booking.customer_name || memberName(booking.user_id))
    return h('section', { class: 'panel' },
      h('h2', { lang: languageOf(booking.concert_title) }, booking.concert_title),
      h('dl', { class: 'desk-facts' },
        line('when', () => `${day(booking.concert_date)} ${booking.concert_time.slice(0, 5)}`),
        line('where', h('span', { lang: languageOf(booking.venue_name) }, booking.venue_name)),
        [line('deskWho', whoBooked(booking), isNamed ? h('span', { class: 'quiet' }, () => ` · ${t('deskMember')}`) : null),
        booking.customer_phone && line('phone', h('a', { href: `tel:${booking.customer_phone.replace(/[^+\d]/g, '')}` }, booking.customer_phone)),
        booking.customer_email && line('deskEmail', booking.customer_email),
        line('deskBookedAt', () => dayAndTime(booking.created_at, this.zone)),
        booking.status === 'pending' && line('deskPayUntil', () => dayAndTime(booking.pay_by, this.zone)),
        booking.cancelled_at && line('deskCancelledAt', () => dayAndTime(booking.cancelled_at, this.zone)),
        booking.cancellation_reason && line('deskReason', h('span', { lang: languageOf(booking.cancellation_reason) }, booking.cancellation_reason))].filter(Boolean)))
  }

  // -------- seats and tickets

  seatsPanel() {
    const isConfirmed = this.booking.status === 'confirmed'
    const some = () => this.chosenSeats()
    const all = h('input', { type: 'checkbox', 'aria-label': () => t('deskAllSeats'),
      checked: () => this.active.length > 0 && this.chosen.size === this.active.length,
      onchange: () => {
        this.chosen = new Set(all.checked ? this.active.map(({ seat_id: id }) => id) : [])
        refresh(panel)
      } })
    const button = (key, isPossible, work, look = 'quiet-button') => h('button', {
      type: 'button', class: look, disabled: () => !some().length || !isPossible(some()), onclick: () => work(some()),
    }, () => t(key))
    const isIn = ({ seat_id: id }) => Boolean(this.inside[id]?.checked_in_at)
    const panel = h('section', { class: 'panel', 'aria-labelledby': 'desk-seats-title' },
      h('h2', { id: 'desk-seats-title' }, () => t('deskTickets')),
      h('div', { class: 'table-frame', tabindex: 0, role: 'group', 'aria-labelledby': 'desk-seats-title' },
        h('table', { class: 'desk-seats' },
          h('thead', {}, h('tr', {}, isConfirmed ? h('th', {}, all) : null,
            ['seatsLabel', 'deskPrice', 'deskTicket'].map((key) => h('th', { class: key === 'deskPrice' ? 'number' : null }, () => t(key))))),
          h('tbody', {}, this.seats.map((seat) => this.seatRow(seat, isConfirmed, () => refresh(panel)))))),
      isConfirmed ? h('p', { class: 'quiet', role: 'status' }, () => (some().length ? t('deskChosen', ...seatsOf(some().length)) : t('deskChoose'))) : null,
      isConfirmed ? h('div', { class: 'actions' },
        button('deskGiveBack', () => true, (seats) => this.askCancel(seats)),
        button('deskCheckIn', (seats) => !seats.some(isIn), (seats) => this.askCheckIn(seats)),
        button('deskCheckOut', (seats) => seats.every(isIn), (seats) => this.askCheckOut(seats)),
        button('deskRenew', () => true, (seats) => this.askRenew(seats)),
        h('button', { type: 'button', class: 'quiet-button', disabled: () => !this.active.length, onclick: () => this.print() }, () => t('deskPrint'))) : null,
      this.printed = h('div', { class: 'desk-print' }))
    return panel
  }

  chosenSeats() {
    return this.active.filter(({ seat_id: id }) => this.chosen.has(id))
  }

  seatRow(seat, isConfirmed, changed) {
    const { seat_id: id, seat_number: number, seat_grade: grade, price: amount, price_type: type, active } = seat
    const box = h('input', { type: 'checkbox', 'aria-label': () => t('deskChooseSeat', number), disabled: !active,
      checked: () => this.chosen.has(id),
      onchange: () => {
        if (box.checked) this.chosen.add(id)
        else this.chosen.delete(id)
        changed()
      } })
    return h('tr', { class: active ? null : 'gone' },
      isConfirmed ? h('td', {}, box) : null,
      h('td', {}, h('strong', {}, number), h('span', { class: 'quiet block' }, () => t('grade', grade))),
      h('td', { class: 'number' }, price(amount), type ? h('span', { class: 'quiet block' }, type) : null),
      h('td', {}, this.ticketState(seat)))
  }

  // Of a code its end: made at the same time, they begin alike.
  ticketState({ seat_id: id, active, ticket_code: code }) {
    if (!active && this.booking.status === 'pending') return h('span', { class: 'badge' }, () => t('status_pending'))
    if (!active) return h('span', { class: 'badge' }, () => t('deskGivenBack'))
    const { checked_in_at: at, gate } = this.inside[id] ?? {}
    return h('div', { class: 'desk-ticket' },
      at ? h('span', { class: 'badge good' }, () => t('deskInSince', time(at, this.zone))) : h('span', { class: 'badge' }, () => t('deskNotIn')),
      at && gate ? h('span', { class: 'quiet' }, gate) : null,
      code ? h('code', { translate: 'no' }, code.slice(-8)) : null)
  }

  print() {
    this.printed.replaceChildren(slips(this.booking, this.active))
    globalThis.print()
  }

  askCheckIn(seats) {
    ask({
      title: () => t('deskCheckIn'), yes: () => t('deskCheckInYes', ...seatsOf(seats.length)),
      body: [h('p', {}, () => t('deskCheckInHelp', numbersOf(seats)))],
      work: async () => {
        await api.checkIn(this.booking, seats.map(({ seat_id: id }) => id))
        await this.done('deskCheckedIn', numbersOf(seats))
      },
    })
  }

  askCheckOut(seats) {
    const reason = field('deskReasonLabel', { maxlength: 200 })
    ask({
      title: () => t('deskCheckOut'), yes: () => t('deskCheckOutYes', ...seatsOf(seats.length)),
      body: [h('p', {}, () => t('deskCheckOutHelp', numbersOf(seats))), h('div', { class: 'fields' }, reason.both)],
      needed: () => [[reason.input, 'deskNeedReason']],
      work: async () => {
        await api.undoCheckIn(this.booking.booking_number, seats.map(({ seat_id: id }) => id), reason.input.value.trim())
        await this.done('deskCheckedOut', numbersOf(seats))
      },
    })
  }

  askRenew(seats) {
    ask({
      title: () => t('deskRenew'), yes: () => t('deskRenewYes', ...seatsOf(seats.length)), danger: true,
      body: [h('p', {}, () => t('deskRenewHelp', numbersOf(seats)))],
      work: async () => {
        await api.renewTickets(this.id, seats.map(({ seat_id: id }) => id))
        await this.done('deskRenewed', numbersOf(seats))
      },
    })
  }

  // -------- cancelling, all of it or some seats

  cancelPanel() {
    const { status } = this.booking
    if (status !== 'confirmed' && status !== 'pending') return null
    return h('section', { class: 'panel' },
      h('h2', {}, () => t('deskCancelTitle')), h('p', { class: 'quiet' }, () => t('deskCancelHelp')),
      h('button', { type: 'button', class: 'danger desk-cancel', onclick: () => this.askCancel(null) }, () => t('deskCancelAll')))
  }

  // First what it would bring, then what is asked for.
  async askCancel(seats) {
    if (this.isAsking) return
    this.isAsking = true
    await this.page.attempt(async () => {
      const ids = seats?.length < this.active.length ? seats.map(({ seat_id: id }) => id) : null
      let quote = await api.quote(this.id, ids)
      // Somebody may have gone on to another page.
      if (!this.element.isConnected) return
      const overrides = !quote.is_cancellable
      const reason = field(overrides ? 'deskReasonLabel' : 'deskReasonOptional', { maxlength: 500 })
      const fact = (key, value) => h('div', {}, h('dt', {}, () => t(key)), h('dd', {}, value))
      ask({
        title: () => (ids ? t('deskGiveBackOf', numbersOf(seats)) : t('deskCancelAll')),
        yes: () => t(overrides ? 'deskOverrideYes' : ids ? 'deskGiveBackYes' : 'deskCancelYes'),
        danger: true,
        body: [
          h('dl', { class: 'desk-facts' }, fact('deskQuoteSeats', () => t('deskSeats', ...seatsOf(quote.seat_count))),
            fact('deskQuoteRefund', () => price(quote.refund_due)), fact('deskQuoteFee', () => price(quote.cancellation_fee)),
            quote.cancellable_until ? fact('deskQuoteUntil', () => dayAndTime(quote.cancellable_until, this.zone)) : null),
          overrides ? h('p', { class: 'desk-override' }, () => t('deskOverride')) : null,
          this.isUnpaid() ? h('p', { class: 'quiet' }, () => t('deskNothingPaid')) : null,
          h('div', { class: 'fields' }, reason.both)].filter(Boolean),
        needed: () => (overrides ? [[reason.input, 'deskNeedReason']] : []),
        work: async () => {
          // What was said to the customer is what is done.
          const now = await api.quote(this.id, ids)
          if (now.refund_due !== quote.refund_due || now.seat_count !== quote.seat_count) {
            quote = now
            return () => t('deskQuoteChanged')
          }
          const why = reason.input.value.trim() || null
          const receipt = ids ? await api.cancelSeats(this.id, ids, why, overrides) : await api.cancelBooking(this.id, why, overrides)
          await this.done(receipt.refund_due > 0 ? 'deskCancelledDue' : 'deskCancelled', price(receipt.refund_due))
        },
      })
      reason.input.focus()
    })
    this.isAsking = false
  }

  // -------- money

  moneyPanel() {
    const { money, booking } = this
    const line = (key, amount) => h('div', {}, h('dt', {}, () => t(key)), h('dd', { class: 'number' }, price(amount)))
    const missing = this.missing()
    return h('section', { class: 'panel', 'aria-labelledby': 'desk-money-title' },
      h('h2', { id: 'desk-money-title' }, () => t('deskMoney')),
      h('dl', { class: 'desk-money' }, line('total', booking.total_price), line('deskPaid', money.paid),
        line('deskRefunded', money.refunded), line('deskDue', money.due)),
      this.isUnpaid() ? h('p', { class: 'quiet' }, () => t('deskNotInLedger')) : null,
      missing > 0 ? h('button', { type: 'button', class: 'primary desk-take', onclick: () => this.askPayment(missing) },
        () => t('deskTake', price(missing))) : null,
      money.due > 0 ? h('button', { type: 'button', class: 'primary desk-payout', onclick: () => this.askRefund() },
        () => t('deskPayOut', price(money.due))) : null)
  }

  // What is still to be paid: of a pending booking, or of one that the desk sold without
  // entering the money.
  missing() {
    const { money, booking } = this
    if (booking.status === 'pending') return booking.total_price - (money.paid - money.refunded - money.due)
    return this.isUnpaid() ? booking.total_price : 0
  }

  isUnpaid() {
    return this.booking.status === 'confirmed' && !this.money.paid && this.booking.total_price > 0
  }

  askPayment(amount) {
    const method = methodField()
    const receipt = receiptField()
    ask({
      title: () => t('deskTakeTitle'), yes: () => t('deskTake', price(amount)),
      body: [h('p', {}, () => t('deskTakeHelp', price(amount))), method.element, h('div', { class: 'fields' }, receipt.both)],
      work: async () => {
        const reference = referenceOf(receipt.input, this.booking.booking_number)
        const outcome = await api.takePayment(this.id, amount, method.value(), reference)
        if (outcome.booking_id !== this.id) await this.done('deskReceiptTwice', reference)
        else if (outcome.outcome === 'refund_due') await this.done('deskPaidTooLate', price(outcome.refund_due))
        else await this.done('deskTaken', price(amount))
      },
    })
  }

  // Looks again before: somebody else may have handed it out meanwhile.
  askRefund() {
    const amount = this.money.due
    const method = methodField()
    const receipt = receiptField()
    const payOut = async () => {
      const now = await api.paymentStatus(this.id)
      if (now.due < amount) return this.done('deskPaidOutAlready')
      const reference = referenceOf(receipt.input, `${this.booking.booking_number}-${now.refunded}`)
      const { booking_id: id } = await api.payOut(this.id, amount, method.value(), reference)
      const after = id === this.id ? await api.paymentStatus(this.id) : now
      // The number was there already: nothing was entered.
      if (after.refunded === now.refunded) return () => t('deskReceiptUsed', reference)
      await this.done('deskPaidOut', price(amount))
    }
    ask({
      title: () => t('deskPayOutTitle'), yes: () => t('deskPayOut', price(amount)),
      body: [h('p', {}, () => t('deskPayOutHelp', price(amount))), method.element, h('div', { class: 'fields' }, receipt.both)],
      work: payOut,
    })
  }
}
