// Bookings: one's own as a list, one of them with its tickets (#/bookings/ID), and any
// guest's by its number and phone, which never stand in the address.
import { Refusal, secondsUntil, signedInMember } from '../frame/api.js'
import { h, refresh } from '../frame/dom.js'
import { PagedList } from '../frame/more.js'
import { languageOf, price, t, time } from '../frame/words.js'
import * as api from './api.js'
import './bookings.words.js'
import { dayAtVenue } from './seat-tickets.js'
import { ticketView } from './ticket.js'

const choices = {
  period: ['upcoming', 'past'],
  status: ['pending', 'confirmed', 'cancelled', 'expired'],
  sort: ['latest', 'date'],
}

export function open(page, [id], query) {
  return id ? openTicket(page, id) : openList(page, query)
}

function openTicket(page, id) {
  // What the provider has answered has been read.
  page.keepQuery({})
  const ticket = ticketView(page, api.ownBooking(id))
  return {
    element: h('section', { class: 'booking-page' },
      h('p', { class: 'back' }, h('a', { href: '#/bookings' }, () => `‹ ${t('allBookings')}`)),
      h('h1', {}, () => t('ticketTitle')), ticket.element),
    ready: ticket.ready,
    close: ticket.close,
  }
}

function openList(page, query) {
  const own = ownBookings(page, query)
  const lookUp = lookUpForm(page)
  // A guest comes for the form, a member for the list.
  const parts = signedInMember() ? [own.element, lookUp.element] : [lookUp.element, own.element]
  return {
    element: h('section', { class: 'bookings' }, h('h1', {}, () => t('myBookings')), parts),
    ready: own.ready,
    close: () => {
      own.close()
      lookUp.close()
    },
  }
}

// -------- one's own

function ownBookings(page, query) {
  const asked = Object.fromEntries(Object.entries(choices).map(([name, values]) =>
    [name, values.includes(query.get(name)) ? query.get(name) : '']))
  let searched = ''
  const rows = h('ul', { class: 'booking-lines' })
  // A night is asked for once, however many bookings of it there are.
  const schedules = new Map()
  const scheduleOf = (id) => {
    if (!schedules.has(id)) schedules.set(id, api.scheduleDetail(id).then(({ schedule }) => schedule, () => null))
    return schedules.get(id)
  }
  const isAsked = () => Boolean(asked.period || asked.status || searched)
  const list = new PagedList(page, rows, (last, count) => api.myBookings({
    period: asked.period || null, status: asked.status || null, sort_by: asked.sort || 'latest', search_text: searched || null,
  }, count), (booking) => line(booking, scheduleOf), () => t(isAsked() ? 'noBookingsMatch' : 'noBookings'))

  const nothing = h('p', { hidden: () => !list.isRead || list.rows.length > 0 },
    h('button', { type: 'button', class: 'quiet-button', hidden: () => !isAsked(), onclick: () => showAll() }, () => t('showAllBookings')),
    h('a', { class: 'to-concerts', href: '#/', hidden: isAsked }, () => t('seeConcerts')))
  const again = h('button', { type: 'button', class: 'secondary', hidden: true, onclick: () => ask() }, () => t('tryAgain'))

  // What is searched for can be somebody's business: it is not in the address.
  async function ask() {
    page.keepQuery(asked)
    again.hidden = await list.begin()
    refresh(nothing)
  }

  function showAll() {
    for (const select of selects) select.value = asked[select.name] = ''
    search.value = searched = ''
    return ask()
  }

  const select = (name, label, any) => {
    const element = h('select', { name, 'aria-label': () => t(label), onchange: () => {
      asked[name] = element.value
      ask()
    } }, any && h('option', { value: '' }, () => t(any)), choices[name].map((value) =>
      h('option', { value: name === 'sort' && value === 'latest' ? '' : value }, () => t(name === 'status' ? `status_${value}` : `bookings_${value}`))))
    element.value = asked[name]
    return element
  }
  const selects = [select('sort', 'bookingsOrder'), select('period', 'bookingsPeriod', 'bookingsAnyPeriod'), select('status', 'bookingsStatus', 'bookingsAnyStatus')]
  let typing
  const search = h('input', { type: 'search', maxlength: 100, 'aria-label': () => t('bookingsSearch'), placeholder: () => t('bookingsSearch'), oninput: () => {
    clearTimeout(typing)
    typing = setTimeout(() => {
      searched = search.value.trim()
      ask()
    }, 250)
  } })
  const element = h('div', { class: 'own-bookings' },
    h('h2', {}, () => t(signedInMember() ? 'mine' : 'mineHere')),
    h('div', { class: 'booking-filters' }, search, selects),
    list.none, nothing, again, rows, list.element)
  return { element, ready: ask(), close: () => clearTimeout(typing) }
}

