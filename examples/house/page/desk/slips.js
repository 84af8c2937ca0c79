// Tickets for the printer of the desk: a slip for each seat, with the code that the
// door reads.
import { h } from '../frame/dom.js'
import { qrImage } from '../buy/qr.js'
import { day, languageOf, t } from '../frame/words.js'

export function slips({ booking_number: number, concert_title: title, concert_date: date, concert_time: time, venue_name: venue }, seats) {
  return h('ul', { class: 'desk-slips' }, seats.map(({ seat_number: seat, seat_grade: grade, ticket_code: code }) =>
    h('li', { class: 'desk-slip' },
      h('div', { role: 'img', 'aria-label': () => t('deskCodeOf', seat) }, qrImage(code.toUpperCase())),
      h('div', {},
        h('strong', {}, seat), h('span', { class: 'quiet' }, () => t('grade', grade)),
        h('span', { lang: languageOf(title) }, title),
        h('span', {}, () => `${day(date, { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' })} ${time.slice(0, 5)}`),
        h('span', { lang: languageOf(venue) }, venue),
        h('span', { class: 'quiet', translate: 'no' }, number)))))
}
