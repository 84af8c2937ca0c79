// What is Supabase's own: users, timeouts, the careful library, Realtime, and
// what its linter looks for.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { http, post, randomUUID, reconnect, refusal, rows, sql, token } from './client.mjs'
import { is, like } from './tap.mjs'
import { people, schedule, seat } from './world.mjs'

const recipe = (name) => readFileSync(new URL(`../../deploy/supabase/${name}`, import.meta.url), 'utf8')

export async function supabase(target) {
  const { database } = target
  const alice = token(target, 'authenticated', people.alice)

  // -------- the stand-in stands in for something

  is('the API role has its careful library',
    refusal(database, 'CREATE TEMP TABLE t (i int); DELETE FROM t', ['-U', 'authenticator']), 'ERROR:  21000: DELETE requires a WHERE clause')
  is('a table in public would have been open to everybody',
    sql(database, `SET ROLE supabase_admin; CREATE TABLE public.mine (id int); SELECT has_table_privilege('anon', 'public.mine', 'DELETE'); DROP TABLE public.mine`), 't')

  // -------- users

  is('auth.uid() is the booker', (await post(target, 'hold_seat', { seat_id: seat(2, 15) }, alice)).status, 200)
  is('whose hold it is', rows(database, `SELECT user_id FROM concert_booking.temp_reservations WHERE seat_id = '${seat(2, 15)}'`), [{ user_id: people.alice }])
  const stranger = await post(target, 'hold_seat', { seat_id: seat(2, 16) }, token(target, 'authenticated', randomUUID()))
  is('a token of somebody who is no user any more is refused', [stranger.status, stranger.body.code], [409, '23503'])
  await post(target, 'confirm_booking', { concert_schedule_id: schedule(2) }, alice)
  like('a user with bookings cannot be deleted', refusal(database, `DELETE FROM auth.users WHERE id = '${people.alice}'`), /23503|23001/)
  is('one with holds can, and they go along',
    sql(database, `INSERT INTO auth.users VALUES ('${people.clerk}');
      SELECT seat_number FROM concert_booking.hold_seat('${seat(2, 17)}', '${people.clerk}');
      DELETE FROM auth.users WHERE id = '${people.clerk}';
      SELECT count(*) FROM concert_booking.temp_reservations WHERE seat_id = '${seat(2, 17)}'`), 'B-7\n0')

  // -------- a lock that is not let go

  const slow = await lockedOut(target)
  is('a guest who waits for a lock for three seconds is told so', [slow.status, slow.body.code], [500, '57014'])

  // -------- Realtime

  sql(database, recipe('realtime_broadcast.sql').replace(/^/, 'SET SESSION AUTHORIZATION supabase_admin;'))
  await reconnect(target)
  sql(database, 'TRUNCATE realtime.messages')
  await post(target, 'hold_seats', { seat_ids: [seat(2, 18), seat(2, 19)] }, alice)
  const ordinals = rows(database, `SELECT ordinal FROM concert_booking.seats WHERE id IN ('${seat(2, 18)}', '${seat(2, 19)}') ORDER BY 1`).map((row) => row.ordinal)
  const messages = () => rows(database, 'SELECT topic, event, private, payload FROM realtime.messages ORDER BY inserted_at')
  is('two seats held are one broadcast to the topic of the schedule', messages(), [{
    topic: `seats:${schedule(2)}`, event: 'seats', private: false,
    payload: { concert_schedule_id: schedule(2), temp_reserved: ordinals },
  }])
  is('a refused call broadcasts nothing',
    [(await post(target, 'hold_seat', { seat_id: seat(2, 18) }, token(target, 'authenticated', people.bob))).status, messages().length], [409, 1])
  await post(target, 'release_seats', {}, alice)
  is('given back: one more', messages().length, 2)

  sql(database, `SET SESSION AUTHORIZATION supabase_admin;${recipe('realtime_changes.sql')}`)
  sql(database, `SET SESSION AUTHORIZATION supabase_admin;${recipe('realtime_changes.sql')}`)
  is('seats are published', rows(database, `SELECT schemaname, tablename FROM pg_publication_tables WHERE pubname = 'supabase_realtime'`),
    [{ schemaname: 'concert_booking', tablename: 'seats' }])
  is('with row security, everything works as before', (await post(target, 'hold_seat', { seat_id: seat(2, 20) }, alice)).status, 200)
  const open = `/seats?concert_schedule_id=eq.${schedule(2)}&id=eq.${seat(2, 20)}`
  await waitFor(async () => (await http(target, `${open}&select=status`)).status === 200)
  is('subscribers may read four columns', (await http(target, `${open}&select=status`)).body, [{ status: 'temp_reserved' }])
  is('and no other', (await http(target, `${open}&select=hold_expires_at`)).body.code, '42501')
  await post(target, 'release_seats', {}, alice)
  const priced = await http(target, `/seats?id=eq.${seat(2, 20)}&select=price`,
    { method: 'PATCH', jwt: token(target, target.roles.manager, people.clerk), body: { price: 120000 }, headers: { Prefer: 'return=representation' } })
  is('and a manager, who is under row security too, changes prices', [priced.status, priced.body], [200, [{ price: 120000 }]])
  is('a subscriber does not', (await http(target, `/seats?id=eq.${seat(2, 20)}`, { method: 'PATCH', jwt: alice, body: { price: 1 } })).body.code, '42501')

  linter(database)
  is('check_integrity() finds nothing', sql(database, 'SELECT * FROM concert_booking.check_integrity()'), '')
}

