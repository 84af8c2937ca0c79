// Price types: children, seniors and the like, chosen seat by seat while the seats
// are held. What they cost is the database's rule (apply_price_types), told beforehand.
import { secondsUntil } from '../frame/api.js'

// So many won off, or so many per cent, rounded half up to a won; never below 0.
export function priceWith(type, price) {
  if (!type) return price
  if (type.amount_off !== null) return Math.max(0, price - type.amount_off)
  return Math.floor((price * (100 - type.percent_off) + 50) / 100)
}

const isOnSale = ({ sale_from: from, sale_until: until }) =>
  (!from || secondsUntil(from) === 0) && (!until || secondsUntil(until) > 0)

export class PriceTypes {
  known = []
  // Those on sale, as they were shown: what is ordered is what was seen, until one looks again.
  offered = []

  // key: under which the browser remembers what was chosen, by seat
  constructor(key) {
    this.key = key
    this.recall()
  }

  // What was chosen before, or in another tab.
  recall() {
    this.chosen = new Map(Object.entries(JSON.parse(localStorage.getItem(this.key) ?? '{}')))
  }

  know(types) {
    this.known = types
    this.look()
  }

  // Whether others are on sale than before.
  look() {
    const before = this.offered
    this.offered = this.known.filter(isOnSale)
    return this.offered.length !== before.length || this.offered.some((type, at) => type !== before[at])
  }

  onSale() {
    return this.offered
  }

  of({ seat_id: id }) {
    return this.onSale().find(({ code }) => code === this.chosen.get(id)) ?? null
  }

  choose({ seat_id: id }, code) {
    if (code) this.chosen.set(id, code)
    else this.chosen.delete(id)
  }

  // Whether this seat may have it besides those of these seats that do.
  isLeft({ code, max_per_booking: most }, seat, seats) {
    return most === null || seats.filter((other) => other !== seat && this.of(other)?.code === code).length < most
  }

  // Through a reload, as long as there are seats to which it belongs.
  remember(seats) {
    const asked = this.asked(seats)
    if (asked) localStorage.setItem(this.key, JSON.stringify(asked))
    else localStorage.removeItem(this.key)
  }

  // As a call takes it: seat by seat, nothing where all of them have the full price.
  asked(seats) {
    const codes = seats.filter((seat) => this.of(seat)).map((seat) => [seat.seat_id, this.of(seat).code])
    return codes.length ? Object.fromEntries(codes) : undefined
  }

  priceOf(seat) {
    return priceWith(this.of(seat), seat.price)
  }

  total(seats) {
    return seats.reduce((sum, seat) => sum + this.priceOf(seat), 0)
  }

  // What each type takes off: its name, of how many seats, how much.
  discounts(seats) {
    return this.onSale().map((type) => {
      const having = seats.filter((seat) => this.of(seat) === type)
      return { name: type.name, count: having.length, amount: having.reduce((sum, seat) => sum + seat.price - this.priceOf(seat), 0) }
    }).filter(({ count }) => count > 0)
  }
}
