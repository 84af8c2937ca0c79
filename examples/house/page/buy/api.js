// What buyers call.
import { askPaymentServer, booker, call, read, readFresh } from '../frame/api.js'
import { language } from '../frame/words.js'
import { leaveToPay } from './payment-answer.js'

export const concertsPage = 12
export const bookingsPage = 10

// A page of the list: the first one tells in total_count how many there are, the
// others begin behind a row. More than so many are not counted.
export const countedConcerts = 1000
export const concerts = (question, after, count = concertsPage) => read('search_concerts', {
  ...question, page_size: count, ...(after ? { after_cursor: after.cursor } : { with_total: true }),
})
export const concertCount = async (question) => (await concerts(question, null, 1))[0]?.total_count ?? 0
export const concertDetail = (id, fresh) => (fresh ? readFresh : read)('concert_detail', { concert_id: id })
export const recordInterest = (id) => call('record_interest', { concert_id: id })

// The plan is one row, so that no server's limit of rows can cut it.
export const seatMap = (id, fresh) => readSeats('seat_map_json', id, fresh)
export const seatStatus = (id, fresh) => readSeats('seat_status', id, fresh)
// What changed since the version that the poll before has told.
export const seatStatusSince = (id, since) => read('seat_status', { concert_schedule_id: id, since })

const readSeats = (name, id, fresh) => (fresh ? readFresh : read)(name, { concert_schedule_id: id })

export const priceTypes = (id, fresh) => readSeats('price_types', id, fresh)

export const holdSeats = (ids) => call('hold_seats', { seat_ids: ids, ...booker() })
export const holdBestSeats = (id, wishes) => call('hold_best_seats', { concert_schedule_id: id, ...wishes, ...booker() })
export const extendHolds = (id) => call('extend_holds', { concert_schedule_id: id, ...booker() })
export const myHolds = () => call('my_holds', { ...booker() })
export const releaseSeats = (ids) => call('release_seats', { seat_ids: ids, ...booker() })
const order = (id, ids, customer, key, total, priceTypes) => ({
  concert_schedule_id: id, seat_ids: ids, ...customer, idempotency_key: key, expected_total: total, price_types: priceTypes, ...booker(),
})
export const confirmBooking = (...wanted) => call('confirm_booking', order(...wanted))
export const findGuestBooking = (number, phone) =>
  call('find_guest_booking', { booking_number: number, customer_phone: phone })
// question: status, period, search_text, sort_by
export const myBookings = (question, offset) =>
  call('my_bookings', { ...question, ...booker(), page_size: bookingsPage, page_offset: offset })
export const bookingDetail = (id) => call('booking_detail', { booking_id: id, ...booker() })
export const scheduleDetail = (id, fresh) => (fresh ? readFresh : read)('schedule_detail', { concert_schedule_id: id })

// A booking as its booker has it: read; what giving these seats (none named: all)
// back would bring; give them back; pay; what was paid.
export const ownBooking = (id) => ({
  read: () => bookingDetail(id),
  quote: (seats) => call('quote_cancellation', { booking_id: id, seat_ids: seats, ...booker() }),
  cancel: (seats) => (seats ? call('cancel_seats', { booking_id: id, seat_ids: seats, ...booker() })
    : call('cancel_booking', { booking_id: id, ...booker() })),
  pay: (isWanted) => pay(id, isWanted),
  money: () => paymentState(id),
})

// The same of whoever knows number and phone: all of it goes back, or nothing, and
// no quote is given.
export const guestBooking = (number, phone) => ({
  read: () => findGuestBooking(number, phone),
  cancel: () => call('cancel_guest_booking', { booking_number: number, customer_phone: phone }),
})

// -------- payment: the database keeps the seats, the shop's server (examples/payment) has the provider

export const beginPayment = (...wanted) => call('begin_payment', order(...wanted))
export const cancelPayment = (id) => call('cancel_payment', { booking_id: id, ...booker() })

export const paymentState = (id) => askPaymentServer('state', { booking_id: id })

// Goes to the provider's page, which comes back to this one. A booking that is
// no longer to be paid for stays here, and so does who has gone on meanwhile.
export async function pay(id, isWanted = () => true) {
  const { url, paid } = await askPaymentServer('checkout', {
    booking_id: id, return_to: location.hash.split('?')[0], language: language(),
  })
  if (!url || !isWanted()) return
  leaveToPay(id, paid)
  location.assign(url)
}

// -------- the wishlist of a member

export const wishlistPage = 12
export const myWishlist = (offset) => call('my_wishlist', { page_size: wishlistPage, page_offset: offset })
export const addWishlist = (id) => call('add_wishlist', { concert_id: id })
export const removeWishlist = (id) => call('remove_wishlist', { concert_id: id })
