// What is another answer in a cluster than on one machine, each with the answer that it gets: the
// list of docs/cluster.md. And what is the same, although several servers answer.
import { execFileSync } from 'node:child_process'
import { http, post, randomUUID, refusal, rows, settled, sql, token } from './client.mjs'
import { freshConnections, listener } from './notify.mjs'
import { is, like, ok } from './tap.mjs'
import { concert, people, schedule, seat } from './world.mjs'

const elsewhere = 'Send the call to the shard that made the id.'
const numberOf = (id) => parseInt(id.slice(19, 21), 16) & 31
const unknownSeat = (seat_id) => ({ seat_id, seat_number: null, reason: 'unknown', shard: numberOf(seat_id) })
const parsed = (text) => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export async function shards(target) {
  const { database } = target
  const who = {
    alice: token(target, target.roles.member, people.alice), bob: token(target, target.roles.member, people.bob),
    clerk: token(target, target.roles.clerk, people.clerk), manager: token(target, target.roles.manager, people.clerk),
    staff: token(target, target.roles.staff),
  }
  const call = async (as, name, args) => (await post(target, name, args, who[as])).body
  // A refusal in full, its DETAIL read as JSON.
  const refused = async (what, answer, status, code, message, details, hint) => {
    const { status: number, body } = await answer
    is(what, { status: number, ...body, details: parsed(body?.details) }, { status, code, message, details, hint })
  }
  const refuses = (what, as, name, args, ...answer) => refused(what, post(target, name, args, who[as]), ...answer)
  const all = { target, database, who, call, refused, refuses }

  is('the world lies on both shards', [1, 2, 9].map((n) => numberOf(schedule(n))), [0, 0, 1])
  for (const part of [oneCall, oneKey, numbers, bodies, tables, inSql, notified, lists, likeOneServer, refusedAlike, browsers, away])
    await part(all)
  is('check_integrity() finds nothing', sql(database, 'SELECT * FROM concert_booking.check_integrity()'), '')
}

// -------- what one machine does in one call, and a cluster does not

// A call goes to the shard of the first id in it. Ids of another shard are unknown there.
async function oneCall({ call, refuses }) {
  const [here, there] = [seat(2, 20), seat(9, 20)]
  const unknown = (id) => [404, 'PT404', 'no such seat', [unknownSeat(id)], elsewhere]
  await refuses('seats of two shards in one call', 'alice', 'hold_seats', { seat_ids: [here, there] }, ...unknown(there))
  await refuses('the other way round', 'alice', 'hold_seats', { seat_ids: [there, here] }, ...unknown(here))
  await refuses('they are not sold', 'alice', 'book_seats', { seat_ids: [here, there] }, ...unknown(there))
  await refuses('nor given back', 'alice', 'release_seats', { seat_ids: [here, there] }, 404, 'PT404', 'no such hold',
    [{ seat_id: here, seat_number: 'B-10', reason: 'not_held' }, { ...unknownSeat(there), reason: 'not_held' }], elsewhere)
  await refuses('nor blocked', 'clerk', 'block_seats', { seat_ids: [here, there], reason: 'camera' }, ...unknown(there))
  await refuses('nor unblocked', 'clerk', 'unblock_seats', { seat_ids: [here, there] }, ...unknown(there))
  const noSchedule = [404, 'PT404', 'no such schedule', { concert_schedule_id: schedule(2), shard: 0 }, elsewhere]
  await refuses('nor chosen for another shard\'s schedule', 'alice', 'confirm_booking', { concert_schedule_id: schedule(2), seat_ids: [there] }, ...noSchedule)
  await refuses('a hall is copied within its shard', 'manager', 'copy_seats', { from_schedule_id: schedule(2), to_schedule_id: schedule(9) }, ...noSchedule)
}

