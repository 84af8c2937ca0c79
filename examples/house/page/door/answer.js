// What the gate says to a code: its tone (a colour), a sign, and words.
import { serverNow } from '../frame/api.js'
import { h } from '../frame/dom.js'
import { day, language, languageOf, refusalWords, t, time } from '../frame/words.js'

const signs = { good: '✓', again: '!', bad: '✕', unsure: '?', calm: '↺' }

// "12 seconds ago"
export function ago(at) {
  const seconds = Math.max(0, Math.round((serverNow() - Date.parse(at)) / 1000))
  const words = new Intl.RelativeTimeFormat(language())
  if (seconds < 60) return words.format(-seconds, 'second')
  return seconds < 3600 ? words.format(-Math.floor(seconds / 60), 'minute') : words.format(-Math.floor(seconds / 3600), 'hour')
}

const since = ({ at, gate }, zone) => () => t('doorSince', time(at, zone), ago(at), gate)
const answer = (kind, tone, more = {}) => ({ kind, tone, head: () => t(`door_${kind}`), seats: [], lines: [], ...more })

// seats: {seat, section, row, grade, type, name}
export const admitted = (seats) => answer('in', 'good', { seats })
export const admittedByList = (seats) => answer('in', 'good', { seats, lines: [() => t('doorByList')] })
export const again = (seats, entry, zone) => answer('again', 'again', { seats, lines: [since(entry, zone)] })
export const already = (seats, entry, zone) => answer('already', 'bad', { seats, lines: [since(entry, zone)] })
export const notInList = () => answer('notInList', 'bad', { lines: [() => t('doorNotInListHelp')] })
export const needTicketCode = () => answer('unsure', 'unsure', { lines: [() => t('doorNeedTicketCode')] })
export const broken = () => answer('unsure', 'unsure', { lines: [() => t('doorBroken')] })
export const takenBack = (seats) => answer('takenBack', 'calm', { seats })

// other: the night that the ticket is for, if it is for another one
export function refused(refusal, zone, other) {
  const { reason, code, seats } = refusal
  const inside = seats.filter((seat) => seat.reason === 'checked_in').map((seat) => ({
    seat: seat.seat_number, at: seat.checked_in_at, gate: seat.gate,
  }))
  if (inside.length) {
    return answer('already', 'bad', {
      seats: inside, lines: inside.map((seat) => () => `${inside.length > 1 ? `${seat.seat}: ` : ''}${since(seat, zone)()}`),
    })
  }
  if (other) {
    return answer('otherNight', 'bad', {
      lines: [() => other.title, () => `${day(other.date)} ${other.time}`, () => other.venue],
    })
  }
  if (seats.some((seat) => seat.reason === 'cancelled')) return answer('cancelled', 'bad')
  if (reason === 'booking_cancelled') return answer('cancelled', 'bad')
  if (reason === 'booking_pending' || reason === 'booking_expired') return answer('unpaid', 'bad')
  // What is too long or no number at all is nobody's code, too.
  if (code === 'PT404' || code === '22001' || code === '22023') return answer('unknown', 'bad', { lines: [() => t('doorUnknownHelp')] })
  if (reason === 'busy') return answer('unsure', 'unsure', { lines: [() => t('doorBusy')] })
  return answer('unsure', 'unsure', { lines: [() => refusalWords(refusal)] })
}

function place({ section, row, grade }) {
  return [section && t('section', section), row && t('row', row), grade && t('grade', grade)].filter(Boolean).join(' · ')
}

const seatBox = (seat, typeName) => h('li', {},
  h('strong', { lang: languageOf(seat.seat) }, seat.seat),
  h('span', { lang: languageOf([seat.section, seat.row, seat.grade].join()) }, () => place(seat)),
  seat.type && h('em', {}, () => t('doorPriceType', typeName(seat.type))) || null,
  seat.name && h('span', { class: 'door-name', lang: languageOf(seat.name) }, seat.name) || null)

// Made anew each time, also where the words are the same: a screen reader reads it again.
export function draw({ kind, tone, head, seats, lines }, typeName, ...actions) {
  return h('div', { class: `door-answer ${tone}`, 'data-kind': kind },
    h('span', { class: 'door-sign', 'aria-hidden': 'true' }, signs[tone]),
    h('p', { class: 'door-head' }, head),
    seats.length ? h('ul', { class: 'door-seats' }, seats.map((seat) => seatBox(seat, typeName))) : null,
    lines.map((line) => h('p', { lang: () => languageOf(line()) }, line)),
    h('div', { class: 'actions' }, actions.filter(Boolean)))
}
