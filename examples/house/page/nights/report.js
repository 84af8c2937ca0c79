// What is sold of a performance: numbers, by grade, by price type, by day and by the
// hour. It looks again every minute, and changes on the page what has changed.
import * as api from './api.js'
import { hourChart } from './chart.js'
import './report.words.js'
import { number, seatBar } from './state.js'
import { dateAt, hourAt, todayAt } from '../frame/clock.js'
import { h, refresh } from '../frame/dom.js'
import { serverNow } from '../frame/api.js'
import { day, languageOf, price, t } from '../frame/words.js'

const everyMs = 60_000
const lines = 1000
const mostPages = 20

const sum = (rows, name) => rows.reduce((total, row) => total + row[name], 0)

export function reportView(page, night) {
  const board = new Board(night)
  const seenAt = h('span', { class: 'quiet seen-at' }, () => (board.seenAt
    ? t('nightSeenAt', new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: night.zone }).format(board.seenAt)) : t('loading')))
  // A look that is under way began before.
  const again = h('button', { type: 'button', onclick: () => Promise.resolve(looking).then(look) }, () => t('nightLookAgain'))

  let looking
  function look() {
    looking ??= page.attempt(() => board.look()).finally(() => {
      looking = null
      refresh(seenAt)
    })
    return looking
  }
  board.days.addEventListener('change', () => page.attempt(() => board.chooseDay(board.days.value)))
  const timer = setInterval(look, everyMs)
  const element = h('div', { class: 'report' }, h('div', { class: 'actions' }, again, seenAt), board.element)
  return { element, ready: look(), close: () => clearInterval(timer) }
}

class Board {
  constructor(night) {
    Object.assign(this, { night, whole: {}, names: new Map(), sales: [], grades: [] })
    this.bar = seatBar()
    this.chart = hourChart()
    this.days = h('select', { id: 'night-day' })
    this.cut = h('p', { class: 'quiet', hidden: true }, () => t('nightLogCut', number(lines * mostPages)))
    this.byGrade = table('nightByGrade', ['nightGrade', 'nightSoldOf', 'nightFull', 'nightAmount'])
    this.byType = table('nightByType', ['nightType', 'nightSeats', 'nightAmount'])
    this.byDay = table('nightByDay', ['nightDay', 'nightSeats', 'nightAmount'])
    this.element = h('div', { class: 'night-board' },
      h('div', { class: 'panel figures' }, this.figures(), this.bar.element),
      h('div', { class: 'night-column' },
        h('div', { class: 'panel' },
          h('div', { class: 'chart-head' }, h('h3', {}, () => t('nightByHour')),
            h('label', { class: 'visually-hidden', for: 'night-day' }, () => t('nightChooseDay')), this.days),
          this.chart.element, this.cut),
        this.byGrade.element, this.byDay.element),
      h('div', { class: 'night-column' },
        h('div', { class: 'panel' }, h('h3', {}, () => t('nightMoney')), this.money()),
        this.byType.element))
  }

  figures() {
    const figure = (key, value, more) => h('div', {}, h('dt', {}, () => t(key)),
      h('dd', {}, h('strong', { class: `figure-${key}` }, value), more && h('span', { class: 'quiet' }, more)))
    const { whole } = this
    const counted = (name) => () => number(whole[name] ?? 0)
    return h('dl', { class: 'figure-list' },
      figure('nightSold', counted('sold_seats'), () => t('nightOf', whole.total_seats ?? 0)),
      figure('nightFull', () => `${whole.occupancy_percent ?? 0}%`),
      figure('nightAmount', () => price(whole.amount ?? 0)),
      figure('nightPending', counted('pending_seats')),
      figure('nightFree', counted('free_seats')),
      figure('nightCheckedIn', counted('checked_in_seats')))
  }

  money() {
    const { whole } = this
    const row = (key, amount) => h('div', {}, h('dt', {}, () => t(key)), h('dd', { class: 'amount' }, () => price(amount() ?? 0)))
    return h('dl', { class: 'night-facts' },
      row('nightPaid', () => whole.paid), row('nightRefunded', () => whole.refunded), row('nightRefundDue', () => whole.refund_due),
      row('nightStays', () => whole.paid - whole.refunded - whole.refund_due || 0), row('nightFees', () => whole.cancellation_fees))
  }

  async look() {
    const { night } = this
    const [report, sales, seats, names] = await Promise.all([
      api.scheduleReport(night.id), api.salesReport(night.id), api.seatsOf(night.id), api.priceTypes(night.concert_id)])
    const seen = JSON.stringify([report, sales, seats, names])
    if (seen !== this.seen) this.show(report, sales, seats, names)
    this.seen = seen
    await this.readHours()
    this.seenAt = serverNow()
  }

