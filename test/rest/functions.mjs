// Every function that a web role may call, called by supabase-js as a guest, as two
// members, as a clerk, a manager and staff. What is granted and was not called fails
// the test.
import { client, http, randomUUID, rows, sql, token } from './client.mjs'
import { is, like, ok } from './tap.mjs'
import { concert, people, schedule, seat } from './world.mjs'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export async function functions(target) {
  const called = new Map()
  const who = {
    anon: client(target),
    alice: client(target, token(target, target.roles.member, people.alice)),
    bob: client(target, token(target, target.roles.member, people.bob)),
    // Supabase's service key names nobody; a clerk's token names the clerk.
    staff: client(target, token(target, target.roles.staff)),
    clerk: client(target, token(target, target.roles.clerk, people.clerk)),
    manager: client(target, token(target, target.roles.manager, people.clerk)),
  }
  // The payment server; Supabase's has the service key.
  who.payments = target.roles.payments ? client(target, token(target, target.roles.payments)) : who.staff
  const title = (text) => `${target.name}: ${text}`

  async function attempt(name, fn, args = {}, options = {}) {
    const answer = await who[name].rpc(fn, args, options)
    if (!answer.error) called.set(fn, (called.get(fn) ?? new Set()).add(name))
    return answer
  }
  // the result of a call that must succeed
  async function call(name, fn, args, options) {
    const { data, error, status } = await attempt(name, fn, args, options)
    if (error) ok(title(`${name} calls ${fn}`), false, { status, ...error })
    return data
  }
  const refused = async (name, fn, args) => {
    const { error, status } = await attempt(name, fn, args)
    return `${status} ${error?.code}`
  }
  const states = async (number) => (await call('anon', 'seat_status', { concert_schedule_id: schedule(number) }, { get: true }))?.statuses

  // -------- a member holds, extends, gives back, pays, cancels

  const held = await call('alice', 'hold_seat', { seat_id: seat(1, 1) })
  is(title('hold_seat answers with one object'), { ...held, expires_at: typeof held?.expires_at }, {
    seat_id: seat(1, 1), concert_schedule_id: schedule(1), seat_number: 'A-1', seat_grade: 'R', price: 150000, expires_at: 'string',
  })
  const left = (Date.parse(held.expires_at) - Date.now()) / 60000
  ok(title('its end is an instant that JavaScript reads, ten minutes from the call at most'), left > 0 && left <= 10, left)
  is(title('hold_seats answers with a list, in the order asked for'),
    (await call('alice', 'hold_seats', { seat_ids: [seat(1, 3), seat(1, 2)] }))?.map((one) => one.seat_number), ['A-3', 'A-2'])
  is(title('supabase-js chooses columns and rows of it'),
    (await who.alice.rpc('hold_seats', { seat_ids: [seat(1, 3), seat(1, 2)] }).select('seat_number').eq('seat_number', 'A-2')).data,
    [{ seat_number: 'A-2' }])
  is(title('extend_holds answers with all of them'),
    (await call('alice', 'extend_holds', { concert_schedule_id: schedule(1) }))?.map((one) => one.seat_number), ['A-1', 'A-2', 'A-3'])
  is(title('my_holds has them, after a reload or on another machine'),
    (await call('alice', 'my_holds'))?.map((one) => [one.seat_number, one.price, one.expires_at === held.expires_at, one.booking_id]),
    [['A-1', 150000, false, null], ['A-2', 150000, false, null], ['A-3', 150000, false, null]])
  is(title('those of nobody else'), await call('bob', 'my_holds'), [])
  is(title('a seat that another member holds is refused'), await refused('bob', 'hold_seat', { seat_id: seat(1, 2) }), '409 PT409')
  is(title('release_seats gives one back'), await call('alice', 'release_seats', { seat_ids: [seat(1, 3)] }), { released_seats: 1 })
  is(title('and bob has it'), (await call('bob', 'hold_seat', { seat_id: seat(1, 3) }))?.seat_number, 'A-3')
  is(title('hold_best_seats finds two together'),
    (await call('bob', 'hold_best_seats', { concert_schedule_id: schedule(1), seat_count: 2, seat_grade: 'S' }))?.length, 2)
  is(title('release_seats without seats gives all back'), await call('bob', 'release_seats'), { released_seats: 3 })

  const order = { concert_schedule_id: schedule(1), seat_ids: [seat(1, 1), seat(1, 2)], idempotency_key: 'order-1' }
  const booking = await call('alice', 'confirm_booking', order)
  is(title('confirm_booking answers with the booking'),
    [booking?.status, booking?.seat_numbers, booking?.total_price, booking?.seat_count, booking?.cancelled_at],
    ['confirmed', ['A-1', 'A-2'], 300000, 2, null])
  like(title('its number is made for people'), booking?.booking_number, /^([0-9A-Z]{4}-){3}[0-9A-Z*~$=]$/)
  is(title('the same order again is the same booking'), await call('alice', 'confirm_booking', order), booking)
  is(title('and shows as sold'), (await states(1))?.slice(0, 3), 'rra')
  is(title('bob cannot cancel it'), await refused('bob', 'cancel_booking', { booking_id: booking?.booking_id }), '404 PT404')
  is(title('cancel_booking answers with the cancelled booking'),
    (await call('alice', 'cancel_booking', { booking_id: booking?.booking_id, reason: 'ill' }))?.status, 'cancelled')
  is(title('and the seats are free'), (await states(1))?.slice(0, 3), 'aaa')
  const second = await call('alice', 'book_seats', { seat_ids: [seat(1, 4)], idempotency_key: randomUUID() })
  is(title('book_seats holds and sells at once'), second?.seat_numbers, ['A-4'])

  // -------- a guest, who is a secret, a name and a phone

  const guest = { session_id: randomUUID() }
  await call('anon', 'hold_seats', { seat_ids: [seat(2, 1), seat(2, 2)], ...guest })
  is(title('another guest cannot give it back'),
    await refused('anon', 'release_seats', { seat_ids: [seat(2, 1)], session_id: randomUUID() }), '404 PT404')
  const ticket = await call('anon', 'confirm_booking', {
    concert_schedule_id: schedule(2), ...guest, customer_name: "김하늘 O'Neill", customer_phone: '010-1234-5678', customer_email: 'k@example.com',
  })
  is(title('a guest books'), [ticket?.status, ticket?.seat_numbers], ['confirmed', ['A-1', 'A-2']])
  is(title('and cancels with number and phone, however they are written'),
    (await call('anon', 'cancel_guest_booking', {
      booking_number: ticket?.booking_number.toLowerCase().replaceAll('-', ''), customer_phone: '+82 10 1234 5678',
    }))?.status, 'cancelled')
  const walkIn = await call('anon', 'book_seats', {
    seat_ids: [seat(2, 3)], ...guest, customer_name: 'Kim', customer_phone: '010-1234-5678',
  })
  is(title('a guest books in one call'), walkIn?.seat_numbers, ['A-3'])
  for (const fn of ['hold_seat', 'hold_best_seats', 'extend_holds', 'my_holds', 'release_seats']) {
    const args = {
      my_holds: {},
      hold_seat: { seat_id: seat(2, 5) },
      hold_best_seats: { concert_schedule_id: schedule(2), seat_count: 2 },
      extend_holds: { concert_schedule_id: schedule(2) },
      release_seats: {},
    }[fn]
    ok(title(`a guest calls ${fn}`), await call('anon', fn, { ...args, ...guest }) !== null)
  }
  is(title('find_guest_booking finds it'),
    (await call('anon', 'find_guest_booking', { booking_number: walkIn?.booking_number, customer_phone: '01012345678' }, { get: true }))?.seats?.length, 1)
  is(title('a guest sees what the secret bought'),
    (await call('anon', 'my_bookings', { ...guest, sort_by: 'latest' }))?.map((one) => one.status), ['confirmed', 'cancelled'])
  is(title('and in each page how much there is'),
    (await call('anon', 'my_bookings', { ...guest, page_size: 1, page_offset: 1 }))?.map((one) => one.total_count), [2])
  is(title('and the one by its id'), (await call('anon', 'booking_detail', { booking_id: walkIn?.booking_id, ...guest }))?.customer_name, 'Kim')
  is(title('a guest cancels by the secret, too'),
    (await call('anon', 'cancel_booking', { booking_id: walkIn?.booking_id, ...guest }))?.status, 'cancelled')

  // -------- a member's bookings and wishes

  is(title('my_bookings are one\'s own, last booked first'),
    (await call('alice', 'my_bookings', {}, { get: true }))?.slice(0, 2).map((one) => [one.booking_id, one.status]),
    [[second?.booking_id, 'confirmed'], [booking?.booking_id, 'cancelled']])
  is(title('bob has none of them'), (await call('bob', 'my_bookings', {}, { get: true }))?.length, 0)
  is(title('booking_detail is one object'), (await call('alice', 'booking_detail', { booking_id: second?.booking_id }, { get: true }))?.total_price, 150000)
  is(title('not for bob'), await refused('bob', 'booking_detail', { booking_id: second?.booking_id }), '404 PT404')
  is(title('a wish is new once'), [await call('alice', 'add_wishlist', { concert_id: concert }), await call('alice', 'add_wishlist', { concert_id: concert })],
    [{ added: true }, { added: false }])
  is(title('my_wishlist has it'), (await call('alice', 'my_wishlist', {}, { get: true }))?.map((one) => one.concert_id), [concert])
  is(title('and the concert\'s page knows'), (await call('alice', 'concert_detail', { concert_id: concert }, { get: true }))?.is_wishlisted, true)
  is(title('bob\'s page does not'), (await call('bob', 'concert_detail', { concert_id: concert }, { get: true }))?.is_wishlisted, false)
  is(title('remove_wishlist'), await call('alice', 'remove_wishlist', { concert_id: concert }), { removed: true })
  is(title('a guest has no wishes'), await refused('anon', 'add_wishlist', { concert_id: concert }), '401 42501')
  is(title('everybody may look'), [await call('anon', 'record_interest', { concert_id: concert }), await call('alice', 'record_interest', { concert_id: concert })], [null, null])
  is(title('at a concert that there is'), await refused('anon', 'record_interest', { concert_id: people.alice }), '404 PT404')

  await reads(target, { call, title, who })
  await desk(target, { call, refused, title, second })
  await office(target, { call, refused, title })
  await door(target, { call, refused, title })
  await payment(target, { call, refused, title })
  await upkeep({ call, refused, title })
  coverage(target, called, title)
  is(title('check_integrity() finds nothing'), sql(target.database, 'SELECT * FROM concert_booking.check_integrity()'), '')
}

