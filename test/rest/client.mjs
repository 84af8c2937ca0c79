// Web clients of one PostgREST, and the database behind it.
import { createHmac, randomUUID } from 'node:crypto'
import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { createClient } from '@supabase/supabase-js'

const run = promisify(execFile)
const base64url = (value) => Buffer.from(value).toString('base64url')

// The roles of deploy/postgrest/roles.sql.
export const levels = {
  anon: 'web_anon', member: 'web_member', payments: 'web_payments', clerk: 'web_clerk', manager: 'web_manager', staff: 'web_staff',
}

// A token as an issuer signs it (HS256).
export function sign(claims, secret) {
  const body = `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(JSON.stringify(claims))}`
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
}

export function token(target, role, sub, more = {}) {
  return sign({ role, ...(sub && { sub }), exp: Math.floor(Date.now() / 1000) + 3600, ...more }, target.secret)
}

// supabase-js asks for /rest/v1, which is where Supabase's gateway has
// PostgREST; a bare PostgREST has it at the root.
export const toRoot = (target) => (input, init) => through(target)(String(input).replace('/rest/v1', ''), init)

// The requests of a cluster's clients wait for what is on its way between its groups (cluster.mjs).
const through = (target) => target.database?.fetch ?? fetch

export function client(target, jwt) {
  return createClient(target.url, jwt ?? target.anonKey, {
    db: { schema: 'concert_booking' },
    auth: { persistSession: false, autoRefreshToken: false },
    global: { fetch: toRoot(target) },
  })
}

// An HTTP request by hand: status, reason, headers, and the body, parsed if it is JSON.
export async function http(target, path, { method = 'GET', jwt, headers = {}, body, raw } = {}) {
  const response = await through(target)(target.url + path, {
    method,
    headers: {
      ...(jwt && { Authorization: `Bearer ${jwt}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: raw ?? (body !== undefined ? JSON.stringify(body) : undefined),
  })
  const text = await response.text()
  let parsed = text
  try {
    parsed = JSON.parse(text)
  } catch {
    // not JSON: an empty body, or a proxy's page
  }
  return { status: response.status, reason: response.statusText, headers: response.headers, body: parsed, text }
}

export const post = (target, name, args, jwt, headers) => http(target, `/rpc/${name}`, { method: 'POST', body: args, jwt, headers })

// curl itself: what a person sees on the terminal.
export async function curl(target, path, { method = 'GET', jwt, body } = {}) {
  const args = ['-s', '-i', '-X', method, target.url + path]
  if (jwt) args.push('-H', `Authorization: Bearer ${jwt}`)
  if (body !== undefined) args.push('-H', 'Content-Type: application/json', '-d', JSON.stringify(body))
  await target.database?.settled?.()
  const { stdout } = await run('curl', args)
  const [head, ...rest] = stdout.split('\r\n\r\n')
  return { status: head.split('\r\n')[0], head, body: rest.join('\r\n\r\n') }
}

// A database is a name; in a cluster (cluster.mjs) it depends on the statement where it runs.
export const placeOf = (database, about) => database.placeOf?.(about) ?? { PGDATABASE: database }
const places = (database, statement) => database.places?.(statement) ?? [{ env: placeOf(database), statement }]
export const psqlEnv = (env) => ({ ...process.env, ...env, PGOPTIONS: '-c client_min_messages=warning' })
const psqlArgs = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1']

// What the places of a statement answer. Answers that are all the same are one answer.
function answers(database, statement) {
  const texts = places(database, statement).map(({ env, statement: input }) =>
    execFileSync('psql', psqlArgs, { input, encoding: 'utf8', env: psqlEnv(env) }).trimEnd())
  database.settle?.(statement)
  return texts.every((text) => text === texts[0]) ? texts.slice(0, 1) : texts.filter((text) => text)
}

// What the database says, asked as its superuser: lines of text.
export const sql = (database, statement) => answers(database, statement).join('\n')

export const rows = (database, statement) =>
  answers(database, `SELECT coalesce(json_agg(r), '[]') FROM (${statement}) r`).flatMap((text) => JSON.parse(text))

// A refusal as psql shows it.
export function refusal(database, statement, more = []) {
  try {
    execFileSync('psql', [...psqlArgs, ...more, '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=never'],
      { input: statement, encoding: 'utf8', stdio: 'pipe', env: psqlEnv(placeOf(database, statement)) })
    return ''
  } catch (error) {
    return error.stderr.replace(/^psql:<stdin>:\d+: /gm, '').replace(/^(LOCATION|[A-Z]+ NAME): .*\n?/gm, '').trimEnd()
  }
}

export { randomUUID }

// PostgREST whose connections were ended makes new ones, and may find out late that
// its cache of the schema has to be read again (503): until forty requests in a row
// are answered as they should be.
export async function settled(asked) {
  for (let good = 0; good < 40; good = (await asked()) ? good + 1 : 0) await new Promise((done) => setTimeout(done, 25))
}

// Ends the connections of the web clients, but for those that listen: the next ones have the settings of
// now. Of a cluster this is every node's, and each node's PostgREST has made new ones when this returns.
export async function reconnect({ database, url }) {
  sql(database, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = '${database}' AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND query !~ '^LISTEN'`)
  await Promise.all([...database.rest?.values() ?? [url]].map((rest) =>
    settled(async () => (await fetch(`${rest}/rpc/search_concerts`)).ok)))
}
