// The performances of a concert: those there are, and one or many that are made
// at once. What will be made is shown before.
import * as api from './api.js'
import { Dates, mostAtOnce } from './dates.js'
import { Form } from './form.js'
import { Refusal } from '../frame/api.js'
import { h, refresh } from '../frame/dom.js'
import { day, dayAndTime, languageOf, t, time } from '../frame/words.js'
import { terms } from './terms.js'
import { heading, steps, titleOf, viewOf } from './view.js'

export const open = (page, [id]) => viewOf(page, async (view) => {
  const [concert, there] = await Promise.all([api.concert(id), api.schedulesOf(id)])
  await new Performances(page, view, concert, there).draw()
})

class Performances {
  clashes = new Map()

  constructor(page, view, concert, there) {
    Object.assign(this, { page, view, concert, there })
    this.zone = concert.venues.timezone
    this.body = h('tbody')
    this.preview = h('ol', { class: 'cat-wanted' })
    this.dates = new Dates(page, this.zone, () => this.there, () => this.changed())
    this.form = this.makeForm()
  }

  makeForm() {
    return new Form(this.page, {
      prefix: 'new-',
      fields: [
        ...terms(this.zone).toSpliced(1, 0, { name: 'booking_closes_at', label: 'cat.closesBefore', kind: 'number', most: 87600, help: 'cat.closesBeforeHelp' }),
        { name: 'like', label: 'cat.hallOf', kind: 'select', wide: true, help: 'cat.hallOfHelp', options: this.hallChoices() },
      ],
      action: () => t('cat.makePerformances', this.dates.wanted().length),
      save: (values) => this.make(values),
    })
  }

  hallChoices() {
    return [['', () => t('cat.hallLater')], ...this.there.filter((row) => row.total_seats).map((row) =>
      [row.id, () => `${dayAndTime(row.starts_at, this.zone)} (${t('cat.seats', row.total_seats)})`])]
  }

  draw() {
    const { view, concert } = this
    view.isDirty = () => this.dates.chosen.size > 0 || this.form.isDirty()
    this.list = h('section', { class: 'panel' }, h('h2', {}, () => t('cat.thereAre', this.there.length)),
      h('div', { class: 'table-frame' }, h('table', { hidden: () => !this.there.length },
        h('caption', { class: 'visually-hidden' }, () => t('cat.performances')),
        h('thead', {}, h('tr', {}, ['cat.when', 'cat.state', 'cat.seatsHead', 'cat.go'].map((key) => h('th', { scope: 'col' }, () => t(key))))), this.body)))
    this.adding = h('section', { class: 'panel cat-adding' }, h('h2', {}, () => t('cat.addPerformances')),
      this.dates.element,
      h('div', {}, h('h3', {}, h('span', { role: 'status' }, () => t('cat.willBeMade', this.dates.wanted().length))), this.preview),
      h('h3', {}, () => t('cat.terms')), this.form.element)
    view.show(heading(() => t('cat.performances'), ' › ', titleOf(concert)), steps(concert, null, 'performances'), this.list, this.adding)
    this.drawList()
  }

  drawList() {
    this.body.replaceChildren(...this.there.map((row) => this.row(row)))
    refresh(this.list)
  }

  row(row) {
    const link = (address, key) => h('a', { href: address }, () => t(key))
    const state = () => (row.status !== 'scheduled' ? t(`cat.status_${row.status}`) : row.is_booking_open ? t('cat.open') : t('cat.closed'))
    return h('tr', {},
      h('th', { scope: 'row' }, h('a', { href: `#/catalogue/performance/${row.id}` }, () => dayAndTime(row.starts_at, this.zone))),
      h('td', {}, h('span', { class: row.status === 'cancelled' ? 'badge bad' : 'badge' }, state),
        row.booking_opens_at && h('p', { class: 'quiet' }, () => t('opensLater', dayAndTime(row.booking_opens_at, this.zone)))),
      h('td', {}, row.total_seats ? () => t('cat.seats', row.total_seats) : h('a', { href: `#/catalogue/hall/${row.id}` }, () => t('cat.noHall'))),
      h('td', {}, h('div', { class: 'cat-links' }, link(`#/catalogue/hall/${row.id}`, 'cat.step_hall'),
        link(`#/catalogue/prices/${this.concert.id}/${row.id}`, 'cat.step_prices'), link(`#/nights/${row.id}`, 'cat.step_night'))))
  }

