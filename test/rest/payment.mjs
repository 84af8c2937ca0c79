// The payment server of examples/payment and its provider, over HTTP: whatever
// the provider does, each of its charges and refunds is in the ledger once, and
// nobody has paid for nothing.
import { createServer } from 'node:http'
import { startProvider } from '../../examples/payment/provider.js'
import { paymentServer } from '../../examples/payment/server.js'
import { post, randomUUID, rows, sql, token } from './client.mjs'
import { Cluster } from './cluster.mjs'
import { finish, is, like, ok } from './tap.mjs'
import { people, schedule, seat } from './world.mjs'

const target = {
  url: process.env.REST_URL, secret: process.env.REST_JWT_SECRET,
  database: process.env.CLUSTER_DIR ? new Cluster() : process.env.PGDATABASE,
}
const secrets = { webhookSecret: 'the secret of the webhook', apiKey: 'the key of the shop' }
const page = 'http://shop.example/'

// -------- the shop and its provider

const server = createServer((incoming, response) => shop.answer(incoming, response))
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
const shopUrl = `http://127.0.0.1:${server.address().port}`
const provider = await startProvider({ webhookUrl: `${shopUrl}/webhook`, ...secrets })
const startShop = () => paymentServer({
  restUrl: target.url, jwtSecret: target.secret, providerUrl: provider.url, providerKey: secrets.apiKey,
  webhookSecret: secrets.webhookSecret, pageUrl: page,
})
let shop = startShop()

const send = async (address, body, headers = {}) => {
  const response = await fetch(address, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
  return { status: response.status, body: await response.json() }
}
const pretend = async (wanted) => (await send(`${provider.url}/pretend`, wanted)).body
const providerLog = async (query = '') => (await fetch(`${provider.url}/payments?${query}`,
  { headers: { Authorization: `Bearer ${secrets.apiKey}` } })).json()

// Until so many requests wait for the provider; those who ask have not been answered yet.
async function untilWaiting(count, ...asking) {
  let answered = false
  Promise.race(asking).finally(() => { answered = true })
  while (!answered && (await pretend({})).waiting < count);
}

// -------- a buyer, who is a guest

let nextSeat = 1

async function buyer(seatCount = 1) {
  const session_id = randomUUID()
  const seat_ids = Array.from({ length: seatCount }, () => seat(7, nextSeat++))
  await post(target, 'hold_seats', { seat_ids, session_id })
  const { body } = await post(target, 'begin_payment', {
    concert_schedule_id: schedule(7), session_id, customer_name: 'Kim Haneul', customer_phone: '010-1234-5678',
  })
  return { ...body, session_id, seat_ids }
}

const checkout = ({ booking_id, session_id }, more) => send(`${shopUrl}/checkout`, { booking_id, session_id, ...more })
const state = async ({ booking_id, session_id }) => (await send(`${shopUrl}/state`, { booking_id, session_id })).body

// On the provider's page; answers with where that goes on.
async function pay(url, pays = 'all', webhook = 'at once') {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams({ pays, webhook }), redirect: 'manual' })
  return response.headers.get('location')
}

// By a button of it.
async function choose(url, outcome) {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' })
  return response.headers.get('location')
}

async function buys(pays, webhook, seatCount) {
  const booking = await buyer(seatCount)
  await pay((await checkout(booking)).body.url, pays, webhook)
  return booking
}

const ledger = ({ booking_id }) => rows(target.database, `
  SELECT kind, amount, outcome FROM concert_booking.payments WHERE booking_id = '${booking_id}' ORDER BY id`)
    .map(({ kind, amount, outcome }) => `${kind} ${amount} ${outcome}`)
const charged = (outcome, amount = 150000) => `charge ${amount} ${outcome}`
const refunded = (amount = 150000) => `refund ${amount} recorded`
const statusOf = async (booking) => (await state(booking)).status

// The time to pay is over, and nobody has swept.
const letPass = ({ booking_id, seat_ids }) => sql(target.database, `
  UPDATE concert_booking.bookings SET pay_by = now() - interval '1 second' WHERE id = '${booking_id}';
  UPDATE concert_booking.temp_reservations SET expires_at = now() - interval '1 second' WHERE booking_id = '${booking_id}';
  UPDATE concert_booking.seats SET hold_expires_at = now() - interval '1 second' WHERE id = ANY ('{${seat_ids}}')`)

// -------- what the provider does

