// What a plain LISTEN hears while web clients hold and buy.
import { spawn } from 'node:child_process'
import { client, placeOf, psqlEnv, reconnect, rows, sql, token } from './client.mjs'
import { is } from './tap.mjs'
import { people, schedule, seat } from './world.mjs'

// psql prints what it has heard after each statement. It listens when this returns.
export async function listener(database, about) {
  const psql = spawn('psql', ['-X', '-q', '-A', '-t'], { env: psqlEnv(placeOf(database, about)) })
  const heard = []
  let text = ''
  psql.stdout.on('data', (data) => {
    text += data
    for (const [, payload] of text.matchAll(/payload "(\{.*?\})" received/g)) heard.push(JSON.parse(payload))
    text = text.slice(text.lastIndexOf('\n') + 1)
  })
  // it hears itself last, when all is there that was sent before
  const all = async () => {
    psql.stdin.write(`NOTIFY concert_booking_seats, '{"last": true}';\n`)
    while (!heard.some(({ last }) => last)) await new Promise((done) => setTimeout(done, 20))
    return heard.splice(0).filter(({ last }) => !last)
  }
  psql.stdin.write('LISTEN concert_booking_seats;\n')
  const beat = setInterval(() => psql.stdin.write('SELECT;\n'), 20)
  await all()
  return {
    all,
    end() {
      clearInterval(beat)
      psql.stdin.end()
    },
  }
}

export async function freshConnections(target, setting) {
  sql(target.database, `ALTER DATABASE ${target.database} SET concert_booking.notify_seat_changes = ${setting}`)
  await reconnect(target)
}

export async function notify(target) {
  const alice = client(target, token(target, target.roles.member, people.alice))
  // a seat is named by its ordinal, as seat_map has it
  const [first, second, third] = rows(target.database, `SELECT ordinal FROM concert_booking.seats
    WHERE id IN ('${seat(2, 11)}', '${seat(2, 12)}', '${seat(2, 13)}') ORDER BY 1`).map(({ ordinal }) => ordinal)
  await freshConnections(target, 'on')
  let ear = await listener(target.database, schedule(2))

  await alice.rpc('hold_seats', { seat_ids: [seat(2, 11), seat(2, 12), seat(2, 13)] })
  is('a listener hears of a hold, once for three seats', await ear.all(),
    [{ concert_schedule_id: schedule(2), temp_reserved: [first, second, third] }])
  await alice.rpc('release_seats', { seat_ids: [seat(2, 13)] })
  await alice.rpc('confirm_booking', { concert_schedule_id: schedule(2) })
  is('of one given back, and of the sale', await ear.all(), [
    { concert_schedule_id: schedule(2), available: [third] },
    { concert_schedule_id: schedule(2), reserved: [first, second] },
  ])
  const { data } = await client(target).rpc('seat_status', { concert_schedule_id: schedule(2) })
  is('seat_status says the same', data.statuses.slice(10, 13), 'rra')

  ear.end()
  await freshConnections(target, 'off')
  ear = await listener(target.database, schedule(2))		// the other one's connection was ended, too
  await alice.rpc('hold_seat', { seat_id: seat(2, 14) })
  await alice.rpc('release_seats')
  is('switched off, nobody hears anything', await ear.all(), [])
  ear.end()
}
