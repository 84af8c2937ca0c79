// A month of days to choose from, as the date grid of the ARIA practices has it: one tab
// stop, arrows go by days and weeks. Dates are 'YYYY-MM-DD': no time zone moves them.
import './calendar.words.js'
import { h, refresh } from './dom.js'
import { day, language, t } from './words.js'

const utc = (date) => new Date(`${date}T00:00:00Z`)
const iso = (instant) => instant.toISOString().slice(0, 10)
export const weekdayOf = (date) => utc(date).getUTCDay()
export const monthOf = (date) => date.slice(0, 7)

export function addDays(date, count) {
  const moved = utc(date)
  moved.setUTCDate(moved.getUTCDate() + count)
  return iso(moved)
}

export const lastOfMonth = (date) => {
  const [year, month] = date.split('-').map(Number)
  return iso(new Date(Date.UTC(year, month, 0)))
}

// The same day of another month, or that month's last one.
export function addMonths(date, count) {
  const [year, month] = date.split('-').map(Number)
  const first = iso(new Date(Date.UTC(year, month - 1 + count, 1)))
  const wanted = `${monthOf(first)}-${date.slice(8)}`
  return wanted < lastOfMonth(first) ? wanted : lastOfMonth(first)
}

// Korean calendars begin with Sunday, British ones with Monday.
const weekBegins = () => (language() === 'ko' ? 0 : 1)
const placeInWeek = (date) => (weekdayOf(date) - weekBegins() + 7) % 7
// A Sunday, for the names of the days.
const sunday = '2023-01-01'

let calendars = 0

// first, last: the days that can be reached. dayOf(date): note, what is written under
// the number; label, what is said of it in place of the note; disabled; class.
// isChosen(date); choose(date). show(date) turns to a date's month, refresh() asks again.
export function calendar({ first, last, dayOf = () => ({}), isChosen, choose }) {
  const clamp = (date) => (date < first ? first : date > last ? last : date)
  let at = first
  const id = `calendar-${++calendars}`
  const body = h('tbody')
  const names = h('tr')
  const turn = (count, key, sign) => h('button', {
    type: 'button', class: 'icon', 'aria-label': () => t(key),
    disabled: () => monthOf(clamp(addMonths(at, count))) === monthOf(at),
    onclick: () => move(addMonths(at, count)),
  }, sign)
  const element = h('div', { class: 'calendar' },
    h('div', { class: 'calendar-head' },
      turn(-1, 'calendarPrevious', '‹'),
      h('h3', { id, 'aria-live': 'polite' }, () => day(`${monthOf(at)}-01`, { year: 'numeric', month: 'long' })),
      turn(1, 'calendarNext', '›')),
    h('table', { role: 'grid', 'aria-labelledby': id, onkeydown: key }, h('thead', {}, names), body))
  // Another language begins its weeks on another day.
  element.bindings.push(draw)

  function draw() {
    const hadFocus = body.contains(document.activeElement)
    names.replaceChildren(...Array.from({ length: 7 }, (_, place) => {
      const name = addDays(sunday, weekBegins() + place)
      return h('th', { scope: 'col', abbr: day(name, { weekday: 'long' }) }, day(name, { weekday: 'short' }))
    }))
    body.replaceChildren(...weeks())
    if (hadFocus) focusDay()
  }

  function weeks() {
    const begin = `${monthOf(at)}-01`
    const cells = Array.from({ length: placeInWeek(begin) }, () => h('td'))
    for (let date = begin; monthOf(date) === monthOf(at); date = addDays(date, 1)) cells.push(cell(date))
    while (cells.length % 7) cells.push(h('td'))
    return Array.from({ length: cells.length / 7 }, (_, week) => h('tr', {}, cells.slice(week * 7, week * 7 + 7)))
  }

  function cell(date) {
    const { label, note, disabled, class: look } = date === clamp(date) ? dayOf(date) ?? {} : { disabled: true }
    return h('td', {
      class: ['day', look].filter(Boolean).join(' '),
      tabindex: date === at ? 0 : -1,
      'data-date': date,
      'aria-label': [day(date), label ?? note].filter(Boolean).join(', '),
      'aria-selected': String(Boolean(isChosen(date))),
      'aria-disabled': disabled ? 'true' : null,
      onclick: () => take(date),
    }, h('span', {}, String(Number(date.slice(8)))), note && h('small', {}, note))
  }

  const cellOf = (date) => body.querySelector(`[data-date="${date}"]`)
  const focusDay = () => cellOf(at)?.focus()

  function take(date) {
    if (cellOf(date).ariaDisabled === 'true') return
    at = date
    choose(date)
    refresh(element)
    focusDay()
  }

  function move(date) {
    at = clamp(date)
    refresh(element)
  }

  function key(event) {
    const to = {
      ArrowLeft: () => addDays(at, -1), ArrowRight: () => addDays(at, 1),
      ArrowUp: () => addDays(at, -7), ArrowDown: () => addDays(at, 7),
      Home: () => addDays(at, -placeInWeek(at)), End: () => addDays(at, 6 - placeInWeek(at)),
      PageUp: () => addMonths(at, event.shiftKey ? -12 : -1), PageDown: () => addMonths(at, event.shiftKey ? 12 : 1),
    }[event.key]
    if (to) {
      move(to())
      focusDay()
    } else if (event.key === 'Enter' || event.key === ' ') take(at)
    else return
    event.preventDefault()
  }

  draw()
  return { element, show: (date) => move(date.length === 7 ? `${date}-01` : date), refresh: () => refresh(element) }
}
