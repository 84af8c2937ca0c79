// The choice of dates: some usual ones, and a calendar on which the first and the last
// day are pressed. It is loaded when it is opened.
import './dates.words.js'
import { addDays, addMonths, calendar, lastOfMonth, monthOf, weekdayOf } from '../frame/calendar.js'
import { h, refresh } from '../frame/dom.js'
import { t } from '../frame/words.js'
import { datesText, inOrder, today } from './question.js'

const monthsAhead = 24
const saturday = 6
const sunday = 0

// What is left of it on a Sunday.
function weekend() {
  const now = today()
  const begin = weekdayOf(now) === sunday ? now : addDays(now, saturday - weekdayOf(now))
  return { from: begin, to: weekdayOf(begin) === sunday ? begin : addDays(begin, 1) }
}

function nextMonth() {
  const from = `${monthOf(addMonths(today(), 1))}-01`
  return { from, to: lastOfMonth(from) }
}

const quick = {
  quickToday: () => ({ from: today(), to: today() }),
  quickWeekend: weekend,
  quickMonth: () => ({ from: today(), to: lastOfMonth(today()) }),
  quickNextMonth: nextMonth,
}

// Opens over the list; change({from, to}) is called at once with what is chosen.
export function chooseDates(place, dates, change) {
  // Of the two days the first one is there, and the second is waited for.
  let isHalf = false
  const take = (chosen) => {
    Object.assign(dates, inOrder(chosen))
    change({ ...dates })
    refresh(dialog)
  }
  const close = () => dialog.close()

  function press(date) {
    if (isHalf) take({ from: dates.from, to: date })
    else take({ from: date, to: '' })
    isHalf = !isHalf
    refresh(dialog)
  }

  const between = (date) => date > dates.from && date < dates.to
  const days = calendar({
    first: today(),
    last: addMonths(today(), monthsAhead),
    dayOf: (date) => ({ class: dates.from && dates.to && between(date) ? 'between' : null }),
    isChosen: (date) => date === dates.from || date === dates.to,
    choose: press,
  })
  const hint = () => {
    if (isHalf) return t('chooseLastDay', datesText({ from: dates.from, to: dates.from }))
    return dates.from || dates.to ? t('chosenDates', datesText(dates)) : t('chooseFirstDay')
  }
  const all = h('button', { type: 'button', class: 'chip', 'aria-pressed': () => String(!dates.from && !dates.to), onclick: () => {
    isHalf = false
    take({ from: '', to: '' })
  } }, () => t('anyDates'))
  const choices = Object.entries(quick).map(([key, chosen]) => h('button', {
    type: 'button', class: 'chip',
    'aria-pressed': () => String(dates.from === chosen().from && dates.to === chosen().to),
    onclick: () => {
      isHalf = false
      take(chosen())
      days.show(dates.from)
    },
  }, () => t(key)))

  const dialog = h('dialog', { class: 'dates sheet', 'aria-labelledby': 'dates-title', onclose: () => dialog.remove(),
    onclick: (event) => event.target === dialog && close() },
  h('div', { class: 'sheet-body' },
    h('h2', { id: 'dates-title' }, () => t('chooseDates')),
    h('div', { class: 'chips' }, all, choices),
    h('p', { class: 'quiet', role: 'status' }, hint),
    days.element,
    h('button', { type: 'button', class: 'primary', onclick: close }, () => t('showConcerts'))))
  place.append(dialog)
  if (dates.from) days.show(dates.from)
  dialog.showModal()
}
