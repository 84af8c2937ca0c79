// Every SQLSTATE of README.md, as SQL, curl and supabase-js see it, and the
// tables of docs/clients.md and docs/ko/clients.md, which are what was seen.
import { readFileSync, writeFileSync } from 'node:fs'
import { client, curl, refusal, sql, token } from './client.mjs'
import { is, ok } from './tap.mjs'
import { people, schedule, seat } from './world.mjs'

// as: who calls. set and undo: what the owner of the tables does around it.
// inSql: how a trusted backend comes to the same refusal, where naming the
// booker is not enough.
const cases = [
  { code: 'PT401', call: ['hold_seat', { seat_id: seat(1, 1) }], as: 'anon', bookerInSql: null },
  {
    code: 'PT402',
    call: ['book_seats', { seat_ids: [seat(2, 20)] }],
    as: 'member',
    inSql: `SET request.jwt.claims = '{"role": "web_member", "sub": "${people.alice}"}';
            SET ROLE web_member;
            SELECT * FROM concert_booking.book_seats('{${seat(2, 20)}}');`,
    set: `UPDATE concert_booking.concert_schedules SET payment_required = true WHERE id = '${schedule(2)}'`,
    undo: `UPDATE concert_booking.concert_schedules SET payment_required = false WHERE id = '${schedule(2)}'`,
  },
  { code: 'PT404', call: ['hold_seat', { seat_id: seat(0, 1) }], as: 'member' },
  { code: 'PT404', call: ['extend_holds', { concert_schedule_id: schedule(0) }], as: 'member' },
  { code: 'PT404', call: ['cancel_booking', { booking_id: schedule(0) }], as: 'member' },
  { code: 'PT404', call: ['release_seats', { seat_ids: [seat(1, 1)] }], as: 'member' },
  { code: 'PT409', call: ['hold_seats', { seat_ids: [seat(1, 18), seat(1, 19), seat(1, 20)] }], as: 'member' },
  { code: 'PT409', call: ['check_in', { booking_number: '0000-0000-0000-0', concert_schedule_id: schedule(1) }], as: 'clerk' },
  { code: 'PT409', call: ['postpone_schedule', { concert_schedule_id: schedule(1), new_date: '2090-06-02', new_time: '19:00' }], as: 'manager' },
  { code: 'PT409', call: ['reinstate_schedule', { concert_schedule_id: schedule(1) }], as: 'manager' },
  { code: 'PT410', call: ['confirm_booking', { concert_schedule_id: schedule(2) }], as: 'member' },
  { code: 'PT410', call: ['confirm_booking', { concert_schedule_id: schedule(2), seat_ids: [seat(2, 1)] }], as: 'member' },
  { code: 'PT412', call: ['cancel_booking', { booking_id: 'b0000000-0000-7000-8000-000000000006' }], as: 'member' },
  { code: 'PT422', call: ['hold_seats', { seat_ids: [seat(1, 1), seat(2, 1)] }], as: 'member' },
  { code: 'PT422', call: ['hold_seats', { seat_ids: [seat(5, 1), seat(5, 2), seat(5, 3)] }], as: 'member' },
  { code: 'PT422', call: ['book_seats', { seat_ids: [seat(1, 1), seat(1, 2)], expected_total: 1 }], as: 'member' },
  { code: 'PT422', call: ['book_seats', { seat_ids: [seat(1, 1)], price_types: { [seat(1, 1)]: 'child' } }], as: 'member' },
  { code: 'PT423', call: ['hold_seat', { seat_id: seat(3, 1) }], as: 'member' },
  {
    code: 'PT423',
    call: ['hold_best_seats', { concert_schedule_id: schedule('b'), seat_count: 1 }],
    as: 'member',
    set: `SELECT concert_booking.cancel_schedule('${schedule('b')}')`,
    undo: `SELECT concert_booking.reinstate_schedule('${schedule('b')}')`,
  },
  { code: 'PT425', call: ['hold_seat', { seat_id: seat(4, 1) }], as: 'member' },
  {
    code: '22001',
    call: ['book_seats', { seat_ids: [seat(1, 1)], customer_phone: '0'.repeat(21) }],
    as: 'member',
  },
  { code: '22004', call: ['hold_seat', { seat_id: null }], as: 'member' },
  { code: '22004', call: ['book_seats', { seat_ids: [seat(1, 1)], session_id: people.guest }], as: 'anon', bookerInSql: null },
  { code: '22023', call: ['hold_seats', { seat_ids: [] }], as: 'member' },
  { code: '22023', call: ['find_bookings', { phone: '010-1234-5678' }], as: 'clerk' },
  {
    code: '23502',
    call: ['hold_seat', { seat_id: seat(1, 1) }],
    as: 'member',
    set: `ALTER TABLE concert_booking.temp_reservations ADD COLUMN till text NOT NULL DEFAULT '1';
          ALTER TABLE concert_booking.temp_reservations ALTER COLUMN till DROP DEFAULT`,
    undo: 'ALTER TABLE concert_booking.temp_reservations DROP COLUMN till',
  },
  {
    code: '23514',
    call: ['hold_seat', { seat_id: seat(1, 1) }],
    as: 'member',
    set: `ALTER TABLE concert_booking.temp_reservations ADD CONSTRAINT no_web CHECK (user_id IS NULL) NOT VALID`,
    undo: 'ALTER TABLE concert_booking.temp_reservations DROP CONSTRAINT no_web',
  },
  {
    code: '27000',
    call: ['hold_seat', { seat_id: seat(1, 1) }],
    as: 'member',
    set: `CREATE FUNCTION test.suppress() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
          CREATE TRIGGER suppress BEFORE INSERT ON concert_booking.temp_reservations
          FOR EACH ROW EXECUTE FUNCTION test.suppress()`,
    undo: 'DROP FUNCTION test.suppress() CASCADE',
  },
  {
    code: '40001',
    call: ['hold_seat', { seat_id: seat(1, 1) }],
    as: 'member',
    inSql: `BEGIN ISOLATION LEVEL REPEATABLE READ;
            SELECT count(*) FROM concert_booking.seats;
            \\! psql -X -q -o /dev/null -c "SELECT concert_booking.hold_seat('${seat(1, 1)}', '${people.bob}'); SELECT concert_booking.release_seats(NULL, '${people.bob}')"
            SELECT * FROM concert_booking.hold_seat('${seat(1, 1)}', '${people.alice}');`,
    notOnTheWeb: true, // PostgREST runs READ COMMITTED
  },
  {
    code: '42501',
    call: ['hold_seat', { seat_id: seat(1, 1), user_id: people.bob }],
    as: 'member',
    inSql: `SET request.jwt.claims = '{"role": "web_member", "sub": "${people.alice}"}';
            SET ROLE web_member;
            SELECT * FROM concert_booking.hold_seat('${seat(1, 1)}', '${people.bob}');`,
  },
  {
    code: '42501',
    call: ['book_seats', { seat_ids: [seat(1, 1)], walk_in: true }],
    as: 'member',
    inSql: `SET request.jwt.claims = '{"role": "web_member", "sub": "${people.alice}"}';
            SET ROLE web_member;
            SELECT * FROM concert_booking.book_seats('{${seat(1, 1)}}', walk_in => true);`,
  },
  {
    code: '42501',
    call: ['cancel_booking', { booking_id: 'b0000000-0000-7000-8000-000000000006', override: true, reason: 'ill' }],
    as: 'member',
    inSql: `SET request.jwt.claims = '{"role": "web_member", "sub": "${people.alice}"}';
            SET ROLE web_member;
            SELECT * FROM concert_booking.cancel_booking('b0000000-0000-7000-8000-000000000006', reason => 'ill', override => true);`,
  },
  {
    code: '42703',
    call: ['link_users', { users_table: 'test.users' }],
    as: 'operator',
    set: 'CREATE TABLE test.users (number integer)',
    undo: 'DROP TABLE test.users',
  },
  {
    code: '42710',
    call: ['link_users', { users_table: 'test.users' }],
    as: 'operator',
    set: `CREATE TABLE test.members (id uuid PRIMARY KEY); CREATE TABLE test.users (id uuid PRIMARY KEY);
          INSERT INTO test.members SELECT user_id FROM concert_booking.bookings WHERE user_id IS NOT NULL
              UNION SELECT user_id FROM concert_booking.temp_reservations WHERE user_id IS NOT NULL;
          SELECT concert_booking.link_users('test.members')`,
    undo: 'DROP TABLE test.members CASCADE; DROP TABLE test.users',
  },
  {
    code: '42804',
    call: ['link_users', { users_table: 'test.users' }],
    as: 'operator',
    set: 'CREATE TABLE test.users (id integer PRIMARY KEY)',
    undo: 'DROP TABLE test.users',
  },
  { code: '42704', call: ['grant_access', { role_name: 'nobody', level: 'guest' }], as: 'operator' },
  {
    code: '42P01',
    call: ['hold_seat', { seat_id: seat(1, 1) }],
    as: 'member',
    set: 'ALTER TABLE concert_booking.temp_reservations RENAME TO holds',
    undo: 'ALTER TABLE concert_booking.holds RENAME TO temp_reservations',
  },
  {
    code: '42809',
    call: ['hold_seat', { seat_id: seat(1, 1) }],
    as: 'member',
    set: 'CREATE TABLE test.child () INHERITS (concert_booking.temp_reservations)',
    undo: 'DROP TABLE test.child',
  },
  {
    code: '42883',
    call: ['hold_seat', { seat_id: seat(1, 1) }],
    as: 'member',
    set: `ALTER FUNCTION concert_booking.is_own_write() RENAME TO is_of_another_version;
          ALTER TABLE concert_booking.temp_reservations ADD COLUMN note text DEFAULT 'none'`,
    undo: `ALTER FUNCTION concert_booking.is_of_another_version() RENAME TO is_own_write;
           ALTER TABLE concert_booking.temp_reservations DROP COLUMN note`,
  },
  {
    code: '54000',
    call: ['hold_seats', { seat_ids: Array.from({ length: 21 }, (_, i) => seat(9, i + 1)) }],
    as: 'member',
    shown: { seat_ids: '21 seats' },
  },
  { code: '55000', call: ['schedule_jobs', {}], as: 'operator' },
]

