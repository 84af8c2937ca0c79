// 200 buyers at once on 50 seats.
import { client, sql, token } from './client.mjs'
import { is } from './tap.mjs'
import { schedule, seat } from './world.mjs'

const buyers = Array.from({ length: 200 }, (_, i) => `b1000000-0000-4000-8000-${String(i).padStart(12, '0')}`)

const tally = (answers) => {
  const counts = {}
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1
  return counts
}

async function sold(target, number) {
  const text = sql(target.database, `
    SELECT count(*), count(DISTINCT bs.seat_id), count(DISTINCT b.user_id)
    FROM concert_booking.booking_seats bs JOIN concert_booking.bookings b ON b.id = bs.booking_id
    WHERE b.concert_schedule_id = '${schedule(number)}' AND bs.active`)
  return text.split('|').map(Number)
}

export async function race(target) {
  const people = buyers.map((sub) => client(target, token(target, target.roles.member, sub)))

  // Four want the same seat; hold, then pay.
  const began = Date.now()
  const answers = await Promise.all(people.map(async (buyer, i) => {
    const hold = await buyer.rpc('hold_seat', { seat_id: seat(7, (i % 50) + 1) })
    if (hold.error) return hold.error.code
    const booking = await buyer.rpc('confirm_booking', { concert_schedule_id: schedule(7) })
    return booking.error?.code ?? booking.data.status
  }))
  console.log(`# 200 buyers on 50 seats: ${Date.now() - began} ms`)
  is('200 buyers on 50 seats: 50 have a booking, 150 a refusal', tally(answers), { confirmed: 50, PT409: 150 })
  is('exactly 50 seats are sold, each once, to 50 members', await sold(target, 7), [50, 50, 50])

  // All want the best one.
  const best = await Promise.all(people.map(async (buyer) => {
    const hold = await buyer.rpc('hold_best_seats', { concert_schedule_id: schedule(8), seat_count: 1 })
    if (hold.error) return hold.error.code
    const booking = await buyer.rpc('confirm_booking', { concert_schedule_id: schedule(8), seat_ids: [hold.data[0].seat_id] })
    return booking.error?.code ?? booking.data.status
  }))
  is('200 buyers of the best seat: 50 have one', tally(best), { confirmed: 50, PT409: 150 })
  is('exactly 50 seats are sold here too', await sold(target, 8), [50, 50, 50])
  is('check_integrity() finds nothing', sql(target.database, 'SELECT * FROM concert_booking.check_integrity()'), '')
}
