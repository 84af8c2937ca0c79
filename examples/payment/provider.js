// A pretend payment provider. It has what the large ones have: a page on which
// the buyer pays, signed webhooks, a list of what was moved, refunds with an
// idempotency key. And what they do: it answers slowly, and calls late, twice,
// in another order, or never. Whoever pays chooses that, on its page.
//
//   POST /sessions   {booking_id, amount, return_url}: {url}, where the buyer pays
//   GET  /pay/ID     that page; POST {pays, webhook}: pays, and returns to return_url
//   GET  /payments   ?after=ID or ?booking_id=ID: charges and refunds, oldest first
//   POST /refunds    {charge, amount} and the header Idempotency-Key: the refund
//   POST /pretend    {deliver: "in order" or "reversed"}: sends the webhooks that
//                    were kept back, and has transfers arrive; {paused}: whether
//                    the answers to the shop wait
import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

// Listens, and answers with { url, close }.
export async function startProvider({ webhookUrl, webhookSecret, apiKey, host = '127.0.0.1', port = 0 }) {
  const sessions = new Map()
  const payments = []
  const refundsByKey = new Map()
  let keptBack = []
  let paused = null
  let waiting = 0

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
    if (how === 'transfer') return keptBack.push(() => pay(session, pays, 'at once'))
    if (pays === 'nothing') return tell({ type: 'charge.failed', payment: { booking_id: session.booking_id } }, how)
    const amount = pays === 'half' ? Math.floor(session.amount / 2) : session.amount
    await tell({ type: 'charge.succeeded', payment: move('charge', { ...session, amount }) }, how)
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
      await pay(session, form.get('pays'), form.get('webhook'))
      return response.writeHead(303, { Location: session.return_url }).end()
    }
    if (session) return response.setHeader('Content-Type', 'text/html; charset=utf-8').end(paymentPage(session))
    if (route === 'POST /pretend') {
      const wanted = JSON.parse(text)
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

const paymentPage = ({ amount }) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Pretend Pay</title><link rel="icon" href="data:,">
<body style="max-width: 28rem; margin: 3rem auto; font: 1.1rem/1.6 sans-serif">
<h1>Pretend Pay</h1>
<p>No money moves here. To pay: <strong>₩${amount.toLocaleString('en')}</strong></p>
<form method="post">
<p><label>Webhook <select name="webhook">
<option value="at once">at once</option><option value="twice">twice</option>
<option value="kept">kept back</option><option value="never">never</option>
<option value="transfer">with a bank transfer, later</option>
</select></label></p>
<p><button name="pays" value="all">Pay</button> <button name="pays" value="half">Pay half of it</button>
<button name="pays" value="nothing">The card is declined</button></p>
</form>
</body></html>`