// Refusals that are not the extension's own, which a client meets all the same.
const foreign = [
  { code: '22P02', what: 'an id that is no UUID', ko: 'UUID가 아닌 id', call: ['hold_seat', { seat_id: 'A-1' }], as: 'member' },
  { code: 'PGRST202', what: 'an argument that the function does not have', ko: '함수에 없는 인자', call: ['hold_seat', { seat: seat(1, 1) }], as: 'member' },
  { code: '42501', what: 'a function that the role was not granted', ko: '역할에 권한이 없는 함수', call: ['check_integrity', {}], as: 'member' },
  { code: '42501', what: 'the same without a token', ko: '토큰 없이 같은 호출', call: ['check_integrity', {}], as: 'anon' },
  { code: 'PGRST301', what: 'a token that has expired', ko: '만료된 토큰', call: ['release_seats', {}], as: 'member', expired: true },
]

const literal = (value) =>
  value === null ? 'NULL'
    : Array.isArray(value) ? `'{${value.join(',')}}'`
      : typeof value === 'object' ? `'${JSON.stringify(value)}'`
        : `'${String(value).replaceAll("'", "''")}'`

function statement({ call: [name, args], as, inSql, bookerInSql }) {
  if (inSql) return inSql
  const named = { ...args }
  if (as === 'member' && bookerInSql === undefined) named.user_id = people.alice
  const list = Object.entries(named).map(([key, value]) => `${key} => ${literal(value)}`).join(', ')
  return `SELECT * FROM concert_booking.${name}(${list})`
}

