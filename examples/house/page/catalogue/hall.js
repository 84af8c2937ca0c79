// The hall of one performance: drawn from blocks, read from a spreadsheet, or
// that of another performance. The database says what may be changed.
import * as api from './api.js'
import { DrawPart } from './draw-part.js'
import { ImportPart } from './import-part.js'
import { Preview } from './preview.js'
import { Refusal } from '../frame/api.js'
import { h, refresh } from '../frame/dom.js'
import { dayAndTime, t } from '../frame/words.js'
import { heading, steps, titleOf, viewOf } from './view.js'

const ways = ['draw', 'import', 'copy']
const namedSeats = 12

export const open = (page, [id], query) => viewOf(page, async (view) => {
  const schedule = await api.schedule(id)
  const [others, plan] = await Promise.all([api.schedulesOf(schedule.concert_id), schedule.total_seats ? api.seatMap(id) : null])
  new Hall(page, view, schedule, others.filter((one) => one.id !== id), plan?.seats ?? []).draw(query.get('way'))
})

class Hall {
  way = 'draw'
  isBusy = false

  constructor(page, view, schedule, others, seats) {
    Object.assign(this, { page, view, schedule, others, seats })
    this.concert = schedule.concerts
    this.zone = this.concert.venues.timezone
    this.there = new Preview()
    this.parts = { draw: new DrawPart(this), import: new ImportPart(this), copy: { element: this.copyPart(), isDirty: () => false } }
    this.result = h('div', { class: 'cat-result', role: 'status' })
  }

  draw(way) {
    const { view, concert, schedule } = this
    if (ways.includes(way)) this.way = way
    view.isDirty = () => this.parts.draw.isDirty() || this.parts.import.isDirty()
    view.onclose = () => [this.there, this.parts.draw, this.parts.import].forEach((part) => part.close())
    this.element = h('div', { class: 'cat-hall' },
      this.present(), this.result,
      h('div', { class: 'tabs', role: 'group', 'aria-label': () => t('cat.ways') }, ways.map((name) => h('button', {
        type: 'button', 'aria-pressed': () => String(this.way === name), onclick: () => this.choose(name),
      }, () => t(`cat.way_${name}`)))),
      ways.map((name) => h('div', { hidden: () => this.way !== name }, this.parts[name].element)))
    view.show(heading(() => t('cat.hall'), ' › ', titleOf(concert), ' › ', h('span', {}, () => dayAndTime(schedule.starts_at, this.zone))),
      steps(concert, schedule.id, 'hall'), this.element)
    this.there.show([this.seats])
  }

  choose(way) {
    this.way = way
    this.page.keepQuery({ way: way === 'draw' ? '' : way })
    refresh(this.element)
  }

  // What is there, and what sending a plan does to it.
  present() {
    const count = (status) => this.seats.filter((seat) => status.includes(seat.status)).length
    return h('section', { class: 'panel', hidden: () => !this.seats.length },
      h('h2', {}, () => t('cat.hasSeats', this.seats.length, count(['reserved']), count(['temp_reserved']))),
      h('p', {}, () => t('cat.whatImportDoes')),
      h('details', {}, h('summary', {}, () => t('cat.lookAtHall')), this.there.element))
  }

  // -------- sending

  send = (seats) => this.run(() => api.importSeats(this.schedule.id, seats))

  // True if the database has made it.
  async run(work) {
    if (this.isBusy) return false
    this.busy(true)
    let isMade = false
    await this.page.attempt(async () => {
      try {
        this.tellMade(await work())
        isMade = true
      } catch (error) {
        if (!(error instanceof Refusal) || error.message !== 'the layout would lose seats') throw error
        this.tellLost(error.seats)
      }
      if (isMade) await this.readAgain()
    })
    this.busy(false)
    this.result.querySelector('a, [tabindex]')?.focus()
    return isMade
  }

  busy(isBusy) {
    this.isBusy = isBusy
    refresh(this.element)
  }

  async readAgain() {
    this.seats = (await api.seatMap(this.schedule.id)).seats
    this.there.show([this.seats])
  }

  tellMade({ inserted_seats: inserted, updated_seats: updated, removed_seats: removed }) {
    const words = () => t('cat.made', inserted, updated, removed)
    this.page.say(words)
    const empty = this.others.filter((one) => !one.total_seats && one.status !== 'cancelled')
    this.result.replaceChildren(h('div', { class: 'panel' }, h('p', {}, h('strong', {}, words)),
      h('div', { class: 'actions' },
        h('a', { class: 'cat-button', href: `#/catalogue/prices/${this.concert.id}/${this.schedule.id}` }, () => t('cat.toPrices')),
        empty.length ? h('button', { type: 'button', class: 'cat-copy-all', disabled: () => this.isBusy, onclick: () => this.copyToAll(empty) }, () => t('cat.copyToOthers', empty.length)) : '')))
  }

  // Whose seats would go: nothing was changed.
  tellLost(seats) {
    const words = () => t('cat.wouldLose', seats.length)
    this.page.warn(words)
    this.result.replaceChildren(h('div', { class: 'panel cat-refused', tabindex: -1 }, h('p', {}, h('strong', {}, words)),
      h('ul', {}, seats.slice(0, namedSeats).map(({ seat_number: number, reason }) => h('li', {}, h('span', {}, number), ': ', () => t(`cat.lost_${reason}`)))),
      seats.length > namedSeats ? h('p', { class: 'quiet' }, () => t('cat.andMore', seats.length - namedSeats)) : '',
      h('p', {}, () => t('cat.loseHelp'))))
  }

  // The performances of the concert that have no seats yet get these.
  async copyToAll(empty) {
    if (this.isBusy) return
    this.busy(true)
    await this.page.attempt(async () => {
      // Somebody else may have drawn one of them meanwhile.
      const drawn = new Set((await api.schedulesOf(this.concert.id)).filter((one) => one.total_seats).map(({ id }) => id))
      const still = empty.filter(({ id }) => !drawn.has(id))
      for (const other of still) await api.copySeats(this.schedule.id, other.id)
      this.others = (await api.schedulesOf(this.concert.id)).filter((one) => one.id !== this.schedule.id)
      this.result.replaceChildren()
      this.page.say(() => t('cat.copiedTo', still.length, this.seats.length))
    })
    this.busy(false)
  }

  // -------- from another performance

  copyPart() {
    const from = this.others.filter((one) => one.total_seats)
    if (!from.length) return h('p', { class: 'panel quiet' }, () => t('cat.nothingToCopy'))
    const select = h('select', { id: 'cat-copy-from' }, from.map((one) =>
      h('option', { value: one.id }, () => `${dayAndTime(one.starts_at, this.zone)} (${t('cat.seats', one.total_seats)})`)))
    return h('form', { class: 'panel cat-copy', onsubmit: (event) => {
      event.preventDefault()
      this.run(() => api.copySeats(select.value, this.schedule.id))
    } },
    h('p', {}, () => t('cat.copyHelp')),
    h('div', { class: 'fields' }, h('label', { for: 'cat-copy-from' }, () => t('cat.copyFrom')), select),
    h('div', { class: 'cat-submit' }, h('button', { class: 'primary', disabled: () => this.isBusy }, () => t('cat.copy'))))
  }
}
