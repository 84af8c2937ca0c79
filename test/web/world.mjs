// Concerts made for one test each, and what the database says about them.
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'

export function sql(statement) {
  return execFileSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', process.env.WEB_DATABASE],
    { input: statement, encoding: 'utf8' }).trimEnd()
}

const literal = (value) => (value === null || value === undefined ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`)

// A hall with rows A, B, ... of equal length; the first two rows are grade R,
// the others S. performances: what differs from the usual, one object each.
export function concert(title, { rows = 5, seats = 12, performances = [{}] } = {}) {
  const ids = { venue: randomUUID(), concert: randomUUID(), schedules: performances.map(() => randomUUID()) }
  sql(`
    INSERT INTO concert_booking.venues (id, name, address)
    VALUES ('${ids.venue}', '시험 공연장', '서울특별시 중구 세종대로 1');
    INSERT INTO concert_booking.concerts (id, venue_id, title, performers, running_time)
    VALUES ('${ids.concert}', '${ids.venue}', ${literal(title)}, '시험 악단', 100);
    ${performances.map(({ days, time = '19:00', hold, limit, opens, cancelUntil, paid, empty }, at) => `
      INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time,
        hold_duration, max_seats_per_booker, booking_opens_at, cancel_until, payment_required)
      VALUES ('${ids.schedules[at]}', '${ids.concert}', (now() AT TIME ZONE 'Asia/Seoul')::date + ${days ?? 30 + at},
        '${time}', ${literal(hold)}, ${literal(limit)}, now() + ${literal(opens)}::interval, ${literal(cancelUntil)}, ${Boolean(paid)});
      ${empty ? '' : `
      SELECT concert_booking.generate_seats('${ids.schedules[at]}', concert_booking.row_labels(2), ${seats}, 'R', 150000);
      SELECT concert_booking.generate_seats('${ids.schedules[at]}', concert_booking.row_labels(${rows - 2}, 'C'), ${seats}, 'S', 120000);`}`).join('')}`)
  return { ...ids, schedule: ids.schedules[0] }
}

export const statusOf = (schedule, ...numbers) => sql(`
  SELECT string_agg(status, ' ' ORDER BY ordinal) FROM concert_booking.seats
  WHERE concert_schedule_id = '${schedule}' AND seat_number = ANY (${literal(`{${numbers.join(',')}}`)})`)

export const count = (what) => Number(sql(`SELECT count(*) FROM ${what}`))
