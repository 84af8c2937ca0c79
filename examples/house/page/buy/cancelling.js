// Giving back all or some seats of a booking: first what comes back and what is kept,
// as the database quotes it for this choice; then, if that is still so, it is done.
import { h, refresh } from '../frame/dom.js'
import { price, t } from '../frame/words.js'
import './ticket.words.js'

// access: see ownBooking() and guestBooking() of api.js. done(receipt) and changed() are
// called when seats were given back, and when the booking is another one than was shown.
export class Cancelling {
  isOpen = false
  quote = null

  // inside: the ids of seats that were let in; they stay. heading: the element of the question.
  constructor(page, booking, access, { inside, heading, done, changed, closed }) {
    Object.assign(this, { page, booking, access, done, changed, closed })
    const active = booking.seats.filter((seat) => seat.active || booking.status === 'pending')
    this.free = active.filter(({ seat_id: id }) => !inside.has(id))
    this.count = active.length
    this.chosen = new Set(this.free.map(({ seat_id: id }) => id))
    this.element = h('form', { class: 'cancelling', hidden: () => !this.isOpen, onsubmit: (event) => {
      event.preventDefault()
      this.give()
    } },
    h(heading, { class: 'cancelling-title', tabindex: -1 }, () => t(booking.status === 'pending' ? 'giveUpSure' : 'cancelSure')),
    this.canChoose() ? this.choice() : null,
    access.quote ? this.quoted() : h('p', {}, () => t('noQuote')),
    h('div', { class: 'actions' },
      h('button', { class: 'danger', disabled: () => this.busy || !this.isReady() },
        () => (this.isWhole() ? t('cancelYes') : t('cancelSome', this.chosen.size))),
      h('button', { type: 'button', class: 'quiet-button', onclick: () => this.close() }, () => t('cancelNo'))))
  }

  canChoose() {
    return Boolean(this.access.quote) && this.booking.status === 'confirmed' && this.count > 1
  }

  choice() {
    const box = ({ seat_id: id, seat_number: number, price: paid }) => h('label', { class: 'check' },
      h('input', { type: 'checkbox', checked: () => this.chosen.has(id), disabled: () => this.busy, onchange: ({ target }) => {
        if (target.checked) this.chosen.add(id)
        else this.chosen.delete(id)
        this.ask()
      } }), h('span', {}, number), h('span', { class: 'amount' }, price(paid)))
    return h('fieldset', {}, h('legend', {}, () => t('cancelWhich')), this.free.map(box))
  }

  quoted() {
    // Where the ledger has no payment, there is nothing to give back or to keep.
    const isUnpaid = () => Boolean(this.quote) && this.quote.refund_due === 0 && this.quote.cancellation_fee === 0
    const line = (key, value) => h('div', {}, h('dt', {}, () => t(key)), h('dd', {}, () => (this.quote ? value(this.quote) : '…')))
    return h('div', { role: 'status', hidden: () => !this.chosen.size },
      h('dl', { class: 'quote', hidden: isUnpaid },
        line('quoteRefund', ({ refund_due: due }) => price(due)),
        line('quoteFee', ({ cancellation_fee: fee }) => price(fee))),
      h('p', { hidden: () => !isUnpaid() }, () => t('quoteNothing')))
  }

  isWhole() {
    return this.chosen.size === this.count
  }

  isReady() {
    return this.chosen.size > 0 && (!this.access.quote || Boolean(this.quote?.is_cancellable))
  }

  seats() {
    return this.isWhole() ? undefined : [...this.chosen]
  }

  open() {
    this.isOpen = true
    refresh(this.element)
    this.element.querySelector('.cancelling-title').focus()
    return this.ask()
  }

  close() {
    this.isOpen = false
    this.closed()
  }

  // Of several questions the last one counts.
  ask() {
    const asked = this.asked = {}
    this.quote = null
    refresh(this.element)
    if (!this.access.quote || !this.chosen.size) return
    return this.page.attempt(async () => {
      const quote = await this.access.quote(this.seats())
      if (this.asked !== asked) return
      this.quote = quote
      refresh(this.element)
      if (!quote.is_cancellable) await this.tell(quote)
    })
  }

  // Why these seats cannot be given back; what is shown is out of date then.
  async tell(quote) {
    const isOver = quote.cancellable_until === null || quote.seat_count < this.chosen.size
    await this.changed()
    this.page.warn(() => t(isOver ? 'cancelledMeanwhile' : 'notCancellable'))
  }

  async give() {
    if (this.busy || !this.isReady()) return
    this.busy = true
    refresh(this.element)
    await this.page.attempt(() => (this.access.quote ? this.giveQuoted() : this.giveAll()))
    this.busy = false
    refresh(this.element)
  }

  // Asked once more: nothing is given back for another amount than was shown.
  async giveQuoted() {
    const shown = this.quote
    const now = await this.access.quote(this.seats())
    if (!now.is_cancellable || now.seat_count !== shown.seat_count) return this.tell(now)
    this.quote = now
    if (now.refund_due !== shown.refund_due || now.cancellation_fee !== shown.cancellation_fee) {
      return this.page.warn(() => t('quoteChanged', price(now.refund_due)))
    }
    return this.done(await this.access.cancel(this.seats()))
  }

  async giveAll() {
    const { status } = await this.access.read()
    if (status !== this.booking.status) {
      await this.changed()
      return this.page.warn(() => t('cancelledMeanwhile'))
    }
    return this.done(await this.access.cancel())
  }
}
