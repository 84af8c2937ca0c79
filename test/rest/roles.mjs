// The levels as web clients meet them: a manager keeps the catalogue by the tables
// themselves, a clerk acts for other people, and whoever may not is told so.
import { client, http, rows, sql, token } from './client.mjs'
import { is, like } from './tap.mjs'
import { people, schedule, seat } from './world.mjs'

export async function roles(target) {
  const title = (text) => `${target.name}: ${text}`
  const as = (level, sub = people.clerk) => client(target, target.roles[level] && token(target, target.roles[level], sub))
  const manager = as('manager')
  const clerk = as('clerk')
  const refusal = ({ status, error }) => `${status} ${error?.code}`
  const data = ({ data: answer, error }) => error ?? answer

  // -------- the catalogue, row by row

  const venue = data(await manager.from('venues').insert({ name: 'Harbour Hall', address: 'Busan', timezone: 'Asia/Tokyo' }).select().single())
  is(title('a manager inserts a venue and has the row back'), [venue.name, venue.id?.[14]], ['Harbour Hall', '7'])
  const concert = data(await manager.from('concerts').insert({ venue_id: venue.id, title: 'Autumn Leaves', genre: 'pop' }).select('id, title, status, popularity').single())
  is(title('a concert, with what was not said by default'), { ...concert, id: 0 }, { id: 0, title: 'Autumn Leaves', status: 'active', popularity: 0 })
  const nights = data(await manager.from('concert_schedules').insert(['2090-09-01', '2090-09-02'].map((day) => (
    { concert_id: concert.id, concert_date: day, concert_time: '19:00', max_seats_per_booker: 4 }))).select().order('concert_date'))
  is(title('two nights in one call; the start is derived in the zone of the venue'),
    nights.map((one) => [one.starts_at, one.total_seats, one.status]), [['2090-09-01T10:00:00+00:00', 0, 'scheduled'], ['2090-09-02T10:00:00+00:00', 0, 'scheduled']])
  const [first, second] = nights.map((one) => one.id)
  is(title('a plan of seats, and the same for the second night'),
    [data(await manager.rpc('generate_seats', { concert_schedule_id: first, row_labels: ['A', 'B'], seats_per_row: 5, seat_grade: 'R', price: 90000 })),
      data(await manager.rpc('copy_seats', { from_schedule_id: first, to_schedule_id: second }))],
    [{ generated_seats: 10 }, { inserted_seats: 10, updated_seats: 0, removed_seats: 0 }])
  is(title('one row of seats gets another grade and price'),
    data(await manager.from('seats').update({ seat_grade: 'VIP', price: 120000 }).eq('concert_schedule_id', first).eq('row_label', 'A').select('seat_number')).length, 5)
  is(title('what follows from it is there to be read'),
    [data(await manager.from('schedule_prices').select('seat_grade, price, seat_count').eq('concert_schedule_id', first).order('price')),
      data(await manager.from('schedule_availability').select('total_seats, available_seats').eq('concert_schedule_id', first).single())],
    [[{ seat_grade: 'R', price: 90000, seat_count: 5 }, { seat_grade: 'VIP', price: 120000, seat_count: 5 }], { total_seats: 10, available_seats: 10 }])
  const child = data(await manager.from('price_types').insert({ concert_id: concert.id, code: 'child', name: 'Child', percent_off: 50 }).select().single())
  is(title('price types are written, changed by their id, and deleted'),
    [data(await manager.from('price_types').upsert({ ...child, percent_off: 30, created_at: undefined, updated_at: undefined }).select().single()).percent_off,
      (await manager.from('price_types').delete().eq('id', child.id)).status], [30, 204])
  is(title('a night is put off sale, and on'),
    data(await manager.from('concert_schedules').update({ is_booking_open: false }).eq('id', second).select('is_booking_open').single()), { is_booking_open: false })
  is(title('a concert with its venue and nights is one request'),
    data(await manager.from('concerts').select('title, venues(name), concert_schedules(concert_date)').eq('id', concert.id).order('concert_date', { referencedTable: 'concert_schedules' }).single()),
    { title: 'Autumn Leaves', venues: { name: 'Harbour Hall' }, concert_schedules: [{ concert_date: '2090-09-01' }, { concert_date: '2090-09-02' }] })

  // -------- what is derived, what has a function of its own, and what names people

  for (const [what, asked] of [
    ['the start of a night', () => manager.from('concert_schedules').update({ starts_at: '2090-01-01T00:00:00Z' }).eq('id', first)],
    ['its total of seats', () => manager.from('concert_schedules').update({ total_seats: 99 }).eq('id', first)],
    ['its status', () => manager.from('concert_schedules').update({ status: 'cancelled' }).eq('id', first)],
    ['a concert\'s popularity', () => manager.from('concerts').update({ popularity: 9000 }).eq('id', concert.id)],
    ['the state of a seat', () => manager.from('seats').update({ status: 'unavailable' }).eq('concert_schedule_id', first)],
    ['a seat by hand', () => manager.from('seats').insert({ concert_schedule_id: first, seat_number: 'Z-1', seat_grade: 'R', price: 1 })],
    ['a concert\'s removal', () => manager.from('concerts').delete().eq('id', concert.id)],
    ['names of buyers', () => manager.from('bookings').select('customer_name')],
    ['the log', () => manager.from('booking_events').select()],
    ['a booking for somebody', () => manager.rpc('book_seats', { seat_ids: [seat(1, 20)], user_id: people.bob })],
    ['the right to act for others', () => manager.rpc('acts_for_others')],
  ]) is(title(`a manager is refused ${what}`), refusal(await asked()), '403 42501')
  like(title('what a check of the table refuses keeps its own code'),
    (await manager.from('concert_schedules').update({ refund_ladder: { steps: 1 } }).eq('id', first)).error?.code, /^22023$/)

  for (const level of ['anon', 'member', 'clerk', 'payments'].filter((one) => target.roles[one])) {
    const other = level === 'anon' ? client(target) : as(level)
    const wanted = level === 'anon' ? '401 42501' : '403 42501'
    is(title(`${level} reads no table and writes none`), [
      refusal(await other.from('concerts').select()), refusal(await other.from('venues').insert({ name: 'x', address: 'x' })),
      refusal(await other.from('seats').update({ price: 0 }).eq('concert_schedule_id', first))], [wanted, wanted, wanted])
  }
  is(title('staff does both'), [(await as('staff').from('concerts').update({ rating: 'all' }).eq('id', concert.id)).status,
    data(await as('staff').rpc('acts_for_others'))], [204, true])

  // -------- acting for others

  is(title('a clerk may act for others, and nobody keeps that answer'), [
    data(await clerk.rpc('acts_for_others')),
    (await http(target, '/rpc/acts_for_others', { jwt: token(target, target.roles.clerk) })).headers.get('cache-control')], [true, 'no-store'])
  const sold = data(await clerk.rpc('book_seats', { seat_ids: [seat(1, 20)], user_id: people.bob }))
  is(title('a clerk books for a member, and cancels it'),
    [sold.status, data(await clerk.rpc('cancel_booking', { booking_id: sold.booking_id }))?.status], ['confirmed', 'cancelled'])
  is(title('a member does neither'), [
    refusal(await as('member', people.alice).rpc('acts_for_others')),
    refusal(await as('member', people.alice).rpc('book_seats', { seat_ids: [seat(1, 20)], user_id: people.bob }))], ['403 42501', '403 42501'])
  is(title('a clerk cancels no performance'), refusal(await clerk.rpc('cancel_schedule', { concert_schedule_id: schedule(1) })), '403 42501')
  sql(target.database, `DELETE FROM concert_booking.concert_schedules WHERE concert_id = '${concert.id}'`)
  sql(target.database, `DELETE FROM concert_booking.concerts WHERE id = '${concert.id}'; DELETE FROM concert_booking.venues WHERE id = '${venue.id}'`)
}

