// A season of a house, from the first row of its catalogue to the member who leaves.
// All of it is done by supabase-js and PostgREST, each step by the smallest level that
// may do it; before that the same step is tried one level below, and refused.
//
// Read it from the top: it is a story. Ask "who may do this, and how is it called?"
// and look for the step. docs/box-office.md, docs/door.md and docs/reports.md explain.
//
// Not here: a DBA brings the house back to an instant after a disaster. That needs a
// server of its own, and is the suite "backup" (deploy/backup).
//
// The clock of the database is moved (concert_booking.test_clock_offset), so that the
// season takes seconds. Nothing else is done behind the API's back.
import { client, http, randomUUID, reconnect, sql, token } from './client.mjs'
import { is, like, ok } from './tap.mjs'

const day = 24 * 3600 * 1000
const zone = '+09:00'			// of the venue, Asia/Seoul
const dateAtVenue = (instant) => new Date(instant + 9 * 3600 * 1000).toISOString().slice(0, 10)
const began = Date.now()
const opening = began + day
const firstNight = began + 20 * day
const nights = Array.from({ length: 12 }, (_, n) => dateAtVenue(firstNight + n * day))
const startOfNight = (n) => Date.parse(`${nights[n]}T19:30:00${zone}`)

export async function season(target) {
  const house = new House(target)
  for (const chapter of [catalogue, opensAt, theOpening, theDesk, theWeekBefore, afterTheCutOff, theDoors, offline,
    theReport, theMemberLeaves]) {
    await chapter(house)
  }
  is('the season leaves the data whole', sql(target.database, 'SELECT * FROM concert_booking.check_integrity()'), '')
}

// Who is who. A token names a role, and in "sub" the person: that is whom the log names.
class House {
  constructor(target) {
    this.target = target
    this.ids = { member: randomUUID(), clerk: randomUUID(), manager: randomUUID(), boss: randomUUID() }
    const person = (role, sub) => ({ role, client: client(target, token(target, role, sub)) })
    this.visitor = person('web_visitor')
    this.guest = person('web_anon')
    this.session = { session_id: randomUUID() }
    this.member = person('web_member', this.ids.member)
    this.payments = person('web_payments')
    this.clerk = person('web_clerk', this.ids.clerk)
    this.north = person('web_clerk', randomUUID())
    this.south = person('web_clerk', randomUUID())
    this.manager = person('web_manager', this.ids.manager)
    this.boss = person('web_staff', this.ids.boss)
  }

  // A step: whoever is one level below is refused, and whoever may do it does it.
  // Answers with what came of it.
  async step(what, below, refusal, who, act) {
    await this.refused(`${what}: not as ${below.role}`, below, refusal, act)
    return this.done(what, who, act)
  }

  async done(what, who, act) {
    const { data, error, status } = await act(who.client)
    ok(`${what}: as ${who.role}`, !error, { status, ...error })
    return data
  }