function prepare(database) {
  sql(database, `
    SELECT concert_booking.hold_seat('${seat(1, 18)}', '${people.bob}');
    SELECT concert_booking.book_seats('{${seat(1, 19)}}', '${people.bob}');
    SELECT concert_booking.block_seats('{${seat(1, 20)}}')`)
}

// DETAIL or HINT, which can have several lines
const part = (text, name) =>
  new RegExp(`^${name}: {2}(.*(?:\\n(?!HINT: ).*)*)`, 'm').exec(text)?.[1] ?? null

// The refusal by psql: code, message, details, hint, and its first line.
function parse(text) {
  const error = /ERROR: {2}(\w{5}): (.*)/.exec(text) ?? []
  return {
    code: error[1],
    message: error[2],
    details: part(text, 'DETAIL'),
    hint: part(text, 'HINT'),
  }
}

async function see(target, one) {
  const [name, args] = one.call
  const jwt = one.as === 'anon' ? undefined
    : one.expired ? token(target, 'web_member', people.alice, { exp: 1 })
      : token(target, `web_${one.as}`, one.as === 'member' ? people.alice : undefined)
  const seen = {}
  if (one.set) sql(target.database, one.set)
  try {
    if (!one.what) seen.sql = parse(refusal(target.database, statement(one)))
    if (!one.notOnTheWeb) {
      const { status, body } = await curl(target, `/rpc/${name}`, { method: 'POST', jwt, body: args })
      seen.curl = { status, ...JSON.parse(body) }
      const { error, status: number } = await client(target, jwt).rpc(name, args)
      seen.js = { status: number, code: error?.code, message: error?.message, details: error?.details, hint: error?.hint }
    }
  } finally {
    if (one.undo) sql(target.database, one.undo)
  }
  return seen
}