async function atOnce() {
  const session_id = randomUUID()
  await post(target, 'hold_seat', { seat_id: seat(7, 50), session_id })
  const { status, body } = await post(target, 'confirm_booking', {
    concert_schedule_id: schedule(7), session_id, customer_name: 'Kim', customer_phone: '010-1234-5678' })
  is('without payment nothing is sold', [status, body.code, body.message], [402, 'PT402', 'payment is required'])

  const booking = await buyer(2)
  is('the booking waits', [booking.status, booking.total_price], ['pending', 300000])
  const { body: { url } } = await checkout(booking, { return_to: '#/concert/1' })
  is('who has paid comes back to the page', await pay(url), `${page}#/concert/1`)
  is('paid, and booked', [await statusOf(booking), ledger(booking)], ['confirmed', [charged('confirmed', 300000)]])
  is('there is nothing more to pay', (await checkout(booking)).body, { status: 'confirmed' })
  const other = await buyer()
  is('nobody is sent to another page', await pay((await checkout(other, { return_to: '.evil.example/' })).body.url, 'nothing'), page)
  is('a card that was declined changes nothing', [await statusOf(other), ledger(other)], ['pending', []])
}

// The provider's own page: its language, and what it goes back with.
async function asked() {
  const booking = await buyer()
  const back = { return_to: '#/concert/1', language: 'ko' }
  const { body } = await checkout(booking, back)
  const text = await (await fetch(body.url)).text()
  like('the provider\'s page is in the language of the shop\'s', text, /<html lang="ko">[^]*모의 결제[^]*₩150,000/)
  like('who does not pay goes back', text, /href="http:\/\/shop\.example\/#\/concert\/1\?payment=left"/)
  like('any other language is English', await (await fetch((await checkout(booking, { language: '"><script>' })).body.url)).text(), /<html lang="en">[^]*Pretend Pay/)
  is('a refused card is told', await choose(body.url, 'refused'), `${page}#/concert/1?payment=refused`)
  is('nothing was paid before', body.paid, 0)
  is('and nothing is now', [await statusOf(booking), ledger(booking)], ['pending', []])

  // No timer in this test but this one: it is waited for.
  await pretend({ timers: true })
  is('slow or not, the page is back at once', await choose(body.url, 'slow'), `${page}#/concert/1`)
  is('before anybody has confirmed', await statusOf(booking), 'pending')
  while (await statusOf(booking) === 'pending') await new Promise((done) => setTimeout(done, 50))
  await pretend({ timers: false })
  is('that comes by itself', ledger(booking), [charged('confirmed')])

  const hasty = await buyer()
  await choose((await checkout(hasty)).body.url, 'double')
  is('of two payments one is to go back', [await statusOf(hasty), ledger(hasty)], ['confirmed', [charged('confirmed'), charged('refund_due')]])
  await shop.work()
  is('and does', [ledger(hasty).at(-1), (await state(hasty)).due], [refunded(), 0])
}

async function slow() {
  const booking = await buyer()
  await pretend({ paused: true })
  const asking = checkout(booking)
  await untilWaiting(1, asking)
  is('nothing is locked while the provider thinks',
    sql(target.database, "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.usename = 'web_authenticator' AND l.locktype IN ('relation', 'tuple', 'transactionid')"), '0')
  const { body } = await post(target, 'cancel_payment', { booking_id: booking.booking_id, session_id: booking.session_id })
  is('so the buyer can give up', body.status, 'cancelled')
  await pretend({ paused: false })
  is('and is not asked to pay any more', (await asking).body, { status: 'cancelled' })
}

async function late() {
  const lucky = await buys('all', 'kept')
  const unlucky = await buys('all', 'transfer')
  letPass(lucky)
  letPass(unlucky)
  is('too late', [await statusOf(lucky), await statusOf(unlucky)], ['expired', 'expired'])
  const faster = randomUUID()
  await post(target, 'hold_seats', { seat_ids: unlucky.seat_ids, session_id: faster })
  await pretend({ deliver: 'in order' })
  is('a late payment gets seats that are still free', [await statusOf(lucky), ledger(lucky)], ['confirmed', [charged('confirmed')]])
  is('it takes them from nobody', [await statusOf(unlucky), ledger(unlucky), (await state(unlucky)).due], ['expired', [charged('refund_due')], 150000])

  await shop.work()
  is('the money goes back', [ledger(unlucky), (await state(unlucky)).due], [[charged('refund_due'), refunded()], 0])
}

async function twice() {
  const booking = await buys('all', 'twice')
  is('two webhooks at once, one payment', [await statusOf(booking), ledger(booking)], ['confirmed', [charged('confirmed')]])
}