async function waitFor(condition) {
  while (!(await condition())) await new Promise((done) => setTimeout(done, 50))
}

// A backup tool, say, has the row and does not let go; a guest wants the seat.
async function lockedOut(target) {
  const psql = spawn('psql', ['-X', '-q', '-d', target.database])
  psql.stdin.write(`BEGIN; SELECT FROM concert_booking.seats WHERE id = '${seat(2, 16)}' FOR UPDATE;\n`)
  await waitFor(async () => sql(target.database, `SELECT count(*) FROM pg_locks WHERE relation = 'concert_booking.seats'::regclass AND mode = 'RowShareLock'`) !== '0')
  const answer = await post(target, 'hold_seat', { seat_id: seat(2, 16), session_id: randomUUID() })
  psql.stdin.end('ROLLBACK;\n')
  return answer
}

// What Supabase's database linter (splinter) reports, asked in our own words.
// deploy/supabase/README.md answers each.
function linter(database) {
  const none = (what, query) => is(what, rows(database, query), [])
  is('every foreign key has its index, but one (0001)', rows(database, `
    SELECT conname FROM pg_constraint c
    WHERE contype = 'f' AND connamespace = 'concert_booking'::regnamespace AND conparentid = 0
      AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid
                      AND (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] = c.conkey)`), [{ conname: 'temp_reservations_concert_schedule_id_fkey' }])
  none('every table has a primary key (0004)', `
    SELECT relname FROM pg_class t WHERE relnamespace = 'concert_booking'::regnamespace AND relkind = 'r' AND NOT relispartition
      AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)`)
  none('no two indexes are the same (0009)', `
    SELECT min(indexrelid::regclass::text) FROM pg_index i JOIN pg_class t ON t.oid = indrelid
    WHERE relnamespace = 'concert_booking'::regnamespace
    GROUP BY indrelid, indkey::text, indclass::text, indpred, indexprs HAVING count(*) > 1`)
  none('a view runs as its reader or is not to be read (0010)', `
    SELECT relname FROM pg_class WHERE relnamespace = 'concert_booking'::regnamespace AND relkind = 'v'
      AND (has_table_privilege('anon', oid, 'SELECT') OR has_table_privilege('authenticated', oid, 'SELECT'))
      AND NOT coalesce(reloptions::text[] && '{security_invoker=on,security_invoker=true}', false)`)
  none('a table has row security or is not to be read (0013, 0023, 0026, 0027)', `
    SELECT relname FROM pg_class t WHERE relnamespace = 'concert_booking'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity
      AND (has_any_column_privilege('anon', oid, 'SELECT') OR has_any_column_privilege('authenticated', oid, 'SELECT'))`)
  none('row security has a policy (0008)', `
    SELECT relname FROM pg_class t WHERE relnamespace = 'concert_booking'::regnamespace AND relrowsecurity
      AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = t.oid)`)
  none('no extension of ours is in public (0014)', `
    SELECT extname FROM pg_extension WHERE extnamespace = 'public'::regnamespace AND extname IN ('concert_booking', 'pg_trgm', 'moddatetime')`)
  none('the functions of 0028 and 0029 are those that grant_access() gives', `
    SELECT proname FROM pg_proc p WHERE pronamespace = 'concert_booking'::regnamespace AND prosecdef
      AND (has_function_privilege('anon', oid, 'EXECUTE') OR has_function_privilege('authenticated', oid, 'EXECUTE'))
      AND NOT EXISTS (SELECT FROM concert_booking.access_matrix() m WHERE m.function_name = p.proname AND m.level IN ('visitor', 'guest', 'member'))`)
  none('each of them has its search_path (0011)', `
    SELECT proname FROM pg_proc WHERE pronamespace = 'concert_booking'::regnamespace AND prosecdef
      AND NOT coalesce(array_to_string(proconfig, ' ') ~ 'search_path=pg_catalog, pg_temp', false)`)
}