// One machine knows the key again, and refuses it for another order (PT422).
async function oneKey({ call }) {
  const idempotency_key = randomUUID()
  const order = (number) => ({ seat_ids: [seat(number, 20)], idempotency_key })
  const bookings = [await call('alice', 'book_seats', order(2)), await call('alice', 'book_seats', order(9))]
  is('a key is of a shard: on two it makes two bookings', bookings.map(({ status, seat_numbers: numbers }) => [status, numbers]),
    [['confirmed', ['B-10']], ['confirmed', ['A-20']]])
  is('and on each only one', [await call('alice', 'book_seats', order(2)), await call('alice', 'book_seats', order(9))], bookings)
  for (const { booking_id: id } of bookings) await call('alice', 'cancel_booking', { booking_id: id })
}

// One machine says of a ticket for another night that it is one (PT409, other_schedule).
async function numbers({ call, refuses }) {
  const booking = await call('clerk', 'book_seats', { seat_ids: [seat(2, 20)], user_id: people.alice })
  const [{ ticket_code: code }] = (await call('alice', 'booking_detail', { booking_id: booking.booking_id })).seats
  const number = { booking_number: booking.booking_number }
  is('a booking number begins with its shard', [booking.booking_number[0], numberOf(code), numberOf(booking.booking_id)], ['0', 0, 0])
  await refuses('a gate of another shard does not know the ticket', 'clerk', 'check_in', { ticket_code: code, concert_schedule_id: schedule(9) },
    404, 'PT404', 'no such ticket', { reason: 'no_such_ticket', shard: 0 }, elsewhere)
  const unknown = [404, 'PT404', 'no such booking', { reason: 'no_such_booking' }, 'Check the booking and who is asking for it.']
  await refuses('nor the number', 'clerk', 'check_in', { ...number, concert_schedule_id: schedule(9) }, ...unknown)
  await refuses('a number of a shard that there is not', 'clerk', 'check_in', { booking_number: 'Z000-0000-0000-0' }, ...unknown)
  await call('alice', 'cancel_booking', { booking_id: booking.booking_id })
}

// The body says where a call goes: HAProxy has to understand it, and to have room for it.
async function bodies({ target, who, refused }) {
  const send = (raw, type = 'application/json', headers) =>
    http(target, '/rpc/hold_seat', { method: 'POST', jwt: who.alice, raw, headers: { 'Content-Type': type, ...headers } })
  const [here, there] = [seat(2, 20), seat(9, 20)]
  const unknown = (id) => [404, 'PT404', 'no such seat', [unknownSeat(id)], elsewhere]
  await refused('an escaped name is not read', send(`{"seat\\u005fid": "${there}"}`), ...unknown(there))
  await refused('of two values the first one counts for the way, the last one for the call',
    send(`{"seat_id": "${here}", "seat_id": "${there}"}`), ...unknown(there))
  for (const [what, raw, type] of [
    ['a form', `seat_id=${there}`, 'application/x-www-form-urlencoded'],
    ['capitals', `{"seat_id": "${there.toUpperCase()}"}`],
    ['no hyphens', `{"seat_id": "${there.replaceAll('-', '')}"}`],
    ['braces', `{"seat_id": "{${there}}"}`],
    ['white space', `\r\n\t {\r\n "seat_id"\t:\n "${there}" } `],
  ]) {
    is(`${what} find the way`, (await send(raw, type)).body?.seat_id, there)
    await post(target, 'release_seats', {}, who.alice)
  }
  const large = { method: 'POST', body: { seat_ids: Array.from({ length: 5000 }, () => there) }, jwt: who.alice }
  const tooLarge = await http(target, '/rpc/hold_seats', large)
  is('a large body is refused', [tooLarge.status, tooLarge.body?.code, Object.keys(tooLarge.body ?? {}).sort()],
    [413, 'PT413', ['code', 'details', 'hint', 'message']])
  const named = await http(target, '/rpc/hold_seats', { ...large, headers: { 'Concert-Shard': '1' } })
  is('unless a header names the shard', [named.status, named.body?.code], [413, '54000'])
  await refused('a wrong shard knows nothing of it', http(target, '/rpc/hold_seat',
    { method: 'POST', body: { seat_id: there }, jwt: who.alice, headers: { 'Concert-Shard': '0' } }), ...unknown(there))
  for (const shard of ['2', '30', '99', '-1', 'x', ''])
    is(`there is no shard "${shard}"`, (await http(target, '/rpc/hold_seat',
      { method: 'POST', body: { seat_id: there }, jwt: who.alice, headers: { 'Concert-Shard': shard } })).status, 400)
}

