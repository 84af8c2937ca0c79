// One performance, on sale to one booker: which seats there are and how they
// stand, which are selected, held, booked. No element of the page is known
// here; whoever wants to follow passes listeners:
//
//   seats()            the seat plan was loaded, or loaded again
//   changed(indexes)   states of these seats changed, or (no indexes) anything else
//   ticked(seconds)    so long the hold lasts, or the time to pay
//   opening(seconds)   so long until it can be booked, in the last minutes
//   opened()           it can be booked from now on
//   taken(numbers)     selected seats went to somebody else
//   lapsed()           the hold is over
//   answerLost()       the seats of an order without an answer are sold: perhaps to us
//   connected(yes)     polling fails, or works again
import { bookerName, Refusal, secondsUntil } from '../frame/api.js'
import * as api from './api.js'
import { PriceTypes } from './price-types.js'

// After an answer, so that it is never younger than what caches may keep
// (concert_booking.cache_seat_status, one second): every poll asks anew.
const pollInterval = 1050
const longestPause = 8000
const lastMinutes = 600

const stateNames = { a: 'free', t: 'held', r: 'sold', u: 'blocked' }

export class Sale {
  seats = []
  states = ''
  // By which name the states are known to the next poll; '' after what was no such poll.
  version = ''
  selected = new Set()
  held = []
  mine = new Set()
  booked = new Set()
  booking = null
  // A booking that is to be paid for: its receipt, and what paymentState() says.
  payment = null
  commands = 0
  failures = 0
  polls = 0
  // A command had no answer, and may have been obeyed all the same.
  isUnsure = false
  // Seats just given back or lapsed: selected again as soon as they are free.
  wanted = new Set()

  constructor({ concert_schedule_id: scheduleId, payment_required: isPaid, opens_at: opensAt }, listeners) {
    this.scheduleId = scheduleId
    this.isPaid = isPaid
    this.opensAt = opensAt
    this.listeners = listeners
    this.orderKey = `order:${bookerName()}:${scheduleId}`
    this.paymentKey = `payment:${bookerName()}:${scheduleId}`
    this.types = new PriceTypes(`types:${bookerName()}:${scheduleId}`)
    this.onVisible = () => !document.hidden && this.catchUp()
    this.onOnline = () => this.catchUp()
    this.onOffline = () => this.listeners.connected(false)
    // The same booker's other tabs.
    this.tabs = new BroadcastChannel(this.orderKey)
    this.tabs.onmessage = ({ data }) => this.hear(data)
  }

  // -------- the seats and their states

  async open() {
    await Promise.all([this.loadSeats(), this.loadPriceTypes()])
    this.restorePayment()
    if (this.closed) return
    document.addEventListener('visibilitychange', this.onVisible)
    addEventListener('online', this.onOnline)
    addEventListener('offline', this.onOffline)
    this.pollAfter(this.payment ? 0 : pollInterval)
    this.clock = setInterval(() => this.watchClock(), 250)
    await this.restoreHolds()
  }

  close() {
    this.closed = true
    clearTimeout(this.nextPoll)
    clearInterval(this.clock)
    this.tabs.close()
    document.removeEventListener('visibilitychange', this.onVisible)
    removeEventListener('online', this.onOnline)
    removeEventListener('offline', this.onOffline)
  }

  async loadPriceTypes(fresh) {
    this.types.know(await api.priceTypes(this.scheduleId, fresh))
  }

