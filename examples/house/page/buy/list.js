// The same seats as a list of check boxes, a row at a time: for fingers on a
// screen reader, which have no arrow keys, and for whoever prefers reading. A
// row's boxes are made when it is opened.
import { h, refresh } from '../frame/dom.js'
import { t } from '../frame/words.js'

export class SeatList {
  // rows of the geometry; stateOf(index), nameOf(index), toggle(index), and
  // isChoosable(index) where others than free seats can be chosen, isDimmed(index)
  constructor(options) {
    Object.assign(this, options)
    this.element = h('div', { class: 'seat-list' })
  }

  // Hundreds of rows are made when somebody looks at them.
  setSeats(rows) {
    this.rows = rows
    this.isMade = false
    this.changed()
  }

  row({ section, label, seats }) {
    const free = () => seats.filter((index) => ['free', 'selected'].includes(this.stateOf(index))).length
    const name = () => [section !== null && t('section', section), label !== null && t('row', label)]
      .filter(Boolean).join(' · ') || t('list')
    const boxes = h('div', { class: 'boxes' })
    const details = h('details', { class: () => (seats.every((index) => this.isDimmed(index)) ? 'dimmed' : null) }, h('summary', {},
      h('span', {}, name), h('span', { class: 'quiet' }, () => t('free', free()))), boxes)
    details.addEventListener('toggle', () => {
      if (details.open && !boxes.hasChildNodes()) boxes.append(...seats.map((index) => this.box(index)))
    })
    return details
  }

  box(index) {
    return h('label', { class: () => (this.isDimmed(index) ? 'dimmed' : null) },
      h('input', {
        type: 'checkbox',
        checked: () => ['selected', 'mine', 'booked'].includes(this.stateOf(index)),
        disabled: () => !this.isChoosable(index) || this.locked(),
        onchange: () => this.toggle(index),
      }),
      h('span', {}, () => this.nameOf(index)))
  }

  isChoosable(index) {
    return ['free', 'selected'].includes(this.stateOf(index))
  }

  isDimmed() {
    return false
  }

  changed() {
    if (this.element.hidden || !this.rows) return
    if (this.isMade) return refresh(this.element)
    this.isMade = true
    this.element.replaceChildren(...this.rows.map((row) => this.row(row)))
  }
}
