// The web clients' tests, against the servers that the suite rest has started.
import { caching } from './caching.mjs'
import { token } from './client.mjs'
import { examples } from './examples.mjs'
import { functions } from './functions.mjs'
import { hostile } from './hostile.mjs'
import { notify } from './notify.mjs'
import { openapi } from './openapi.mjs'
import { race } from './race.mjs'
import { sqlstates } from './sqlstates.mjs'
import { supabase } from './supabase.mjs'
import { finish } from './tap.mjs'

function target(name, prefix, roles) {
  const made = {
    name,
    roles,
    login: 'web_authenticator',
    database: process.env[`${prefix}_DATABASE`],
    url: process.env[`${prefix}_URL`],
    secret: process.env[`${prefix}_JWT_SECRET`],
  }
  made.anonKey = token(made, roles.anon)
  return made
}

const plain = target('PostgREST', 'PLAIN', { anon: 'web_anon', member: 'web_member', payments: 'web_payments', staff: 'web_staff' })

for (const part of [functions, sqlstates, openapi, caching, race, notify, hostile, examples]) {
  const began = Date.now()
  await part(plain)
  console.log(`# ${part.name}: ${Date.now() - began} ms`)
}

const onSupabase = target('Supabase', 'SUPABASE', { anon: 'anon', member: 'authenticated', staff: 'service_role' })
for (const part of [functions, supabase]) {
  const began = Date.now()
  await part(onSupabase)
  console.log(`# ${part.name} on Supabase: ${Date.now() - began} ms`)
}
finish()