function line(booking, scheduleOf) {
  const { booking_id: id, status, concert_title: title, venue_name: venue, seat_numbers: seats, pay_by: payBy, refund_due: due } = booking
  // What the house has changed the list does not tell; of what is over nobody asks.
  let house = null
  const isChanged = () => (status === 'cancelled' ? house === 'cancelled' : house === 'postponed')
  const element = h('li', {},
    h('a', { class: `booking-line ${status}`, href: `#/bookings/${id}` },
      h('span', { class: 'booking-line-head' },
        h('span', { class: status === 'confirmed' ? 'badge good' : status === 'pending' ? 'badge' : 'badge bad' }, () => t(`status_${status}`)),
        h('span', { class: 'badge bad house-change', hidden: () => !isChanged() }, () => (isChanged() ? t(`bookings_${house}`) : '')),
        status === 'pending' ? h('span', { class: 'quiet' }, () => t('bookingsPayBy', time(payBy))) : null,
        h('span', { class: 'booking-number quiet', translate: 'no' }, booking.booking_number)),
      h('strong', { class: 'booking-line-title', lang: languageOf(title) }, title),
      h('span', {}, () => dayAtVenue(booking), ' · ', h('span', { lang: languageOf(venue) }, venue)),
      h('span', { class: 'booking-line-foot' },
        h('span', {}, () => `${t('bookingSeats', seats.length)} · `, seats.join(', ')),
        h('strong', { class: 'amount' }, price(booking.total_price))),
      due > 0 ? h('span', { class: 'refund' }, () => t('refundDue', price(due))) : null))
  if (secondsUntil(booking.starts_at) > 0 && status !== 'expired') {
    scheduleOf(booking.concert_schedule_id).then((schedule) => {
      house = schedule?.status
      refresh(element)
    })
  }
  return element
}

// -------- a guest's, by number and phone

function lookUpForm(page) {
  const found = h('div', { class: 'tickets' })
  let ticket

  let asked

  // Of several questions the last one counts.
  async function find(number, phone) {
    const mine = asked = {}
    ticket?.close()
    found.replaceChildren()
    await page.attempt(async () => {
      const { booking_id: id } = await api.findGuestBooking(number, phone)
      const access = await isOwn(id) ? api.ownBooking(id) : api.guestBooking(number, phone)
      if (asked !== mine) return
      ticket = ticketView(page, access, { heading: 'h3' })
      found.replaceChildren(ticket.element)
      await ticket.ready
      ticket.focus()
    })
  }

  const number = h('input', { id: 'look-up-number', required: true, maxlength: 40, autocapitalize: 'characters', autocomplete: 'off', spellcheck: 'false' })
  const phone = h('input', { id: 'look-up-phone', type: 'tel', required: true, maxlength: 20, autocomplete: 'tel' })
  const form = h('form', { class: 'panel look-up', novalidate: true, onsubmit: (event) => {
    event.preventDefault()
    if (page.complete([[number, 'needNumber'], [phone, 'needPhone']])) find(number.value.trim(), phone.value.trim())
  } },
  h('h2', {}, () => t('lookUp')),
  h('p', { class: 'quiet' }, () => t('lookUpHelp')),
  h('div', { class: 'fields' },
    h('label', { for: 'look-up-number' }, () => t('bookingNumber')), number,
    h('label', { for: 'look-up-phone' }, () => t('phone')), phone),
  h('button', { class: 'primary' }, () => t('find')))
  return { element: h('div', { class: 'look-up-part' }, form, found), close: () => {
    asked = null
    ticket?.close()
  } }
}

// The guest who looks it up has made it in this browser: then all can be done with it.
async function isOwn(id) {
  try {
    await api.bookingDetail(id)
    return true
  } catch (error) {
    if (error instanceof Refusal && error.code === 'PT404') return false
    throw error
  }
}