  // The states come in the order of the plan that has this layout version. A
  // plan out of a cache can be older: then it is asked for again.
  async loadSeats() {
    for (let attempt = 0; attempt < 5; attempt++) {
      const { seats, ...plan } = await api.seatMap(this.scheduleId, attempt > 0)
      const now = await api.seatStatus(this.scheduleId, attempt > 0)
      if (plan.layout_version !== now.layout_version || now.seat_count !== seats.length) continue
      const chosen = this.seats.filter((_, index) => this.selected.has(index)).map(({ seat_id: id }) => id)
      this.layoutVersion = now.layout_version
      this.seats = seats
      this.states = now.statuses
      this.version = now.version
      this.indexOf = new Map(seats.map(({ seat_id: id }, index) => [id, index]))
      this.markMine()
      this.booked.clear()
      this.selected = new Set(chosen.map((id) => this.indexOf.get(id)).filter((index) => this.isFree(index)))
      this.listeners.seats()
      return
    }
    throw new Refusal({ message: 'the seat plan keeps changing' }, 500)
  }

  pollAfter(pause) {
    clearTimeout(this.nextPoll)
    if (!this.closed) this.nextPoll = setTimeout(() => this.poll(), pause)
  }

  pollNow() {
    return this.poll(true)
  }

  // Time has passed unseen: what is ours may have changed elsewhere as well.
  async catchUp() {
    await this.pollNow()
    await this.follow()
  }

  async poll(fresh = false) {
    clearTimeout(this.nextPoll)
    if (document.hidden || this.closed || this.busy) return
    const commands = this.commands
    const mine = ++this.polls
    try {
      if (this.isUnsure && !this.unanswered) {
        await this.restoreHolds()
        this.isUnsure = false
      }
      // Polls share an answer, which can be a moment older than a command of ours.
      const answer = fresh
        ? await api.seatStatus(this.scheduleId, true)
        : await api.seatStatusSince(this.scheduleId, this.version)
      // What was asked before a command of ours says nothing about it; a newer poll knows more.
      if (this.closed || this.commands !== commands || this.polls !== mine) return
      if (answer.layout_version !== this.layoutVersion) await this.loadSeats()
      else {
        this.takeStates(this.statesOf(answer))
        this.version = answer.version
      }
      if (this.payment) await this.watchPayment()
      this.failures = 0
      this.listeners.connected(true)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (this.closed || this.polls !== mine) return
      this.failures++
      if (this.failures > 1) this.listeners.connected(false)
    }
    this.pollAfter(Math.min(longestPause, pollInterval * 2 ** this.failures))
  }

  // All letters, or ours with the changed ones in their places.
  statesOf({ statuses, changed_positions: positions, changed_statuses: letters }) {
    if (statuses !== null) return statuses
    if (!positions.length) return this.states
    const states = [...this.states]
    positions.forEach((position, i) => { states[position - 1] = letters[i] })
    return states.join('')
  }

  takeStates(states) {
    const changed = []
    const taken = []
    for (let index = 0; index < states.length; index++) {
      if (states[index] === this.states[index]) continue
      changed.push(index)
      if (states[index] !== 'a' && this.selected.delete(index)) taken.push(this.seats[index].seat_number)
    }
    this.states = states
    for (const index of this.wanted) {
      if (!this.isFree(index)) continue
      this.wanted.delete(index)
      this.selected.add(index)
      changed.push(index)
    }
    if (changed.length) this.listeners.changed(changed)
    if (taken.length) this.listeners.taken(taken)
    if (this.unanswered && this.indexesOf(this.held).some((index) => states[index] === 'r')) this.listeners.answerLost()
  }

  isFree(index) {
    return this.states[index] === 'a'
  }

  // free, selected, mine, booked, held, sold or blocked
  stateOf(index) {
    if (this.booked.has(index)) return 'booked'
    if (this.mine.has(index)) return 'mine'
    if (this.selected.has(index)) return 'selected'
    return stateNames[this.states[index]]
  }

  indexesOf(holds) {
    return holds.map(({ seat_id: id }) => this.indexOf.get(id)).filter((index) => index !== undefined)
  }

