// Whom to tell after a performance was postponed or cancelled: a list to read, to copy
// and to save. It is read from the database in parts, and never leaves this browser.
import * as api from './api.js'
import { csv, save, tabbed } from './csv.js'
import './tell.words.js'
import { localAt } from '../frame/clock.js'
import { h, refresh } from '../frame/dom.js'
import { PagedList } from '../frame/more.js'
import { languageOf, price, t } from '../frame/words.js'

// As a view of its own, which has its heading already.
export const tellView = (page, night) => tellList(page, night, null)

export function tellList(page, night, heading = h('h3', {}, () => t('nightTellHeading'))) {
  const body = h('tbody')
  const list = new PagedList(page, body, (last, count) => api.toTell(night.id, api.logPage, count), row, () => t('nightNobodyToTell'))
  const progress = h('span', { class: 'quiet', role: 'status' })
  const all = () => readAll(night.id, (read, total) => progress.replaceChildren(h('span', {}, () => t('nightRead', read, total))))
  const button = (key, work) => {
    const element = h('button', { type: 'button', onclick: async () => {
      element.disabled = true
      await page.attempt(async () => work(await all()))
      element.disabled = false
    } }, () => t(key))
    return element
  }
  const saves = button('nightSaveCsv', (rows) => save(`${night.concert_date}-${night.id.slice(0, 8)}.csv`, csv(sheet(rows, night.zone))))
  const copies = navigator.clipboard && button('nightCopy', async (rows) => {
    await navigator.clipboard.writeText(tabbed(sheet(rows, night.zone)))
    progress.replaceChildren(h('span', {}, () => t('nightCopied', rows.length)))
  })
  const head = ['bookingNumber', 'name', 'phone', 'nightEmail', 'seatsLabel', 'nightTellMoney']
  const element = h('div', { class: 'panel night-tell' },
    heading, h('p', { class: 'quiet' }, () => t('nightTellHelp')),
    h('div', { class: 'actions' }, saves, copies, progress), list.none,
    h('div', { class: 'table-frame', hidden: () => !list.rows.length, tabindex: 0, role: 'region', 'aria-label': () => t('nightTellHeading') },
      h('table', {}, h('thead', {}, h('tr', {}, head.map((key) => h('th', { scope: 'col', class: key === 'nightTellMoney' ? 'number' : null }, () => t(key))))), body)), list.element)
  const ready = list.begin().then(() => refresh(element))
  return { element, ready }
}

function row(booking) {
  const { booking_number: code, customer_name: name, customer_phone: phone, customer_email: email, user_id: user } = booking
  return h('tr', {},
    h('th', { scope: 'row' }, code),
    h('td', { lang: languageOf(name) }, name ?? (user ? () => t('nightMember', user.slice(0, 8)) : () => t('nightWalkIn'))),
    h('td', {}, phone), h('td', {}, email),
    h('td', { lang: languageOf(booking.seat_numbers.join()) }, booking.seat_numbers.join(', ')),
    h('td', { class: 'number' }, () => price(booking.refund_due)))
}

async function readAll(id, tell) {
  let rows = []
  for (;;) {
    const part = await api.toTell(id, api.tellPage, rows.length)
    const total = part[0]?.total_count ?? 0
    if (rows.length && total !== rows[0].total_count) {
      // One was cancelled meanwhile, and those behind it have moved up: from the beginning.
      rows = []
      continue
    }
    rows.push(...part)
    tell(rows.length, total)
    if (rows.length >= total) return rows
  }
}

// The first line has the names of the columns.
function sheet(rows, zone) {
  const head = ['bookingNumber', 'name', 'phone', 'nightEmail', 'nightMemberId', 'seatsLabel', 'nightState', 'nightStartBefore', 'nightStart', 'nightTellMoney']
  const instant = (at) => (at ? localAt(at, zone).replace('T', ' ') : '')
  return [head.map((key) => t(key)), ...rows.map((one) => [
    one.booking_number, one.customer_name, one.customer_phone, one.customer_email, one.user_id, one.seat_numbers.join(' '),
    t(`status_${one.status}`), instant(one.previous_starts_at), instant(one.starts_at), one.refund_due])]
}