async function wrongOrder() {
  const booking = await buyer()
  const tabs = [(await checkout(booking)).body.url, (await checkout(booking)).body.url, (await checkout(booking)).body.url]
  await pay(tabs[0], 'nothing', 'kept')
  await pay(tabs[1], 'all', 'kept')
  await pay(tabs[2], 'all', 'kept')
  is('three webhooks are on their way', (await pretend({})).kept_back, 3)
  await pretend({ deliver: 'reversed' })
  const [first, second] = await providerLog(`booking_id=${booking.booking_id}`)
  is('the one that comes first counts, the other one goes back', rows(target.database, `
    SELECT reference, outcome FROM concert_booking.payments WHERE booking_id = '${booking.booking_id}' ORDER BY id`),
  [{ reference: second.id, outcome: 'confirmed' }, { reference: first.id, outcome: 'refund_due' }])
  await shop.work()
  is('and does', [await statusOf(booking), ledger(booking)], ['confirmed', [charged('confirmed'), charged('refund_due'), refunded()]])
}

async function never() {
  const booking = await buys('all', 'never')
  is('nobody has told', [await statusOf(booking), ledger(booking)], ['pending', []])
  await shop.reconcile()
  is('the provider is asked', [await statusOf(booking), ledger(booking)], ['confirmed', [charged('confirmed')]])
  const before = sql(target.database, 'SELECT count(*) FROM concert_booking.payments')
  shop = startShop()
  await shop.work()
  is('a server that was started anew reports all again, and nothing counts twice',
    sql(target.database, 'SELECT count(*) FROM concert_booking.payments'), before)

  const { url } = (await send(`${provider.url}/sessions`, { booking_id: 'none of ours', amount: 1, return_url: page },
    { Authorization: `Bearer ${secrets.apiKey}` })).body
  await pay(url, 'all', 'never')
  const behind = await buys('all', 'never')
  await shop.reconcile()
  is('a charge that is not for a booking does not keep back those behind it', ledger(behind), [charged('confirmed')])

  const impatient = await buys('all', 'never')
  is('who asks to pay again has paid', (await checkout(impatient)).body, { status: 'confirmed' })
}

async function inPart() {
  const booking = await buys('half', 'at once')
  const { status, paid } = await state(booking)
  is('half of it keeps the seats only', [status, paid, ledger(booking)], ['pending', 75000, [charged('amount_short', 75000)]])
  const rest = (await checkout(booking)).body
  is('who comes to pay the rest is told what was paid', rest.paid, 75000)
  await pay(rest.url)
  is('the rest is asked for', [await statusOf(booking), ledger(booking)],
    ['confirmed', [charged('amount_short', 75000), charged('confirmed', 75000)]])

  const givenUp = await buys('half', 'at once')
  const { body } = await post(target, 'cancel_payment', { booking_id: givenUp.booking_id, session_id: givenUp.session_id })
  is('who gives up is told what goes back', [body.status, body.refund_due], ['cancelled', 75000])
  await shop.work()
  is('and it does', ledger(givenUp), [charged('amount_short', 75000), refunded(75000)])
}

// One of two seats that were paid for is given back.
async function halfBack() {
  const booking = await buys('all', 'at once', 2)
  const { body } = await post(target, 'cancel_seats',
    { booking_id: booking.booking_id, seat_ids: booking.seat_ids.slice(0, 1), session_id: booking.session_id })
  is('a cancellation says what goes back', [body.status, body.refund_due], ['confirmed', 150000])
  return booking
}
const halfWentBack = [charged('confirmed', 300000), refunded()]

// Workers at once, and the provider is slow.
async function workers() {
  const booking = await halfBack()
  await pretend({ paused: true })
  const first = shop.refund()
  await untilWaiting(1, first)
  await startShop().refund()
  is('what one worker has begun no other one begins', (await pretend({})).waiting, 1)
  sql(target.database, `UPDATE concert_booking.refunds_due SET claimed_until = now() WHERE booking_id = '${booking.booking_id}'`)
  const second = startShop().refund()
  await untilWaiting(2, first, second)
  await pretend({ paused: false })
  await Promise.all([first, second])
  is('even two who do make one refund', [ledger(booking), (await state(booking)).due], [halfWentBack, 0])
}

// A worker that died between the refund and its record.
async function died() {
  const booking = await halfBack()
  const [charge] = await providerLog(`booking_id=${booking.booking_id}`)
  await send(`${provider.url}/refunds`, { charge: charge.id, amount: 150000 },
    { Authorization: `Bearer ${secrets.apiKey}`, 'Idempotency-Key': `${charge.id}-0` })
  await shop.refund()
  is('the refund is found, and not made again',
    [ledger(booking), (await providerLog(`booking_id=${booking.booking_id}`)).length], [halfWentBack, 2])
}

