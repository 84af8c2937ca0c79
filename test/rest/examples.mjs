// The examples of README.md and docs/clients.md for curl and supabase-js, run as
// they stand, in the concert that the first block of README.md makes.
//
// What a block of sh or js prints must be told in a block of text or json under it, or
// behind "gives" in its comments. Instants, generated ids, booking numbers and spaces
// are not compared. REST_WRITE=1 writes what was printed into the document.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { format } from 'node:util'
import { createClient } from '@supabase/supabase-js'
import { sql, token, toRoot } from './client.mjs'
import { is, ok } from './tap.mjs'

const file = (name) => new URL(`../../${name}`, import.meta.url)
const example = (language) => new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`\\n(?:\`\`\`(?:text|json)\\n([^]*?)^\`\`\`\\n)?`, 'gm')
const concert = 'c0000000-0000-7000-8000-000000002030'
const schedule = '5c000000-0000-7000-8000-000000002030'
const member = 'a11ce000-0000-4000-8000-000000002030'
const clerk = 'c1e40000-0000-4000-8000-000000002030'

// The concert of README.md, unsold. README.md makes venue, concert and performance in one
// statement; in a cluster that is a statement of the hub and one of the shard.
const onTwoServers = `
  WITH venue AS (INSERT INTO concert_booking.venues (name, address) VALUES ('Olympic Hall', '424 Olympic-ro, Seoul') RETURNING id)
  INSERT INTO concert_booking.concerts (id, venue_id, title) SELECT '${concert}', id, 'Winter Tour' FROM venue;
  INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
  VALUES ('${schedule}', '${concert}', '2030-12-25', '19:00');
`

function makeWorld(database) {
  const [, statements] = example('sql').exec(readFileSync(file('README.md'), 'utf8'))
  sql(database, `
    DELETE FROM concert_booking.bookings WHERE concert_schedule_id = '${schedule}';
    DELETE FROM concert_booking.concert_schedules WHERE concert_id = '${concert}'`)
  sql(database, `
    DELETE FROM concert_booking.concerts WHERE id = '${concert}';
    DELETE FROM concert_booking.wishlists WHERE concert_id = '${concert}'`)
  sql(database, database.hub ? statements.replace(/^WITH [^]*?;\n/, onTwoServers) : statements)
}

const comparable = (text) => text
  .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:\d\d)?)?/g, 'INSTANT')
  .replace(/\b0[0-9a-f]{7}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'ID')
  .replace(/\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z*~$=]/g, 'NUMBER')
  .replace(/\s+/g, '')
const gives = (block) => [...block.matchAll(/(?:\/\/|#) gives (.*)$/gm)].map(([, text]) => text).join('')

// What the blocks of one language print, one text a block.
const printed = {
  sh(target, blocks) {
    const output = execFileSync('bash', ['-c', `
      set -e
      curl() { command curl -sS "$@"; echo; }
      ${blocks.join('\nprintf "\\036"\n')}`], {
      encoding: 'utf8',
      env: {
        ...process.env, URL: target.url, PGRST_JWT_SECRET: target.secret,
        TOKEN: token(target, target.roles.member, member),
      },
    })
    return output.split('\x1e').map((text) => text.replace(/^\s*\n/gm, ''))
  },

  async js(target, blocks) {
    const texts = blocks.map(() => '')
    let current = 0
    const log = (...words) => { texts[current] += `${format(...words)}\n` }
    const run = new Function('createClient', 'crypto', 'console', 'url', 'anonKey', 'token', 'managerToken', 'clerkToken', 'next', `return (async () => {
      ${blocks.map((text) => text.replace(/^import .*\n/gm, '')).join('\nnext()\n')}\n})()`)
    await run((url, key, options) => createClient(url, key, { ...options, global: { fetch: toRoot(target), ...options.global } }),
      globalThis.crypto ?? (await import('node:crypto')).webcrypto, { log }, target.url, target.anonKey,
      token(target, target.roles.member, member), token(target, target.roles.manager, clerk), token(target, target.roles.clerk, clerk),
      () => { current += 1 })
    return texts
  },
}

async function play(target, name, language) {
  const text = readFileSync(file(name), 'utf8')
  const found = [...text.matchAll(example(language))]
  ok(`${name} has examples in ${language}`, found.length > 0)
  makeWorld(target.database)
  const outputs = await printed[language](target, found.map(([, block]) => block))
  found.forEach(([, block, told], i) => {
    is(`${name}: what ${language} ${i + 1} prints (${block.split('\n')[0].slice(0, 60)})`, comparable(outputs[i]), comparable(told ?? gives(block)))
  })
  if (!process.env.REST_WRITE) return
  let i = 0
  const form = { sh: 'json', js: 'text' }[language]
  writeFileSync(file(name), text.replace(example(language), (whole, block, told = '') => {
    const output = outputs[i++]
    if (gives(block) || comparable(output) === comparable(told)) return whole
    return `\`\`\`${language}\n${block}\`\`\`\n${output.trim() && `\`\`\`${form}\n${output.trimEnd()}\n\`\`\`\n`}`
  }))
}

export async function examples(target) {
  for (const name of ['README.md', 'docs/clients.md'])
    for (const language of ['sh', 'js']) await play(target, name, language)
  is('and the data is whole', sql(target.database, 'SELECT * FROM concert_booking.check_integrity()'), '')
}
