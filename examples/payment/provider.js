// A pretend payment provider. It has what the large ones have: a page on which
// the buyer pays, signed webhooks, a list of what was moved, refunds with an
// idempotency key. And what they do: it answers slowly, and calls late, twice,
// in another order, or never. Whoever pays chooses that, on its page.
//
//   POST /sessions   {booking_id, amount, return_url}: {url}, where the buyer pays; if there
//                    are, refused_url and left_url (where to go back from a refused card, or
//                    unpaid), language (ko, en) and pay_by
//   GET  /pay/ID     that page; POST {outcome}, one of payment-page.js, or {pays, webhook}:
//                    pays, and returns to return_url
//   GET  /payments   ?after=ID or ?booking_id=ID: charges and refunds, oldest first
//   POST /refunds    {charge, amount} and the header Idempotency-Key: the refund
//   POST /pretend    {deliver: "in order" or "reversed"}: sends the webhooks that
//                    were kept back, and has transfers arrive; {paused}: whether
//                    the answers to the shop wait; {timers}: whether what is slow or late
//                    comes by itself
import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { outcomes, paymentPage } from './payment-page.js'

const slowMs = 5000
const transferMs = 20000

// Listens, and answers with { url, close }.
export async function startProvider({ webhookUrl, webhookSecret, apiKey, host = '127.0.0.1', port = 0 }) {
  const sessions = new Map()
  const payments = []
  const refundsByKey = new Map()
  let keptBack = []
  let paused = null
  let waiting = 0
  let timers = true

  // -------- webhooks

  // What was not answered with 200 is kept, and sent again at the next delivery.
  async function send(event) {
    const body = JSON.stringify(event)
    const signature = createHmac('sha256', webhookSecret).update(body).digest('hex')
    const answer = await fetch(webhookUrl, { method: 'POST', headers: { 'X-Signature': signature }, body }).catch(() => null)
    if (!answer?.ok) keptBack.push(() => send(event))
  }

  async function tell(event, how) {
    if (how === 'never') return
    if (how === 'kept') keptBack.push(() => send(event))
    else await Promise.all(Array.from({ length: how === 'twice' ? 2 : 1 }, () => send(event)))
  }

  // Until it is delivered, or after so long by itself.
  function keepBack(act, ms) {
    keptBack.push(act)
    setTimeout(() => {
      const at = keptBack.indexOf(act)
      if (!timers || at < 0) return
      keptBack.splice(at, 1)
      act()
    }, ms).unref()
  }

  async function deliver(order) {
    const acts = order === 'reversed' ? keptBack.reverse() : keptBack
    keptBack = []
    for (const act of acts) await act()
  }

  // -------- money

  function move(kind, { booking_id, amount, charge }) {
    const payment = { id: `${kind}_${randomUUID()}`, kind, booking_id, amount, ...(charge ? { charge } : { refunded: 0 }) }
    payments.push(payment)
    return payment
  }

  async function pay(session, pays, how) {
    const later = () => pay(session, pays, 'at once')
    if (how === 'slow') return keepBack(later, slowMs)
    if (how === 'transfer') return keepBack(later, transferMs)
    if (how === 'late') return keepBack(later, Math.max(0, Date.parse(session.pay_by) - Date.now()) + slowMs)
    if (pays === 'nothing') return tell({ type: 'charge.failed', payment: { booking_id: session.booking_id } }, how)
    const amount = pays === 'half' ? Math.floor(session.amount / 2) : session.amount
    for (let charges = pays === 'double' ? 2 : 1; charges > 0; charges--) {
      await tell({ type: 'charge.succeeded', payment: move('charge', { ...session, amount }) }, how)
    }
  }

  async function refund(key, { charge: id, amount }) {
    if (refundsByKey.has(key)) return refundsByKey.get(key)
    const charge = payments.find((one) => one.kind === 'charge' && one.id === id)
    if (!key || !charge || !(amount > 0) || amount > charge.amount - charge.refunded) throw new Error('no such refund')
    charge.refunded += amount
    const made = move('refund', { ...charge, amount, charge: id })
    refundsByKey.set(key, made)
    return made
  }

  // -------- requests

  async function answer(incoming, response) {
    const { pathname, searchParams } = new URL(incoming.url, 'http://provider')
    const route = `${incoming.method} ${pathname}`
    const session = sessions.get(pathname.replace(/^\/pay\//, ''))
    let text = ''
    for await (const chunk of incoming) text += chunk
    const json = (value) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value))

    if (session && incoming.method === 'POST') {
      const form = new URLSearchParams(text)
      const { pays, webhook } = outcomes[form.get('outcome')] ?? Object.fromEntries(form)
      await pay(session, pays, webhook)
      const back = pays === 'nothing' ? session.refused_url ?? session.return_url : session.return_url
      return response.writeHead(303, { Location: back }).end()
    }
    if (session) return response.setHeader('Content-Type', 'text/html; charset=utf-8').end(paymentPage(session))
    if (route === 'POST /pretend') {
      const wanted = JSON.parse(text)
      timers = wanted.timers ?? timers
      if (wanted.deliver) await deliver(wanted.deliver)
      if (wanted.paused && !paused) {
        paused = {}
        paused.over = new Promise((resume) => { paused.resume = resume })
      } else if (wanted.paused === false) {
        paused?.resume()
        paused = null
      }
      return json({ waiting, kept_back: keptBack.length })
    }

    if (incoming.headers.authorization !== `Bearer ${apiKey}`) return response.writeHead(401).end()
    waiting++
    await paused?.over
    waiting--
    if (route === 'POST /sessions') {
      const id = randomUUID()
      sessions.set(id, { id, ...JSON.parse(text) })
      return json({ url: `${address()}/pay/${id}` })
    }
    if (route === 'GET /payments') {
      const after = payments.findIndex(({ id }) => id === searchParams.get('after'))
      const booking = searchParams.get('booking_id')
      return json(payments.slice(after + 1).filter(({ booking_id: id }) => !booking || id === booking))
    }
    if (route === 'POST /refunds') return json(await refund(incoming.headers['idempotency-key'], JSON.parse(text)))
    return response.writeHead(404).end()
  }

  const server = createServer((incoming, response) => answer(incoming, response).catch((error) =>
    response.writeHead(400).end(error.message)))
  const address = () => `http://${host}:${server.address().port}`
  await new Promise((listening) => server.listen(port, host, listening))
  return {
    url: address(),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