// The ledger cannot be reached when the webhook comes.
async function unreachable() {
  const booking = await buyer()
  const { body: { url } } = await checkout(booking)
  const confirm = 'FUNCTION concert_booking.confirm_payment(uuid, bigint, text, text)'
  sql(target.database, `REVOKE EXECUTE ON ${confirm} FROM web_payments`)
  await pay(url)
  is('a webhook that could not be recorded is not thanked for', [(await pretend({})).kept_back, ledger(booking)], [1, []])
  sql(target.database, `GRANT EXECUTE ON ${confirm} TO web_payments`)
  await pretend({ deliver: 'in order' })
  is('and counts when it comes again', [await statusOf(booking), ledger(booking)], ['confirmed', [charged('confirmed')]])
}

async function refused() {
  const booking = await buyer()
  const charge = { type: 'charge.succeeded', payment: { kind: 'charge', id: 'forged', booking_id: booking.booking_id, amount: 150000 } }
  for (const signature of [undefined, '', 'zz', '00'.repeat(32), '00'.repeat(33)]) {
    is(`a webhook is refused that is signed ${signature}`,
      (await send(`${shopUrl}/webhook`, charge, signature === undefined ? {} : { 'X-Signature': signature })).status, 401)
  }
  is('nothing came of it', [await statusOf(booking), ledger(booking)], ['pending', []])
  is('another guest does not pay for it', (await checkout({ ...booking, session_id: randomUUID() })).status, 404)
  is('nor sees what was paid', (await send(`${shopUrl}/state`, { booking_id: booking.booking_id, session_id: randomUUID() })).status, 404)
  is('nor a member', (await send(`${shopUrl}/checkout`, { booking_id: booking.booking_id },
    { Authorization: `Bearer ${token(target, 'web_member', people.bob)}` })).status, 404)
  is('the buyer cannot confirm by himself', (await post(target, 'confirm_payment',
    { booking_id: booking.booking_id, amount: 150000, provider: 'pretend', reference: 'mine' })).body.code, '42501')
  is('no JSON', (await send(`${shopUrl}/checkout`, 'booking')).status, 400)
  is('too much of it', (await send(`${shopUrl}/checkout`, `"${'x'.repeat(70000)}"`)).status, 413)
  is('no such address', (await send(`${shopUrl}/`, {})).status, 404)
}

// -------- in the end

async function reconciled() {
  await shop.work()
  const moved = (await providerLog()).filter(({ booking_id: id }) => id !== 'none of ours').map(({ id, kind, booking_id, amount }) => `${id} ${kind} ${booking_id} ${amount}`)
  const recorded = rows(target.database, 'SELECT reference, kind, booking_id, amount FROM concert_booking.payments')
    .map(({ reference, kind, booking_id, amount }) => `${reference} ${kind} ${booking_id} ${amount}`)
  is('every charge and refund of the provider is in the ledger once, and nothing else is', recorded.sort(), moved.sort())
  ok('and there were some', moved.length > 15, moved.length)
  is('whoever has paid has seats for it, or the money back', rows(target.database, `
    SELECT b.id, b.status, p.kept, b.total_price
    FROM concert_booking.bookings b
    LEFT JOIN (SELECT booking_id, sum(CASE kind WHEN 'charge' THEN amount ELSE -amount END) AS kept
               FROM concert_booking.payments GROUP BY 1) p ON p.booking_id = b.id
    WHERE b.concert_schedule_id = '${schedule(7)}'
      AND coalesce(p.kept, 0) <> CASE WHEN b.status = 'confirmed' THEN b.total_price ELSE 0 END`), [])
  is('nothing is due', rows(target.database, 'SELECT * FROM concert_booking.refunds_due'), [])
  is('the data is whole', sql(target.database, 'SELECT * FROM concert_booking.check_integrity()'), '')
  like('the seats are sold once', sql(target.database, `
    SELECT count(*) FROM concert_booking.seats s WHERE status = 'reserved' AND concert_schedule_id = '${schedule(7)}'`), /^[1-9]/)
}

sql(target.database, `
  UPDATE concert_booking.concert_schedules SET payment_required = true WHERE id = '${schedule(7)}';
  UPDATE concert_booking.seats SET price = 150000 WHERE concert_schedule_id = '${schedule(7)}'`)
await pretend({ timers: false })
for (const part of [atOnce, asked, slow, late, twice, wrongOrder, never, inPart, workers, died, unreachable, refused, reconciled]) {
  try {
    await part()
  } catch (error) {
    ok(`${part.name} goes on to its end`, false, error.stack)
  }
}
provider.close()
server.close()
server.closeAllConnections()
finish()
