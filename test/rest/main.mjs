// The web clients' tests, against the servers that the suite rest has started.
import { caching } from './caching.mjs'
import { levels, token } from './client.mjs'
import { door } from './door.mjs'
import { examples } from './examples.mjs'
import { functions } from './functions.mjs'
import { hostile } from './hostile.mjs'
import { notify } from './notify.mjs'
import { openapi } from './openapi.mjs'
import { race } from './race.mjs'
import { officeHook, roles } from './roles.mjs'
import { season } from './season.mjs'
import { sqlstates } from './sqlstates.mjs'
import { supabase } from './supabase.mjs'
import { finish } from './tap.mjs'

function target(name, prefix, roles, maxRows) {
  const made = {
    name,
    roles,
    maxRows,
    login: 'web_authenticator',
    database: process.env[`${prefix}_DATABASE`],
    url: process.env[`${prefix}_URL`],
    secret: process.env[`${prefix}_JWT_SECRET`],
  }
  made.anonKey = token(made, roles.anon)
  return made
}

const plain = target('PostgREST', 'PLAIN', levels)

for (const part of [functions, roles, sqlstates, openapi, caching, race, door, notify, hostile, examples]) {
  const began = Date.now()
  await part(plain)
  console.log(`# ${part.name}: ${Date.now() - began} ms`)
}

const onSupabase = target('Supabase', 'SUPABASE',
  { anon: 'anon', member: 'authenticated', clerk: 'concert_clerk', manager: 'concert_manager', staff: 'service_role' }, 1000)
for (const part of [functions, roles, officeHook, supabase]) {
  const began = Date.now()
  await part(onSupabase)
  console.log(`# ${part.name} on Supabase: ${Date.now() - began} ms`)
}

const house = target('a season', 'SEASON', levels)
const began = Date.now()
await season(house)
console.log(`# ${season.name}: ${Date.now() - began} ms`)
finish()