// Reads by GET, as a browser or a cache asks for them.
async function reads(target, { call, title, who }) {
  const get = { get: true }
  const found = await call('anon', 'search_concerts', { search_text: 'haneul', with_total: true }, get)
  is(title('search_concerts finds it'), found?.map((one) => [one.concert_id, one.min_price, one.opens_at, one.total_count]), [[concert, 120000, null, 1]])
  const detail = await call('anon', 'concert_detail', { concert_id: concert }, get)
  is(title('concert_detail is one object'), [detail?.concert.concert_id, detail?.concert.title], [concert, 'Summer Nights'])
  const one = await call('anon', 'schedule_detail', { concert_schedule_id: schedule(4) }, get)
  is(title('schedule_detail is one performance of it'), one?.schedule, detail?.schedules.find((each) => each.concert_schedule_id === schedule(4)))
  is(title('with its concert and its venue'), [one?.concert, one?.venue], [detail?.concert, detail?.venue])
  const dates = await call('anon', 'available_dates', { concert_id: concert }, get)
  is(title('available_dates begins with the first'), dates?.[0].available_date, '2090-06-01')
  is(title('and says of the fourth when it opens'), dates?.filter((each) => each.opens_at).map((each) => [each.available_date, each.opens_at]),
    [['2090-06-04', '2089-01-01T03:00:00+00:00']])
  for (const zone of ['Pacific/Kiritimati', 'America/Los_Angeles']) {
    const { body } = await http(target, `/rpc/available_dates?concert_id=${concert}`, { headers: { Prefer: `timezone=${zone}` } })
    is(title(`the client\'s time zone, ${zone}, moves no date`), body.map((each) => each.available_date), dates.map((each) => each.available_date))
  }
  is(title('schedules_on has the day\'s one'),
    (await call('anon', 'schedules_on', { concert_id: concert, on_date: '2090-06-02' }, get))?.map((each) => [each.concert_schedule_id, each.status]),
    [[schedule(2), 'scheduled']])
  const plan = await call('anon', 'seat_map_json', { concert_schedule_id: schedule(9) }, get)
  is(title('seat_map_json has all 5,000 seats in one row, whatever the limit of rows'), [plan?.seat_count, plan?.seats.length], [5000, 5000])
  const map = await call('anon', 'seat_map', { concert_schedule_id: schedule(9) }, get)
  const most = target.maxRows ?? 5000
  is(title(`seat_map has ${most} of them`), map, plan?.seats.slice(0, most))
  is(title('and names nobody'), Object.keys(map?.[0] ?? {}).filter((key) => /user|session|holder|book|phone|name/.test(key)), [])
  const parts = []
  for (let from = 0; from < 5000; from += 1000) {
    parts.push(...(await who.anon.rpc('seat_map', { concert_schedule_id: schedule(9) }, get).range(from, from + 999)).data)
  }
  is(title('a plan can be had in parts'), parts, plan?.seats)
  is(title('seat_grades are two'), (await call('anon', 'seat_grades', { concert_schedule_id: schedule(9) }, get))?.length, 2)
  const now = await call('anon', 'seat_status', { concert_schedule_id: schedule(9) }, get)
  is(title('seat_status has a letter for each, of the same plan'), [now?.statuses.length, now?.layout_version], [5000, plan?.layout_version])
  const all = await call('anon', 'seat_status', { concert_schedule_id: schedule(9), since: '' }, get)
  is(title('and the same for who polls and knows no version'), [all, typeof all?.version], [{ ...now, changed_positions: null }, 'string'])
  is(title('and nothing for who knows that version'), await call('anon', 'seat_status', { concert_schedule_id: schedule(9), since: now?.version }, get),
    { layout_version: plan?.layout_version, seat_count: 5000, statuses: null, version: now?.version, changed_positions: [], changed_statuses: '' })
}

