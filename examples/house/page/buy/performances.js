// The performances of a concert: in which state each of them is now, which days have some,
// and with which one a visitor begins. No element of the page is known here.
import { secondsUntil } from '../frame/api.js'

export const isToCome = ({ starts_at: start }) => secondsUntil(start) > 0

// cancelled, over, later (its sale has not opened), closed, soldOut, empty (no seats yet)
// or free. The hours are compared with the server's clock: the answer may have been read before.
export function stateOf(schedule) {
  const { status, opens_at: opensAt, is_bookable: isBookable } = schedule
  if (status === 'cancelled') return 'cancelled'
  if (!isToCome(schedule)) return 'over'
  if (opensAt && secondsUntil(opensAt) > 0) return 'later'
  if (!isBookable && !opensAt) return 'closed'
  if (schedule.is_sold_out) return 'soldOut'
  return schedule.total_seats ? 'free' : 'empty'
}

export const isOffered = (schedule) => ['free', 'later', 'soldOut', 'empty'].includes(stateOf(schedule))

export const lowestPrice = ({ grades }) => (grades.length ? Math.min(...grades.map(({ min_price: least }) => least)) : null)

// A day of the calendar of this zone.
export const dateIn = (zone, instant) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(instant))

// The instant from which a performance was moved, if it was.
export const movedFrom = ({ status, previous_starts_at: before }) =>
  (status === 'postponed' && !Number.isNaN(Date.parse(before)) ? before : null)

// By date: here, the performances of the day; gone, those that were moved from it to another day.
export function daysOf(schedules, zone) {
  const days = new Map()
  const day = (date) => {
    if (!days.has(date)) days.set(date, { here: [], gone: [] })
    return days.get(date)
  }
  for (const schedule of schedules.filter(isToCome)) {
    day(schedule.concert_date).here.push(schedule)
    const before = movedFrom(schedule)
    if (before && secondsUntil(before) > 0 && dateIn(zone, before) !== schedule.concert_date) day(dateIn(zone, before)).gone.push(schedule)
  }
  return new Map([...days].sort(([one], [other]) => (one < other ? -1 : 1)))
}

// What a visitor most likely wants: the first with free seats, else the first that opens.
export const firstOf = (schedules) => ['free', 'later', 'soldOut', 'empty']
  .map((state) => schedules.find((schedule) => stateOf(schedule) === state)).find(Boolean)
