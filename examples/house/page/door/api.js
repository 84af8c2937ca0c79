// What the door calls. A gate cannot wait as a buyer can: where no answer comes
// in time, or the server has none, the list decides (list.js).
import { call, read, Refusal, serverNow } from '../frame/api.js'
import { dateAt, todayAt } from '../frame/clock.js'

const dayMs = 24 * 3600 * 1000
// The database ends a call after eight seconds itself.
const answerWithinMs = 10000
// Supabase cuts an answer after so many rows.
const rowsPerCall = 1000
const scansPerCall = 5000

// No answer, as opposed to one that refuses.
export const isGone = ({ code, status }) => code === 'offline' || status >= 500

async function inTime(answer) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Refusal({ message: 'no answer in time' }, 0)), answerWithinMs)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

// ticket_code, or booking_number and perhaps seat_ids
export const checkIn = (tickets, gate, night) =>
  inTime(call('check_in', { ...tickets, gate, concert_schedule_id: night }))
export const undoCheckIn = (tickets) => inTime(call('undo_check_in', { ...tickets, reason: 'mistake at the door' }))
export const findBooking = async (number) => (await call('find_bookings', { booking_number: number }))[0]
export const schedule = (id) => read('schedule_detail', { concert_schedule_id: id })
export const priceTypes = (id) => read('price_types', { concert_schedule_id: id })

export async function reconcile(night, scans) {
  const outcomes = []
  for (let from = 0; from < scans.length; from += scansPerCall) {
    outcomes.push(...await call('reconcile_check_ins', { concert_schedule_id: night, scans: scans.slice(from, from + scansPerCall) }))
  }
  return outcomes
}

// All of the list. A sale in between moves the rows: then it is read again.
export async function doorList(night) {
  for (;;) {
    const rows = []
    let total
    do {
      const more = await call('door_list', { concert_schedule_id: night, page_size: rowsPerCall, page_offset: rows.length })
      total = more[0]?.total_count ?? rows.length
      rows.push(...more)
    } while (rows.length < total)
    if (rows.length === total && rows.every((row) => row.total_count === total)) return rows
  }
}

// -------- which night

// The performances from yesterday to the day after tomorrow, wherever the venue is; isToday by
// the calendar of the venue.
export async function nightsAround() {
  const now = serverNow()
  const wanted = { date_from: dateAt(now - dayMs, 'UTC'), date_to: dateAt(now + 2 * dayMs, 'UTC'), sort_by: 'date', page_size: 100 }
  const concerts = []
  let page
  do {
    page = await read('search_concerts', { ...wanted, ...(page && { after_cursor: page.at(-1).cursor }) })
    concerts.push(...page)
  } while (page.length === wanted.page_size)
  const details = await Promise.all(concerts.map(({ concert_id: id }) => read('concert_detail', { concert_id: id })))
  return details
    .flatMap(({ concert, venue, schedules }) => schedules.map((schedule) => nightOf({ concert, venue, schedule })))
    .filter(({ startsAt, status }) => status !== 'cancelled' && Date.parse(startsAt) > now - dayMs && Date.parse(startsAt) < now + 2 * dayMs)
    .sort((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt))
}

export function nightOf({ concert, venue, schedule }) {
  return {
    id: schedule.concert_schedule_id,
    title: concert.title,
    venue: venue.name,
    zone: venue.timezone,
    status: schedule.status,
    date: schedule.concert_date,
    time: schedule.concert_time.slice(0, 5),
    startsAt: schedule.starts_at,
    isToday: schedule.concert_date === todayAt(venue.timezone),
  }
}

// Nobody comes any more: what this browser keeps of it can go.
export const isOver = ({ startsAt }) => Date.parse(startsAt) < serverNow() - dayMs