// Rows of tables, which managers write: each request is of one server.
async function tables({ target, database, who, refused }) {
  const asked = (path, options) => http(target, path, { jwt: who.manager, ...options })
  const ids = async (path) => (await asked(path)).body.map?.(({ id }) => id).sort()
  const all = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b'].map(schedule).sort()
  is('the hub has the schedules of all shards', await ids(`/concert_schedules?concert_id=eq.${concert}&select=id`), all)
  is('a list of ids, too', await ids(`/concert_schedules?id=in.(${schedule(1)},${schedule(9)})&select=id`), [schedule(1), schedule(9)].sort())
  const patch = (path, body) => asked(path, { method: 'PATCH', body, headers: { Prefer: 'return=representation' } })
  const nameless = [400, 'PT400', 'request names no shard', null,
    'Filter by concert_schedule_id=eq.ID or id=eq.ID, or name the shard in the header Concert-Shard.']
  await refused('several schedules are not written at once', patch(`/concert_schedules?concert_id=eq.${concert}`, { max_seats_per_booker: 4 }), ...nameless)
  await refused('nor are those of a list', patch(`/concert_schedules?id=in.(${schedule(1)},${schedule(2)})`, { max_seats_per_booker: 4 }), ...nameless)
  await refused('nor seats without their schedule', patch('/seats?seat_grade=eq.R', { price: 1 }), ...nameless)
  await refused('nor are they read', asked('/seats?seat_grade=eq.R'), ...nameless)
  is('and nothing has changed', rows(database, `SELECT id FROM concert_booking.concert_schedules WHERE max_seats_per_booker = 4 AND concert_id = '${concert}'`), [])

  // Rows of two servers in one request, or a row for another one than it comes to.
  const nights = (...rows) => asked('/concert_schedules', { method: 'POST', body: rows.map(([id, concert_date]) =>
    ({ id, concert_id: concert, concert_date, concert_time: '19:00' })) })
  const foreign = [400, '22023', 'argument has an invalid value', 'The argument is "id".',
    'Leave it out, or take one of uuid_v7() of this server: calls find it by its number.']
  const [id0, id1, id2] = ['8000', '8100', '8200'].map((bits) => `5c000000-0000-7000-${bits}-0000000000ff`)
  await refused('schedules with ids of two shards are not written in one request', nights([id1, '2090-12-01'], [id0, '2090-12-02']), ...foreign)
  await refused('nor one with an id of a shard that there is not', nights([id2, '2090-12-01']), ...foreign)
  await refused('nor price types of a concert and of a schedule', asked('/price_types', { method: 'POST', body: [
    { concert_id: concert, concert_schedule_id: null, code: 'x', name: 'x', percent_off: 1 },
    { concert_id: null, concert_schedule_id: schedule(9), code: 'x', name: 'x', percent_off: 1 }] }),
  500, '55000', 'the sales belong to the shards', 'The table is "price_types".', 'Write it on the shard of the schedule; what the hub shows of it comes by itself.')
  const embedded = (path) => asked(path).then(({ body }) => body.map(({ seats }) => seats.length))
  is('seats come along with their schedule, if it is named', [
    await embedded(`/concert_schedules?id=eq.${schedule(2)}&select=seats(id)`),
    await embedded(`/concert_schedules?concert_id=eq.${concert}&concert_date=eq.2090-06-02&select=seats(id)`)], [[20], [0]])
  const own = await asked('/concert_schedules', { method: 'POST', headers: { Prefer: 'return=representation' },
    body: { id: id1, concert_id: concert, concert_date: '2090-12-01', concert_time: '19:00' } })
  is('a schedule with an id of its own lies where the id says', [own.status, own.body?.[0]?.id,
    sql(database, `SELECT count(*) FROM concert_booking.concert_schedules WHERE id = '${id1}'`)], [201, id1, '1'])
  sql(database, `DELETE FROM concert_booking.concert_schedules WHERE id = '${id1}'`)
}