// deploy/supabase/office_roles.sql: the role in a token, by the hook of Supabase Auth.
export async function officeHook(target) {
  const event = (id) => JSON.stringify({ user_id: id, claims: { sub: id, role: 'authenticated', aud: 'authenticated' }, authentication_method: 'password' })
  const hooked = (id) => rows(target.database, `SELECT private.office_token('${event(id)}')->'claims' AS claims`)[0].claims
  sql(target.database, `INSERT INTO private.office_people VALUES ('${people.alice}', 'concert_manager')`)
  is('the token of who works in the box office is for that role', hooked(people.alice), { sub: people.alice, role: 'concert_manager', aud: 'authenticated' })
  is('the token of anybody else stays as it is', hooked(people.bob), { sub: people.bob, role: 'authenticated', aud: 'authenticated' })
  is('Supabase Auth calls it', sql(target.database, `SET ROLE supabase_auth_admin; SELECT private.office_token('${event(people.alice)}')->'claims'->>'role'`), 'concert_manager')
  is('clients reach neither the hook nor its table', rows(target.database, `
    SELECT r AS role, has_function_privilege(r, 'private.office_token(jsonb)', 'EXECUTE') OR has_schema_privilege(r, 'private', 'USAGE')
           OR has_any_column_privilege(r, 'private.office_people', 'SELECT, INSERT, UPDATE') AS reaches
    FROM unnest('{anon,authenticated,concert_clerk,concert_manager,authenticator}'::text[]) r WHERE r <> 'x'`).filter((one) => one.reaches), [])
  const jwt = token(target, hooked(people.alice).role, people.alice)
  is('with it the person reads the catalogue', (await http(target, '/concerts?select=title', { jwt })).status, 200)
  sql(target.database, 'DELETE FROM private.office_people')
}