  // A clear error: the status, the code, what went wrong, and what to do about it.
  async refused(what, who, refusal, act) {
    const { error, status } = await act(who.client)
    const facts = error?.details?.match(/^[[{]/) ? JSON.parse(error.details) : {}
    const seen = { status, code: error?.code, message: error?.message, hint: error?.hint, reason: facts.reason ?? facts[0]?.reason }
    is(what, Object.fromEntries(Object.keys(refusal).map((key) => [key, seen[key]])), refusal)
    return facts
  }

  // The database's clock goes on to this instant. Connections take the setting when they begin.
  async goOnTo(instant) {
    const { database } = this.target
    sql(database, `ALTER DATABASE ${database} SET concert_booking.test_clock_offset = '${Math.round((instant - Date.now()) / 1000)} seconds'`)
    await reconnect(this.target)
  }

  // Seats of a night by their numbers.
  seats(n, ...numbers) {
    return numbers.map((number) => this.plan[n].find((seat) => seat.seat_number === number).seat_id)
  }

  async statuses(n) {
    return (await this.visitor.client.rpc('seat_status', { concert_schedule_id: this.schedules[n] })).data.statuses
  }
}

// What PostgreSQL says where a grant is missing. It has no hint: the level is the answer.
const notGranted = (kind, name, status = 403) =>
  ({ status, code: '42501', message: `permission denied for ${kind} ${name}`, hint: null })
const noTable = (name) => notGranted('table', name)
const noFunction = (name, status) => notGranted('function', name, status)

// -------- 1. A manager makes a venue, a concert, a hall and twelve performances

async function catalogue(house) {
  const { clerk, manager } = house
  const venue = await house.step('a venue', clerk, noTable('venues'), manager, (as) =>
    as.from('venues').insert({ name: 'Harbour Hall', address: '1 Songpa-daero, Seoul' }).select().single())
  const concert = await house.step('a concert', clerk, noTable('concerts'), manager, (as) =>
    as.from('concerts').insert({ venue_id: venue.id, title: 'Tides', genre: 'Jazz', performers: 'Trio Aria', running_time: 100 })
      .select('id, status').single())
  house.concert = concert.id
  const schedules = await house.step('twelve performances', clerk, noTable('concert_schedules'), manager, (as) =>
    as.from('concert_schedules').insert(nights.map((concert_date) => ({
      concert_id: concert.id, concert_date, concert_time: '19:30', booking_opens_at: new Date(opening).toISOString(),
      max_seats_per_booker: 4, cancel_until: '24:00:00', payment_required: true,
      refund_ladder: { steps: [{ hours: 48, percent: 100 }, { hours: 0, percent: 50 }] },
    }))).select('id, concert_date, starts_at, status'))
  schedules.sort((a, b) => a.concert_date.localeCompare(b.concert_date))
  house.schedules = schedules.map(({ id }) => id)
  is('each starts at its hour at the venue', schedules.map(({ starts_at: at }) => Date.parse(at)), nights.map((_, n) => startOfNight(n)))

  await house.refused('when it starts follows from date and time: nobody writes it', manager, noTable('concert_schedules'), (as) =>
    as.from('concert_schedules').update({ starts_at: new Date(began).toISOString() }).eq('id', schedules[0].id))

  const [first, ...others] = house.schedules
  for (const [row_labels, seat_grade, price] of [[['A', 'B', 'C'], 'R', 120000], [['D', 'E', 'F', 'G'], 'S', 80000]]) {
    await house.step(`rows of grade ${seat_grade}`, clerk, noFunction('generate_seats'), manager, (as) =>
      as.rpc('generate_seats', { concert_schedule_id: first, row_labels, seats_per_row: 20, seat_grade, price }))
  }
  for (const other of others.slice(0, -1)) {
    const copied = await house.done('the same hall', manager, (as) =>
      as.rpc('copy_seats', { from_schedule_id: first, to_schedule_id: other }))
    is('of 140 seats', copied.inserted_seats, 140)
  }
  await house.step('a plan from elsewhere for the last night', clerk, noFunction('import_seats'), manager, (as) =>
    as.rpc('import_seats', {
      concert_schedule_id: others.at(-1),
      seats: Array.from({ length: 60 }, (_, n) => ({ seat_number: `Standing ${n + 1}`, seat_grade: 'S', price: 50000, section: 'Standing' })),
    }))
  await house.step('a price for children', clerk, noTable('price_types'), manager, (as) =>
    as.from('price_types').insert({ concert_id: concert.id, code: 'child', name: 'Child under 13', percent_off: 50 }))
  await house.step('a dearer front row', clerk, noTable('seats'), manager, (as) =>
    as.from('seats').update({ price: 140000 }).eq('concert_schedule_id', first).eq('row_label', 'A'))

  house.plan = []
  for (const concert_schedule_id of house.schedules) {
    const { data } = await house.visitor.client.rpc('seat_map_json', { concert_schedule_id }, { get: true })
    house.plan.push(data.seats)
  }
  is('anybody sees the halls, each in one row', house.plan.map(({ length }) => length), [...Array(11).fill(140), 60])
}

// -------- 2. A buyer sees "opens at"

async function opensAt(house) {
  const { data: listed } = await house.visitor.client.rpc('search_concerts', { search_text: 'tides', bookable_only: true, with_total: true }, { get: true })
  is('the concert is listed with the hour of its opening',
    listed.map(({ title, opens_at: at, total_count: total }) => [title, Date.parse(at), total]), [['Tides', opening, 1]])
  const { data: dates } = await house.visitor.client.rpc('available_dates', { concert_id: house.concert }, { get: true })
  is('so are its dates', dates.map(({ available_date: date, opens_at: at }) => [date, Date.parse(at)]), nights.map((date) => [date, opening]))
  const tooEarly = await house.refused('a day before, nothing is sold', house.guest,
    { status: 425, code: 'PT425', message: 'booking has not opened yet', hint: 'Try again then.' }, (as) =>
      as.rpc('hold_seat', { seat_id: house.seats(0, 'A-1')[0], ...house.session }))
  is('and the refusal says when', Date.parse(tooEarly.opens_at), opening)
}

// -------- 3. The opening: a guest and a member buy, a payment server takes the money

async function theOpening(house) {
  const { guest, member, payments, session, visitor } = house
  await house.goOnTo(opening)
  await house.step('two seats held', visitor, noFunction('hold_seats'), guest, (as) =>
    as.rpc('hold_seats', { seat_ids: house.seats(0, 'A-1', 'A-2'), ...session }))
  const held = await house.step('the page is loaded again', visitor, noFunction('my_holds'), guest, (as) => as.rpc('my_holds', session))
  is('and still has its seats', held.map((one) => [one.seat_number, one.price]), [['A-1', 140000], ['A-2', 140000]])
  await house.refused('without a payment nothing is sold', guest,
    { status: 402, code: 'PT402', hint: 'Call begin_payment(); the booking is confirmed when the money arrives.' }, (as) =>
      as.rpc('confirm_booking', { concert_schedule_id: house.schedules[0], ...session, customer_name: 'Kim Bada', customer_phone: '010-2222-1111' }))
  house.guests = await pays(house, guest, 0, { ...session, customer_name: 'Kim Bada', customer_phone: '010-2222-1111' })

  // The member comes on three nights.
  for (const [n, numbers] of [[0, ['B-1', 'B-2', 'B-3']], [1, ['A-1', 'A-2']], [2, ['C-5']]]) {
    await house.done(`night ${n + 1}`, member, (as) => as.rpc('hold_seats', { seat_ids: house.seats(n, ...numbers) }))
    const booking = await pays(house, member, n, { customer_name: 'Lee Garam', customer_phone: '010-3333-1111', customer_email: 'garam@example.com' })
    house.members = [...(house.members ?? []), booking]
  }
  await house.refused('four seats a buyer', member,
    { status: 422, code: 'PT422', reason: 'booker_limit', hint: 'Choose fewer seats, or release seats first.' }, (as) =>
      as.rpc('hold_seats', { seat_ids: house.seats(0, 'B-4', 'B-5') }))
  ok('each seat has a code of its own for the door', new Set(house.members[0].seats.map((seat) => seat.ticket_code)).size === 3)

  // Begins a payment; the provider has the money, and the server that hears of it reports it.
  async function pays({ schedules }, buyer, n, customer) {
    const pending = await house.done('a payment begins', buyer, (as) =>
      as.rpc('begin_payment', { concert_schedule_id: schedules[n], ...customer }))
    const booking = { booking_id: pending.booking_id }
    const receipt = await house.step('the money has arrived', buyer, noFunction('confirm_payment', buyer === guest ? 401 : 403), payments, (as) =>
      as.rpc('confirm_payment', { ...booking, amount: pending.total_price, provider: 'card', reference: `charge ${pending.booking_number}` }))
    is('and the seats are sold', [receipt.outcome, receipt.status], ['confirmed', 'confirmed'])
    const who = buyer === guest ? session : {}
    return { ...pending, ...(await house.done('the ticket', buyer, (as) => as.rpc('booking_detail', { ...booking, ...who }))) }
  }
}

// -------- 4. A clerk sells at the desk

async function theDesk(house) {
  const { clerk, member } = house
  const rows = (labels) => labels.flatMap((row) => Array.from({ length: 20 }, (_, n) => `${row}-${n + 1}`))
  const notForThem = { status: 403, code: '42501', message: 'only the box office sells in this way', hint: 'Ask the box office.' }

  house.walkIn = await house.step('a walk-in, who leaves no number', member, notForThem, clerk, (as) =>
    as.rpc('book_seats', { seat_ids: house.seats(0, 'D-1', 'D-2'), walk_in: true, price_types: { [house.seats(0, 'D-2')[0]]: 'child' } }))
  is('pays an adult\'s and a child\'s price', [house.walkIn.status, house.walkIn.total_price], ['confirmed', 120000])
  await house.done('in cash, by a receipt', clerk, (as) =>
    as.rpc('confirm_payment', { booking_id: house.walkIn.booking_id, amount: 120000, provider: 'cash', reference: 'receipt 1' }))

  const thirty = house.seats(0, ...rows(['E', 'F']).slice(0, 30))
  house.school = await house.step('thirty seats for a school', member,
    { status: 413, code: '54000', message: 'too many seats in one call', hint: 'Ask for fewer seats, or raise concert_booking.max_seats_per_call.' }, clerk, (as) =>
      as.rpc('book_seats', { seat_ids: thirty, ...(as === clerk.client && { walk_in: true }), customer_name: 'Hangang School', customer_phone: '02-555-0001' }))
  is('are one booking', [house.school.seat_count, house.school.total_price], [30, 30 * 80000])
  await house.done('which is paid by transfer', clerk, (as) =>
    as.rpc('confirm_payment', { booking_id: house.school.booking_id, amount: 30 * 80000, provider: 'transfer', reference: 'invoice 7' }))

  const free = { seat_ids: house.seats(0, 'C-19', 'C-20'), walk_in: true, customer_name: 'The Daily Wave', free_reason: 'press' }
  house.press = await house.step('two seats for the press', member, notForThem, clerk, (as) => as.rpc('book_seats', free))
  is('cost nothing', house.press.total_price, 0)
  await house.refused('nobody gives tickets away without a reason', clerk,
    { status: 400, code: '22023', hint: 'Pass a text that is not blank, or null.' }, (as) =>
    as.rpc('book_seats', { ...free, free_reason: '' }))

  await house.step('two seats for the camera', member, noFunction('block_seats'), clerk, (as) =>
    as.rpc('block_seats', { seat_ids: house.seats(2, 'G-1', 'G-2'), reason: 'camera' }))
  const found = await house.step('a booking by the beginning of a name', member, noFunction('find_bookings'), clerk, (as) =>
    as.rpc('find_bookings', { customer_name: 'hangang', concert_schedule_id: house.schedules[0] }))
  is('is found', found.map((one) => [one.booking_number, one.total_count]), [[house.school.booking_number, 1]])
  await house.refused('an old name of an argument is told the new one', clerk,
    { status: 400, code: '22023', message: 'argument has another name', hint: 'Use customer_phone.' }, (as) =>
      as.rpc('find_bookings', { phone: '010-3333-1111' }))
}

// -------- 5. The manager postpones a night, cancels one, and takes that back

async function theWeekBefore(house) {
  const { clerk, manager, visitor } = house
  const [, second, third] = house.schedules
  await house.refused('a night that was sold does not move by itself', manager, { status: 409, code: 'PT409', reason: 'has_bookings' }, (as) =>
    as.from('concert_schedules').update({ concert_date: dateAtVenue(firstNight + 40 * day) }).eq('id', second))
  const moved = await house.step('the second night is postponed', clerk, noFunction('postpone_schedule'), manager, (as) =>
    as.rpc('postpone_schedule', {
      concert_schedule_id: second, new_date: dateAtVenue(firstNight + 40 * day), new_time: '18:00', reason: 'the pianist is ill',
    }))
  is('from its evening to another', [Date.parse(moved.previous_starts_at), Date.parse(moved.starts_at), moved.affected_bookings],
    [startOfNight(1), Date.parse(`${dateAtVenue(firstNight + 40 * day)}T18:00:00${zone}`), 1])
  const told = await house.step('whom to tell', clerk, noFunction('affected_bookings'), manager, (as) =>
    as.rpc('affected_bookings', { concert_schedule_id: second }))
  is('is in the list, with the way to reach them', told.map((one) => [one.change, one.booking_number, one.customer_email, one.total_count]),
    [['postponed', house.members[1].booking_number, 'garam@example.com', 1]])
  const { data: page } = await visitor.client.rpc('schedule_detail', { concert_schedule_id: second })
  is('the public sees the new date', [page.schedule.status, page.schedule.concert_time, Date.parse(page.schedule.previous_starts_at)],
    ['postponed', '18:00:00', startOfNight(1)])

  const before = await house.statuses(2)
  const wouldBe = { cancelled_bookings: 1, cancelled_seats: 1, removed_holds: 0, refund_due: 120000 }
  const dry = { concert_schedule_id: third, reason: 'flood', dry_run: true }
  is('what a cancellation would do', await house.step('the third night, tried', clerk, noFunction('cancel_schedule'), manager, (as) =>
    as.rpc('cancel_schedule', dry)), wouldBe)
  is('has not been done', await house.statuses(2), before)
  is('it is cancelled', await house.done('the third night', manager, (as) => as.rpc('cancel_schedule', { ...dry, dry_run: false })), wouldBe)
  const { data: detail } = await visitor.client.rpc('schedule_detail', { concert_schedule_id: third })
  is('and is cancelled, not sold out', [detail.schedule.status, detail.schedule.is_sold_out], ['cancelled', false])
  await house.refused('nobody buys it', house.member, { status: 423, code: 'PT423', message: 'booking is closed', reason: 'schedule_cancelled' }, (as) =>
    as.rpc('hold_seat', { seat_id: house.seats(2, 'A-1')[0] }))
  const due = await house.step('what goes back', manager, noFunction('due_refunds'), house.payments, (as) => as.rpc('due_refunds'))
  is('is all that was paid for it', due.map((one) => [one.booking_id, one.amount]), [[house.members[2].booking_id, 120000]])
  await house.done('and goes back', house.payments, (as) => as.rpc('record_refund',
    { booking_id: due[0].booking_id, amount: due[0].amount, provider: 'card', reference: 'refund 1' }))

  await house.step('the water has gone', clerk, noFunction('reinstate_schedule'), manager, (as) =>
    as.rpc('reinstate_schedule', { concert_schedule_id: third, reason: 'dry again' }))
  const camera = house.plan[2].map(({ seat_number: number }) => (['G-1', 'G-2'].includes(number) ? 'u' : 'a')).join('')
  is('the night is on sale, but for the camera\'s seats', await house.statuses(2), camera)
  const log = await house.step('who did that', clerk, noFunction('schedule_log'), manager, (as) =>
    as.rpc('schedule_log', { concert_schedule_id: third }))
  ok('the log names the manager', log.length >= 2 && log.slice(0, 1).every(({ actor }) => actor === house.ids.manager), log.slice(0, 3))
}

// -------- 6. The evening of the first night: it is too late to cancel, but for the box office

async function afterTheCutOff(house) {
  const { clerk, member } = house
  const noOverride = { status: 403, code: '42501', message: 'only staff may override', hint: 'Ask the box office.' }
  await house.goOnTo(startOfNight(0) - 2 * 3600 * 1000)
  const [booking] = house.members
  await house.refused('too late, says the page', member, { status: 412, code: 'PT412', message: 'too late to cancel', hint: 'Ask the box office.' }, (as) =>
    as.rpc('cancel_seats', { booking_id: booking.booking_id, seat_ids: house.seats(0, 'B-3') }))
  await house.refused('and to the clerk, who sets no rule aside unasked', clerk, { status: 412, code: 'PT412' }, (as) =>
    as.rpc('cancel_seats', { booking_id: booking.booking_id, seat_ids: house.seats(0, 'B-3') }))
  const back = await house.step('one seat goes back, with a reason', member, noOverride, clerk, (as) =>
    as.rpc('cancel_seats', { booking_id: booking.booking_id, seat_ids: house.seats(0, 'B-3'), override: true, reason: 'a broken leg' }))
  is('by the rule of refunds: half of it', [back.status, back.seat_count, back.refund_due], ['confirmed', 2, 60000])
  const gone = await house.step('a whole booking, too', member, noOverride, clerk, (as) =>
    as.rpc('cancel_booking', { booking_id: house.guests.booking_id, override: true, reason: 'the ferry does not run' }))
  is('is cancelled', [gone.status, gone.refund_due], ['cancelled', 140000])
  const log = await house.step('the log of that booking', member, noFunction('booking_log'), clerk, (as) =>
    as.rpc('booking_log', { booking_id: house.guests.booking_id }))
  is('has the clerk, not a role', log[0].actor, house.ids.clerk)
  like('and the reason', JSON.stringify(log[0].detail), /the ferry does not run/)
}

// -------- 7. Two gates

async function theDoors(house) {
  const { clerk, member, north, south } = house
  const [booking] = house.members
  const whole = { booking_number: booking.booking_number, concert_schedule_id: house.schedules[0] }
  await house.refused('a member does not open doors', member, noFunction('check_in'), (as) => as.rpc('check_in', { ...whole, gate: 'north' }))

  // The ticket was forwarded to a friend: both come at once, to two gates.
  const answers = await Promise.all([[north, 'north'], [south, 'south']].map(async ([gate, name]) =>
    ({ name, ...(await gate.client.rpc('check_in', { ...whole, gate: name })) })))
  const inside = answers.find(({ error }) => !error)
  const outside = answers.find(({ error }) => error)
  is('one of two gates lets them in', inside?.data.map((one) => [one.seat_number, one.customer_name, one.gate]),
    [['B-1', 'Lee Garam', inside?.name], ['B-2', 'Lee Garam', inside?.name]])
  is('the other one is told since when they are inside, and where',
    [outside?.status, outside?.error.code, JSON.parse(outside?.error.details ?? '[]').map((one) => [one.reason, one.checked_in_at, one.gate])],
    [409, 'PT409', inside?.data.map((one) => ['checked_in', one.checked_in_at, inside.name])])
  const again = await (inside.name === 'north' ? north : south).client.rpc('check_in', { ...whole, gate: inside.name })
  is('the same gate, whose answer got lost, is told the same', again.data, inside.data)

  const code = house.members[1].seats[0].ticket_code
  await house.refused('a ticket for another night', north, { status: 409, code: 'PT409', reason: 'other_schedule' }, (as) =>
    as.rpc('check_in', { ticket_code: code, gate: 'north', concert_schedule_id: house.schedules[0] }))
  await house.refused('a cancelled one', north, { status: 409, code: 'PT409', reason: 'booking_cancelled' }, (as) =>
    as.rpc('check_in', { booking_number: house.guests.booking_number, gate: 'north', concert_schedule_id: house.schedules[0] }))
  const out = await house.step('let in by mistake', member, noFunction('undo_check_in'), north, (as) =>
    as.rpc('undo_check_in', { booking_number: booking.booking_number, seat_ids: house.seats(0, 'B-2'), reason: 'the wrong one of two' }))
  is('and out again', out.undone_seats, 1)
}

// -------- 8. A gate without a network: the list as CSV, and the way back

async function offline(house) {
  const { clerk, north, target } = house
  const path = `/rpc/door_list?concert_schedule_id=${house.schedules[0]}`
  const asCsv = (role) => http(target, path, { jwt: token(target, role, house.ids.clerk), headers: { Accept: 'text/csv' } })
  const notForMembers = await asCsv('web_member')
  is('the list: not as web_member', [notForMembers.status, notForMembers.body.code], [403, '42501'])
  const { status, headers, text } = await asCsv('web_clerk')
  is('the list comes as a table', [status, headers.get('content-type').split(';')[0]], [200, 'text/csv'])
  const [names, ...lines] = text.trimEnd().split('\n').map((line) => line.split(',').map((cell) => cell.replace(/^"(.*)"$/, '$1')))
  const list = lines.map((line) => Object.fromEntries(names.map((name, at) => [name, line[at]])))
  is('of everybody who has a seat, by name', [list.length, list[0].customer_name, list.at(-1).customer_name], [36, 'Hangang School', ''])
  is('no cache keeps it', headers.get('cache-control'), 'no-store')

  // The gate ticks off thirty pupils, one of them twice, and a ticket that nobody sold.
  const pupils = list.filter((one) => one.customer_name === 'Hangang School')
  const at = (seconds) => new Date(startOfNight(0) - 2.5 * 3600 * 1000 + seconds * 1000).toISOString()
  const scans = [...pupils, pupils[0]].map(({ ticket_code }, n) => ({ ticket_code, gate: 'west', at: at(n) }))
  scans.push({ ticket_code: randomUUID(), gate: 'west', at: at(99) })
  const reported = await house.step('the network is back', house.member, noFunction('reconcile_check_ins'), north, (as) =>
    as.rpc('reconcile_check_ins', { concert_schedule_id: house.schedules[0], scans }))
  const outcomes = {}
  for (const { outcome } of reported) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  is('and all of it is told', [outcomes.recorded, outcomes.unknown, reported.length], [30, 1, 32])
  const { data: now } = await clerk.client.rpc('door_list', { concert_schedule_id: house.schedules[0] })
  is('thirty-one are inside', now.filter((one) => one.checked_in_at).length, 31)
  const renewed = await house.step('a lost ticket gets another code', house.member, noFunction('renew_tickets'), clerk, (as) =>
    as.rpc('renew_tickets', { booking_id: house.press.booking_id }))
  const [old] = list.filter((one) => one.customer_name === 'The Daily Wave')
  await house.refused('the old one opens nothing', north, { status: 404, code: 'PT404' }, (as) => as.rpc('check_in', { ticket_code: old.ticket_code }))
  is('the new one does', (await house.done('with the new one', north, (as) => as.rpc('check_in', { ticket_code: renewed[0].ticket_code }))).length, 1)
}

// -------- 9. The evening's report

async function theReport(house) {
  const { clerk, manager } = house
  const [concert_schedule_id] = house.schedules
  const report = await house.step('the evening\'s report', clerk, noFunction('schedule_report'), manager, (as) =>
    as.rpc('schedule_report', { concert_schedule_id }))
  const total = report.find((row) => row.seat_grade === null)
  is('counts the hall', [total.total_seats, total.sold_seats, total.pending_seats, total.checked_in_seats], [140, 36, 0, 32])
  // are cancelled for half, B-3 as well.
  const kept = { paid: 2 * 140000 + 3 * 120000 + 120000 + 30 * 80000, due: 140000 + 60000 }
  is('and the money', [total.paid, total.refunded, total.refund_due], [kept.paid, 0, kept.due])
  is('by grade', report.filter((row) => row.seat_grade !== null).map((row) => [row.seat_grade, row.sold_seats]).sort(), [['R', 4], ['S', 32]])
  const sales = await house.step('the sales of the season', clerk, noFunction('sales_report'), manager, (as) =>
    as.rpc('sales_report', { concert_id: house.concert }))
  const sum = (rows, column) => rows.reduce((all, row) => all + Number(row[column]), 0)
  const standing = sales.filter((row) => row.concert_schedule_id === concert_schedule_id && row.status === 'confirmed')
  is('add up to the same', [sum(standing, 'seat_count'), sum(standing, 'amount')], [36, 2 * 120000 + 120000 + 30 * 80000])
  house.reports = { report, sales }
}

// -------- 10. A member deletes the account

async function theMemberLeaves(house) {
  const { boss, clerk, ids, manager } = house
  const forgotten = await house.step('the member is forgotten', manager, noFunction('forget_booker'), boss, (as) =>
    as.rpc('forget_booker', { user_id: ids.member }))
  is('in three bookings', forgotten.forgotten_bookings, 3)
  const { data: found } = await clerk.client.rpc('find_bookings', { customer_name: 'Lee Garam' })
  is('nobody of that name has booked', found, [])
  const { data: report } = await manager.client.rpc('schedule_report', { concert_schedule_id: house.schedules[0] })
  const { data: sales } = await manager.client.rpc('sales_report', { concert_id: house.concert })
  is('and the figures of the season are what they were', { report, sales }, house.reports)
}
