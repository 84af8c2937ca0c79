// What happened to a booking, newest first: who, when by the venue's clock, and what, in
// words.
import * as api from './api.js'
import { memberName } from './bookings.js'
import { h } from '../frame/dom.js'
import { PagedList } from '../frame/more.js'
import { dayAndTime, languageOf, seatsEn, seatsKo, t, time } from '../frame/words.js'

const known = ['booking_confirmed', 'booking_cancelled', 'booking_expired', 'seats_cancelled', 'checked_in', 'check_in_undone', 'tickets_renewed']
const roles = { web_anon: 'deskActorGuest', web_payments: 'deskActorPayments' }

export class History {
  constructor(page, booking, zone) {
    Object.assign(this, { booking, zone })
    this.lines = h('ol', { class: 'desk-log' })
    this.list = new PagedList(page, this.lines, (last, count) => api.bookingLog(booking.booking_id, count), (line) => this.line(line),
      () => t('deskLogEmpty'))
    this.element = h('section', { class: 'panel', 'aria-labelledby': 'desk-log-title' },
      h('h2', { id: 'desk-log-title' }, () => t('deskLog')), this.lines, this.list.none, this.list.element)
  }

  begin() {
    return this.list.begin()
  }

  line(entry) {
    const { occurred_at: at, detail } = entry
    const facts = [this.seatsOf(entry), detail?.gate && (() => t('deskLogGate', detail.gate)),
      detail?.override && (() => t('deskLogOverride')),
      detail?.cause === 'schedule_cancelled' && (() => t('deskLogNightCancelled')),
      detail?.offline && (() => t('deskLogOffline', time(detail.offline[0].at, this.zone)))].filter(Boolean)
    return h('li', {},
      h('time', { class: 'quiet', datetime: at }, () => dayAndTime(at, this.zone)),
      h('strong', {}, () => this.what(entry)),
      h('span', {}, () => t('deskBy', this.who(entry))),
      facts.length ? h('span', { class: 'quiet' }, () => facts.map((fact) => fact()).join(' · ')) : null,
      detail?.reason ? h('q', { lang: languageOf(detail.reason) }, detail.reason) : null)
  }

  what({ event_type: type }) {
    return known.includes(type) ? t(`desk_${type}`) : t('deskLogOther', type)
  }

  // Who it was: one of the house, the booker, or a program by its role.
  who({ actor }) {
    if (actor === this.booking.user_id) return t('deskActorMember')
    const name = memberName(actor)
    if (name) return name
    return t(roles[actor] ?? (/^[0-9a-f-]{36}$/.test(actor) ? 'deskActorSomebody' : 'deskActorHouse'))
  }

  seatsOf({ seat_count: count, detail }) {
    const numbers = detail?.seat_numbers ?? detail?.offline?.map(({ seat_number: number }) => number)
    if (numbers) return () => numbers.join(', ')
    return count > 0 ? () => t('deskSeats', seatsKo(count), seatsEn(count)) : null
  }
}
