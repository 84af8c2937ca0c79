// What the answers to GET tell browsers and the caches between.
import { http, post, reconnect, settled, sql, token } from './client.mjs'
import { is, like, ok } from './tap.mjs'
import { concert, people, schedule, seat } from './world.mjs'

export async function caching(target) {
  const alice = token(target, target.roles.member, people.alice)
  const header = async (path, name, jwt) => (await http(target, path, { jwt })).headers.get(name)
  const control = (path, jwt) => header(path, 'cache-control', jwt)
  const plan = `concert_schedule_id=${schedule(9)}`

  is('seat_status may be kept for a second', await control(`/rpc/seat_status?${plan}`), 'public, max-age=1')
  is('the seat plan for a minute', await control(`/rpc/seat_map?${plan}`), 'public, max-age=60')
  is('also where it is one row', await control(`/rpc/seat_map_json?${plan}`), 'public, max-age=60')
  is('and one performance', await control(`/rpc/schedule_detail?${plan}`), 'public, max-age=60')
  is('lists as well', await control('/rpc/search_concerts?search_text=haneul'), 'public, max-age=60')
  is('also for a member: they are the same for all', await control(`/rpc/seat_map?${plan}`, alice), 'public, max-age=60')
  is('a concert with the member\'s heart is the member\'s', await control(`/rpc/concert_detail?concert_id=${concert}`, alice), 'private, max-age=60')
  like('so no cache gives it to somebody else', await header(`/rpc/concert_detail?concert_id=${concert}`, 'vary'), /Authorization/)
  is('what somebody holds is kept by nobody', await control('/rpc/my_holds', alice), 'no-store')
  is('nor is who comes tonight', await control(`/rpc/door_list?${plan}`, token(target, target.roles.clerk, people.clerk)), 'no-store')
  is('no refusal may be kept', await control(`/rpc/seat_status?concert_schedule_id=${schedule(0)}`), null)
  is('nor the answer to a POST', (await post(target, 'seat_status', { concert_schedule_id: schedule(9) })).headers.get('cache-control'), null)
  ok('the settings do not stay behind in the connection',
    (await Promise.all(Array.from({ length: 40 }, (_, i) => i % 2
      ? control(`/rpc/seat_status?${plan}`)
      : post(target, 'release_seats', { session_id: people.guest }).then((answer) => answer.headers.get('cache-control')))))
      .every((value, i) => value === (i % 2 ? 'public, max-age=1' : null)))

  sql(target.database, `ALTER DATABASE ${target.database} SET concert_booking.cache_lists = '1h'`)
  await reconnect(target)
  is('a setting decides for how long', await control('/rpc/search_concerts?search_text=haneul'), 'public, max-age=3600')
  // At the instant of an opening the old answer must be gone everywhere.
  sql(target.database, `UPDATE concert_booking.concert_schedules SET booking_opens_at = now() + interval '30 minutes' WHERE id = '${schedule(4)}'`)
  for (const path of ['/rpc/search_concerts?search_text=haneul', `/rpc/available_dates?concert_id=${concert}`,
    `/rpc/schedules_on?concert_id=${concert}&on_date=2090-06-04`, `/rpc/concert_detail?concert_id=${concert}`,
    `/rpc/schedule_detail?concert_schedule_id=${schedule(4)}`]) {
    const seconds = Number(/^public, max-age=(\d+)$/.exec(await control(path))?.[1])
    ok(`and no answer outlives the opening: ${path.split('?')[0]}`, seconds > 0 && seconds <= 1800, seconds)
  }
  sql(target.database, `UPDATE concert_booking.concert_schedules SET booking_opens_at = '2089-01-01 12:00+09' WHERE id = '${schedule(4)}'`)
  sql(target.database, `ALTER DATABASE ${target.database} RESET concert_booking.cache_lists`)

  // -------- a poll that knows the answer

  const path = `/rpc/seat_status?${plan}`
  const first = await http(target, path)
  const etag = first.headers.get('etag')
  ok('seat_status has an entity tag', /^"[^"]+"$/.test(etag), etag)
  const again = await http(target, path, { headers: { 'If-None-Match': etag } })
  is('an unchanged poll is 304 with nothing in it', [again.status, again.text, again.headers.get('etag')], [304, '', etag])
  is('one that knows another answer gets this one', (await http(target, path, { headers: { 'If-None-Match': '"0"' } })).body, first.body)
  await post(target, 'hold_seat', { seat_id: seat(9, 5000) }, alice)
  const changed = await http(target, path, { headers: { 'If-None-Match': etag } })
  is('after a change there is an answer', [changed.status, changed.body.statuses?.at(-1)], [200, 't'])
  ok('with another tag', changed.headers.get('etag') !== etag)
  is('an unchanged poll weighs next to nothing beside the plan',
    (await http(target, `/rpc/seat_map?${plan}`)).text.length > 50 * first.text.length, true)
  await post(target, 'release_seats', {}, alice)

  // -------- a poll that knows a version

  const changes = (since) => `/rpc/seat_status?${plan}&since=${since}`
  const known = await http(target, changes(''))
  is('what changed may be kept as long', await control(changes('')), 'public, max-age=1')
  is('its entity tag is the version', known.headers.get('etag'), `"${known.body.version}"`)
  const nothing = await http(target, changes(known.body.version))
  is('to the next poll by that version there is nothing to say', [nothing.status, nothing.body.changed_positions], [200, []])
  const still = await http(target, changes(known.body.version), { headers: { 'If-None-Match': nothing.headers.get('etag') } })
  is('and then 304 with nothing in it', [still.status, still.text], [304, ''])
  is('an answer without changes is smaller than the letters', nothing.text.length < 200 && known.text.length > 5000, true)
  await post(target, 'hold_seat', { seat_id: seat(9, 5000) }, alice)
  let told
  await settled(async () => {
    told = await http(target, changes(known.body.version), { headers: { 'If-None-Match': nothing.headers.get('etag') } })
    return told.status === 200
  })
  is('a change is told soon, and nothing else', [told.body.changed_positions, told.body.changed_statuses, told.body.statuses], [[5000], 't', null])
  await post(target, 'release_seats', {}, alice)
}
