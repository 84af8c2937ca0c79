// The way to the database: supabase-js, one function of concert_booking a call.
// Reads that are the same for everybody go as GET, so that caches can answer them;
// what is personal goes as POST, so that no log has it in an address.

const schema = 'concert_booking'
let loading
let config
let user = null
let token = null
let sessionId
let customerSession = null

// Who can sign in: id, name in both languages, level.
export const users = () => config.users ?? []
export const signedIn = () => user
export const signedInMember = () => (user?.level === 'member' ? user : null)

// Which rooms somebody sees. What the database lets them do is its own decision.
const levels = { member: ['member'], clerk: ['clerk'], manager: ['manager'], staff: ['clerk', 'manager', 'staff'] }
export const isOfLevel = (level) => !level || (levels[user?.level] ?? []).includes(level)

// A call that was refused. seats: those that the refusal is about, if any; total:
// what the seats cost, where that is not what was expected; bookingId: the
// booking that has to be paid first; reason: why, where a code has several;
// scheduleId: the performance that it is about; details: what the database says,
// word for word.
export class Refusal extends Error {
  constructor({ code, message, details }, status) {
    super(message)
    this.code = status ? code || 'unknown' : 'offline'
    this.status = status
    this.details = details
    this.seats = []
    try {
      const facts = JSON.parse(details)
      if (Array.isArray(facts)) this.seats = facts
      else this.total = facts?.total
      this.bookingId = facts?.booking_id
      this.reason = facts?.reason
      this.scheduleId = facts?.concert_schedule_id
    } catch {
      // a sentence, not a list of seats
    }
  }
}

export async function connect() {
  config = await fetchJson('config.json', {})
  // A guest is a secret of this browser.
  sessionId = localStorage.getItem('session_id') ?? crypto.randomUUID()
  localStorage.setItem('session_id', sessionId)
  const remembered = localStorage.getItem('user')
  if (users().some(({ id }) => id === remembered)) await signIn(remembered)
}

const bearer = () => `Bearer ${token ?? config.anonKey}`

// supabase-js is more than all else that the first page loads, and reading does
// without it: the first view is shown before it is loaded (see app.js), or the first
// call loads it.
export function client() {
  loading ??= loadClient().catch((error) => {
    loading = null
    throw error
  })
  return loading
}

async function loadClient() {
  const script = document.createElement('script')
  script.src = 'vendor/supabase.js'
  await new Promise((loaded, failed) => {
    script.onload = loaded
    script.onerror = () => failed(new Refusal({ message: 'supabase-js cannot be loaded' }, 0))
    document.head.append(script)
  })
  return globalThis.supabase.createClient(config.url ?? location.origin, config.anonKey, {
    db: { schema },
    accessToken: async () => token ?? config.anonKey,
    global: { fetch: timedFetch },
  })
}

// With Supabase, sign in by supabase.auth instead, and leave accessToken out.
export async function signIn(id) {
  token = (await fetchJson(`demo/sign-in/${id}`, { method: 'POST' })).token
  user = users().find((one) => one.id === id)
}

export function signOut() {
  token = user = null
}

// By the other pages of this browser, and by the next visit.
export function rememberUser() {
  if (user) localStorage.setItem('user', user.id)
  else localStorage.removeItem('user')
}

// follow(id) is called when another page has signed somebody in, or out ('').
export function followUser(follow) {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === 'user' && (newValue === null || users().some(({ id }) => id === newValue))) follow(newValue ?? '')
  })
}

// At the desk each sale has a session of its own (null: no sale is under way).
export function sellFor(session) {
  customerSession = session
}

// The member is in the token; a guest passes the session, and so does who sells to one.
export const booker = () => (signedInMember() ? {} : { session_id: bookerName() })
export const bookerName = () => signedInMember()?.id ?? customerSession ?? sessionId