// A program that speaks SQL to one server, and takes the wrong one.
async function inSql({ database }) {
  const [shard0] = database.shards
  const on = (env) => ({ placeOf: () => env })
  const says = (env, statement) => refusal(on(env), statement).split('\n')
  const told = (id) => ['ERROR:  PT404: no such seat', `DETAIL:  ${JSON.stringify([unknownSeat(id)]).replaceAll(':', ': ').replaceAll(',', ', ')}`, `HINT:  ${elsewhere}`]
  is('SQL at another shard', says(shard0, `SELECT concert_booking.hold_seat('${seat(9, 20)}', '${people.alice}')`), told(seat(9, 20)))
  is('SQL at the hub', says(database.hub, `SELECT concert_booking.hold_seat('${seat(9, 20)}', '${people.alice}')`), told(seat(9, 20)))
  for (const [what, env, statement] of [
    ['a venue at a shard', shard0, "INSERT INTO concert_booking.venues (name, address) VALUES ('x', 'x')"],
    ['a concert at a shard', shard0, `UPDATE concert_booking.concerts SET title = 'x' WHERE id = '${concert}'`],
    ['a schedule at the hub', database.hub, `INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time) VALUES ('${concert}', '2090-12-02', '19:00')`],
    ['a schedule\'s end at the hub', database.hub, `DELETE FROM concert_booking.concert_schedules WHERE id = '${schedule(9)}'`],
  ]) {
    const [error, ...more] = says(env, statement)
    like(`${what} is not written`, error, /^ERROR: {2}55000: /)
    ok('and where it is, is told', more.some((line) => /^HINT: {2}/.test(line)), more)
  }
}

// A sale is heard on the server that made it.
async function notified({ target, database, who }) {
  await freshConnections(target, 'on')
  const [near, far] = [await listener(database, schedule(1)), await listener(database, schedule(9))]
  await post(target, 'hold_seat', { seat_id: seat(9, 21) }, who.alice)
  const heard = [await near.all(), await far.all()]
  is('LISTEN hears what is sold on its own shard', heard.map((each) => each.map(({ concert_schedule_id: id }) => id)), [[], [schedule(9)]])
  near.end()
  far.end()
  await freshConnections(target, 'off')
  await post(target, 'release_seats', {}, who.alice)
}

// -------- what several servers answer as one does

async function lists({ target, call, who }) {
  const buyer = { as: randomUUID() }
  who.buyer = token(target, target.roles.member, buyer.as)
  const chosen = [seat(1, 15), seat(9, 115), seat(1, 16), seat(9, 116), seat(9, 117)]
  for (const seat_id of chosen) await call('buyer', 'hold_seat', { seat_id })
  const sorted = (list) => [...list].sort()
  is('my_holds has those of all shards', sorted((await call('buyer', 'my_holds', {})).map(({ seat_id: id }) => id)), sorted(chosen))
  is('release_seats without seats gives back all of them', await call('buyer', 'release_seats', {}), { released_seats: 5 })
  is('which leaves none', await call('buyer', 'my_holds', {}), [])

  const numbersSold = []
  for (const seat_id of chosen) {
    numbersSold.unshift((await call('buyer', 'book_seats', { seat_ids: [seat_id], customer_name: 'Two Shards', customer_phone: '010-5555-0000' })).booking_number)
  }
  const pages = async (as, name, args, size) => {
    const found = []
    for (let from = 0; from < chosen.length; from += size) found.push(...await call(as, name, { ...args, page_size: size, page_offset: from }))
    return found.map((one) => [one.booking_number, one.total_count])
  }
  const expected = numbersSold.map((number) => [number, chosen.length])
  for (const size of [1, 2, 5]) {
    is(`my_bookings in pages of ${size}: last booked first, and how many in all`, await pages('buyer', 'my_bookings', { sort_by: 'latest' }, size), expected)
    is(`find_bookings in pages of ${size}`, sorted(await pages('clerk', 'find_bookings', { customer_name: 'two sh' }, size)), sorted(expected))
  }
  const report = (await call('manager', 'sales_report', { concert_id: concert })).map(({ concert_schedule_id: id }) => id)
  is('sales_report has schedules of both', [schedule(1), schedule(9)].map((id) => report.includes(id)), [true, true])
  is('forget_booker forgets on both', (await call('staff', 'forget_booker', { user_id: buyer.as })).forgotten_bookings, 5)
}