  // Grades, dearest first: grade, prices, seats that are free now.
  grades() {
    const grades = new Map()
    this.seats.forEach(({ seat_grade: name, price }, index) => {
      const grade = grades.get(name) ?? { name, lowest: price, highest: price, free: 0 }
      grade.lowest = Math.min(grade.lowest, price)
      grade.highest = Math.max(grade.highest, price)
      grade.free += this.isFree(index)
      grades.set(name, grade)
    })
    return [...grades.values()].sort((a, b) => b.highest - a.highest || a.name.localeCompare(b.name))
  }

  sections() {
    return [...new Set(this.seats.map(({ section }) => section).filter((name) => name !== null))]
  }

  // -------- selecting

  toggle(index) {
    if (this.held.length || this.payment || this.busy || !this.isFree(index)) return
    if (!this.selected.delete(index)) this.selected.add(index)
    this.listeners.changed([index])
  }

  selection() {
    return [...this.selected].sort((a, b) => a - b).map((index) => this.seats[index])
  }

  // -------- holding

  // One command at a time: a second press of a button waits for nothing.
  async command(work) {
    if (this.busy) return
    this.busy = true
    this.commands++
    this.listeners.changed()
    try {
      this.underWay = work()
      return await this.underWay
    } catch (error) {
      this.isUnsure ||= error.code === 'offline'
      throw error
    } finally {
      this.busy = false
      this.listeners.changed()
      if (!this.closed) {
        this.tell({})
        this.pollNow()
        if (this.heard) this.hear(this.heard)
      }
    }
  }

  hold() {
    return this.command(async () => {
      try {
        this.keepHold(await api.holdSeats(this.selection().map(({ seat_id: id }) => id)))
      } catch (refusal) {
        this.deselect(refusal)
        throw refusal
      }
    })
  }

  holdBest(wishes) {
    return this.command(async () => {
      this.keepHold(await api.holdBestSeats(this.scheduleId, wishes))
    })
  }

  // Seats that somebody else has, or that are gone, are no longer selected.
  deselect({ seats }) {
    for (const { seat_id: id } of seats) this.selected.delete(this.indexOf.get(id))
  }

  keepHold(holds) {
    this.selected.clear()
    this.wanted.clear()
    this.bookingKey ??= crypto.randomUUID()
    this.setHeld(holds)
  }

  setHeld(holds) {
    this.held = holds
    // No order is left to be repeated.
    if (!holds.length) this.unanswered = null
    this.markMine()
    // A page that is loaded again repeats the same order, not another one.
    if (holds.length && this.bookingKey) localStorage.setItem(this.orderKey, this.bookingKey)
    else localStorage.removeItem(this.orderKey)
    this.types.remember(holds)
  }

  // Held, or kept until they are paid.
  markMine() {
    const kept = this.payment?.status === 'pending' ? this.payment.seats : []
    this.mine = new Set(this.indexesOf([...this.held, ...kept]))
  }

  // What was shown, and is to be paid.
  total() {
    return this.types.total(this.held)
  }

  choosePriceType(seat, code) {
    this.types.choose(seat, code)
    this.types.remember(this.held)
    this.tell({})
    this.listeners.changed()
  }

  // As confirm_booking(), begin_payment() and book_seats() take it.
  priceTypes() {
    return this.types.asked(this.held)
  }

  secondsLeft() {
    if (this.payment) return this.payment.status === 'pending' ? secondsUntil(this.payment.pay_by) : 0
    return this.held.length ? Math.min(...this.held.map(({ expires_at: at }) => secondsUntil(at))) : 0
  }

  // Whether the hold lasts longer than it did.
  extend() {
    return this.command(async () => {
      const before = Math.min(...this.held.map(({ expires_at: at }) => Date.parse(at)))
      this.keepHold(await api.extendHolds(this.scheduleId))
      return Math.min(...this.held.map(({ expires_at: at }) => Date.parse(at))) > before
    })
  }

  release() {
    return this.command(async () => {
      await api.releaseSeats(this.held.map(({ seat_id: id }) => id))
      this.dropHold(this.held)
    })
  }

