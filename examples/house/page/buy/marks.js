// What the list itself does not tell of a concert: sold out, closed, postponed, cancelled
// in part. Its detail does, which is asked when the card comes into sight, and is then there for its page.
import { secondsUntil } from '../frame/api.js'
import { t } from '../frame/words.js'
import * as api from './api.js'

const few = 0.1
const askedAtOnce = 2

// Of the performances to come on the days that are asked for: [kind, text] each.
export function marksOf({ concert, schedules }, { from, to }) {
  const wanted = (schedules ?? []).filter(({ starts_at: start, concert_date: date }) =>
    secondsUntil(start) > 0 && (!from || date >= from) && (!to || date <= to))
  const alive = wanted.filter(({ status }) => status !== 'cancelled')
  if (concert.status === 'cancelled' || (wanted.length && !alive.length)) return [['bad', () => t('markCancelled')]]
  if (concert.status === 'postponed') return [['warn', () => t('markPostponed')]]
  return [saleOf(alive), postponement(alive), alive.length < wanted.length && ['bad', () => t('markPartlyCancelled')]].filter(Boolean)
}

function saleOf(alive) {
  const offered = alive.filter(({ is_bookable: now, opens_at: later }) => now || later)
  if (!offered.length) return ['', () => t('markClosed')]
  if (offered.every((schedule) => schedule.is_sold_out)) return ['bad', () => t('markSoldOut')]
  const sum = (what) => offered.reduce((seats, schedule) => seats + schedule[what], 0)
  const left = sum('available_seats')
  return left <= few * sum('total_seats') ? ['warn', () => t('left', left)] : null
}

function postponement(alive) {
  const postponed = alive.filter(({ status }) => status === 'postponed')
  if (!postponed.length) return null
  return ['warn', () => t(postponed.length === alive.length ? 'markPostponed' : 'markPartlyPostponed')]
}

// Asks for the details of the cards that are in sight, a few at a time, when the page
// has nothing else to do. tell(card, detail) gets them.
export class Marker {
  waiting = []
  asking = 0

  constructor(tell) {
    this.tell = tell
    this.watcher = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) this.see(target)
    })
  }

  watch(card) {
    this.watcher.observe(card)
  }

  see(card) {
    this.watcher.unobserve(card)
    this.waiting.push(card)
    const idle = globalThis.requestIdleCallback ?? setTimeout
    idle(() => this.ask())
  }

  async ask() {
    if (this.asking >= askedAtOnce) return
    const card = this.waiting.shift()
    if (!card) return
    this.asking++
    try {
      if (card.isConnected) this.tell(card, await api.concertDetail(card.facts.concert.concert_id))
    } catch {
      // A card without marks says nothing wrong: the sale itself decides.
    }
    this.asking--
    this.ask()
  }

  close() {
    this.watcher.disconnect()
    this.waiting = []
  }
}
