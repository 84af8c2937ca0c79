// The examples of README.md for curl and supabase-js, run as they stand.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createClient } from '@supabase/supabase-js'
import { rows, sql, toRoot, token } from './client.mjs'
import { is, like, ok } from './tap.mjs'
import { people, schedule, seat } from './world.mjs'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

function blocks(heading, language) {
  const from = readme.indexOf(`\n### ${heading}\n`)
  const section = readme.slice(from, readme.indexOf('\n## ', from)).split(/\n### /)[1]
  return [...section.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text)
}

export async function examples(target) {
  sql(target.database, `UPDATE concert_booking.concerts SET title = 'Winter Tour' WHERE title = 'Summer Nights'`)

  const shell = blocks('PostgREST', 'sh')
  is('README.md has two blocks for curl', shell.length, 2)
  const output = execFileSync('bash', ['-c', `
    set -e
    curl() { command curl -sS --fail-with-body "$@"; printf '\\036'; }
    ${shell.join('\n')}`], {
    encoding: 'utf8',
    env: {
      ...process.env, URL: target.url, SCHEDULE: schedule(2), SEAT_1: seat(2, 4), SEAT_2: seat(2, 5),
      TOKEN: token(target, target.roles.member, people.alice),
    },
  }).split('\x1e').slice(0, -1).map((line) => JSON.parse(line))
  const [found, status, holds, booking] = output
  is('curl: four answers', output.length, 4)
  is('a concert is found', found[0].title, 'Winter Tour')
  like('states of seats', status.statuses, /^[atru]{20}$/)
  is('two holds', holds.map((hold) => hold.seat_number), ['A-4', 'A-5'])
  is('a booking', [booking.status, booking.seat_numbers], ['confirmed', ['A-4', 'A-5']])

  const [script, ...more] = blocks('supabase-js', 'js')
  ok('README.md has one block for supabase-js', script && more.length === 0)
  const printed = []
  const run = new Function('createClient', 'crypto', 'console', 'url', 'anonKey', 'concert_schedule_id',
    `return (async () => { ${script.replace(/^import .*\n/, '')}\nreturn { booking, holds, left: secondsLeft() } })()`)
  const made = await run((url, key, options) => createClient(url, key, { ...options, global: { fetch: toRoot } }),
    globalThis.crypto ?? (await import('node:crypto')).webcrypto, { log: (...words) => printed.push(words) },
    target.url, target.anonKey, schedule(2))
  is('supabase-js: a guest\'s booking', [made.booking.status, made.booking.seat_count], ['confirmed', 2])
  ok('held for ten minutes', made.left > 590 && made.left <= 600, made.left)
  is('its number is shown', printed[0][0], made.booking.booking_number)
  is('and the database has it', rows(target.database, `SELECT customer_name AS name, user_id FROM concert_booking.bookings
    WHERE id = '${made.booking.booking_id}'`), [{ name: 'Kim Haneul', user_id: null }])
}
