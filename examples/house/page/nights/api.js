// What the office calls: rows of performances, their reports and their log, and what
// moves or ends a performance.
import { asItWas, call, read, rows } from '../frame/api.js'

export const nightsPage = 20
export const logPage = 50
export const tellPage = 1000

const columns = `id, concert_id, concert_date, concert_time, starts_at, status, previous_starts_at, is_booking_open, booking_opens_at,
  booking_closes_at, hold_duration, max_seats_per_booker, cancel_until, payment_required, payment_window, refund_ladder,
  concerts!inner(id, title, status, venues!inner(name, timezone))`.replace(/\s+/g, '')

// Every sign of it stands for itself.
const literally = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

// A page of the list with the seats of each: total_count is how many there are in all.
export async function nights({ text, from, to, past }, today, offset) {
  const found = await rows(async (client) => {
    let request = client.from('concert_schedules').select(columns, { count: 'exact' })
    if (text) request = request.filter('concerts.title', 'imatch', literally(text))
    if (from) request = request.gte('concert_date', from)
    if (to) request = request.lte('concert_date', to)
    const { data, count, ...rest } = await (past ? request.lt('concert_date', today) : request.gte('concert_date', today))
      .order('starts_at', { ascending: !past }).order('id').range(offset, offset + nightsPage - 1)
    return { ...rest, data: data?.map((row) => ({ ...row, total_count: count })) }
  })
  return Promise.all(found.map(async (row) => ({ ...row, seats: await seatsOf(row.id) })))
}

// How many seats are sold, held, blocked and free: one letter each, one answer for all who ask.
export async function seatsOf(id) {
  const { statuses } = await read('seat_status', { concert_schedule_id: id })
  const counts = { t: 0, r: 0, u: 0, a: 0 }
  for (const letter of statuses ?? '') counts[letter]++
  return { total: statuses?.length ?? 0, sold: counts.r, held: counts.t, blocked: counts.u, free: counts.a }
}

// The time zones of the house's venues.
export const zones = async () => [...new Set((await rows((client) => client.from('venues').select('timezone'))).map(({ timezone }) => timezone))]

export const night = async (id) => (await rows((client) => client.from('concert_schedules').select(columns).eq('id', id)))[0]
export const priceTypes = (concertId) => rows((client) => client.from('price_types').select('code, name').eq('concert_id', concertId))

// Writes the changed columns, if they are still what they were: no row is the answer
// where somebody else has changed one of them.
export const changeRules = (id, was, values) => rows((client) =>
  asItWas(client.from('concert_schedules').update(values).eq('id', id), was, Object.keys(values)).select(columns))

export const scheduleReport = (id) => call('schedule_report', { concert_schedule_id: id })
export const salesReport = (id) => call('sales_report', { concert_schedule_id: id })
export const log = (id, size, offset) => call('schedule_log', { concert_schedule_id: id, page_size: size, page_offset: offset })

export const wouldCancel = (id) => call('cancel_schedule', { concert_schedule_id: id, dry_run: true })
export const cancelNight = (id, reason) => call('cancel_schedule', { concert_schedule_id: id, reason })
export const postponeNight = (id, date, time, reason) =>
  call('postpone_schedule', { concert_schedule_id: id, new_date: date, new_time: time, reason })
export const reinstateNight = (id, reason) => call('reinstate_schedule', { concert_schedule_id: id, reason })
export const toTell = (id, size, offset) => call('affected_bookings', { concert_schedule_id: id, page_size: size, page_offset: offset })
export const scheduleDetail = (id) => read('schedule_detail', { concert_schedule_id: id })
