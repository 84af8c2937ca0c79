// The seats of one performance in two ways, as a plan and as a list, with the tabs
// between them and the legend of states. The sale shows them, and so does the desk
// where it takes seats off sale.
import { SeatList } from './list.js'
import { SeatPlan } from './plan.js'
import './sale.words.js'
import { gradeColours, seatPicture } from './seat-look.js'
import { h, refresh } from '../frame/dom.js'
import { price, t } from '../frame/words.js'

const stateKeys = {
  free: 'stateFree', selected: 'stateSelected', mine: 'stateMine', booked: 'stateBooked',
  held: 'stateHeld', sold: 'stateSold', blocked: 'stateBlocked',
}

export class SeatViews {
  // sale: it knows the seats (sale.js); inLegend: the states that are explained; keys: the
  // texts of states, where they are other ones; stateText(index), where it takes more than
  // one; options: what else plan and list ask for (plan.js)
  constructor(sale, { keys = {}, inLegend, stateText, ...options }) {
    this.sale = sale
    this.keys = { ...stateKeys, ...keys }
    this.colours = new Map()
    this.stateText = stateText ?? this.stateName
    const seats = {
      stateOf: (index) => sale.stateOf(index),
      colourOf: (index) => this.colours.get(sale.seats[index].seat_grade),
      nameOf: (index) => this.nameOf(index),
      toggle: (index) => sale.toggle(index),
      ...options,
    }
    this.plan = new SeatPlan(seats)
    this.list = new SeatList(seats)
    this.legend = h('ul', { class: 'legend' }, inLegend.map((state) =>
      h('li', {}, seatPicture(state, '#a9afd0'), h('span', {}, () => t(this.keys[state])))))
    this.tabs = h('div', { class: 'tabs', role: 'group', 'aria-label': () => t('plan') }, this.tab('plan'), this.tab('list'))
    this.head = h('div', { class: 'seats-head' }, this.tabs)
    this.show('plan')
  }

  close() {
    this.plan.close()
  }

  tab(name) {
    return h('button', { type: 'button', 'aria-pressed': () => String(this.shown === name), onclick: () => this.show(name) },
      () => t(name))
  }

  show(name) {
    this.shown = name
    this.plan.element.hidden = name !== 'plan'
    this.list.element.hidden = name !== 'list'
    this.list.changed()
    refresh(this.tabs)
  }

  stateName(index) {
    return t(this.keys[this.sale.stateOf(index)])
  }

  // Row B, seat 12: for screen readers, the list and the hint under the mouse.
  nameOf(index) {
    const seat = this.sale.seats[index]
    const place = seat.row_label === null || seat.seat_index === null ? [t('seat', seat.seat_number)]
      : [seat.section !== null && t('section', seat.section), t('row', seat.row_label), t('seat', seat.seat_index)]
    return [...place, t('grade', seat.seat_grade), price(seat.price), this.stateText(index)].filter(Boolean).join(', ')
  }

  // The seats are there, or others than before.
  setSeats() {
    this.sale.grades().forEach(({ name }, at) => this.colours.set(name, gradeColours[at % gradeColours.length]))
    this.plan.setSeats(this.sale.seats)
    this.list.setSeats(this.plan.geometry.rows)
  }

  changed(indexes) {
    this.plan.changed(indexes)
    if (this.shown === 'list') this.list.changed()
  }

  // Other seats are lit up.
  repaint() {
    this.plan.repaint()
    this.list.changed()
  }
}
