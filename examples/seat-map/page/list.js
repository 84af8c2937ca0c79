// The same seats as a list of check boxes, a row at a time: for fingers on a
// screen reader, which have no arrow keys, and for whoever prefers reading. A
// row's boxes are made when it is opened.
import { h, refresh } from './dom.js'
import { t } from './words.js'

export class SeatList {
  // rows of the geometry; stateOf(index), nameOf(index), toggle(index)
  constructor(options) {
    Object.assign(this, options)
    this.element = h('div', { class: 'seat-list' })
  }

  setSeats(rows) {
    this.element.replaceChildren(...rows.map((row) => this.row(row)))
  }

  row({ section, label, seats }) {
    const free = () => seats.filter((index) => ['free', 'selected'].includes(this.stateOf(index))).length
    const name = () => [section !== null && t('section', section), label !== null && t('row', label)]
      .filter(Boolean).join(' · ') || t('list')
    const boxes = h('div', { class: 'boxes' })
    const details = h('details', {}, h('summary', {},
      h('span', {}, name), h('span', { class: 'quiet' }, () => t('free', free()))), boxes)
    details.addEventListener('toggle', () => {
      if (details.open && !boxes.hasChildNodes()) boxes.append(...seats.map((index) => this.box(index)))
    })
    return details
  }

  box(index) {
    return h('label', {},
      h('input', {
        type: 'checkbox',
        checked: () => ['selected', 'mine', 'booked'].includes(this.stateOf(index)),
        disabled: () => !['free', 'selected'].includes(this.stateOf(index)) || this.locked(),
        onchange: () => this.toggle(index),
      }),
      h('span', {}, () => this.nameOf(index)))
  }

  changed() {
    refresh(this.element)
  }
}
