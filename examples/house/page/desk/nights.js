// The nights that come, the next ones first: what is left of each, and the way to a
// sale, to its bookings and to its seats.
import * as api from './api.js'
import { serverNow } from '../frame/api.js'
import { todayAt } from '../frame/clock.js'
import { h, refresh } from '../frame/dom.js'
import { PagedList } from '../frame/more.js'
import { day, languageOf, t } from '../frame/words.js'

const hour = 3600 * 1000
// Whoever comes late still comes to the desk.
const stillTonight = 4 * hour
// So many of a concert at once; the others are asked for.
const nightsShown = 3

// Nowhere it is an earlier day than this.
const firstDay = () => new Date(serverNow() - 16 * hour).toISOString().slice(0, 10)

// told(schedules) hears of each night that is shown.
export function nights(page, told) {
  const cards = h('ul', { class: 'desk-concerts' })
  const box = h('input', { id: 'desk-nights', type: 'search', maxlength: 100, autocomplete: 'off' })
  const list = new PagedList(page, cards, async (last) => {
    const found = await api.concerts({ search_text: box.value.trim() || undefined, date_from: firstDay() }, last)
    const details = await Promise.all(found.map(({ concert_id: id }) => api.concertDetail(id)))
    return found.map((row, at) => ({ ...row, detail: details[at] }))
  }, ({ detail }) => card(detail, told), () => t('deskNoNights'))
  const form = h('form', { role: 'search', onsubmit: (event) => {
    event.preventDefault()
    list.begin()
  } },
  h('label', { for: 'desk-nights' }, () => t('deskFindNight')),
  h('div', { class: 'row' }, box, h('button', { class: 'secondary' }, () => t('deskFindButton'))))
  const element = h('section', { class: 'panel desk-nights', 'aria-labelledby': 'desk-nights-title' },
    h('h2', { id: 'desk-nights-title' }, () => t('deskNights')), form, cards, list.none, list.element)
  return { element, begin: () => list.begin() }
}

function card({ concert, venue, schedules }, told) {
  const coming = schedules.filter(({ starts_at: at }) => Date.parse(at) > serverNow() - stillTonight)
  const rows = h('ul', { class: 'desk-night-rows' })
  const show = (some) => {
    rows.append(...some.map((schedule) => nightRow(schedule, venue.timezone)))
    told(some.map((schedule) => ({ concert, venue, schedule })))
  }
  const rest = coming.slice(nightsShown)
  const more = h('button', { type: 'button', class: 'quiet-button', hidden: () => !rest.length, onclick: () => {
    const at = rows.children.length
    show(rest.splice(0))
    refresh(more)
    rows.children[at].querySelector('a').focus()
  } }, () => t('deskMoreNights', rest.length))
  show(coming.slice(0, nightsShown))
  return h('li', { class: 'desk-concert' },
    h('h3', { lang: languageOf(concert.title) }, concert.title),
    h('p', { class: 'quiet', lang: languageOf(venue.name) }, venue.name), rows, more)
}

function nightRow(schedule, zone) {
  const { concert_schedule_id: id, concert_date: date, concert_time: time, total_seats: all, available_seats: free, status } = schedule
  const cancelled = status === 'cancelled'
  const link = (view, key, name = 'desk-link') => h('a', { class: name, href: `#/desk/${view}/${id}` }, () => t(key))
  return h('li', { class: 'desk-night', 'data-night': id },
    h('div', { class: 'desk-night-when' },
      h('strong', {}, () => `${day(date, { month: 'short', day: 'numeric', weekday: 'short' })} ${time.slice(0, 5)}`),
      !cancelled && date === todayAt(zone) ? h('span', { class: 'badge good' }, () => t('deskToday')) : null,
      cancelled || status === 'postponed' ? h('span', { class: cancelled ? 'badge bad' : 'badge' }, () => t(`desk_${status}`)) : null),
    h('div', { class: 'desk-night-left' },
      h('meter', { min: 0, max: all || 1, value: all - free, 'aria-hidden': 'true' }),
      h('span', { class: 'quiet' }, () => t('deskLeftOf', free, all))),
    h('div', { class: 'actions' }, cancelled ? null : link('sell', 'deskSell', 'desk-link strong'), link('night', 'deskBookings'),
      cancelled ? null : link('block', 'deskBlock')))
}