// What a clerk does, whose token names the clerk.
async function desk(target, { call, refused, title, second }) {
  is(title('acts_for_others is true, for whoever may ask'), await call('clerk', 'acts_for_others'), true)
  is(title('a member may not'), await refused('alice', 'acts_for_others', {}), '403 42501')
  const { booking_id: sold } = await call('clerk', 'book_seats', { seat_ids: [seat(1, 11)], user_id: people.bob })
  ok(title('a clerk books for a member'), uuid.test(sold), sold)
  is(title('staff names the booker: nobody is no booker'), await refused('staff', 'hold_seat', { seat_id: seat(1, 12) }), '401 PT401')
  is(title('a clerk cancels anybody\'s booking'), (await call('clerk', 'cancel_booking', { booking_id: second?.booking_id }))?.status, 'cancelled')
  is(title('blocks'), await call('clerk', 'block_seats', { seat_ids: [seat(1, 13)], reason: 'camera' }), { blocked_seats: 1 })
  is(title('so does a manager'), await call('manager', 'unblock_seats', { seat_ids: [seat(1, 13)] }), { unblocked_seats: 1 })
  is(title('and unblocks'), await call('clerk', 'unblock_seats', { seat_ids: [seat(1, 13)] }), { unblocked_seats: 0 })
  is(title('reads anybody\'s booking'), (await call('clerk', 'booking_detail', { booking_id: sold }))?.booking_id, sold)
  is(title('and finds bookings by phone'), (await call('clerk', 'find_bookings', { customer_phone: '+82 10-1234-5678' }, { get: true }))
    ?.map((one) => one.total_count), [2, 2])
  is(title('by the beginning of a name, in any case'), (await call('clerk', 'find_bookings', { customer_name: 'KIM', concert_schedule_id: schedule(2) }))
    ?.map((one) => one.customer_name), ['Kim'])
  is(title('a member does not'), await refused('alice', 'find_bookings', { customer_phone: '010' }), '403 42501')

  const free = await call('clerk', 'book_seats', { seat_ids: [seat(9, 4001), seat(9, 4002)], walk_in: true, free_reason: 'press' })
  is(title('a walk-in leaves nothing and pays nothing'), [free?.status, free?.total_price], ['confirmed', 0])
  is(title('not from a member'), await refused('alice', 'book_seats', { seat_ids: [seat(9, 4003)], walk_in: true }), '403 42501')
  is(title('booking_log names who did it'), (await call('clerk', 'booking_log', { booking_id: free?.booking_id }))
    ?.map((one) => [one.event_type, one.actor, one.total_count]), [['booking_confirmed', people.clerk, 1]])
}

