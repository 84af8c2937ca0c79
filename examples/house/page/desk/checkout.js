// How the desk sells: who it is, if they say so, and how it is paid. In the second step
// of a sale Enter sells, so that two best seats for somebody without a name are three keys;
// more seats than may be held are sold at once, to a group.
import * as api from './api.js'
import { ask, field } from './asking.js'
import { holdSeats } from '../buy/api.js'
import { methodField, receiptField, referenceOf } from './money.js'
import { Refusal } from '../frame/api.js'
import { h, refresh } from '../frame/dom.js'
import { price, seatsEn, seatsKo, t } from '../frame/words.js'

// One call holds no more (concert_booking.max_seats_per_call).
const mostHeld = 20

// What is asked for. total(): what the seats cost, without a reason to give them away.
class Terms {
  constructor(total, isGroup = false) {
    Object.assign(this, { total, isGroup })
    this.name = field('deskName', { maxlength: 100, autocomplete: 'off' })
    this.phone = field('deskPhone', { type: 'tel', maxlength: 20, autocomplete: 'off' })
    this.receipt = receiptField()
    this.given = field('deskGiven', { type: 'number', min: 0, step: 100, inputmode: 'numeric', oninput: () => refresh(this.element) })
    this.reason = field('deskFreeReason', { maxlength: 200, autocomplete: 'off' })
    this.method = methodField(['cash', 'card', 'free'], () => {
      refresh(this.element.closest('form'))
      if (this.isFree()) this.reason.input.focus()
    })
    const isCash = () => this.method.value() === 'cash'
    this.element = h('div', { class: 'desk-terms' },
      h('div', { class: 'fields two' }, h('div', {}, this.name.both), h('div', {}, this.phone.both),
        h('p', { class: 'quiet wide' }, () => t('deskCustomerHelp'))),
      this.method.element,
      h('div', { class: 'fields two', hidden: () => this.isFree() },
        h('div', { hidden: () => !isCash() }, this.given.both), h('div', {}, this.receipt.both)),
      h('p', { class: 'desk-change', role: 'status' }, () => (this.change() === null ? '' : t('deskChange', price(this.change())))),
      h('div', { class: 'fields', hidden: () => !this.isFree() }, this.reason.both, h('p', { class: 'quiet' }, () => t('deskFreeHelp'))))
  }

  isFree() {
    return this.method.value() === 'free'
  }

  toPay() {
    return this.isFree() ? 0 : this.total()
  }

  // Null where no cash was given, or not enough.
  change() {
    const rest = this.given.input.valueAsNumber - this.toPay()
    return this.method.value() === 'cash' && rest >= 0 ? rest : null
  }

  needed() {
    return this.isFree() ? [[this.reason.input, 'deskNeedFreeReason']] : []
  }

  button() {
    return this.isFree() ? t('deskSellFree') : t('deskSellFor', price(this.toPay()))
  }

  // Who leaves name and phone is a customer as any other; a group, and who leaves no phone,
  // is nobody for whom seats are counted. A free ticket has no price type.
  order(priceTypes) {
    const customer = { customer_name: this.name.input.value.trim() || null, customer_phone: this.phone.input.value.trim() || null }
    return {
      ...customer, walk_in: this.isGroup || !(customer.customer_name && customer.customer_phone),
      ...(this.isFree() ? { free_reason: this.reason.input.value.trim() } : { expected_total: this.total(), price_types: priceTypes }),
    }
  }

  // Repeated with the same key it is the same sale. The answer is for the receipt.
  async sell(seats, key, priceTypes) {
    const change = this.change()
    const { booking_id: id, ...sold } = await api.bookSeats({
      seat_ids: seats.map(({ seat_id: seat }) => seat), idempotency_key: key, ...this.order(priceTypes) })
    const note = sold.total_price > 0 ? await this.enterMoney(id, sold) : null
    return { booking: await api.bookingDetail(id), method: this.method.value(), change, note }
  }

  // The seats are sold already: what goes wrong with the money is told, and entered later.
  async enterMoney(id, { total_price: amount, booking_number: number }) {
    const reference = referenceOf(this.receipt.input, number)
    try {
      const outcome = await api.takePayment(id, amount, this.method.value(), reference)
      return outcome.booking_id === id ? null : () => t('deskReceiptTwice', reference)
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      return () => t('deskMoneyLater')
    }
  }
}

// The form of the second step, in place of the buyer's. done(sold) hears what was sold.
export function checkout(view, done) {
  const { sale, page } = view
  const terms = new Terms(() => sale.total())
  const sell = () => sale.command(async () => {
    sale.bookingKey ??= crypto.randomUUID()
    try {
      const sold = await terms.sell(sale.held, sale.bookingKey, sale.priceTypes())
      sale.bookingKey = sale.unanswered = null
      sale.setHeld([])
      done(sold)
    } catch (refusal) {
      // It may have been sold all the same: then it is repeated with its key, and not sold anew.
      sale.unanswered = refusal.code === 'offline' ? terms : null
      if (refusal.reason === 'price_type' || refusal.total !== undefined) await sale.loadPriceTypes(true)
      // Held again, the seats tell what they cost now.
      if (refusal.total !== undefined) sale.keepHold(await holdSeats(sale.held.map(({ seat_id: id }) => id)))
      // What somebody else has is not ours any more.
      else if (refusal.seats?.length) sale.dropHold(refusal.seats)
      throw refusal
    }
  })
  view.confirm = sell
  const form = h('form', { class: 'customer desk-checkout', 'aria-label': () => t('deskCustomer'), novalidate: true, onsubmit: (event) => {
    event.preventDefault()
    if (page.complete(terms.needed())) page.attempt(sell)
  } },
  terms.element,
  h('button', { class: 'primary confirm', disabled: () => sale.busy }, () => terms.button()))
  // Behind the heading of the step, which the view reads out.
  setTimeout(() => terms.name.input.isConnected && terms.name.input.focus())
  return form
}

// Below the selected seats, when they are more than one customer may hold: a school, a
// company. They are sold at once, by one call and without a hold.
export function group({ sale, what }, done) {
  const most = Math.min(mostHeld, what.schedule.max_seats_per_booker ?? mostHeld)
  const seats = () => sale.selection()
  const count = () => [seatsKo(seats().length), seatsEn(seats().length)]
  return h('div', { class: 'desk-group', hidden: () => seats().length <= most },
    h('p', {}, () => t('deskGroupHelp', ...count())),
    h('button', { type: 'button', class: 'secondary', disabled: () => sale.busy, onclick: () => {
      const chosen = seats()
      const key = crypto.randomUUID()
      const terms = new Terms(() => chosen.reduce((sum, seat) => sum + seat.price, 0), true)
      ask({
        title: () => t('deskGroupTitle', seatsKo(chosen.length), seatsEn(chosen.length)), yes: () => terms.button(),
        body: terms.element, needed: () => terms.needed(),
        work: async () => done(await terms.sell(chosen, key)),
      })
    } }, () => t('deskGroup', ...count())))
}
