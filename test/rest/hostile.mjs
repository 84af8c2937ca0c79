// Requests of somebody who wants more than is his. Each may get its error and
// nothing else: the test counts those that got more.
import { createHmac, randomBytes } from 'node:crypto'
import { client, http, post, randomUUID, rows, sign, sql, token } from './client.mjs'
import { is, ok } from './tap.mjs'
import { people, schedule, seat } from './world.mjs'

const refusedWith = (...wanted) => ({ status, body }) => wanted.includes(`${status} ${body?.code}`) || wanted.includes(status)

export async function hostile(target) {
  const { database } = target
  const { anon, member, clerk, manager } = target.roles
  const alice = token(target, member, people.alice)
  const bob = token(target, member, people.bob)
  const carol = token(target, clerk, people.clerk)
  const mina = token(target, manager, people.clerk)
  let sent = 0
  const got = []

  // sends a request; it got more than its error unless the answer is expected
  async function send(what, request, expected, mustNotSay = []) {
    sent++
    const answer = await request
    const secret = mustNotSay.find((text) => answer.text.includes(text))
    if (!expected(answer) || secret) got.push(`${what}: ${answer.status} ${answer.text.slice(0, 200)}${secret ? ` (says "${secret}")` : ''}`)
    return answer
  }
  const nobody = [people.bob, '010-9999-0000', 'bob@example.com', 'Bob Secret']
  const as = (jwt, name, args) => post(target, name, args, jwt)

  // What Bob and a guest have that is worth having.
  const guest = randomUUID()
  const bobs = (await as(bob, 'book_seats', {
    seat_ids: [seat(9, 1)], customer_name: 'Bob Secret', customer_phone: '010-9999-0000', customer_email: 'bob@example.com',
  })).body
  const bobsHold = (await as(bob, 'hold_seat', { seat_id: seat(9, 2) })).body
  const guests = (await as(undefined, 'book_seats', {
    seat_ids: [seat(9, 3)], session_id: guest, customer_name: 'Bob Secret', customer_phone: '010-9999-0000',
  })).body
  ok('there is something to steal', bobs.booking_id && bobsHold.seat_id && guests.booking_id, { bobs, bobsHold, guests })
  const snapshot = () => sql(database, `
    SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (
      SELECT s.id::text || s.status FROM concert_booking.seats s UNION ALL
      SELECT b.id::text || b.status FROM concert_booking.bookings b UNION ALL
      SELECT h.id::text FROM concert_booking.temp_reservations h) AS t`)
  const before = snapshot()

  // -------- another's booking, hold and name

  const notFound = refusedWith('404 PT404')
  await send('cancel another member\'s booking', as(alice, 'cancel_booking', { booking_id: bobs.booking_id }), notFound, nobody)
  await send('cancel a guest\'s booking as a member', as(alice, 'cancel_booking', { booking_id: guests.booking_id }), notFound, nobody)
  await send('cancel it with a guessed secret', as(undefined, 'cancel_booking', { booking_id: guests.booking_id, session_id: randomUUID() }), notFound, nobody)
  await send('cancel a member\'s booking as a guest', as(undefined, 'cancel_booking', { booking_id: bobs.booking_id, session_id: people.bob }), notFound, nobody)
  await send('cancel a member\'s booking by number and phone',
    as(undefined, 'cancel_guest_booking', { booking_number: bobs.booking_number, customer_phone: '010-9999-0000' }), notFound, nobody)
  await send('cancel a guest\'s booking by the number alone',
    as(undefined, 'cancel_guest_booking', { booking_number: guests.booking_number, customer_phone: '010-0000-0000' }), notFound, nobody)
  await send('give back another\'s hold', as(alice, 'release_seats', { seat_ids: [seat(9, 2)] }), notFound, nobody)
  await send('hold what another holds', as(alice, 'hold_seat', { seat_id: seat(9, 2) }), refusedWith('409 PT409'), nobody)
  await send('sell another\'s hold', as(alice, 'confirm_booking', { concert_schedule_id: schedule(9), seat_ids: [seat(9, 2)] }), refusedWith('410 PT410'), nobody)
  await send('extend another\'s hold', as(alice, 'extend_holds', { concert_schedule_id: schedule(9) }), refusedWith('410 PT410'), nobody)

  // -------- who one is not

  for (const [name, args] of [
    ['hold_seat', { seat_id: seat(9, 10) }],
    ['release_seats', {}],
    ['confirm_booking', { concert_schedule_id: schedule(9) }],
    ['cancel_booking', { booking_id: bobs.booking_id }],
  ]) {
    await send(`${name} in another member's name`, as(alice, name, { ...args, user_id: people.bob }), refusedWith('403 42501'), nobody)
    await send(`${name} in a member's name without a token`, as(undefined, name, { ...args, user_id: people.bob }), refusedWith('401 42501'), nobody)
    await send(`${name} as a member and a guest`, as(bob, name, { ...args, session_id: guest }), refusedWith('400 22023'), nobody)
  }
  const unsigned = (claims) => `${['{"alg":"none","typ":"JWT"}', JSON.stringify(claims)].map((part) => Buffer.from(part).toString('base64url')).join('.')}.`
  const claims = { role: member, sub: people.bob, exp: 4102444800 }
  const forged = {
    'signed with another secret': sign(claims, 'x'.repeat(64)),
    'not signed': unsigned(claims),
    'expired': token(target, member, people.bob, { exp: 1 }),
    'not valid yet': token(target, member, people.bob, { nbf: 4102444800 }),
    'cut off': bob.slice(0, -4),
    'with another body': [bob.split('.')[0], Buffer.from(JSON.stringify({ ...claims, role: target.roles.staff })).toString('base64url'), bob.split('.')[2]].join('.'),
    'signed with the header\'s word': `${unsigned(claims)}${createHmac('sha256', '').update('').digest('base64url')}`,
    'no token at all': 'postgres',
  }
  for (const [what, jwt] of Object.entries(forged)) {
    await send(`a token ${what}`, as(jwt, 'release_seats', {}), refusedWith(401))
  }
  for (const role of ['postgres', target.login, 'pg_read_all_data', 'no_such_role', '']) {
    await send(`a token for the role "${role}"`, as(token(target, role, people.bob), 'release_seats', {}), ({ status }) => status >= 400 && status < 500, nobody)
  }
  for (const sub of ['', 'bob', "' OR true --", people.bob.toUpperCase().replace('B', 'G'), `${people.bob}, ${people.alice}`]) {
    await send(`a token whose sub is "${sub}"`, as(token(target, member, undefined, { sub }), 'release_seats', {}), refusedWith('403 42501', '401 PT401'), nobody)
  }
  for (const sub of [1, {}, [people.bob], true]) {
    await send(`a token whose sub is ${JSON.stringify(sub)}`, as(token(target, member, undefined, { sub }), 'release_seats', {}), refusedWith('403 42501', 401), nobody)
  }

  // -------- what is the desk's

  const notTheirs = refusedWith('401 42501', '403 42501')
  for (const [name, jwt] of [['a guest', undefined], ['a member', alice]]) {
    const who = jwt ? {} : { session_id: guest, customer_name: 'Kim', customer_phone: '010-1' }
    await send(`a walk-in by ${name}`, as(jwt, 'book_seats', { seat_ids: [seat(9, 10)], ...who, walk_in: true }), notTheirs, nobody)
    await send(`free seats for ${name}`, as(jwt, 'book_seats', { seat_ids: [seat(9, 10)], ...who, free_reason: 'because' }), notTheirs, nobody)
    await send(`an override by ${name}`, as(jwt, 'cancel_booking', { booking_id: bobs.booking_id, override: true, reason: 'x' }), notTheirs, nobody)
    await send(`21 seats for ${name}`, as(jwt, 'book_seats', { seat_ids: Array.from({ length: 21 }, (_, i) => seat(9, 10 + i)), ...who }), refusedWith('413 54000'))
  }
  await send('501 seats for a clerk', as(carol, 'book_seats', { seat_ids: Array.from({ length: 501 }, (_, i) => seat(9, 10 + i)), walk_in: true }), refusedWith('413 54000'))
  await send('another member\'s holds', as(alice, 'my_holds', { user_id: people.bob }), refusedWith('403 42501'), nobody)
  await send('a member\'s holds without a token', as(undefined, 'my_holds', { user_id: people.bob }), refusedWith('401 42501'), nobody)
  await send('the holds of a secret that is no secret', as(undefined, 'my_holds', { session_id: people.bob }), ({ status, text }) => status === 200 && text === '[]', nobody)
  await send('anybody\'s holds by nobody', as(undefined, 'my_holds', {}), refusedWith('401 PT401'), nobody)

  // -------- guessed numbers

  const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  const guess = () => [...randomBytes(13)].map((byte) => symbols[byte % 32]).join('').replace(/(.{4})(.{4})(.{4})/, '$1-$2-$3-')
  await Promise.all(Array.from({ length: 100 }, () =>
    send('a guessed booking number', as(undefined, 'cancel_guest_booking', { booking_number: guess(), customer_phone: '010-9999-0000' }), notFound, nobody)))

  // -------- arguments that are none

  const missing = refusedWith('404 PGRST202')
  await send('an argument that is not there', as(alice, 'hold_seat', { seat_id: seat(9, 10), price: 1 }), missing)
  await send('an argument of the claims', as(alice, 'hold_seat', { 'seat_id': seat(9, 10), 'request.jwt.claims': '{}' }), missing)
  await send('SQL for an argument\'s name', as(alice, 'hold_seat', { 'seat_id) FROM pg_user; --': seat(9, 10) }), missing)
  await send('SQL for a function', as(alice, 'hold_seat();DROP%20TABLE%20concert_booking.seats', {}), refusedWith(404, 400))
  for (const value of ["' OR true", 0, {}, [], true, 'NaN', '￿', '\u202e', `${seat(9, 10)}'; DROP TABLE concert_booking.seats; --`]) {
    await send(`${JSON.stringify(value)} for a seat`, as(alice, 'hold_seat', { seat_id: value }), refusedWith('400 22P02', '400 22004'))
  }
  for (const value of ['x', 1, {}, [[]], [['a']], [null], '{}', [seat(9, 10), seat(9, 10)], [[seat(9, 10)], [seat(9, 11)]]]) {
    await send(`${JSON.stringify(value)} for seats`, as(alice, 'hold_seats', { seat_ids: value }), refusedWith('400 22P02', '400 22004', '400 22023', '400 22P05'))
  }
  for (const count of [-1, 0, 1e9, 2 ** 31, 1.5, '1; DROP TABLE x']) {
    await send(`${count} of the best seats`, as(alice, 'hold_best_seats', { concert_schedule_id: schedule(9), seat_count: count }),
      refusedWith('400 22023', '400 22P02', '400 22003', '413 54000'))
  }
  await send('no JSON for a body', http(target, '/rpc/hold_seat', { method: 'POST', jwt: alice, raw: '{"seat_id":', headers: { 'Content-Type': 'application/json' } }), refusedWith(400))
  await send('XML', http(target, '/rpc/hold_seat', { method: 'POST', jwt: alice, raw: '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', headers: { 'Content-Type': 'text/xml' } }),
    ({ status }) => status >= 400 && status < 500)
  await send('a NUL in a text', as(undefined, 'book_seats', { seat_ids: [seat(9, 10)], session_id: guest, customer_name: 'a\0b', customer_phone: '1' }),
    refusedWith('400 22P05'))

  // -------- bodies of 10 MB and depths

  const big = 'x'.repeat(10 * 1024 * 1024)
  const many = Array.from({ length: 270000 }, () => seat(9, 10))
  const large = (jwt, name, args, about) => post(target, name, args, jwt, database.forLargeBody?.(about))
  const tooLong = '500 57014'		// the role's statement_timeout, if the machine is busy
  await send('270,000 seats', large(alice, 'hold_seats', { seat_ids: many }, seat(9, 10)), refusedWith('413 54000', tooLong))
  await send('a name of 10 MB', large(undefined, 'book_seats', { seat_ids: [seat(9, 10)], session_id: guest, customer_name: big, customer_phone: '1' }, seat(9, 10)),
    refusedWith('400 22001', tooLong))
  await send('a seat of 10 MB', large(alice, 'hold_seat', { seat_id: big }, seat(9, 10)), refusedWith('400 22P02', tooLong))
  await send('a search of 10 MB', large(undefined, 'search_concerts', { search_text: big }), refusedWith('400 22001', tooLong))
  await send('an argument\'s name of 300 letters', as(alice, 'hold_seat', { [big.slice(0, 300)]: 1 }), missing)
  await send('brackets 100,000 deep', http(target, '/rpc/hold_seats', {
    method: 'POST', jwt: alice, raw: `{"seat_ids":${'['.repeat(1e5)}${']'.repeat(1e5)}}`, headers: { 'Content-Type': 'application/json' },
  }), ({ status }) => status >= 400)
  await send('an address of 60 kB', http(target, `/rpc/seat_map?concert_schedule_id=${schedule(9)}&${'a=b&'.repeat(15000)}`, {}), ({ status }) => status >= 400)
  await send('a header of 40 kB', http(target, '/rpc/seat_status', { headers: { 'X-Long': 'x'.repeat(40000) } }), ({ status }) => status >= 400)

  // -------- columns, filters and embedding that do not exist

  const plan = `/rpc/seat_map?concert_schedule_id=${schedule(9)}`
  for (const query of ['select=user_id', 'select=session_id', 'select=*,temp_reservations(*)', 'select=bookings(*)', 'order=user_id',
    'user_id=not.is.null', 'select=pg_sleep(1)', 'select=seat_id::regclass', 'select=seat_id:seats(*)', 'select=ordinal.sum()',
    'and=(user_id.eq.1)', 'select=statuses-%3E%3Eid']) {
    await send(`seat_map with ${query}`, http(target, `${plan}&${query}`), ({ status }) => status >= 400 && status < 500, nobody)
  }
  await send('a write by GET', http(target, `/rpc/hold_seat?seat_id=${seat(9, 10)}`, { jwt: alice }), refusedWith('405 25006'))
  await send('giving back by GET', http(target, '/rpc/release_seats', { jwt: bob }), refusedWith('405 25006'))
  await send('a booking by GET', http(target, `/rpc/book_seats?seat_ids={${seat(9, 10)}}`, { jwt: alice }), refusedWith('405 25006'))
  for (const prefer of ['tx=rollback', 'params=single-object', 'params=multiple-objects', 'resolution=merge-duplicates', 'max-affected=0', 'count=exact']) {
    await send(`another's hold with Prefer: ${prefer}`, http(target, '/rpc/release_seats', {
      method: 'POST', jwt: alice, body: { seat_ids: [seat(9, 2)] }, headers: { Prefer: prefer },
    }), ({ status }) => status >= 400 && status < 500, nobody)
  }
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    await send(`${method} of a function`, http(target, '/rpc/release_seats', { method, jwt: bob, body: {} }), refusedWith(405, 404))
  }

  // -------- tables and schemas

  const relations = rows(database, `SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'concert_booking'::regnamespace AND relkind IN ('r', 'p', 'v') ORDER BY 1`).map(({ name }) => name)
  ok('there are tables to try', relations.length > 10, relations)
  const catalogue = ['concert_schedules', 'concerts', 'price_types', 'schedule_availability', 'schedule_prices', 'seats', 'venues']
  for (const name of relations) {
    for (const [role, jwt] of [[anon, undefined], [member, alice], [clerk, carol], ...(catalogue.includes(name) ? [] : [[manager, mina]])]) {
      const tried = [
        http(target, `/${name}`, { jwt }),
        http(target, `/${name}?select=count`, { jwt, method: 'HEAD' }),
        http(target, `/${name}`, { jwt, method: 'POST', body: {} }),
        http(target, `/${name}?id=eq.${bobs.booking_id}`, { jwt, method: 'PATCH', body: { status: 'cancelled' } }),
        http(target, `/${name}?id=eq.${bobs.booking_id}`, { jwt, method: 'DELETE' }),
      ]
      await Promise.all(tried.map((one) => send(`${name} as ${role}`, one, ({ status }) => status >= 400, nobody)))
    }
  }
  // What a manager may write, and what follows from it and nobody writes.
  const plan9 = `concert_schedule_id=eq.${schedule(9)}`
  for (const [path, body] of [
    [`/concert_schedules?id=eq.${schedule(9)}`, { available_seats: 9999 }],
    [`/concert_schedules?id=eq.${schedule(9)}`, { total_seats: 9999 }],
    [`/concert_schedules?id=eq.${schedule(9)}`, { starts_at: '2000-01-01T00:00:00Z' }],
    [`/concert_schedules?id=eq.${schedule(9)}`, { status: 'cancelled' }],
    [`/concert_schedules?id=eq.${schedule(9)}`, { concert_id: randomUUID() }],
    ['/concerts?id=not.is.null', { popularity: 1000000 }],
    ['/concerts?id=not.is.null', { created_at: '2000-01-01T00:00:00Z' }],
    [`/seats?${plan9}`, { status: 'available' }],
    [`/seats?${plan9}`, { ordinal: 1 }],
    [`/seats?${plan9}`, { hold_expires_at: null }],
    [`/schedule_prices?${plan9}`, { seat_count: 1 }],
  ]) {
    await send(`a manager writes ${path} ${JSON.stringify(body)}`, http(target, path, { method: 'PATCH', jwt: mina, body }), refusedWith('403 42501'), nobody)
  }
  await send('a manager writes availability', http(target, `/schedule_availability?${plan9}`, { method: 'PATCH', jwt: mina, body: { available_seats: 1 } }),
    ({ status }) => status >= 400, nobody)
  for (const name of catalogue.filter((each) => each !== 'price_types')) {
    await send(`a manager deletes ${name}`, http(target, `/${name}?created_at=not.is.null`, { method: 'DELETE', jwt: mina }), ({ status }) => status >= 400, nobody)
  }
  for (const path of ['/concert_schedules?select=id,bookings(*)', '/seats?select=id,temp_reservations(*)', '/seats?select=id,booking_seats(*)',
    '/concerts?select=id,wishlists(*)', '/price_types?select=code,concerts(concert_schedules(bookings(customer_name)))']) {
    await send(`a manager embeds ${path}`, http(target, path, { jwt: mina }), ({ status }) => status >= 400, nobody)
  }
  for (const name of ['pg_class', 'pg_user', 'pg_settings']) await send(name, http(target, `/${name}`, { jwt: alice }), refusedWith(404))
  for (const schema of ['public', 'pg_catalog', 'information_schema', 'test', 'concert_booking, public']) {
    await send(`the schema ${schema}`, http(target, plan, { headers: { 'Accept-Profile': schema } }), refusedWith('406 PGRST106'))
    await send(`a call in ${schema}`, http(target, '/rpc/pg_sleep', { method: 'POST', body: { '': 1 }, headers: { 'Content-Profile': schema } }), refusedWith('406 PGRST106'))
  }

  // -------- functions that were not granted

  for (const [role, jwt] of [[anon, undefined], [member, alice], [clerk, carol], [manager, mina]]) {
    const closed = rows(database, `SELECT p.proname AS name, p.proargnames[1:p.pronargs] AS args FROM pg_proc p
      WHERE p.pronamespace = 'concert_booking'::regnamespace AND NOT has_function_privilege('${role}', p.oid, 'EXECUTE')`)
    ok(`there are functions that ${role} may not call`, closed.length > 10, closed.length)
    for (let from = 0; from < closed.length; from += 20) {
      await Promise.all(closed.slice(from, from + 20).map(({ name, args }) =>
        send(`${name} as ${role}`, as(jwt, name, Object.fromEntries((args ?? []).map((arg) => [arg, null]))), refusedWith('401 42501', '403 42501', '404 PGRST202'))))
    }
  }
  is('nothing has changed so far', snapshot(), before)

  // -------- texts that are only texts

  const texts = ["Robert'); DROP TABLE concert_booking.bookings; --", '<script>alert(1)</script>', '%', '_', '\\', '${jndi:x}', '"; SET ROLE postgres; --',
    'a\r\nSet-Cookie: x=1', '김하늘 😀 \u202eabc']
  for (const [i, text] of texts.entries()) {
    const { body } = await as(undefined, 'book_seats', { seat_ids: [seat(9, 100 + i)], session_id: guest, customer_name: text, customer_phone: '010-1' })
    is(`a name is kept as it is: ${JSON.stringify(text)}`,
      rows(database, `SELECT customer_name AS name FROM concert_booking.bookings WHERE id = '${body.booking_id}'`), [{ name: text }])
    const answer = await http(target, `/rpc/search_concerts?search_text=${encodeURIComponent(text)}`)
    is('and finds nothing when searched for', [answer.status, answer.body], [200, []])
  }

  // -------- one request's identity is not the next one's

  const mixed = await Promise.all(Array.from({ length: 120 }, async (_, i) => {
    const args = { concert_schedule_id: schedule(9) }
    const answer = await [() => as(bob, 'extend_holds', args), () => as(undefined, 'extend_holds', args), () => as(alice, 'extend_holds', args)][i % 3]()
    return `${answer.status} ${answer.body.code ?? answer.body.length}`
  }))
  const expected = ['200 1', '401 PT401', '410 PT410']
  is('120 requests of three people on the same connections: each is who signed it', mixed.filter((answer, i) => answer !== expected[i % 3]), [])

  await as(bob, 'release_seats', {})
  console.log(`# ${sent} hostile requests, ${got.length} got more than their error`)
  is(`of the hostile requests none got more than its error`, got, [])
  ok('and they were many', sent > 300, sent)
  is('check_integrity() finds nothing', sql(database, 'SELECT * FROM concert_booking.check_integrity()'), '')
  ok('supabase-js is served as before', !(await client(target, alice).rpc('search_concerts', {})).error)
}
