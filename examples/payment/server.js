// A shop's payment server: it stands between the page, the payment provider and
// concert_booking. Copy it, and put your provider in place of the pretend one:
// three calls, and the form of its webhook.
//
//   POST /checkout  {booking_id, session_id, return_to, language}: {url, paid}, where the
//                   buyer pays, and what was paid before
//   POST /state     {booking_id, session_id}: status, total_price, paid, refunded, due, pay_by
//   POST /webhook   for the provider
//
//   node server.js     Environment: REST_URL and REST_JWT_SECRET (PostgREST), PAGE_URL,
//                      PROVIDER_URL, PROVIDER_KEY, WEBHOOK_SECRET, PORT (8081)
//
// It keeps nothing that a crash could lose. confirm_payment() and record_refund()
// count each number of the provider once, so what is not certain is reported again.
// Each call of the database is a transaction of its own, and over before the
// provider is asked: no seat is locked while the provider thinks.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'

const providerName = 'pretend'
const longestBody = 65536
const workEveryMs = 10000

export function paymentServer({ restUrl, jwtSecret, providerUrl, providerKey, webhookSecret, pageUrl }) {
  // -------- the database

  const base64url = (text) => Buffer.from(text).toString('base64url')

  // A token of the role that may report payments and nothing else
  // (deploy/postgrest/roles.sql); Supabase's service key does as well.
  function ownToken() {
    const claims = { role: 'web_payments', exp: Math.floor(Date.now() / 1000) + 60 }
    const body = `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(JSON.stringify(claims))}`
    return `${body}.${createHmac('sha256', jwtSecret).update(body).digest('base64url')}`
  }

  async function call(name, values, authorization) {
    const response = await fetch(`${restUrl}/rpc/${name}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Content-Profile': 'concert_booking',
        ...(authorization && { Authorization: authorization }),
      },
      body: JSON.stringify(values),
    })
    const answer = await response.json()
    if (!response.ok) throw Object.assign(new Error(answer.message), { status: response.status, answer })
    return answer
  }

  const database = (name, values) => call(name, values, `Bearer ${ownToken()}`)
  const paymentState = (id) => database('payment_status', { booking_id: id })

  // Money has moved: into the ledger, once, however often this is called.
  const report = ({ kind, booking_id, amount, id: reference }) =>
    database(kind === 'charge' ? 'confirm_payment' : 'record_refund', { booking_id, amount, provider: providerName, reference })

  // -------- the provider

  async function provider(method, path, body, key) {
    const response = await fetch(providerUrl + path, {
      method,
      headers: { Authorization: `Bearer ${providerKey}`, ...(key && { 'Idempotency-Key': key }) },
      body: body && JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${method} ${path} of the provider: ${response.status}`)
    return response.json()
  }

  // -------- the buyer

  // The database shows a booking to its booker only: asked with the buyer's own
  // token and session, it says who may pay.
  const checkBooker = ({ booking_id, session_id }, authorization) =>
    call('booking_detail', { booking_id, session_id }, authorization)

  async function checkout(order, authorization) {
    const { booking_id } = order
    await checkBooker(order, authorization)
    // A charge whose webhook was lost counts before another one is asked for.
    for (const payment of await provider('GET', `/payments?booking_id=${booking_id}`)) await report(payment)
    const { status, total_price, paid, refunded, due, pay_by } = await paymentState(booking_id)
    if (status !== 'pending') return { status }
    // The database says how much, never the page; what was paid in part counts.
    const credit = paid - refunded - due
    const page = /^#[\w/-]*$/.test(order.return_to) ? order.return_to : ''
    // The page learns from the address what came of it, where that was no payment.
    const back = (answer) => pageUrl + page + (page && `?payment=${answer}`)
    const { url } = await provider('POST', '/sessions', {
      booking_id, amount: total_price - credit, pay_by, language: order.language,
      return_url: pageUrl + page, refused_url: back('refused'), left_url: back('left'),
    })
    return { status, url, paid: credit }
  }

  async function state(order, authorization) {
    await checkBooker(order, authorization)
    return paymentState(order.booking_id)
  }

  // -------- the webhook

  function isSigned(body, signature) {
    const wanted = createHmac('sha256', webhookSecret).update(body).digest()
    const got = Buffer.from(signature ?? '', 'hex')
    return got.length === wanted.length && timingSafeEqual(got, wanted)
  }

  // Answered with 200 once the ledger has it; else the provider calls again.
  async function webhook(body, signature) {
    if (!isSigned(body, signature)) throw Object.assign(new Error('wrong signature'), { status: 401 })
    const { type, payment } = JSON.parse(body)
    if (type === 'charge.succeeded' || type === 'refund.succeeded') await report(payment)
    return {}
  }

  // -------- the worker

  // Webhooks get lost, so the provider is asked as well. After a restart it is
  // asked for everything: that does no harm. What is no payment of ours does not
  // keep back the rest.
  let reported = ''
  async function reconcile() {
    for (const payment of await provider('GET', `/payments?after=${reported}`)) {
      await report(payment).catch((error) => {
        if (error.status !== 400) throw error
        console.error(`${payment.id} is for a person to look at: ${error.message}`)
      })
      reported = payment.id
    }
  }

  // Give back what is due. A worker that died between the refund and its record
  // left a refund at the provider: it is reported first. The key is the charge and
  // what had gone back of it, so that two workers who see the same make one refund.
  async function giveBack(booking_id) {
    const payments = await provider('GET', `/payments?booking_id=${booking_id}`)
    for (const payment of payments) await report(payment)
    let { due } = await paymentState(booking_id)
    for (const charge of payments.filter(({ kind }) => kind === 'charge').reverse()) {
      const amount = Math.min(due, charge.amount - charge.refunded)
      if (amount <= 0) continue
      const refund = await provider('POST', '/refunds', { charge: charge.id, amount }, `${charge.id}-${charge.refunded}`)
      await report(refund)
      due -= refund.amount
    }
  }

  async function refund() {
    for (;;) {
      const bookings = await database('due_refunds', { page_size: 20 })
      for (const { booking_id } of bookings) {
        await giveBack(booking_id).catch((error) => console.error(`refund of ${booking_id}: ${error.message}`))
      }
      if (bookings.length === 0) return
    }
  }

  async function work() {
    try {
      await reconcile()
      await refund()
    } catch (error) {
      console.error(`payments: ${error.message}`)
    }
  }

  // -------- requests

  async function readBody(incoming) {
    const chunks = []
    let size = 0
    for await (const chunk of incoming) {
      size += chunk.length
      if (size > longestBody) throw Object.assign(new Error('the body is too long'), { status: 413 })
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  }

  async function handle({ method, url, headers }, body) {
    const route = `${method} ${url}`
    if (route === 'POST /checkout') return checkout(JSON.parse(body), headers.authorization)
    if (route === 'POST /state') return state(JSON.parse(body), headers.authorization)
    if (route === 'POST /webhook') return webhook(body, headers['x-signature'])
    throw Object.assign(new Error('not found'), { status: 404 })
  }

  async function answer(incoming, response) {
    let status = 200
    let value
    try {
      value = await handle(incoming, await readBody(incoming))
    } catch (error) {
      status = error instanceof SyntaxError ? 400 : error.status ?? 502
      value = error.answer ?? { message: error.message }
    }
    response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    response.end(JSON.stringify(value))
  }

  return { answer, reconcile, refund, work }
}

// -------- node server.js

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { REST_URL, REST_JWT_SECRET, PROVIDER_URL, PROVIDER_KEY, WEBHOOK_SECRET, PAGE_URL, PORT = 8081 } = process.env
  const { answer, work } = paymentServer({
    restUrl: REST_URL, jwtSecret: REST_JWT_SECRET, providerUrl: PROVIDER_URL, providerKey: PROVIDER_KEY,
    webhookSecret: WEBHOOK_SECRET, pageUrl: PAGE_URL,
  })
  createServer(answer).listen(Number(PORT), '127.0.0.1')
  const again = () => work().then(() => setTimeout(again, workEveryMs))
  again()
}