function check(one, seen) {
  const what = `${one.code} ${one.what ?? one.call[0]}`
  const said = seen.sql ?? seen.curl
  if (seen.sql) is(`${what}: SQL`, seen.sql.code, one.code)
  if (one.notOnTheWeb) return
  const { status, ...body } = seen.curl
  const plain = { code: said.code, message: said.message, details: said.details, hint: said.hint }
  is(`${what}: curl has code, message, details and hint`, body, plain)
  const { status: number, ...error } = seen.js
  is(`${what}: supabase-js too`, error, plain)
  is(`${what}: one status`, Number(status.split(' ')[1]), number)
  if (!one.code.startsWith('PT')) return
  is(`${what}: the status is in the code`, `PT${number}`, one.code)
  is(`${what}: the details are JSON`, typeof JSON.parse(error.details), 'object')
}

// -------- docs/clients.md

const cell = (text) => String(text ?? '').replaceAll('|', '\\|').split('\n')[0]
const code = (text) => (text == null || text === '' ? '-' : `\`${cell(text)}\``)

function show({ call: [name, args], shown }) {
  const list = Object.entries({ ...args, ...shown }).map(([key, value]) => {
    if (key in (shown ?? {})) return `${key}: ${value}`
    if (Array.isArray(value)) return `${key}: ${value.length === 1 ? 'one seat' : `${value.length || 'no'} seats`}`
    return `${key}${value === null ? ': null' : ''}`
  })
  return `\`${name}\`${list.length ? ` (${list.join(', ')})` : ''}`
}

// The rows between "<!-- seen: NAME -->" and "<!-- /seen -->"; the head of a table is the page's.
function rewrite(text, all, others, language) {
  const tables = {
    refusals: all.map(({ one, seen }) =>
      `| \`${one.code}\` | ${show(one)} | ${one.notOnTheWeb ? '-' : seen.js.status} | ${cell(seen.sql.message)} `
      + `| ${code(seen.sql.details)} | ${cell(seen.sql.hint) || '-'} |`),
    others: others.map(({ one, seen }) =>
      `| \`${one.code}\` | ${one[language]} | ${seen.js.status} | ${code(seen.curl.message)} |`),
  }
  return text.replace(/(<!-- seen: (\w+) -->\n.*\n.*\n)[^]*?(<!-- \/seen -->)/g,
    (whole, head, name, end) => `${head}${tables[name].map((row) => `${row}\n`).join('')}${end}`)
}

export async function sqlstates(target) {
  prepare(target.database)
  const all = []
  const others = []
  for (const one of cases) all.push({ one, seen: await see(target, one) })
  for (const one of foreign) others.push({ one, seen: await see(target, one) })
  for (const { one, seen } of [...all, ...others]) check(one, seen)

  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const table = readme.slice(readme.indexOf('| SQLSTATE'), readme.indexOf('When the connection breaks'))
  const listed = [...table.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, codes]) => codes.match(/\w{5}/g)).sort()
  is('every SQLSTATE of README.md was seen', [...new Set(cases.map(({ code }) => code))].sort(), listed)
  ok('and the table is not empty', listed.length > 10, listed)

  for (const [name, language] of [['docs/clients.md', 'what'], ['docs/ko/clients.md', 'ko']]) {
    const file = new URL(`../../${name}`, import.meta.url)
    const written = readFileSync(file, 'utf8')
    const text = rewrite(written, all, others, language).replaceAll(`database is "${target.database}"`, 'database is "plain"')
    ok(`${name} has both tables`, text.split('<!-- seen: ').length === 3)
    if (process.env.REST_WRITE) writeFileSync(file, text)
    const rows = text.split('\n')
    is(`${name} says what was seen (else REST_WRITE=1 make test SUITES=rest)`,
      written.split('\n').filter((row, i) => row !== rows[i]), rows.filter((row, i) => row !== written.split('\n')[i]))
  }
  sql(target.database, `SELECT concert_booking.release_seats(NULL, '${people.bob}')`)
}
