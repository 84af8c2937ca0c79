// First step of a sale: seats are selected on the plan, or the best ones are asked for.
import { h } from '../frame/dom.js'
import { countdown, dayAndTime, languageOf, price, t } from '../frame/words.js'
import { seatPicture } from './seat-look.js'

export function choosing(view) {
  const { sale } = view
  const list = h('ul', { class: 'chosen' })
  let shown = ''
  view.showSelection = () => {
    const seats = sale.selection()
    const now = seats.map(({ seat_id: id }) => id).join()
    if (now === shown) return
    shown = now
    list.replaceChildren(...seats.map((seat) => chosen(view, seat)))
  }
  const sum = () => sale.selection().reduce((total, seat) => total + seat.price, 0)
  // Told beforehand; what counts is what the booker has when the seats are held.
  const limit = view.what.schedule.max_seats_per_booker
  return [
    h('h2', {}, () => t('yourSeats')),
    sale.opensLater() && h('p', { class: 'opens', hidden: () => !sale.opensLater() },
      () => t('opensLater', dayAndTime(view.what.schedule.opens_at, view.what.venue.timezone))),
    sale.opensLater() && h('p', { class: 'opens-in', hidden: () => !sale.opensSoon() },
      () => t('opensIn', countdown(sale.secondsUntilOpening()))),
    limit !== null && h('p', { class: () => (sale.selected.size > limit ? 'limit over' : 'limit'), role: 'status' },
      () => (sale.selected.size > limit ? t('overLimit', limit, sale.selected.size - limit) : t('limit', limit))),
    h('p', { class: 'quiet', hidden: () => sale.selected.size > 0 }, () => t('pickSeats')),
    list,
    h('p', { class: 'total', hidden: () => sale.selected.size === 0, role: 'status' },
      h('span', {}, () => t('totalOf', sale.selected.size)), h('strong', {}, () => price(sum()))),
    h('button', {
      type: 'button',
      class: 'primary hold',
      disabled: () => sale.selected.size === 0 || sale.busy,
      onclick: () => view.page.attempt(() => sale.hold()),
    }, () => (sale.selected.size ? t('hold', sale.selected.size) : t('holdNone'))),
    view.what.besides?.(view),
    bestSeats(view),
  ].filter(Boolean)
}

function chosen(view, seat) {
  const index = view.sale.indexOf.get(seat.seat_id)
  return h('li', {}, seatPicture('free', view.seatViews.colours.get(seat.seat_grade)),
    h('strong', {}, seat.seat_number), h('span', { class: 'quiet' }, () => t('grade', seat.seat_grade)),
    h('span', { class: 'amount' }, price(seat.price)),
    h('button', { type: 'button', class: 'icon', 'aria-label': () => t('remove', seat.seat_number), onclick: () => {
      view.sale.toggle(index)
      view.page.focus(view.panel)
    } }, '×'))
}

function bestSeats(view) {
  const { sale } = view
  const option = (value, text) => h('option', { value, lang: languageOf(value) }, text)
  const field = (id, label, input) => [h('label', { for: id }, () => t(label)), input]
  const count = h('input', { id: 'best-count', type: 'number', min: 1, max: 20, value: '2', inputmode: 'numeric' })
  const grade = h('select', { id: 'best-grade' }, option('', () => t('anyGrade')),
    sale.grades().map(({ name }) => option(name, () => t('grade', name))))
  const section = h('select', { id: 'best-section' }, option('', () => t('anySection')),
    sale.sections().map((name) => option(name, name)))
  const prices = [...new Set(sale.seats.map((seat) => seat.price))].sort((a, b) => a - b)
  const most = h('select', { id: 'best-price' }, option('', () => t('anyPrice')),
    prices.map((amount) => option(amount, price(amount))))
  const together = h('input', { id: 'best-together', type: 'checkbox', checked: true })
  return h('form', { class: 'best', onsubmit: (event) => {
    event.preventDefault()
    view.page.attempt(async () => {
      await sale.holdBest({
        seat_count: count.valueAsNumber || null,
        seat_grade: grade.value || null,
        section: section.value || null,
        max_price: most.value ? Number(most.value) : null,
        adjacent: together.checked,
      })
      if (sale.mine.size) view.seatViews.plan.show([...sale.mine])
    })
  } },
  h('h3', {}, () => t('bestSeats')),
  h('div', { class: 'fields two' },
    h('div', {}, field('best-count', 'howMany', count)),
    h('div', {}, field('best-grade', 'gradeLabel', grade)),
    h('div', { hidden: sale.sections().length === 0 }, field('best-section', 'sectionLabel', section)),
    h('div', {}, field('best-price', 'maxPrice', most))),
  h('label', { class: 'check', for: 'best-together' }, together, h('span', {}, () => t('together'))),
  h('button', { class: 'secondary', disabled: () => sale.busy }, () => t('holdBest')))
}