  // -------- what will be made

  changed() {
    this.drawWanted()
    clearTimeout(this.asking)
    this.asking = setTimeout(() => this.findClashes(), 200)
  }

  drawWanted() {
    const wanted = this.dates.wanted()
    this.preview.replaceChildren(...wanted.slice(0, mostAtOnce).map((one) => this.wantedRow(one)))
    refresh(this.adding)
  }

  wantedRow({ date, time: clock, key }) {
    const words = () => `${day(date, { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' })} ${time(`${date}T${clock}:00Z`, 'UTC')}`
    const isThere = () => this.there.some((row) => `${row.concert_date} ${row.concert_time.slice(0, 5)}` === key)
    const title = () => this.clashes.get(key) ?? ''
    return h('li', {}, h('span', {}, words),
      h('span', { class: 'cat-fault', hidden: () => !isThere() }, () => t('cat.thereAlready')),
      h('span', { class: 'cat-fault', hidden: () => !title() }, () => t('cat.hallTaken'), ' ', h('span', { lang: () => languageOf(title()) }, title)),
      h('button', { type: 'button', class: 'icon', 'aria-label': () => t('cat.leaveOut', words()), onclick: () => { this.dates.left.add(key); this.dates.tell() } }, '×'))
  }

  // Another concert of the venue at the same instant: the database allows it, somebody should know.
  findClashes() {
    const wanted = this.dates.wanted()
    if (!wanted.length || this.view.isClosed) return
    return this.page.inBackground(async () => {
      const mine = this.asked = {}
      const rows = await api.playedIn(this.concert.venue_id, wanted[0].date, wanted.at(-1).date)
      // An earlier question can be answered later.
      if (mine !== this.asked) return
      this.clashes = new Map(rows.filter((row) => row.concert_id !== this.concert.id && row.status !== 'cancelled')
        .map((row) => [`${row.concert_date} ${row.concert_time.slice(0, 5)}`, row.concerts.title]))
      refresh(this.preview)
    })
  }

  // -------- making them

  async make(values) {
    const wanted = this.dates.wanted()
    if (!wanted.length) {
      this.page.warn(() => t('cat.nothingToMake'))
      return this.dates.fault ? this.dates.times.focus() : undefined
    }
    if (wanted.length > mostAtOnce) return this.page.warn(() => t('cat.tooManyAtOnce', mostAtOnce))
    const { booking_closes_at: hours, like, ...rules } = values
    const made = await this.insert(wanted.map(({ date, time: clock }) => ({
      concert_id: this.concert.id, concert_date: date, concert_time: clock, ...rules,
      booking_closes_at: hours ? `${before(date, clock, hours)} ${this.zone}` : null,
    })))
    if (!made) return
    this.dates.chosen.clear()
    this.dates.left.clear()
    this.form.begin({})
    let seats = null
    try {
      seats = like ? await this.copyHall(like, made) : null
    } finally {
      // They are there, whatever became of their seats.
      await this.readAgain()
    }
    this.page.say(() => [t('cat.performancesMade', made.length), seats && t('cat.withSeats', seats)].filter(Boolean).join(' '))
    this.list.querySelector(`a[href$="${made[0].id}"]`)?.focus()
  }

  // All of them or none: which one is there already is told.
  async insert(rows) {
    try {
      return await api.add('concert_schedules', rows)
    } catch (error) {
      const [, date, clock] = /, (\d{4}-\d\d-\d\d), (\d\d:\d\d)/.exec(error.details) ?? []
      if (!(error instanceof Refusal) || error.code !== '23505' || !date) throw error
      await this.readAgain()
      this.page.warn(() => t('cat.twiceThen', `${day(date)} ${clock}`))
    }
  }

  async readAgain() {
    this.there = await api.schedulesOf(this.concert.id)
    this.drawList()
    this.form.field('like').choices(this.hallChoices())
    this.changed()
  }

  async copyHall(from, made) {
    let seats = 0
    for (const { id } of made) seats = (await api.copySeats(from, id)).inserted_seats
    return seats
  }
}

// So many hours before, by the venue's clock on the wall.
function before(date, clock, hours) {
  return new Date(Date.parse(`${date}T${clock}:00Z`) - hours * 3600000).toISOString().slice(0, 16).replace('T', ' ')
}