  // Somebody else goes on in this browser: also what is just being held is given back.
  async giveBack() {
    if (this.busy) await this.underWay.catch(() => {})
    if (!this.held.length) return
    try {
      await this.release()
    } catch (refusal) {
      // They are gone already.
      if (refusal.code !== 'PT404') throw refusal
    }
  }

  // Another choice starts from these seats, unless somebody else is faster.
  dropHold(holds) {
    const dropped = new Set(holds.map(({ seat_id: id }) => id))
    this.bookingKey = null
    this.setHeld(this.held.filter(({ seat_id: id }) => !dropped.has(id)))
    const indexes = this.indexesOf(holds)
    this.wanted = new Set(indexes)
    setTimeout(() => this.wanted.clear(), 4000)
    this.listeners.changed(indexes)
  }

  opensLater() {
    return Boolean(this.opensAt) && secondsUntil(this.opensAt) > 0
  }

  secondsUntilOpening() {
    return this.opensAt ? secondsUntil(this.opensAt) : 0
  }

  // Near enough to count the seconds.
  opensSoon() {
    return this.opensLater() && this.secondsUntilOpening() <= lastMinutes
  }

  watchOpening() {
    if (!this.opensAt) return
    const seconds = this.secondsUntilOpening()
    if (seconds === 0) {
      this.opensAt = null
      this.listeners.opened()
    } else if (seconds <= lastMinutes && seconds !== this.openingShown) this.listeners.opening(seconds)
    this.openingShown = seconds
  }

  watchClock() {
    this.watchOpening()
    // Shown at once; what is shown is what is ordered (see price-types.js).
    if (!this.busy && this.types.look()) this.listeners.changed()
    if (!(this.held.length || this.payment)) return
    const seconds = this.secondsLeft()
    if (seconds !== this.shownSeconds) this.listeners.ticked(seconds)
    this.shownSeconds = seconds
    // Whether a payment is over, the database says.
    if (seconds > 0 || this.payment || this.busy) return
    // Without a connection nobody knows what became of the order.
    if (this.unanswered && this.failures) return
    this.dropHold(this.held)
    this.listeners.lapsed()
    this.pollNow()
  }

  // What the booker holds the database knows: after a reload, in another window,
  // on another machine. Some of it can be kept for a payment that was begun there.
  async restoreHolds() {
    const commands = this.commands
    const holds = (await api.myHolds()).filter(({ concert_schedule_id: id, seat_id: seat }) =>
      id === this.scheduleId && this.indexOf.has(seat))
    if (this.closed || this.commands !== commands) return
    const kept = holds.find(({ booking_id: id }) => id)
    if (kept && !this.payment) await this.findPayment(kept.booking_id)
    const held = holds.filter(({ booking_id: id }) => !id)
    // Not before the answer: what another tab has chosen meanwhile would be forgotten.
    this.types.recall()
    this.bookingKey = held.length ? localStorage.getItem(this.orderKey) : null
    if (held.length) this.keepHold(held)
    else this.setHeld([])
    this.listeners.changed()
  }

  // -------- the same booker's other tabs

  tell(news) {
    if (!this.closed) this.tabs.postMessage(news)
  }

  // A command of ours comes first: its answer is about what is then.
  hear(news) {
    this.heard = this.busy ? news : null
    if (this.busy || this.closed) return
    if (!news.booking || !this.held.length) return this.follow()
    this.keepBooking(news.booking, news.seats)
    this.setHeld([])
    this.listeners.changed()
  }

