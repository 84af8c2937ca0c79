// The chooser of a performance: a calendar of the days and beside it the performances of
// the chosen one. Where a concert has a few only, all of them are there at once and no calendar.
import { calendar } from '../frame/calendar.js'
import { h, refresh } from '../frame/dom.js'
import { secondsUntil } from '../frame/api.js'
import { countdown, day, dayAndTime, price, t, time } from '../frame/words.js'
import { dateIn, daysOf, firstOf, isToCome, lowestPrice, movedFrom, stateOf } from './performances.js'

const few = 4
// In the last hour before a sale opens its time runs down.
const lastHour = 3600

export class Chooser {
  chosen = null
  date = null

  // choose(schedule): somebody wants this one (null: what is chosen no more); toSale(): to its seats
  constructor({ schedules, zone, choose, toSale }) {
    Object.assign(this, { zone, choose })
    this.list = h('div', { class: 'chips nights', role: 'group', 'aria-labelledby': 'performances' })
    this.setSchedules(schedules)
    this.hasCalendar = this.schedules.length > few && this.days.size > 1
    this.element = h('div', { class: this.hasCalendar ? 'choice has-calendar' : 'choice' },
      this.hasCalendar && h('div', {}, h('h2', { id: 'dates' }, () => t('chooseDate')), this.daysBox()) || null,
      h('div', { class: 'choice-nights' },
        h('h2', { id: 'performances' }, () => t('choosePerformance')),
        this.hasCalendar && h('p', { class: 'chosen-day', role: 'status' }, () => (this.date ? day(this.date) : t('chooseDateFirst'))) || null,
        this.list,
        h('p', { class: 'quiet', hidden: () => !this.yourTime() }, () => this.yourTime()),
        h('button', { type: 'button', class: 'secondary to-sale', hidden: () => !this.chosenOne(), onclick: toSale }, () => t('toSeats'))))
    this.drawList()
  }

  // Read again: the same performances as they are now, or others.
  setSchedules(schedules) {
    this.schedules = schedules.filter(isToCome)
    this.days = daysOf(schedules, this.zone)
    this.states = this.schedules.map(stateOf).join()
  }

  daysBox() {
    const dates = [...this.days.keys()]
    this.calendar = calendar({
      first: dates[0], last: dates.at(-1),
      dayOf: (date) => this.dayOf(date),
      isChosen: (date) => date === this.date,
      choose: (date) => this.chooseDate(date),
    })
    return h('div', { role: 'group', 'aria-labelledby': 'dates' }, this.calendar.element)
  }

  // What the calendar writes under a day, and what it says of it.
  dayOf(date) {
    const found = this.days.get(date)
    if (!found) return { disabled: true }
    const { here, gone } = found
    const states = here.map(stateOf)
    const free = here.filter((schedule) => stateOf(schedule) === 'free')
    const left = free.reduce((sum, { available_seats: count }) => sum + count, 0)
    const state = ['free', 'later', 'soldOut', 'empty', 'closed', 'cancelled'].find((one) => states.includes(one)) ?? 'moved'
    const said = [
      here.length > 1 && t('performanceCount', here.length),
      ...here.map((schedule) => this.words(schedule)),
      ...here.filter(movedFrom).map(() => t('dayMovedHere')),
      ...gone.map((schedule) => t('movedTo', day(schedule.concert_date))),
    ].filter(Boolean)
    return { note: state === 'free' ? t('dayLeft', left) : t(`day_${state}`), label: said.join(', '), class: `day-${state}` }
  }

  // What is said of one performance: what is left, or why nothing is.
  words(schedule) {
    const state = stateOf(schedule)
    if (state === 'free') return t('left', schedule.available_seats)
    if (state !== 'later') return t(state === 'soldOut' ? 'soldOut' : `performance_${state}`)
    const seconds = secondsUntil(schedule.opens_at)
    return seconds <= lastHour ? t('onSaleIn', countdown(seconds)) : t('opensLater', dayAndTime(schedule.opens_at, this.zone))
  }

  // -------- the performances

