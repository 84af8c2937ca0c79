// Which performances are to be made: days marked in a month or by a rule, times of
// day, and the list of what comes of both. No row is written here.
import { fault } from './form.js'
import './catalogue.words.js'
import { addDays, calendar, weekdayOf } from '../frame/calendar.js'
import { todayAt } from '../frame/clock.js'
import { h, refresh } from '../frame/dom.js'
import { day, t } from '../frame/words.js'

const furthest = 365 * 5
export const mostAtOnce = 400
const sunday = '2023-01-01'

// there: the concert's schedules; changed(): the list is another one.
export class Dates {
  chosen = new Set()
  left = new Set()

  constructor(page, zone, there, changed) {
    Object.assign(this, { page, zone, there, changed })
    this.first = todayAt(zone)
    this.last = addDays(this.first, furthest)
    this.calendar = calendar({
      first: this.first, last: this.last,
      dayOf: (date) => this.dayOf(date),
      isChosen: (date) => this.chosen.has(date),
      choose: (date) => this.toggle(date),
    })
    this.times = h('input', { id: 'cat-times', value: '19:30', autocomplete: 'off', 'aria-describedby': 'cat-times-help cat-times-fault', oninput: () => this.tell() })
    this.fault = null
    this.element = h('div', { class: 'cat-dates' },
      h('div', {}, h('h3', {}, () => t('cat.pickDays')), this.calendar.element),
      h('div', { class: 'cat-rule' },
        h('div', { class: 'fields' }, h('label', { for: 'cat-times' }, () => t('cat.times')), this.times,
          h('p', { class: 'quiet', id: 'cat-times-help' }, () => t('cat.timesHelp')),
          h('p', { class: 'cat-fault', id: 'cat-times-fault', hidden: () => !this.fault }, () => this.fault?.() ?? '')),
        this.rule()))
  }

  // What is played then, in numbers, so that no dot needs a colour of its own.
  dayOf(date) {
    const count = this.there().filter((row) => row.concert_date === date).length
    return count ? { note: `•${count}`, label: t('cat.alreadyThere', count) } : {}
  }

  toggle(date) {
    if (!this.chosen.delete(date)) this.choose(date)
    this.tell()
  }

  // Chosen anew: all of its times.
  choose(date) {
    this.chosen.add(date)
    for (const key of this.left) if (key.startsWith(date)) this.left.delete(key)
  }

  tell() {
    this.fault = null
    this.times.removeAttribute('aria-invalid')
    this.changed()
    refresh(this.element)
  }

  // -------- such as each Friday and Saturday between two days

  rule() {
    const from = h('input', { id: 'cat-from', type: 'date', value: this.first })
    const until = h('input', { id: 'cat-until', type: 'date', value: addDays(this.first, 28) })
    const boxes = Array.from({ length: 7 }, () => h('input', { type: 'checkbox' }))
    const nameOf = (weekday) => day(addDays(sunday, weekday), { weekday: 'short' })
    return h('fieldset', {}, h('legend', {}, () => t('cat.rule')),
      h('div', { class: 'cat-weekdays' }, boxes.map((box, weekday) => h('label', { class: 'check' }, box, h('span', {}, () => nameOf(weekday))))),
      h('div', { class: 'fields two' },
        h('div', { class: 'fields' }, h('label', { for: 'cat-from' }, () => t('cat.from')), from),
        h('div', { class: 'fields' }, h('label', { for: 'cat-until' }, () => t('cat.until')), until)),
      h('div', { class: 'actions' },
        h('button', { type: 'button', class: 'cat-mark', onclick: () => this.mark(from.value, until.value, boxes.map(({ checked }) => checked)) }, () => t('cat.mark')),
        h('button', { type: 'button', onclick: () => { this.chosen.clear(); this.tell() } }, () => t('cat.unmark'))))
  }

  mark(from, until, weekdays) {
    if (!weekdays.some(Boolean)) return this.page.warn(() => t('cat.needWeekday'))
    if (!from || !until || from > until || until > this.last) return this.page.warn(() => t('cat.needSpan'))
    let count = 0
    for (let date = from < this.first ? this.first : from; date <= until; date = addDays(date, 1)) {
      if (!weekdays[weekdayOf(date)]) continue
      this.choose(date)
      count++
    }
    this.calendar.show(from < this.first ? this.first : from)
    this.page.tell(() => t('cat.marked', count))
    this.tell()
  }

  // -------- what comes of it

  timesOf() {
    const times = this.times.value.split(/[\s,]+/).filter(Boolean)
    if (!times.length) fault('cat.required')
    for (const time of times) if (!/^([01]?\d|2[0-3]):[0-5]\d$/.test(time)) fault('cat.notTime', time)
    return [...new Set(times.map((time) => time.padStart(5, '0')))].sort()
  }

  // [{date, time, key}], in their order; those that were taken off the list are not there.
  wanted() {
    let times = []
    try {
      times = this.timesOf()
    } catch (error) {
      this.fault = error.words
      this.times.setAttribute('aria-invalid', 'true')
    }
    return [...this.chosen].sort().flatMap((date) => times.map((time) => ({ date, time, key: `${date} ${time}` })))
      .filter(({ key }) => !this.left.has(key))
  }
}