// The same request at the cluster's address and at the PostgREST of a shard that has all of it.
async function both({ target, database }, path, options) {
  const answers = []
  for (const url of [target.url, database.rest.get('shard0_1')]) {
    const { status, text, headers } = await http({ ...target, url }, path, options)
    const kept = [...headers].filter(([name]) => !['date', 'server', 'content-length', 'transfer-encoding', 'connection', 'keep-alive'].includes(name)).sort()
    answers.push({ status, text, headers: Object.fromEntries(kept) })
  }
  return answers
}

async function likeOneServer(all) {
  const { target, call, who } = all
  who.near = token(target, target.roles.member, randomUUID())
  for (const place of [15, 16]) await call('near', 'book_seats', { seat_ids: [seat(2, place)] })
  await call('near', 'hold_seat', { seat_id: seat(2, 17) })
  const jwt = who.near
  for (const [path, options] of [
    ['/rpc/my_bookings', {}],
    ['/rpc/my_bookings?select=booking_id,status&order=booking_number.desc&limit=1', {}],
    ['/rpc/my_bookings?status=eq.cancelled', {}],
    ['/rpc/my_bookings', { headers: { Range: '0-0', Prefer: 'count=exact' } }],
    ['/rpc/my_bookings', { method: 'HEAD' }],
    ['/rpc/my_bookings', { headers: { Accept: 'text/csv' } }],
    ['/rpc/my_bookings', { headers: { Accept: 'application/vnd.pgrst.object+json' } }],
    ['/rpc/my_bookings', { headers: { Accept: 'image/png' } }],
    ['/rpc/my_bookings', { headers: { Prefer: 'timezone=America/Los_Angeles' } }],
    ['/rpc/my_bookings?page_size=1&page_offset=1', {}],
    ['/rpc/my_bookings?page_size=x', {}],
    ['/rpc/my_holds', {}],
    ['/rpc/release_seats', {}],
    ['/rpc/my_bookings', { method: 'POST', body: {} }],
    ['/rpc/my_bookings', { method: 'POST', body: { page_size: 1, page_offset: 1 } }],
    ['/rpc/my_bookings', { method: 'POST', body: { page_size: 0 } }],
    ['/rpc/my_bookings', { method: 'POST', body: { sort_by: 'chance' } }],
    ['/rpc/my_bookings', { method: 'POST', body: { page_size: 'x' } }],
    ['/rpc/my_bookings', { method: 'POST', raw: '{', headers: { 'Content-Type': 'application/json' } }],
    ['/rpc/my_bookings', { method: 'POST', raw: 'page_size=1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }],
    ['/rpc/my_holds', { method: 'POST', body: {}, headers: { Prefer: 'return=minimal' } }],
    ['/rpc/my_holds', { method: 'PUT', body: {} }],
    ['/rpc/release_seats', { method: 'POST', body: { seat_ids: [] } }],
    ['/rpc/release_seats', { method: 'POST', body: { seat_ids: [null] } }],
    ['/rpc/release_seats', { method: 'POST', body: { session_id: people.guest } }],
  ]) {
    const [front, direct] = await both(all, path, { jwt, ...options })
    is(`${options.method ?? 'GET'} ${path} ${JSON.stringify({ ...options, method: undefined })}: as a single server answers`, front, direct)
  }
  await call('near', 'release_seats', {})

  // PostgREST says which schema it has searched for a function, and at the hub it is another one.
  const [front, direct] = await both(all, '/rpc/my_bookings', { method: 'POST', body: { colour: 'red' }, jwt })
  is('but for the name of a schema in one message', { ...front, text: front.text.replaceAll('concert_hub', 'concert_booking') }, direct)
  const [there, here] = await both(all, '/rpc/no_such_function', { method: 'POST', body: {}, jwt })
  is('a function that there is not', there, here)
}

// Every function that asks all shards refuses as one shard does.
async function refusedAlike(all) {
  const { database, target } = all
  let count = 0
  const others = []
  for (const [name, route] of database.routes) {
    if (route !== 'all') continue
    const [{ args }] = rows(database, `SELECT p.proargnames[1:p.pronargs] AS args FROM pg_proc p
      WHERE p.pronamespace = 'concert_booking'::regnamespace AND p.proname = '${name}'`)
    const bodies = [{}, Object.fromEntries((args ?? []).map((arg) => [arg, null])), Object.fromEntries((args ?? []).map((arg) => [arg, 'x']))]
    await Promise.all(Object.values(target.roles).flatMap((role) => bodies.map(async (body) => {
      const options = { method: 'POST', body, jwt: token(target, role) }
      const direct = await http({ ...target, url: database.rest.get('shard0_1') }, `/rpc/${name}`, options)
      if (direct.status < 400) return
      count++
      const front = await http(target, `/rpc/${name}`, options)
      const said = [front.status, front.text].join(' ').replaceAll('concert_hub', 'concert_booking')
      if (said !== [direct.status, direct.text].join(' ')) others.push(`${name} as ${role} ${JSON.stringify(body)}: ${said}, not ${direct.status} ${direct.text}`)
    })))
  }
  is('what asks all shards refuses as one shard does', others, [])
  ok('in many ways', count > 100, count)
}

// A page of another origin asks first whether it may, and reads errors only if it may.
async function browsers({ target, who }) {
  const headers = { Origin: 'https://tickets.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization, content-type' }
  for (const path of ['/rpc/hold_seat', '/rpc/my_bookings', '/rpc/search_concerts', '/concert_schedules']) {
    const asked = await http(target, path, { method: 'OPTIONS', headers })
    is(`a page may call ${path}`, [asked.status, asked.headers.get('access-control-allow-origin')], [200, '*'])
  }
  const refused = await http(target, '/rpc/hold_seats', {
    method: 'POST', body: { seat_ids: Array.from({ length: 5000 }, () => seat(9, 20)) }, jwt: who.alice, headers: { Origin: 'https://tickets.example' },
  })
  is('and read what the front itself refuses', [refused.status, refused.headers.get('access-control-allow-origin')], [413, '*'])
}

// A shard's PostgREST has died: its calls are refused, those of the others are not.
async function away({ target, call, who }) {
  const cluster = (...words) => execFileSync('scripts/cluster', [words[0], process.env.CLUSTER_DIR, ...words.slice(1)],
    { cwd: new URL('../..', import.meta.url), stdio: ['ignore', 'inherit', 'inherit'] })
  const hold = () => http(target, '/rpc/hold_seat', { method: 'POST', body: { seat_id: seat(9, 22) }, jwt: who.alice })
  // On a kept connection a shard that breaks off is a connection without an answer, or 502: once more.
  const answered = async () => {
    for (let left = 100; ; left--) {
      const answer = await hold().catch((error) => ({ error }))
      if (left === 0 || (!answer.error && answer.status !== 502)) return answer
    }
  }
  cluster('kill', 'shard1-1-postgrest')
  const refused = await answered()
  is('a shard that cannot be reached is named', [refused.status, refused.body], [503, {
    code: 'PT503', message: 'shard cannot be reached', details: '{"shard": 1}', hint: 'The call took no effect. Try again.' }])
  is('the page may read it, and is told when to come again',
    [refused.headers?.get('access-control-allow-origin'), refused.headers?.get('retry-after')], ['*', '1'])
  is('the other one sells', (await call('alice', 'hold_seat', { seat_id: seat(2, 20) })).seat_id, seat(2, 20))
  cluster('up', 'shard1-1-postgrest')
  await settled(async () => (await answered()).status === 200)
  is('and when it is back, nothing more has to be done', await call('alice', 'release_seats', {}), { released_seats: 2 })
}
