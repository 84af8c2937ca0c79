// Serves the page, and PostgREST under /rest/v1, where Supabase's gateway has
// it: one origin, so that no CORS and no address in the page are needed.
//
//   node serve.js        prints the address; SIGTERM or Ctrl-C stops it
//
// Environment: REST_URL and REST_JWT_SECRET (see scripts/web-stack); WEB_PORT,
// 0 for any free port (8080, or a free one if that is taken); WEB_HOST
// (127.0.0.1).
//
// Only for the demo: whoever asks is signed in as one of these users. Real ones
// sign in elsewhere, at Supabase Auth or at any issuer of tokens. And the payment server (examples/payment) and its pretend provider run in here;
// the page finds the server under /payment.
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { extname } from 'node:path'
import { pipeline } from 'node:stream'
import { brotliCompressSync, createGzip } from 'node:zlib'
import { startProvider } from '../payment/provider.js'
import { paymentServer } from '../payment/server.js'

const rest = new URL(process.env.REST_URL ?? fail('REST_URL is not set'))
const secret = process.env.REST_JWT_SECRET ?? fail('REST_JWT_SECRET is not set')
const host = process.env.WEB_HOST ?? '127.0.0.1'
const wantedPort = process.env.WEB_PORT

const users = [
  { id: '01970000-0000-7000-8000-0000000000a1', name: { ko: '김민지', en: 'Minji Kim' }, level: 'member' },
  { id: '01970000-0000-7000-8000-0000000000a2', name: { ko: '이하늘', en: 'Haneul Lee' }, level: 'member' },
  { id: '01970000-0000-7000-8000-0000000000a3', name: { ko: '박서준', en: 'Seojun Park' }, level: 'member' },
  { id: '01970000-0000-7000-8000-0000000000c1', name: { ko: '최유진', en: 'Yujin Choi' }, level: 'clerk' },
  { id: '01970000-0000-7000-8000-0000000000d1', name: { ko: '정해린', en: 'Haerin Jung' }, level: 'manager' },
  { id: '01970000-0000-7000-8000-0000000000e1', name: { ko: '한도윤', en: 'Doyun Han' }, level: 'staff' },
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
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

// Every path that is served, so that no other file can be asked for.
const files = new Map([
  ['/vendor/supabase.js', new URL('node_modules/@supabase/supabase-js/dist/umd/supabase.js', import.meta.url)],
  ['/vendor/qr.js', new URL('node_modules/lean-qr/index.mjs', import.meta.url)],
])
function serveFolder(folder, path) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) serveFolder(new URL(`${entry.name}/`, folder), `${path}${entry.name}/`)
    else files.set(path + entry.name, new URL(entry.name, folder))
  }
}
serveFolder(new URL('page/', import.meta.url), '/')
files.set('/', files.get('/index.html'))

const pageHeaders = {
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

// Compressed once for each change of the file.
const compressed = new Map()
function packed(file) {
  const { mtimeMs } = statSync(file)
  if (compressed.get(file)?.mtimeMs !== mtimeMs) {
    const body = readFileSync(file)
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    compressed.set(file, { mtimeMs, tag, body, small: brotliCompressSync(body) })
  }
  return compressed.get(file)
}

// With a weight of 0 it is refused.
const takes = (incoming, coding) => (incoming.headers['accept-encoding'] ?? '').split(',').map((one) => one.replaceAll(' ', ''))
  .some((one) => one.split(';')[0] === coding && !/;q=0(\.0*)?$/.test(one))

function sendFile(incoming, response, path) {
  const file = files.get(path)
  const { tag, body, small } = packed(file)
  const headers = { ...pageHeaders, ETag: tag, Vary: 'Accept-Encoding', 'Content-Type': types[extname(file.pathname)] }
  if (incoming.headers['if-none-match'] === tag) return response.writeHead(304, headers).end()
  const isSmall = takes(incoming, 'br')
  response.writeHead(200, isSmall ? { ...headers, 'Content-Encoding': 'br' } : headers)
  response.end(isSmall ? small : body)
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
  const user = users.find((one) => one.id === id)
  if (!user) return sendJson(response, 404, { message: 'no such user' })
  sendJson(response, 200, { token: sign({ role: `web_${user.level}`, sub: user.id }) })
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
    // As gateways do; the answer's length is then another one.
    if (incoming.method === 'GET' && answer.statusCode === 200 && takes(incoming, 'gzip')) {
      const { 'content-length': length, ...headers } = answer.headers
      response.writeHead(200, { ...headers, 'content-encoding': 'gzip', vary: [headers.vary, 'Accept-Encoding'].filter(Boolean).join(', ') })
      pipeline(answer, createGzip(), response, () => {})
      return
    }
    response.writeHead(answer.statusCode, answer.statusMessage, answer.headers)
    // An answer that breaks off is told to be broken.
    pipeline(answer, response, () => {})
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
  const user = /^\/demo\/sign-in\/([0-9a-f-]{36})$/.exec(pathname)
  if (pathname.startsWith('/rest/v1/')) forward(incoming, response)
  else if (pathname.startsWith('/payment/')) takePayment(incoming, response)
  else if (user && incoming.method === 'POST') signIn(response, user[1])
  else if (pathname === '/config.json' && reads) sendJson(response, 200, { anonKey: sign({ role: 'web_anon' }), users })
  else if (files.has(pathname) && reads) sendFile(incoming, response, pathname)
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
