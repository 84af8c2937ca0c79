// The room of the performances under way: the list of them, and the views of one.
import * as api from './api.js'
import './nights.words.js'
import { badges, seatBar } from './state.js'
import { todayAt } from '../frame/clock.js'
import { h, refresh } from '../frame/dom.js'
import { PagedList } from '../frame/more.js'
import { day, languageOf, t } from '../frame/words.js'

export async function open(page, [scheduleId, view], query) {
  if (!scheduleId) return listOfNights(page, query)
  const { openNight } = await import('./night.js')
  return openNight(page, scheduleId, view)
}

function listOfNights(page, query) {
  const wanted = { text: query.get('text') ?? '', from: query.get('from') ?? '', to: query.get('to') ?? '', past: query.has('past') }
  let today
  const rows = h('ul', { class: 'nights-list' })
  const list = new PagedList(page, rows, (last, count) => api.nights(wanted, today, count), nightRow, () => t('nightNone'))

  let typing
  function ask(values) {
    Object.assign(wanted, values)
    page.keepQuery(wanted)
    refresh(when)
    clearTimeout(typing)
    // Before it is known which day it is, the first question is not asked yet.
    typing = setTimeout(() => today && list.begin(), 200)
  }
  const field = (name, type, properties) => {
    const input = h('input', { id: `night-${name}`, type, ...properties, oninput: () => ask({ [name]: input.value.trim() }) })
    // What is no date, the field does not take.
    input.value = wanted[name]
    wanted[name] = input.value
    return h('div', { class: 'fields' }, h('label', { for: `night-${name}` }, () => t(`night_${name}`)), input)
  }
  const tab = (past, key) => h('button', { type: 'button', 'aria-pressed': () => String(wanted.past === past), onclick: () => ask({ past }) }, () => t(key))
  const when = h('div', { class: 'tabs', role: 'group', 'aria-label': () => t('nightWhich') }, tab(false, 'nightComing'), tab(true, 'nightPast'))

  const element = h('section', { class: 'nights' },
    h('div', { class: 'heading' }, h('h1', {}, () => t('nightsHeading')), when),
    h('form', { class: 'panel night-filter', onsubmit: (event) => event.preventDefault() },
      field('text', 'search', { maxlength: 100, autocomplete: 'off' }), field('from', 'date'), field('to', 'date')),
    rows, list.none, list.element)
  const ready = page.attempt(async () => {
    // Where it is still yesterday, yesterday's performance is tonight's.
    today = (await api.zones()).map(todayAt).sort()[0] ?? todayAt('UTC')
    await list.begin()
  })
  return { element, ready, close: () => clearTimeout(typing) }
}

function nightRow(night) {
  const { id, concerts: concert, concert_date: date, concert_time: hour } = night
  const bar = seatBar()
  bar.show(night.seats)
  refresh(bar.element)
  return h('li', { class: 'night-row' },
    h('p', { class: 'night-when' }, h('strong', {}, () => day(date, { month: 'short', day: 'numeric', weekday: 'short' })), ' ',
      h('span', {}, hour.slice(0, 5)), h('span', { class: 'quiet' }, date.slice(0, 4))),
    h('div', { class: 'night-what' },
      h('h2', {}, h('a', { href: `#/nights/${id}`, lang: languageOf(concert.title) }, concert.title)),
      h('p', { class: 'quiet' }, h('span', { lang: languageOf(concert.venues.name) }, concert.venues.name), ' · ',
        h('a', { href: `#/catalogue/concert/${concert.id}` }, () => t('nightCatalogue'))),
      badges(night)),
    bar.element)
}