// What a manager does: the catalogue, a hall, and what becomes of a performance.
async function office(target, { call, refused, title }) {
  const labels = await call('manager', 'row_labels', { row_count: 2 })
  is(title('row_labels'), labels, ['A', 'B'])
  const hall = { concert_schedule_id: schedule('a') }
  is(title('generate_seats'),
    await call('manager', 'generate_seats', { ...hall, row_labels: labels, seats_per_row: 5, seat_grade: 'R', price: 1000 }), { generated_seats: 10 })
  is(title('copy_seats'), await call('manager', 'copy_seats', { from_schedule_id: schedule('a'), to_schedule_id: schedule('b') }),
    { inserted_seats: 10, updated_seats: 0, removed_seats: 0 })
  is(title('import_seats'), await call('manager', 'import_seats', {
    concert_schedule_id: schedule('b'),
    seats: [{ seat_number: 'A-1', seat_grade: 'VIP', price: 2000 }, { seat_number: 'Z-1', seat_grade: 'S', price: 500 }],
  }), { inserted_seats: 1, updated_seats: 1, removed_seats: 9 })
  like(title('uuid_v7'), await call('manager', 'uuid_v7'), uuid)
  is(title('bigrams'), await call('manager', 'bigrams', { title: '봄', performers: null }), ['봄'])

  await call('clerk', 'hold_best_seats', { ...hall, seat_count: 2, user_id: people.alice })
  await call('clerk', 'confirm_booking', { ...hall, user_id: people.alice })
  const moved = await call('manager', 'postpone_schedule', { ...hall, new_date: '2090-06-25', new_time: '18:00', reason: 'storm' })
  is(title('postpone_schedule'), [moved?.previous_starts_at, moved?.starts_at, moved?.affected_bookings],
    ['2090-06-20T10:00:00+00:00', '2090-06-25T09:00:00+00:00', 1])
  is(title('affected_bookings'), (await call('manager', 'affected_bookings', hall))?.map((one) => [one.change, one.user_id, one.total_count]),
    [['postponed', people.alice, 1]])
  const effect = { cancelled_bookings: 1, cancelled_seats: 2, removed_holds: 0, refund_due: 0 }
  is(title('cancel_schedule, tried'), await call('manager', 'cancel_schedule', { ...hall, dry_run: true }), effect)
  is(title('cancel_schedule'), await call('manager', 'cancel_schedule', { ...hall, reason: 'storm' }), effect)
  is(title('a clerk does not'), await refused('clerk', 'cancel_schedule', hall), '403 42501')
  is(title('reinstate_schedule'), await call('manager', 'reinstate_schedule', hall), { available_seats: 10, blocked_seats: 0 })
  ok(title('schedule_log has all three'), (await call('manager', 'schedule_log', { ...hall, page_size: 1 }))?.[0].total_count >= 3)
  const report = await call('manager', 'schedule_report', hall)
  is(title('schedule_report has the grade and the total'), report?.map((one) => [one.seat_grade, one.total_seats, one.sold_seats]), [['R', 10, 0], [null, 10, 0]])
  is(title('sales_report has what was sold'), (await call('manager', 'sales_report', hall))?.map((one) => [one.status, one.seat_count]), [['cancelled', 2]])
  for (const fn of ['schedule_report', 'sales_report']) is(title(`a clerk does not read ${fn}`), await refused('clerk', fn, hall), '403 42501')
}

