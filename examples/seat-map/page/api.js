// The box office: supabase-js, one function of concert_booking a call. Reads
// that are the same for everybody go as GET, so that caches can answer them;
// what is personal goes as POST, so that no log has it in an address.

let client
let config
let member = null
let token = null
let sessionId

export const members = () => config.members ?? []
export const signedInMember = () => member

// A call that was refused. seats: those that the refusal is about, if any; total:
// what the seats cost, where that is not what was expected; bookingId: the
// booking that has to be paid first; reason: why, where a code has several.
export class Refusal extends Error {
  constructor({ code, message, details }, status) {
    super(message)
    this.code = code || (status ? 'unknown' : 'offline')
    this.status = status
    this.seats = []
    try {
      const facts = JSON.parse(details)
      if (Array.isArray(facts)) this.seats = facts
      else this.total = facts?.total
      this.bookingId = facts?.booking_id
      this.reason = facts?.reason
    } catch {
      // a sentence, not a list of seats
    }
  }
}

export async function connect() {
  config = await fetchJson('config.json', { cache: 'no-store' })
  // A guest is a secret of this browser.
  sessionId = localStorage.getItem('session_id') ?? crypto.randomUUID()
  localStorage.setItem('session_id', sessionId)
  client = globalThis.supabase.createClient(config.url ?? location.origin, config.anonKey, {
    db: { schema: 'concert_booking' },
    accessToken: async () => token ?? config.anonKey,
    global: { fetch: timedFetch },
  })
  const remembered = localStorage.getItem('member')
  if (members().some(({ id }) => id === remembered)) await signIn(remembered)
}

// With Supabase, sign in by supabase.auth instead, and leave accessToken out.
export async function signIn(id) {
  token = (await fetchJson(`demo/sign-in/${id}`, { method: 'POST' })).token
  member = members().find((one) => one.id === id)
  localStorage.setItem('member', id)
}

export function signOut() {
  token = member = null
  localStorage.removeItem('member')
}

// The member is in the token; a guest passes the session.
const booker = () => (member ? {} : { session_id: sessionId })
export const bookerName = () => (member ? member.id : sessionId)

async function fetchJson(address, options) {
  let response
  try {
    response = await timedFetch(address, options)
  } catch ({ message }) {
    throw new Refusal({ message }, 0)
  }
  if (!response.ok) {
    throw new Refusal(await response.json().catch(() => ({ message: response.statusText })), response.status)
  }
  return response.json()
}

// -------- the server's clock

// The Date header has whole seconds, which a web server may keep for another
// second: when the request was sent, the server's clock was less than two
// seconds further than that. The least such difference is the nearest to the
// truth, and with none of them a countdown shows time that is not left.
let clockAhead = Infinity
const serverNow = () => Date.now() + (clockAhead === Infinity ? 0 : clockAhead)
export const secondsUntil = (instant) => Math.max(0, Math.ceil((Date.parse(instant) - serverNow()) / 1000))

async function timedFetch(input, options) {
  const sentAt = Date.now()
  const response = await fetch(input, { ...options, ...(past.has(String(input)) && { cache: 'no-cache' }) })
  const date = Date.parse(response.headers.get('date'))
  // An answer out of a cache has an old date.
  const current = options.method === 'POST' || options.cache === 'no-store'
  if (current && date) clockAhead = Math.min(clockAhead, date + 2000 - sentAt)
  return response
}

// Addresses whose cached answers are known to be old.
const past = new Set()

// -------- calls

async function call(name, values, options = {}) {
  const { data, error, status } = await client.rpc(name, values, options)
  if (error) throw new Refusal(error, status)
  return data
}

export const concertsPage = 12
export const bookingsPage = 10

const read = (name, values) => call(name, values, { get: true })

// A page of the list: the first one tells in total_count how many there are, the
// others begin behind a row.
export const concerts = (searchText, after) => read('search_concerts', {
  search_text: searchText || undefined, bookable_only: true, sort_by: 'popularity', page_size: concertsPage,
  ...(after ? { after_cursor: after.cursor } : { with_total: true }),
})
export const concertDetail = (id) => read('concert_detail', { concert_id: id })
export const availableDates = (id) => read('available_dates', { concert_id: id })
export const schedulesOn = (id, date) => read('schedules_on', { concert_id: id, on_date: date })

// fresh: past the caches, because what they have is known to be old.
// The plan is one row, so that no server's limit of rows can cut it.
export const seatMap = (id, fresh) => readSeats('seat_map_json', id, fresh)
export const seatStatus = (id, fresh) => readSeats('seat_status', id, fresh)
// What changed since the version that the poll before has told.
export const seatStatusSince = (id, since) => read('seat_status', { concert_schedule_id: id, since })

async function readSeats(name, id, fresh) {
  const address = `${config.url ?? location.origin}/rest/v1/rpc/${name}?concert_schedule_id=${id}`
  if (fresh) past.add(address)
  try {
    return await read(name, { concert_schedule_id: id })
  } finally {
    past.delete(address)
  }
}

export const holdSeats = (ids) => call('hold_seats', { seat_ids: ids, ...booker() })
export const holdBestSeats = (id, wishes) => call('hold_best_seats', { concert_schedule_id: id, ...wishes, ...booker() })
export const extendHolds = (id) => call('extend_holds', { concert_schedule_id: id, ...booker() })
export const myHolds = () => call('my_holds', { ...booker() })
export const releaseSeats = (ids) => call('release_seats', { seat_ids: ids, ...booker() })
const order = (id, ids, customer, key, total) => ({
  concert_schedule_id: id, seat_ids: ids, ...customer, idempotency_key: key, expected_total: total, ...booker(),
})
export const confirmBooking = (...wanted) => call('confirm_booking', order(...wanted))
export const cancelBooking = (id) => call('cancel_booking', { booking_id: id, ...booker() })
export const cancelGuestBooking = (number, phone) =>
  call('cancel_guest_booking', { booking_number: number, customer_phone: phone })
export const findGuestBooking = (number, phone) =>
  call('find_guest_booking', { booking_number: number, customer_phone: phone })
export const myBookings = (offset) => call('my_bookings', { ...booker(), page_size: bookingsPage, page_offset: offset })
export const bookingDetail = (id) => call('booking_detail', { booking_id: id, ...booker() })

// -------- payment: the database keeps the seats, the shop's server (examples/payment) has the provider

export const beginPayment = (...wanted) => call('begin_payment', order(...wanted))
export const cancelPayment = (id) => call('cancel_payment', { booking_id: id, ...booker() })

const askServer = (what, id, more) => fetchJson(`${config.payment ?? 'payment'}/${what}`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${token ?? config.anonKey}`, 'Content-Type': 'application/json' },
  body: JSON.stringify({ booking_id: id, ...booker(), ...more }),
})
export const paymentState = (id) => askServer('state', id)

// Goes to the provider's page, which comes back to this one. A booking that is
// no longer to be paid for stays here.
export async function pay(id) {
  const { url } = await askServer('checkout', id, { return_to: location.hash })
  if (url) location.assign(url)
}