export async function fetchJson(address, options) {
  let response
  try {
    response = await timedFetch(address, options)
    // It can break off in the middle, too.
    if (response.ok) return await response.json()
  } catch ({ message }) {
    throw new Refusal({ message }, 0)
  }
  throw new Refusal(await response.json().catch(() => ({ message: response.statusText })), response.status)
}

// -------- the server's clock

// The Date header has whole seconds, which a web server may keep for another
// second: when the request was sent, the server's clock was less than two
// seconds further than that. The least such difference is the nearest to the
// truth, and with none of them a countdown shows time that is not left.
let clockAhead = Infinity
// Until then what the first answer says, which is some seconds off and not an hour.
let roughlyAhead = 0
// The device's clock by one that nobody sets: where it is set back, what is known of the
// server's clock is as much further ahead.
const deviceAhead = () => Date.now() - performance.now()
let deviceWas = deviceAhead()
function noticeSetBack() {
  const device = deviceAhead()
  const setBack = deviceWas - device
  deviceWas = device
  if (setBack > 500) {
    clockAhead += setBack
    roughlyAhead += setBack
  }
}

export function serverNow() {
  noticeSetBack()
  return Date.now() + (clockAhead === Infinity ? roughlyAhead : clockAhead)
}
export const secondsUntil = (instant) => Math.max(0, Math.ceil((Date.parse(instant) - serverNow()) / 1000))

// What has not been answered by then is lost: nothing waits for it any longer.
const longestWaitMs = 30000

async function timedFetch(input, options) {
  const [sentByDevice, sent] = [Date.now(), performance.now()]
  const response = await fetch(input, { ...options, signal: options.signal ?? AbortSignal.timeout(longestWaitMs), ...(past.has(String(input)) && { cache: 'no-cache' }) })
  // By the clock as it is now, which can have been set back meanwhile.
  noticeSetBack()
  const sentAt = Math.min(sentByDevice, Date.now() - (performance.now() - sent))
  const date = Date.parse(response.headers.get('date'))
  // An answer out of a cache has an old date.
  if (input === 'config.json' && date) roughlyAhead = date - sentAt
  const current = options.method === 'POST' || options.cache === 'no-store'
  if (current && date) clockAhead = Math.min(clockAhead, date + 2000 - sentAt)
  return response
}

// Addresses whose cached answers are known to be old.
const past = new Set()

// -------- calls

export async function call(name, values) {
  const { data, error, status } = await (await client()).rpc(name, values)
  if (error) throw new Refusal(error, status)
  return data
}

function readAddress(name, values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return `${config.url ?? location.origin}/rest/v1/rpc/${name}?${new URLSearchParams(given)}`
}

export const read = (name, values) => fetchJson(readAddress(name, values), {
  headers: { apikey: config.anonKey, Authorization: bearer(), 'Accept-Profile': schema },
})

// fresh: past the caches, because what they have is known to be old.
export async function readFresh(name, values) {
  const address = readAddress(name, values)
  past.add(address)
  try {
    return await read(name, values)
  } finally {
    past.delete(address)
  }
}

// Rows of the tables that a manager may read and write (docs/access.md).
export async function rows(request) {
  const { data, error, status } = await request(await client())
  if (error) throw new Refusal(error, status)
  return data
}

// Only over what they were: an update of these columns finds no row where somebody else has
// changed one meanwhile. A text that is too long for an address stands for the whole row.
export function asItWas(request, was, names) {
  if (names.some((name) => was[name]?.length > 1200)) return request.eq('updated_at', was.updated_at)
  return names.reduce((only, name) => {
    const old = was[name]
    if (old === null) return only.is(name, null)
    return only.eq(name, typeof old === 'object' ? JSON.stringify(old) : old)
  }, request)
}

// The shop's server that has the payment provider (examples/payment).
export const askPaymentServer = (what, values) => fetchJson(`${config.payment ?? 'payment'}/${what}`, {
  method: 'POST',
  headers: { Authorization: bearer(), 'Content-Type': 'application/json' },
  body: JSON.stringify({ ...booker(), ...values }),
})
