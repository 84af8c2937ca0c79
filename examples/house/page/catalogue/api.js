// What managers read and write: the tables of the catalogue as rows, seats by
// the functions that have rules. What may be written is in docs/access.md.
import { asItWas, call, Refusal, rows } from '../frame/api.js'

export const pageSize = 20
// No answer has more rows than the API's own limit (Supabase: 1,000).
const largestRead = 1000

// A page of a table: its first row tells in total_count how many there are.
const counted = (request) => rows(async (client) => {
  const { data, error, status, count } = await request(client)
  if (data?.length) data[0].total_count = count
  return { data, error, status }
})

// Within an or() a value stands in quotes; the database's wildcards are letters here.
const like = (text) => `"%${text.replace(/[\\%_]/g, '\\$&').replace(/["\\]/g, '\\$&')}%"`
const search = (query, columns, text) => (text ? query.or(columns.map((column) => `${column}.ilike.${like(text)}`).join()) : query)
const pageFrom = (query, offset) => query.order('created_at', { ascending: false }).order('id').range(offset, offset + pageSize - 1)

export const concerts = (text, offset) => counted((client) => pageFrom(search(
  client.from('concerts').select('id, title, performers, genre, status, is_deleted, created_at, venues(name)', { count: 'exact' }),
  ['title', 'performers'], text), offset))
export const venues = (text, offset) => counted((client) => pageFrom(search(
  client.from('venues').select('id, name, address, timezone, created_at', { count: 'exact' }), ['name', 'address'], text), offset))

export const allVenues = () => rows((client) => client.from('venues').select('id, name').order('name').limit(largestRead))
export const venue = (id) => rows((client) => client.from('venues').select('*').eq('id', id).single())
export const concert = (id) => rows((client) => client.from('concerts').select('*, venues(*)').eq('id', id).single())
export const schedule = (id) => rows((client) =>
  client.from('concert_schedules').select('*, concerts(*, venues(*))').eq('id', id).single())
export const schedulesOf = (concertId) => rows((client) =>
  client.from('concert_schedules').select('*').eq('concert_id', concertId).order('starts_at').limit(largestRead))

// Whatever is played in the venue on these dates.
export const playedIn = (venueId, first, last) => rows((client) =>
  client.from('concert_schedules').select('concert_id, concert_date, concert_time, status, concerts!inner(title, venue_id)')
    .eq('concerts.venue_id', venueId).gte('concert_date', first).lte('concert_date', last).limit(largestRead))

export const add = (table, row) => rows((client) => client.from(table).insert(row).select())
// was: the row as it was read.
export async function change(table, was, values) {
  const [row] = await rows((client) => asItWas(client.from(table).update(values).eq('id', was.id), was, Object.keys(values)).select())
  if (!row) throw new Refusal({ code: 'changed', message: 'somebody else has changed it' }, 409)
  return row
}

// -------- seats

export const importSeats = (id, seats) => call('import_seats', { concert_schedule_id: id, seats })
export const copySeats = (from, to) => call('copy_seats', { from_schedule_id: from, to_schedule_id: to })
export const seatMap = (id) => call('seat_map_json', { concert_schedule_id: id })

// -------- prices

export const gradesOf = (id) => rows((client) => client.from('schedule_prices').select('seat_grade, price, seat_count')
  .eq('concert_schedule_id', id).order('price', { ascending: false }).order('seat_grade').limit(largestRead))

// How many seats it changed: they are too many to be answered with. An address has room
// for so many ids.
const idsPerCall = 100
export async function changeGrade(ids, was, values) {
  let changed = 0
  for (let from = 0; from < ids.length; from += idsPerCall) {
    changed += await rows(async (client) => {
      const { error, status, count } = await client.from('seats').update(values, { count: 'exact' })
        .in('concert_schedule_id', ids.slice(from, from + idsPerCall)).eq('seat_grade', was.seat_grade).eq('price', was.price)
      return { data: count, error, status }
    })
  }
  return changed
}

export const priceTypes = (concertId, scheduleId) => rows((client) => {
  const all = client.from('price_types').select('*').order('code').limit(largestRead)
  return scheduleId ? all.or(`concert_id.eq.${concertId},concert_schedule_id.eq.${scheduleId}`) : all.eq('concert_id', concertId)
})
export const removePriceType = (id) => rows((client) => client.from('price_types').delete().eq('id', id).select('id'))
