// The door through PostgREST, by roles of the smallest level: gates check in (clerk), the
// manager reads the log; and the examples of docs/door.md for curl.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { client, http, sql, token } from './client.mjs'
import { is, like, ok } from './tap.mjs'
import { people } from './world.mjs'

const page = readFileSync(new URL('../../docs/door.md', import.meta.url), 'utf8')
const blocks = (language) => [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`\\n(?:\`\`\`text\\n([^]*?)^\`\`\`\\n)?`, 'gm'))]
const evening = '5c000000-0000-7000-8000-000000000701'
const next = '5c000000-0000-7000-8000-000000000702'

export async function door(target) {
  // the evening of docs/door.md, and roles of one level each
  sql(target.database, blocks('sql')[0][1])
  sql(target.database, ['clerk', 'manager'].map((level) => `
    CREATE ROLE door_${level} NOLOGIN;
    GRANT door_${level} TO ${target.login};
    SELECT concert_booking.grant_access('door_${level}', '${level}');`).join(''))
  const jwt = { clerk: token(target, 'door_clerk', people.clerk), manager: token(target, 'door_manager', people.bob), member: token(target, target.roles.member, people.alice) }
  const north = client(target, jwt.clerk)
  const south = client(target, jwt.clerk)

  // -------- the list

  const path = `/rpc/door_list?concert_schedule_id=${evening}`
  const outputs = blocks('sh').map(([, block]) => execFileSync('bash', ['-ec', `curl() { command curl -sS "$@"; echo; }; ${block}`],
    { encoding: 'utf8', env: { ...process.env, URL: target.url, TOKEN: jwt.clerk } }).trimEnd())
  is('docs/door.md: what curl prints', outputs, blocks('sh').map(([, , told]) => told.trimEnd()))
  const csv = await http(target, path, { jwt: jwt.clerk, headers: { Accept: 'text/csv' } })
  like('the list comes as CSV', csv.headers.get('content-type'), /^text\/csv/)
  is('with all its columns', csv.text.split('\n')[0],
    'customer_name,seat_number,section,row_label,seat_grade,price_type,booking_number,booking_id,seat_id,ticket_code,checked_in_at,gate,total_count')
  is('and the values under their names', csv.text.split('\n')[1].split(',').slice(0, 5), ['"Kim Haneul"', 'A-1', '', 'A', 'R'])
  is('nobody keeps it', csv.headers.get('cache-control'), 'no-store')
  const { data: list } = await north.rpc('door_list', { concert_schedule_id: evening }, { get: true })
  is('supabase-js has it by name and seat', list?.map((one) => [one.customer_name, one.seat_number, one.total_count]),
    [['Kim Haneul', 'A-1', 5], ['Kim Haneul', 'A-2', 5], ['Kim Haneul', 'A-3', 5], ['Lee Dohyun', 'A-5', 5], [null, 'A-4', 5]])
  for (const [who, status] of [['member', 403], ['manager', 403], [undefined, 401]])
    is(`${who ?? 'a visitor'} does not get it`, (await http(target, path, { jwt: jwt[who] })).status, status)

  // -------- two gates at once, with copies of one ticket

  const ticket = Object.fromEntries((list ?? []).map((one) => [one.seat_number, one.ticket_code]))
  const enter = (gate, at, more) => gate.rpc('check_in', { gate: at, concert_schedule_id: evening, ...more })
  const answers = await Promise.all([enter(north, 'north', { ticket_code: ticket['A-1'].toUpperCase() }), enter(south, 'south', { ticket_code: ticket['A-1'] })])
  const inside = answers.find((one) => !one.error)
  const refused = answers.find((one) => one.error)
  is('one of two gates lets a ticket in', answers.map((one) => one.status).sort(), [200, 409])
  is('the answer is what the gate shows', inside?.data?.map((one) => [one.seat_number, one.seat_grade, one.customer_name]), [['A-1', 'R', 'Kim Haneul']])
  is('the other is told when and where it was', JSON.parse(refused?.error?.details ?? '[]'), [{
    seat_id: inside?.data?.[0].seat_id, seat_number: 'A-1', reason: 'checked_in', gate: inside?.data?.[0].gate, checked_in_at: inside?.data?.[0].checked_in_at,
  }])
  is('the same gate once more is the same answer', (await enter(north, inside?.data?.[0].gate, { ticket_code: ticket['A-1'] })).data, inside?.data)
  is('the gate of another performance sends it away',
    JSON.parse((await enter(north, 'north', { ticket_code: ticket['A-2'], concert_schedule_id: next })).error?.details ?? '{}').reason, 'other_schedule')
  is('all seats of a booking or none', (await enter(north, 'east', { booking_number: list?.[0].booking_number })).status, 409)
  is('a member is no gate', (await enter(client(target, jwt.member), 'north', { ticket_code: ticket['A-2'] })).error?.code, '42501')
  is('what is no uuid is refused as such', (await enter(north, 'north', { ticket_code: 'https://example.com/' })).status, 400)

  // -------- a gate that was offline

  const scans = [
    { ticket_code: ticket['A-2'], gate: 'west', at: new Date().toISOString() },
    { ticket_code: ticket['A-1'], gate: 'west', at: new Date(Date.now() + 60000).toISOString() },
    { ticket_code: 'https://example.com/', gate: 'west', at: new Date().toISOString() },
  ]
  const send = async () => (await north.rpc('reconcile_check_ins', { concert_schedule_id: evening, scans })).data?.map((one) => [one.n, one.seat_number, one.outcome])
  is('its notes are entered', await send(), [[1, 'A-2', 'recorded'], [2, 'A-1', 'duplicate'], [3, null, 'unknown']])
  is('twice is once', await send(), [[1, 'A-2', 'repeated'], [2, 'A-1', 'duplicate'], [3, null, 'unknown']])
  is('a note without an instant is refused, and its place told',
    [(await north.rpc('reconcile_check_ins', { concert_schedule_id: evening, scans: [scans[0], { ticket_code: 'x' }] })).error].map((one) => [one?.code, one?.details])[0],
    ['22023', 'The argument is "scans"; entry 2 is not as it should be.'])

  // -------- back, lost, and what happened

  is('undo_check_in', (await north.rpc('undo_check_in', { ticket_code: ticket['A-2'], reason: 'wrong ticket' })).data, { undone_seats: 1 })
  const { data: renewed } = await north.rpc('renew_tickets', { booking_id: list?.[0].booking_id, seat_ids: [list?.[1].seat_id] })
  is('a lost ticket gets another code', renewed?.map((one) => [one.seat_number, one.ticket_code === ticket['A-2']]), [['A-2', false]])
  is('nobody knows the old one', (await enter(north, 'north', { ticket_code: ticket['A-2'] })).error?.code, 'PT404')
  is('the new one gets in', (await enter(north, 'north', { ticket_code: renewed?.[0].ticket_code })).data?.[0].seat_number, 'A-2')
  const { data: log } = await north.rpc('booking_log', { booking_id: list?.[0].booking_id, page_size: 4 }, { get: true })
  is('the log names the person, newest first', log?.map((one) => [one.event_type, one.actor]),
    ['checked_in', 'tickets_renewed', 'check_in_undone', 'checked_in'].map((type) => [type, people.clerk]))
  is('the log of the performance is the manager\'s', (await north.rpc('schedule_log', { concert_schedule_id: evening })).error?.code, '42501')
  ok('who reads it', (await client(target, jwt.manager).rpc('schedule_log', { concert_schedule_id: evening }, { get: true })).data?.length > 5)

  sql(target.database, `
    DELETE FROM concert_booking.bookings WHERE concert_schedule_id IN ('${evening}', '${next}');
    DELETE FROM concert_booking.concert_schedules WHERE concert_id = 'c0000000-0000-7000-8000-000000000701'`)
  sql(target.database, `
    DELETE FROM concert_booking.concerts WHERE id = 'c0000000-0000-7000-8000-000000000701';
    DELETE FROM concert_booking.venues WHERE id = '0e000000-0000-7000-8000-000000000701';
    DROP OWNED BY door_clerk, door_manager, gate; DROP ROLE door_clerk, door_manager, gate`)
  is('the data is in order', sql(target.database, 'SELECT * FROM concert_booking.check_integrity()'), '')
}