  // An order without an answer keeps its seats: repeated, it is the same order.
  async follow() {
    if (this.busy || this.closed || this.unanswered) return
    try {
      await this.restoreHolds()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }

  // -------- booking

  confirm(customer) {
    return this.command(async () => {
      try {
        const ids = this.held.map(({ seat_id: id }) => id)
        this.bookingKey ??= crypto.randomUUID()
        const booking = await this.book(this.scheduleId, ids, customer, this.bookingKey, this.total(), this.priceTypes())
        // At what they cost: paid for, or to be paid.
        const seats = this.held.map((seat) => ({ ...seat, price: this.types.priceOf(seat) }))
        this.bookingKey = this.unanswered = null
        this.setHeld([])
        if (booking.status === 'confirmed') {
          this.keepBooking(booking, seats)
          return this.tell({ booking, seats })
        }
        this.keepPayment({ ...booking, seats })
        await api.pay(booking.booking_id, () => !this.closed)
      } catch (refusal) {
        this.unanswered = refusal.code === 'offline' && this.held.length ? customer : null
        if (refusal.reason === 'price_type' || refusal.total !== undefined) await this.loadPriceTypes(true)
        if (refusal.bookingId) await this.findPayment(refusal.bookingId)
        if (refusal.code === 'PT410') this.dropHold(refusal.seats.length ? refusal.seats : this.held)
        // Held again since, perhaps on another page: the hold tells what it costs now.
        if (refusal.total !== undefined) this.keepHold(await api.holdSeats(this.held.map(({ seat_id: id }) => id)))
        throw refusal
      }
    })
  }

  // Sold at once, or, where the performance asks for that, once it is paid.
  async book(...order) {
    try {
      if (!this.isPaid) return await api.confirmBooking(...order)
    } catch (refusal) {
      if (refusal.code !== 'PT402') throw refusal
      this.isPaid = true
    }
    return api.beginPayment(...order)
  }

  keepBooking(booking, seats) {
    this.booking = booking
    this.booked = new Set(this.indexesOf(seats))
  }

  // -------- paying

  keepPayment(payment) {
    this.payment = payment
    if (payment) localStorage.setItem(this.paymentKey, JSON.stringify(payment))
    else localStorage.removeItem(this.paymentKey)
    this.markMine()
  }

  // Begun on another page: it comes first.
  async findPayment(id) {
    const { booking_id, status, total_price, pay_by, seats } = await api.bookingDetail(id)
    if (this.held.length) await api.releaseSeats(this.held.map(({ seat_id: held }) => held))
    this.setHeld([])
    // Not who pays: this is kept in the browser.
    this.keepPayment({ booking_id, status, total_price, pay_by, seats })
  }

  // The page comes back from the provider, or was loaded again.
  restorePayment() {
    this.payment = JSON.parse(localStorage.getItem(this.paymentKey) ?? 'null')
    if (!this.payment) return
    this.markMine()
    this.listeners.changed()
  }

  // Money can come late: one that is over is looked at as well.
  async watchPayment() {
    const asked = this.payment
    const state = await api.paymentState(asked.booking_id).catch((refusal) => {
      // A booking that is there no longer keeps nobody from another one.
      if (refusal.code !== 'PT404') throw refusal
      return null
    })
    if (this.payment !== asked || this.closed) return
    if (!state) {
      this.keepPayment(null)
      return this.listeners.changed()
    }
    const payment = { ...asked, ...state }
    this.keepPayment(payment.status === 'confirmed' ? null : payment)
    if (payment.status === 'confirmed') this.keepBooking({ ...payment, late: asked.status === 'expired' }, payment.seats)
    this.listeners.changed()
  }

  // What was paid in part counts.
  toPay() {
    const { total_price: total, paid = 0, refunded = 0, due = 0 } = this.payment
    return total - (paid - refunded - due)
  }

  pay() {
    return this.command(() => api.pay(this.payment.booking_id, () => !this.closed))
  }

  // Answers with the booking; it may have been paid just now.
  giveUpPayment() {
    return this.command(async () => {
      const booking = await api.cancelPayment(this.payment.booking_id)
      if (booking.status === 'confirmed') this.keepBooking(booking, this.payment.seats)
      this.keepPayment(null)
      return booking
    })
  }

  bookMore() {
    this.booking = null
    this.booked.clear()
    this.listeners.changed()
    this.pollNow()
  }
}
