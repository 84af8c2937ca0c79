// Bars, one an hour: an SVG with a text in its place for who does not see it, and the
// same numbers as a table. show() again changes what has changed, and nothing else.
import './report.words.js'
import { number } from './state.js'
import { h, refresh } from '../frame/dom.js'
import { t } from '../frame/words.js'

const hours = Array.from({ length: 24 }, (_, hour) => hour)
const size = { width: 520, height: 190, left: 46, top: 14, plot: 144 }
const step = (size.width - size.left - 6) / 24

function svg(tag, attributes, text) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  if (text !== undefined) element.textContent = text
  return element
}

// A round number of seats that no bar is above; half of it is a whole number, too.
function topOf(most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)))
  return [1, 2, 4, 6, 8, 10].map((n) => n * power).find((n) => n >= Math.max(most, 4))
}

export function hourChart() {
  let values = hours.map(() => ({ bookings: 0, seats: 0 }))
  const bars = hours.map((hour) => svg('rect', { x: (size.left + hour * step + 2).toFixed(1), width: (step - 4).toFixed(1), rx: 2 }))
  const marks = [0, 0.5, 1].map((part) => {
    const y = size.top + size.plot * (1 - part)
    return { part, line: svg('line', { x1: size.left, x2: size.width - 4, y1: y, y2: y }), label: svg('text', { x: size.left - 6, y: y + 4, 'text-anchor': 'end' }) }
  })
  const clock = [0, 6, 12, 18, 24].map((hour) => svg('text', { x: size.left + hour * step, y: size.height - 10, 'text-anchor': hour === 24 ? 'end' : 'middle' }, hour))
  const picture = svg('svg', { class: 'hours', viewBox: `0 0 ${size.width} ${size.height}`, role: 'img' })
  picture.append(...marks.flatMap(({ line, label }) => [line, label]), ...bars, ...clock)

  const total = (name) => values.reduce((sum, value) => sum + value[name], 0)
  const busiest = () => values.indexOf(values.reduce((most, value) => (value.seats > most.seats ? value : most)))
  const words = () => (total('seats') ? t('nightChart', total('seats'), busiest(), values[busiest()].seats) : t('nightChartEmpty'))
  const said = h('p', { class: 'quiet' }, words)
  // The picture is made without h(): its name follows the state with the table's.
  const name = h('caption', { class: 'visually-hidden' }, () => {
    picture.setAttribute('aria-label', words())
    return t('nightByHour')
  })
  const body = h('tbody', {}, hours.map((hour) => h('tr', { hidden: () => !values[hour].bookings },
    h('th', { scope: 'row' }, () => t('nightHour', hour)),
    h('td', { class: 'number' }, () => values[hour].bookings), h('td', { class: 'number' }, () => values[hour].seats))))
  const table = h('details', {}, h('summary', {}, () => t('nightAsTable')),
    h('table', {}, name, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, () => t('nightHourHead')),
      h('th', { class: 'number', scope: 'col' }, () => t('nightBookings')), h('th', { class: 'number', scope: 'col' }, () => t('nightSeats')))), body))
  const element = h('div', { class: 'chart' }, picture, said, table)

  function show(now) {
    values = now
    const top = topOf(Math.max(...values.map(({ seats }) => seats)))
    for (const { part, label } of marks) label.textContent = number(top * part)
    for (const [hour, bar] of bars.entries()) {
      const height = (values[hour].seats / top) * size.plot
      bar.setAttribute('height', height.toFixed(3))
      bar.setAttribute('y', (size.top + size.plot - height).toFixed(3))
    }
    refresh(element)
  }
  show(values)
  return { element, show }
}