  show(report, sales, seats, names) {
    // Of the whole house; the rows before it are the grades.
    Object.assign(this.whole, report.at(-1))
    this.names = new Map(names.map(({ code, name }) => [code, name]))
    Object.assign(this.night.seats, seats)
    this.bar.show(seats)
    const stands = sales.filter(({ status }) => status === 'confirmed')
    this.byGrade.show(report.slice(0, -1).map((row) => [text(row.seat_grade),
      () => t('nightOfTotal', row.sold_seats, row.total_seats), () => `${row.occupancy_percent ?? 0}%`, () => price(row.amount)]))
    this.byType.show(this.types(stands))
    this.byDay.show(groups(stands, ({ sale_date: date }) => date).reverse().map(([date, rows]) =>
      [h('span', {}, () => day(date, { month: 'short', day: 'numeric', weekday: 'short' })), () => number(sum(rows, 'seat_count')), () => price(sum(rows, 'amount'))]))
    this.showDays(stands.map(({ sale_date: date }) => date))
    refresh(this.element)
  }

  // A free ticket has no price type either, and is a row of its own.
  types(stands) {
    const free = sum(stands, 'free_seats')
    const rows = groups(stands, ({ price_type: code }) => code ?? '').map(([code, of]) => {
      const seats = sum(of, 'seat_count') - sum(of, 'free_seats')
      const name = code ? text(this.names.get(code) ?? code) : h('span', {}, () => t('nightFullPrice'))
      return { seats, cells: [name, () => number(seats), () => price(sum(of, 'amount'))] }
    }).filter(({ seats }) => seats).map(({ cells }) => cells)
    if (free) rows.push([h('span', {}, () => t('nightFree')), () => number(free), () => price(0)])
    return rows
  }

  // Today, and each day on which something was sold that stands.
  showDays(sold) {
    const today = todayAt(this.night.zone)
    const days = [...new Set([today, ...sold])].sort().reverse()
    this.day ??= sold.includes(today) ? today : days.find((date) => date !== today) ?? today
    if (String(days) === this.shownDays) return
    this.shownDays = String(days)
    this.days.replaceChildren(...days.map((date) => h('option', { value: date },
      () => `${day(date, { month: 'short', day: 'numeric', weekday: 'short' })}${date === today ? ` (${t('nightToday')})` : ''}`)))
    this.days.value = this.day
  }

  chooseDay(date) {
    this.day = date
    this.logged = null
    return this.readHours()
  }

  // Where no line has come since, all is as it was.
  async readHours() {
    const { night: { id }, day: wanted } = this
    const [newest] = await api.log(id, 1, 0)
    const logged = newest?.total_count ?? 0
    if (this.logged === logged) return
    const { values, isWhole } = await this.hoursOf(wanted)
    // Another day was chosen meanwhile.
    if (wanted !== this.day) return
    this.logged = logged
    this.cut.hidden = isWhole
    this.chart.show(values)
  }

  // The log says it, newest first: it is read until the day before.
  async hoursOf(date) {
    const { id, zone } = this.night
    const values = Array.from({ length: 24 }, () => ({ bookings: 0, seats: 0 }))
    let offset = 0
    let total
    let isWhole = false
    for (let at = 0; at < mostPages && !isWhole; at++) {
      const read = await api.log(id, lines, offset)
      const now = read[0]?.total_count ?? 0
      // Lines that have come since the page before push its last ones onto this one.
      for (const line of read.slice(offset && now - total)) {
        if (line.event_type !== 'booking_confirmed' || dateAt(line.occurred_at, zone) !== date) continue
        const value = values[hourAt(line.occurred_at, zone)]
        value.bookings++
        value.seats += line.seat_count
      }
      total = now
      offset += read.length
      isWhole = offset >= total || dateAt(read.at(-1).occurred_at, zone) < date
    }
    return { values, isWhole }
  }
}

const text = (value) => h('span', { lang: languageOf(value) }, value)

function groups(rows, keyOf) {
  const found = new Map()
  for (const row of rows) found.set(keyOf(row), [...(found.get(keyOf(row)) ?? []), row])
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1))
}

// A panel with a table; the first cell of a row is an element that says what it is about.
function table(heading, columns) {
  const body = h('tbody')
  const side = (at) => (at ? 'number' : null)
  const element = h('div', { class: 'panel', hidden: () => !body.children.length }, h('h3', {}, () => t(heading)),
    h('div', { class: 'table-frame' }, h('table', {},
      h('thead', {}, h('tr', {}, columns.map((key, at) => h('th', { scope: 'col', class: side(at) }, () => t(key))))), body)))
  return {
    element,
    show: (rows) => body.replaceChildren(...rows.map(([name, ...cells]) => h('tr', {},
      h('th', { scope: 'row' }, name), cells.map((cell) => h('td', { class: 'number' }, cell))))),
  }
}
