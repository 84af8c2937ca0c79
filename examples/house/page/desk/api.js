// What the desk calls. Who asks is a clerk, who acts for others: no booker is named
// but in a sale, which is of its session.
import { booker, call, readFresh, read } from '../frame/api.js'

export const foundPage = 20
export const concertsPage = 6
export const logPage = 50
// The newest bookings of a night, among which those that wait for somebody are looked for.
const queuePage = 100
const doorPage = 1000

// -------- nights

export const concerts = (question, after) => read('search_concerts', {
  ...question, sort_by: 'date', page_size: concertsPage, ...(after ? { after_cursor: after.cursor } : { with_total: true }),
})
// Past the caches: a clerk tells people what is left.
export const concertDetail = (id) => readFresh('concert_detail', { concert_id: id })
export const scheduleDetail = (id) => readFresh('schedule_detail', { concert_schedule_id: id })

// -------- bookings

// What was typed is a number, a phone, an e-mail or a name: each finds its own.
const question = (text) => (text ? { booking_number: text, customer_phone: text, customer_email: text, customer_name: text } : {})

export const findBookings = (text, scheduleId, offset) => call('find_bookings', {
  ...question(text), concert_schedule_id: scheduleId, page_size: foundPage, page_offset: offset,
})
export const newestBookings = (scheduleId) => call('find_bookings', { concert_schedule_id: scheduleId, page_size: queuePage })
export const bookingDetail = (id) => call('booking_detail', { booking_id: id })
export const bookingLog = (id, offset) => call('booking_log', { booking_id: id, page_size: logPage, page_offset: offset })
export const quote = (id, seats) => call('quote_cancellation', { booking_id: id, seat_ids: seats })
export const cancelBooking = (id, reason, override) => call('cancel_booking', { booking_id: id, reason, override })
export const cancelSeats = (id, seats, reason, override) => call('cancel_seats', { booking_id: id, seat_ids: seats, reason, override })

// -------- money

// Looks, and keeps nothing from whoever sends refunds: the claim is over at once.
export const unclaimedRefunds = () => call('due_refunds', { page_size: foundPage, claim_for: '1 millisecond' })
export const paymentStatus = (id) => call('payment_status', { booking_id: id })
export const takePayment = (id, amount, provider, reference) => call('confirm_payment', { booking_id: id, amount, provider, reference })
export const payOut = (id, amount, provider, reference) => call('record_refund', { booking_id: id, amount, provider, reference })

// -------- tickets

export const renewTickets = (id, seats) => call('renew_tickets', { booking_id: id, seat_ids: seats })
export const checkIn = ({ booking_number: number, concert_schedule_id: schedule }, seats) =>
  call('check_in', { booking_number: number, seat_ids: seats, gate: 'desk', concert_schedule_id: schedule })
export const undoCheckIn = (number, seats, reason) => call('undo_check_in', { booking_number: number, seat_ids: seats, reason })

// When each of these seats of a booking came in: {seat id: {checked_in_at, gate}}. The
// list of the door has all seats of the performance, in pages.
export async function checkIns({ booking_id: id, concert_schedule_id: schedule }, wanted) {
  const found = {}
  for (let offset = 0, all = 1; offset < all && Object.keys(found).length < wanted; offset += doorPage) {
    const rows = await call('door_list', { concert_schedule_id: schedule, page_size: doorPage, page_offset: offset })
    for (const row of rows) if (row.booking_id === id) found[row.seat_id] = row
    all = rows[0]?.total_count ?? 0
  }
  return found
}

// -------- selling and blocking

export const holdsOf = (session) => call('my_holds', { session_id: session })
export const bookSeats = (order) => call('book_seats', { ...order, ...booker() })
// Both answer with how many they changed.
export const blockSeats = async (ids, reason) => (await call('block_seats', { seat_ids: ids, reason })).blocked_seats
export const unblockSeats = async (ids) => (await call('unblock_seats', { seat_ids: ids })).unblocked_seats
