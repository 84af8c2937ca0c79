// The counter: seats of one night are sold to whoever stands there, by the same plan as
// a buyer's and a form of the desk. Each customer is a session of its own, which ends
// with the sale.
import * as api from './api.js'
import { checkout, group } from './checkout.js'
import { nightView } from './bookings.js'
import { receipt } from './receipt.js'
import { saleView } from '../buy/sale-view.js'
import { bookerName, sellFor } from '../frame/api.js'
import { h } from '../frame/dom.js'
import { t } from '../frame/words.js'

export const open = (page, scheduleId) => nightView(page, scheduleId, 'deskSelling', (what) => new Counter(page, what))

class Counter {
  constructor(page, what) {
    Object.assign(this, { page, what })
    this.key = `counter:${what.schedule.concert_schedule_id}`
    this.element = h('div')
  }

  // A page that is loaded again in the middle of a sale goes on with it: its seats are
  // still held. A session that holds nothing any more may have bought: it is over.
  async begin() {
    const left = sessionStorage.getItem(this.key)
    const holds = left ? await api.holdsOf(left) : []
    if (this.closed) return
    const isHeld = holds.some(({ concert_schedule_id: id }) => id === this.what.schedule.concert_schedule_id)
    await this.next(isHeld ? left : crypto.randomUUID())
  }

  // The next customer: nothing is left of the one before.
  async next(session = crypto.randomUUID()) {
    this.end()
    this.session = session
    sessionStorage.setItem(this.key, session)
    sellFor(session)
    const sold = (sale) => this.sold(sale)
    this.sale = saleView(this.page, {
      ...this.what, checkout: (view) => checkout(view, sold), besides: (view) => group(view, sold),
    })
    this.element.replaceChildren(this.sale.element)
    await this.sale.ready
    this.focus('#best-count')
  }

  sold(sale) {
    this.end()
    this.element.replaceChildren(receipt(sale, () => this.page.attempt(() => this.next())))
    this.focus('.desk-next')
  }

  // Behind whatever else wants the keyboard now: the next step of the sale comes first.
  focus(selector) {
    setTimeout(() => this.element.querySelector(selector)?.focus())
  }

  close() {
    this.closed = true
    this.end()
  }

  giveBack() {
    return this.sale?.giveBack()
  }

  // Seats of a sale that was left are free again at once; without a connection they
  // lapse. Another sale may have begun meanwhile: its session stays.
  end() {
    if (!this.sale) return
    if (bookerName() === this.session) {
      Promise.resolve(this.giveBack()).catch(() => {})
      sellFor(null)
    }
    sessionStorage.removeItem(this.key)
    this.sale.close()
    this.sale = null
  }
}