// A gate, and a gate without a network.
async function door(target, { call, refused, title }) {
  const hall = { concert_schedule_id: schedule('a') }
  const two = await call('clerk', 'hold_best_seats', { ...hall, seat_count: 2, user_id: people.alice })
  const booking = await call('clerk', 'confirm_booking', { ...hall, user_id: people.alice })
  const number = { booking_number: booking?.booking_number }
  is(title('door_list'), (await call('clerk', 'door_list', hall, { get: true }))?.map((one) => [one.seat_number, one.checked_in_at, one.total_count]),
    two?.map((one) => [one.seat_number, null, 2]))
  const codes = (await call('alice', 'booking_detail', { booking_id: booking?.booking_id }))?.seats.map((one) => one.ticket_code)
  is(title('a ticket code opens the door'), (await call('clerk', 'check_in', { ticket_code: codes?.[0], gate: 'north', ...hall }))
    ?.map((one) => one.gate), ['north'])
  is(title('once'), await refused('clerk', 'check_in', { ...number, gate: 'south' }), '409 PT409')
  is(title('undo_check_in'), await call('clerk', 'undo_check_in', { ...number, reason: 'mistake' }), { undone_seats: 1 })
  is(title('reconcile_check_ins'), (await call('clerk', 'reconcile_check_ins', {
    ...hall, scans: [{ ticket_code: codes?.[1], gate: 'west', at: '2090-06-25T08:00:00Z' }],
  }))?.map((one) => [one.outcome, one.gate]), [['recorded', 'west']])
  const renewed = await call('clerk', 'renew_tickets', { booking_id: booking?.booking_id, seat_ids: [two?.[0].seat_id] })
  is(title('renew_tickets gives another code'), [renewed?.length, codes?.includes(renewed?.[0]?.ticket_code)], [1, false])
  is(title('a manager opens no door'), await refused('manager', 'check_in', number), '403 42501')
}

