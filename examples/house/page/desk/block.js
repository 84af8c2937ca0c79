// Seats are taken off sale on the plan, with a reason, and put back. A clerk and a manager
// may; no buyer's part of a sale is used, for a manager holds nothing.
import * as api from './api.js'
import { field } from './asking.js'
import './desk.words.js'
import { nightView } from './bookings.js'
import { Sale } from '../buy/sale.js'
import { SeatViews } from '../buy/seat-views.js'
import { h, refresh } from '../frame/dom.js'
import { seatsEn, seatsKo, t } from '../frame/words.js'

export const open = (page, scheduleId) => nightView(page, scheduleId, 'deskBlocking', (what) => {
  const { ready, ...view } = blockView(page, what)
  return { ...view, begin: () => ready }
})

// what: {concert, venue, schedule}; the element goes below a heading of its room.
export function blockView(page, what) {
  const view = new BlockView(page, what)
  return { element: view.element, ready: page.attempt(() => view.seats.open()), close: () => view.close() }
}

// The seats of a performance as a sale knows them, but free and blocked ones can be
// selected, and nothing is held.
class Seats extends Sale {
  restorePayment() {}

  restoreHolds() {}

  isChoosable(index) {
    return ['a', 'u'].includes(this.states[index])
  }

  toggle(index) {
    if (this.busy || !this.isChoosable(index)) return
    if (!this.selected.delete(index)) this.selected.add(index)
    this.listeners.changed([index])
  }

  // Those of a row that can be selected are, or none of them if all are already.
  toggleRow(indexes) {
    const some = indexes.filter((index) => this.isChoosable(index))
    const isWhole = some.every((index) => this.selected.has(index))
    for (const index of some) {
      if (isWhole) this.selected.delete(index)
      else this.selected.add(index)
    }
    this.listeners.changed(some)
  }

  selectedThatAre(letter) {
    return [...this.selected].filter((index) => this.states[index] === letter).sort((a, b) => a - b)
  }

  idsOf(indexes) {
    return indexes.map((index) => this.seats[index].seat_id)
  }

  // Ours changed them: that nobody else took them needs no telling.
  change(indexes, work) {
    return this.command(async () => {
      try {
        const changed = await work(this.idsOf(indexes))
        for (const index of indexes) this.selected.delete(index)
        return changed
      } catch (refusal) {
        this.deselect(refusal)
        throw refusal
      }
    })
  }
}

class BlockView {
  constructor(page, what) {
    this.page = page
    this.seats = new Seats(what.schedule, {
      seats: () => this.show(),
      changed: (indexes) => this.changed(indexes),
      ticked: () => {},
      opened: () => {},
      taken: (numbers) => page.warn(() => t('taken', numbers.join(', '))),
      lapsed: () => {},
      connected: (yes) => page.connected(yes),
    })
    this.seatViews = new SeatViews(this.seats, {
      inLegend: ['free', 'selected', 'held', 'sold', 'blocked'],
      keys: { blocked: 'deskBlocked' },
      stateText: (index) => this.stateText(index),
      isChoosable: (index) => this.seats.isChoosable(index),
      locked: () => Boolean(this.seats.busy),
    })
    this.panel = h('div', { class: 'panel' })
    const { head, plan, list, legend } = this.seatViews
    this.element = h('div', { class: 'sale desk-block' },
      h('div', { class: 'seats' }, head, plan.element, list.element, legend), this.panel)
  }

  close() {
    this.seats.close()
    this.seatViews.close()
  }

  stateText(index) {
    const isBlocked = this.seats.states[index] === 'u' && this.seats.selected.has(index)
    return isBlocked ? `${t('deskBlocked')}, ${t('stateSelected')}` : this.seatViews.stateName(index)
  }

  // -------- what the seats tell

  show() {
    this.seatViews.setSeats()
    this.showPanel()
  }

  changed(indexes) {
    if (!this.seats.seats.length) return
    this.seatViews.changed(indexes)
    refresh(this.panel)
  }

  // -------- what to do with them

  showPanel() {
    const { seats, page } = this
    const free = () => seats.selectedThatAre('a')
    const blocked = () => seats.selectedThatAre('u')
    const reason = field('deskBlockReason', { maxlength: 200, autocomplete: 'off' })
    const count = (letter) => [...seats.states].filter((state) => state === letter).length
    const numbers = (indexes) => indexes.map((index) => seats.seats[index].seat_number).join(', ')
    const run = (key, indexes, work) => page.attempt(async () => {
      const changed = await seats.change(indexes, work)
      page.say(() => t(key, seatsKo(changed), seatsEn(changed)))
    })
    const block = () => {
      if (!page.complete([[reason.input, 'deskNeedReason']])) return
      return run('deskBlockDone', free(), (ids) => api.blockSeats(ids, reason.input.value.trim()))
    }
    this.panel.replaceChildren(
      h('h2', {}, () => t('deskBlock')),
      h('p', { class: 'quiet' }, () => t('deskBlockHelp')),
      h('p', { role: 'status' }, () => t('deskBlockCount', seatsKo(count('u')), seatsEn(count('u')), seatsKo(count('a')), seatsEn(count('a')))),
      this.rowField(),
      h('p', { class: 'desk-chosen', hidden: () => !seats.selected.size },
        h('strong', {}, () => t('deskSelected', seatsKo(seats.selected.size), seatsEn(seats.selected.size))),
        h('span', { class: 'quiet' }, () => numbers([...seats.selected].sort((a, b) => a - b).slice(0, 40)) + (seats.selected.size > 40 ? ' …' : '')),
        h('button', { type: 'button', class: 'quiet-button', onclick: () => {
          const before = [...seats.selected]
          seats.selected.clear()
          this.changed(before)
        } }, () => t('deskSelectNone'))),
      h('form', { novalidate: true, onsubmit: (event) => {
        event.preventDefault()
        block()
      } },
      h('div', { class: 'fields' }, reason.both),
      h('button', { class: 'primary desk-do-block', disabled: () => !free().length || seats.busy },
        () => (free().length ? t('deskBlockYes', seatsKo(free().length), seatsEn(free().length)) : t('holdNone')))),
      h('button', { type: 'button', class: 'secondary desk-do-unblock', hidden: () => !blocked().length, disabled: () => Boolean(seats.busy),
        onclick: () => run('deskUnblockDone', blocked(), (ids) => api.unblockSeats(ids)) },
      () => t('deskUnblockYes', seatsKo(blocked().length), seatsEn(blocked().length))))
    refresh(this.panel)
  }

  // Row by row: a camera or a school takes more than a seat.
  rowField() {
    const { rows } = this.seatViews.plan.geometry
    const name = ({ section, label }) => [section !== null && t('section', section), label !== null && t('row', label)].filter(Boolean).join(' · ')
    const row = field('deskRow', {}, 'select', rows.map((one, at) => h('option', { value: at }, () => name(one) || t('list'))))
    return h('div', { class: 'fields', hidden: rows.length < 2 }, row.both[0], h('div', { class: 'row' }, row.input,
      h('button', { type: 'button', class: 'secondary', onclick: () => this.seats.toggleRow(rows[row.input.value].seats) }, () => t('deskRowSelect'))))
  }
}