  drawList() {
    const { here, gone } = this.hasCalendar ? this.days.get(this.date) ?? { here: [], gone: [] } : { here: this.schedules, gone: [] }
    this.list.replaceChildren(...here.map((schedule) => this.chip(schedule)), ...gone.map((schedule) => this.moved(schedule)))
  }

  shortDay(date) {
    const year = date.slice(0, 4) === dateIn(this.zone, Date.now()).slice(0, 4) ? {} : { year: 'numeric' }
    return day(date, { ...year, month: 'short', day: 'numeric', weekday: 'short' })
  }

  nameOf({ concert_date: date, starts_at: start }) {
    return this.hasCalendar && date === this.date ? time(start, this.zone) : `${this.shortDay(date)} ${time(start, this.zone)}`
  }

  chip(schedule) {
    const name = h('strong', {}, () => this.nameOf(schedule))
    const facts = h('span', {}, () => this.facts(schedule))
    if (schedule.status === 'cancelled') return h('div', { class: 'chip gone' }, name, facts)
    const before = movedFrom(schedule)
    return h('button', {
      type: 'button',
      class: () => ['chip', { later: 'upcoming', soldOut: 'sold-out', closed: 'sold-out' }[stateOf(schedule)]].filter(Boolean).join(' '),
      'aria-pressed': () => String(this.chosen === schedule.concert_schedule_id),
      onclick: () => this.choose(schedule),
    }, name, facts, before && h('span', { class: 'moved' }, () => t('movedFrom', this.momentOf(before))))
  }

  facts(schedule) {
    const lowest = lowestPrice(schedule)
    const hasPrice = ['free', 'later'].includes(stateOf(schedule)) && lowest !== null
    return [this.words(schedule), hasPrice && t('from', price(lowest))].filter(Boolean).join(' · ')
  }

  momentOf(instant) {
    return `${this.shortDay(dateIn(this.zone, instant))} ${time(instant, this.zone)}`
  }

  // On the day from which it was moved: where it has gone.
  moved(schedule) {
    return h('div', { class: 'chip gone' },
      h('strong', {}, () => time(schedule.previous_starts_at, this.zone)),
      h('span', {}, () => t('performance_moved')),
      h('button', { type: 'button', onclick: () => this.follow(schedule) }, () => t('toNewDate', this.momentOf(schedule.starts_at))))
  }

  follow(schedule) {
    this.showDate(schedule.concert_date)
    this.choose(schedule)
    this.list.querySelector('[aria-pressed="true"]')?.focus()
  }

  // -------- what is chosen

  // By hand, with the first performance of the day that can be had: what stands below is
  // never of another day.
  chooseDate(date) {
    this.showDate(date)
    const { here } = this.days.get(date)
    this.choose(firstOf(here) ?? here[0] ?? null)
  }

  showDate(date) {
    this.date = this.days.has(date) ? date : null
    this.drawList()
    if (this.calendar && this.date) this.calendar.show(date)
    refresh(this.element)
  }

  // null: none is chosen
  show(schedule) {
    this.chosen = schedule?.concert_schedule_id ?? null
    if (schedule && this.date !== schedule.concert_date) this.showDate(schedule.concert_date)
    refresh(this.element)
  }

  chosenOne() {
    return this.schedules.find(({ concert_schedule_id: id, status }) => id === this.chosen && status !== 'cancelled')
  }

  // What a visitor's own clock will say then, where it says something else.
  yourTime() {
    const start = this.chosenOne()?.starts_at
    if (!start || dayAndTime(start) === dayAndTime(start, this.zone)) return ''
    return t('yourTime', dayAndTime(start))
  }

  // After setSchedules().
  drawAgain() {
    const focused = [...this.list.querySelectorAll('button')].indexOf(document.activeElement)
    this.drawList()
    if (focused >= 0) this.list.querySelectorAll('button')[focused]?.focus()
    refresh(this.element)
  }

  // Each second. The calendar is drawn again only when a sale has opened or closed.
  tick() {
    const states = this.schedules.map(stateOf).join()
    refresh(states === this.states ? this.list : this.element)
    this.states = states
  }
}