async function upkeep({ call, refused, title }) {
  is(title('expire_holds'), await call('staff', 'expire_holds'), { expired_holds: 0 })
  ok(title('fold_pending_availability'), Number.isInteger((await call('staff', 'fold_pending_availability'))?.folded_schedules))
  is(title('reconcile_availability finds no drift'), await call('staff', 'reconcile_availability'), [])
  is(title('check_integrity finds nothing'), await call('staff', 'check_integrity', {}, { get: true }), [])
  ok(title('refresh_popularity'), Number.isInteger((await call('staff', 'refresh_popularity'))?.refreshed_concerts))
  is(title('archive_past_schedules'), await call('staff', 'archive_past_schedules', { before: '2000-01-01T00:00:00Z' }),
    { archived_schedules: 0, archived_seats: 0, archived_bookings: 0, remaining_schedules: 0 })
  is(title('purge_cancelled_bookings'), await call('staff', 'purge_cancelled_bookings', { before: '2000-01-01T00:00:00Z' }), { purged_bookings: 0 })
  is(title('purge_events'), await call('staff', 'purge_events'), { dropped_partitions: 0, deleted_events: 0 })
  is(title('expire_bookings'), await call('staff', 'expire_bookings'), { expired_bookings: 0 })
  is(title('shard_of'), await call('anon', 'shard_of', { id: '01a203fc-502a-7639-a5ae-5155ce1a65c6' }, { get: true }), 5)
  is(title('shard_of_booking_number'), await call('anon', 'shard_of_booking_number', { booking_number: 'o000-0000-0000-0' }), 0)
  is(title('normalize_phone'), await call('staff', 'normalize_phone', { phone: '+82 10 1234 5678' }, { get: true }), '01012345678')
  const figures = await call('staff', 'metrics', {}, { get: true })
  is(title('metrics are names with labels and values'),
    [figures?.length > 8, figures?.filter(({ name, labels, value }) => !/^concert_booking_/.test(name) || typeof labels !== 'object' || typeof value !== 'number')],
    [true, []])
  is(title('not for members'), await refused('alice', 'metrics', {}), '403 42501')
  is(title('nor is anybody forgotten by one'), await refused('alice', 'forget_booker', { user_id: people.alice }), '403 42501')
  is(title('nobody is forgotten by a manager'), await refused('manager', 'forget_booker', { user_id: people.bob }), '403 42501')
  const forgotten = await call('staff', 'forget_booker', { user_id: people.bob })
  is(title('forget_booker'), [forgotten?.forgotten_bookings > 0, await call('bob', 'my_bookings', {})], [true, []])
}

