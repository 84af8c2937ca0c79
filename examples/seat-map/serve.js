// Serves the page, and PostgREST under /rest/v1, where Supabase's gateway has
// it: one origin, so that no CORS and no address in the page are needed.
//
//   node serve.js        prints the address; SIGTERM or Ctrl-C stops it
//
// Environment: REST_URL and REST_JWT_SECRET (see scripts/web-stack); WEB_PORT,
// 0 for any free port (8080, or a free one if that is taken); WEB_HOST
// (127.0.0.1).
//
// Only for the demo: whoever asks is signed in as one of three members. Real
// members sign in elsewhere, at Supabase Auth or at any issuer of tokens. And
// the payment server (examples/payment) and its pretend provider run in here;
// the page finds the server under /payment.
import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { extname } from 'node:path'
import { startProvider } from '../payment/provider.js'
import { paymentServer } from '../payment/server.js'

const rest = new URL(process.env.REST_URL ?? fail('REST_URL is not set'))
const secret = process.env.REST_JWT_SECRET ?? fail('REST_JWT_SECRET is not set')
const host = process.env.WEB_HOST ?? '127.0.0.1'
const wantedPort = process.env.WEB_PORT

const members = [
  { id: '01970000-0000-7000-8000-0000000000a1', name: { ko: '김민지', en: 'Minji Kim' } },
  { id: '01970000-0000-7000-8000-0000000000a2', name: { ko: '이하늘', en: 'Haneul Lee' } },
  { id: '01970000-0000-7000-8000-0000000000a3', name: { ko: '박서준', en: 'Seojun Park' } },
]

function fail(message) {
  console.error(`serve.js: ${message}`)
  process.exit(1)
}

// -------- files

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

// Every path that is served, so that no other file can be asked for.
const files = new Map([
  ['/vendor/supabase.js', new URL('node_modules/@supabase/supabase-js/dist/umd/supabase.js', import.meta.url)],
])
for (const name of readdirSync(new URL('page/', import.meta.url))) {
  files.set(`/${name}`, new URL(`page/${name}`, import.meta.url))
}
files.set('/', files.get('/index.html'))

const pageHeaders = {
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

function sendFile(response, path) {
  const body = readFileSync(files.get(path))
  response.writeHead(200, { ...pageHeaders, 'Content-Type': types[extname(files.get(path).pathname)] })
  response.end(body)
}

function sendJson(response, status, value) {
  response.writeHead(status, { ...pageHeaders, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(value))
}

// -------- tokens

const base64url = (text) => Buffer.from(text).toString('base64url')

function sign(claims) {
  const expires = Math.floor(Date.now() / 1000) + 12 * 3600
  const body = `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(JSON.stringify({ ...claims, exp: expires }))}`
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
}

function signIn(response, id) {
  const member = members.find((one) => one.id === id)
  if (!member) return sendJson(response, 404, { message: 'no such member' })
  sendJson(response, 200, { token: sign({ role: 'web_member', sub: member.id }) })
}

// -------- PostgREST

function forward(incoming, response) {
  const outgoing = request({
    host: rest.hostname,
    port: rest.port,
    method: incoming.method,
    path: incoming.url.slice('/rest/v1'.length),
    headers: { ...incoming.headers, host: rest.host },
  }, (answer) => {
    response.writeHead(answer.statusCode, answer.statusMessage, answer.headers)
    answer.pipe(response)
  })
  outgoing.on('error', () => {
    if (!response.headersSent) sendJson(response, 502, { message: 'PostgREST does not answer' })
    else response.destroy()
  })
  response.on('close', () => outgoing.destroy())
  incoming.pipe(outgoing)
}

// -------- payments

const workEveryMs = 2000
let payments
let provider

async function startPayments(page) {
  const [webhookSecret, apiKey] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]
  provider = await startProvider({ webhookUrl: `${page}payment/webhook`, webhookSecret, apiKey, host })
  payments = paymentServer({
    restUrl: rest.origin, jwtSecret: secret, providerUrl: provider.url, providerKey: apiKey, webhookSecret, pageUrl: page,
  })
  const again = () => payments.work().then(() => setTimeout(again, workEveryMs).unref())
  again()
}

function takePayment(incoming, response) {
  incoming.url = incoming.url.slice('/payment'.length)
  payments.answer(incoming, response)
}

// -------- requests

function answer(incoming, response) {
  const pathname = incoming.url.split('?')[0]
  const reads = incoming.method === 'GET' || incoming.method === 'HEAD'
  const member = /^\/demo\/sign-in\/([0-9a-f-]{36})$/.exec(pathname)
  if (pathname.startsWith('/rest/v1/')) forward(incoming, response)
  else if (pathname.startsWith('/payment/')) takePayment(incoming, response)
  else if (member && incoming.method === 'POST') signIn(response, member[1])
  else if (pathname === '/config.json' && reads) sendJson(response, 200, { anonKey: sign({ role: 'web_anon' }), members })
  else if (files.has(pathname) && reads) sendFile(response, pathname)
  else sendJson(response, 404, { message: 'not found' })
}

const server = createServer(answer)
server.on('error', (error) => {
  if (error.code === 'EADDRINUSE' && wantedPort === undefined) server.listen(0, host)
  else fail(error.message)
})
server.on('listening', async () => {
  const address = `http://${host}:${server.address().port}/`
  await startPayments(address)
  console.log(address)
})
server.listen(Number(wantedPort ?? 8080), host)

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    provider?.close()
    server.close()
    server.closeAllConnections()
  })
}
