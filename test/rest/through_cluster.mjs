// The web clients' tests through the one address of a cluster, which the suite cluster_rest has
// started: the parts of main.mjs as they are, and shards.mjs with all that is another answer here.
// Not played: the parts on Supabase, which is one database with a server of its own in front.
import { caching } from './caching.mjs'
import { levels, token } from './client.mjs'
import { Cluster } from './cluster.mjs'
import { door } from './door.mjs'
import { examples } from './examples.mjs'
import { functions } from './functions.mjs'
import { hostile } from './hostile.mjs'
import { notify } from './notify.mjs'
import { openapi } from './openapi.mjs'
import { race } from './race.mjs'
import { roles } from './roles.mjs'
import { season } from './season.mjs'
import { shards } from './shards.mjs'
import { sqlstates } from './sqlstates.mjs'
import { finish, ok } from './tap.mjs'

const target = {
  name: 'a cluster', roles: levels, login: 'web_authenticator',
  database: new Cluster(), url: process.env.REST_URL, secret: process.env.REST_JWT_SECRET,
}
target.anonKey = token(target, levels.anon)

const wanted = process.argv.slice(2)
for (const part of [functions, roles, sqlstates, openapi, caching, race, door, notify, hostile, examples, shards, season]) {
  if (wanted.length && !wanted.includes(part.name)) continue
  const began = Date.now()
  try {
    await part(target)
  } catch (error) {
    ok(`${part.name} goes on to its end`, false, error.stack)
  }
  console.log(`# ${part.name}: ${Date.now() - began} ms`)
}
finish()