// Seats that are kept until they are paid, the ledger, and money that goes back.
async function payment(target, { call, refused, title }) {
  sql(target.database, `
    INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off) VALUES ('${concert}', 'child', 'Children', 50)`)
  const hall = { concert_schedule_id: schedule(2) }
  is(title('price_types has what is offered'),
    (await call('anon', 'price_types', hall, { get: true }))?.map(({ code, percent_off: off }) => [code, off]), [['child', 50]])

  await call('alice', 'hold_seats', { seat_ids: [seat(2, 11), seat(2, 12)] })
  const pending = await call('alice', 'begin_payment', { ...hall, price_types: { [seat(2, 12)]: 'child' }, expected_total: 180000 })
  is(title('begin_payment keeps the seats'), [pending?.status, pending?.total_price, Date.parse(pending?.pay_by) > Date.now()], ['pending', 180000, true])
  const booking = { booking_id: pending?.booking_id }
  await call('alice', 'hold_seat', { seat_id: seat(2, 13) })
  is(title('one payment after the other'), await refused('alice', 'begin_payment', hall), '409 PT409')
  await call('alice', 'release_seats', { seat_ids: [seat(2, 13)] })
  is(title('it is in the list'), (await call('alice', 'my_bookings', {}))?.filter(({ status }) => status === 'pending')
    .map(({ booking_id: id, pay_by: until }) => [id, until]), [[pending?.booking_id, pending?.pay_by]])

  const money = { ...booking, amount: 180000, provider: 'rest', reference: `charge ${target.name}` }
  is(title('a member does not confirm payments'), await refused('alice', 'confirm_payment', money), '403 42501')
  is(title('nor a guest'), await refused('anon', 'confirm_payment', money), '401 42501')
  if (target.roles.payments) is(title('who confirms payments does nothing else'), await refused('payments', 'hold_seat', { seat_id: seat(2, 14) }), '403 42501')
  const outcome = { outcome: 'confirmed', ...booking, status: 'confirmed', refund_due: 0 }
  is(title('confirm_payment says what came of it'), await call('payments', 'confirm_payment', money), outcome)
  is(title('and says it again'), await call('payments', 'confirm_payment', money), outcome)
  is(title('payment_status is one object'), await call('payments', 'payment_status', booking, { get: true }),
    { ...booking, status: 'confirmed', total_price: 180000, pay_by: pending?.pay_by, paid: 180000, refunded: 0, due: 0 })

  const quote = await call('alice', 'quote_cancellation', { ...booking, seat_ids: [seat(2, 12)] }, { get: true })
  is(title('quote_cancellation says what would come back'), [quote?.refund_due, quote?.cancellation_fee, quote?.is_cancellable], [60000, 0, true])
  const part = await call('alice', 'cancel_seats', { ...booking, seat_ids: [seat(2, 12)] })
  is(title('cancel_seats gives it back'), [part?.status, part?.seat_count, part?.refund_due], ['confirmed', 1, 60000])
  is(title('cancel_booking the rest'), (await call('alice', 'cancel_booking', booking))?.refund_due, 180000)
  is(title('due_refunds is a list'), (await call('payments', 'due_refunds', {}))?.map(({ booking_id: id, amount, charges }) => [id, amount, charges]),
    [[pending?.booking_id, 180000, [{ provider: 'rest', reference: money.reference, amount: 180000 }]]])
  is(title('record_refund closes it'), await call('payments', 'record_refund', { ...money, reference: `refund ${target.name}` }),
    { outcome: 'recorded', ...booking, status: 'cancelled', refund_due: 0 })

  const guest = { session_id: randomUUID() }
  await call('anon', 'hold_seat', { seat_id: seat(2, 14), ...guest })
  const order = await call('anon', 'begin_payment', { ...hall, ...guest, customer_name: 'Kim', customer_phone: '010-7777-5678' })
  is(title('a guest gives up a payment'), (await call('anon', 'cancel_payment', { booking_id: order?.booking_id, ...guest }))?.status, 'cancelled')
  sql(target.database, "DELETE FROM concert_booking.price_types")
}

// What each role may call, and that nothing of it was forgotten above.
function coverage(target, called, title) {
  for (const [level, role] of Object.entries(target.roles)) {
    const granted = rows(target.database, `
      SELECT DISTINCT p.proname AS name FROM pg_proc p
      WHERE p.pronamespace = 'concert_booking'::regnamespace AND p.prokind = 'f'
        AND has_function_privilege('${role}', p.oid, 'EXECUTE') ORDER BY 1`).map((one) => one.name)
    ok(title(`${level} may call something`), granted.length > 0)
    is(title(`every function that ${level} may call was called`), granted.filter((name) => !called.has(name)), [])
  }
}
