// A cluster (deploy/cluster) where the tests expect one database.
//
// Clients have one address and need not know. What the tests do behind the clients' backs has to
// go to the group that it is about; and what was written on one group reaches the others a little
// later, so that a test that looks there at once has to wait for it. Both is here.
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)
const hubNumber = 31
const catalogue = 'venues|concerts|wishlists|price_types'
const isId = /\b([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\b/g
const ofCatalogue = /^(0e|c0)0{6}-/		// the tests' own venues and concerts, whose ids say nothing

// "host=... port=..." as libpq's variables, which psql hands on to what it starts.
const variables = (connection) => Object.fromEntries(connection.trim().split(/\s+/).map((pair) => {
  const [key, value] = pair.split('=')
  return [{ dbname: 'PGDATABASE', host: 'PGHOST', port: 'PGPORT', user: 'PGUSER' }[key], value]
}))

// Single statements of a script. Its dollar quotes are $$, and no text in it has a line that ends with ";".
function statements(script) {
  const parts = ['']
  let quoted = false
  for (const line of script.split('\n')) {
    parts[parts.length - 1] += `${line}\n`
    if ((line.match(/\$\$/g) ?? []).length % 2) quoted = !quoted
    if (!quoted && /;\s*(--.*)?$/.test(line)) parts.push('')
  }
  return parts.filter((part) => part.trim())
}

// Returns when whoever copies from this server, whether by WAL or by logical replication, has
// applied what was written until now. After two minutes it says what was not.
const CAUGHT_UP = `
  SET client_min_messages = warning;
  SELECT pg_logical_emit_message(true, 'test', '') \\g /dev/null
  DO $$
  DECLARE
    written pg_lsn := pg_current_wal_flush_lsn();
    behind text;
  BEGIN
    FOR i IN 1..60000 LOOP
      PERFORM pg_stat_clear_snapshot();
      SELECT string_agg(name, ', ') INTO behind FROM (
        SELECT slot_name AS name FROM pg_replication_slots WHERE NOT active UNION ALL
        SELECT application_name FROM pg_stat_replication WHERE replay_lsn IS NULL OR replay_lsn < written) AS late;
      EXIT WHEN behind IS NULL;
      PERFORM pg_sleep(0.002);
    END LOOP;
    IF behind IS NOT NULL THEN RAISE EXCEPTION 'not caught up: %', behind; END IF;
  END $$;`
const waitArgs = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1']

// A call on a kept connection can end without an answer: then nobody knows what it did, and a
// client calls again, as docs/cluster.md says. The answer of the second call is judged as the first's.
async function onKept(request) {
  for (let left = 5; ; left--) {
    try {
      return await request()
    } catch (error) {
      if (left === 0 || !['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(error.cause?.code)) throw error
    }
  }
}

export class Cluster {
  // env: as "scripts/cluster" gives it
  constructor(env = process.env) {
    const named = (prefix) => Object.entries(env).filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), { ...variables(value), PGCONNECT_TIMEOUT: '60' }])
    this.groups = new Map(named('CLUSTER_SQL_'))
    this.nodes = new Map(named('CLUSTER_NODE_'))
    this.hub = this.groups.get('hub')
    this.shards = [...this.groups.keys()].filter((name) => name !== 'hub').sort().map((name) => this.groups.get(name))
    this.rest = new Map(Object.entries(env).filter(([key]) => key.startsWith('CLUSTER_REST_'))
      .map(([key, url]) => [key.slice('CLUSTER_REST_'.length), url]))
    const routes = readFileSync(new URL('../../deploy/cluster/routes.txt', import.meta.url), 'utf8')
    this.routes = new Map([...routes.matchAll(/^(\w+)\s+(\w+)$/gm)].map(([, name, route]) => [name, route]))
    this.changed = false
  }

  // The name of the database, which is the same in all groups.
  toString() {
    return this.hub.PGDATABASE
  }

  ofNumber(number) {
    return number === hubNumber ? this.hub : this.groups.get(`shard${number}`) ?? this.shards[0]
  }

  // The group that an id of the statement belongs to, if there is one.
  groupOf(statement) {
    const ids = [...statement.matchAll(isId)].map(([, id]) => id).filter((id) => !ofCatalogue.test(id))
    return ids.length ? this.ofNumber(parseInt(ids[0].slice(19, 21), 16) & 31) : undefined
  }

  // Where a statement belongs: what changes the catalogue to the hub; what names a schedule, a seat or
  // a booking to its shard; what ends connections to every node; the check of the sales to those who
  // have them; and everything else to each group.
  placesOf(statement) {
    if (/pg_terminate_backend/.test(statement)) return [...this.nodes.values()]
    if (new RegExp(`(INSERT INTO|UPDATE|DELETE FROM) concert_booking\\.(${catalogue})\\b`).test(statement)) return [this.hub]
    if (/concert_schedules WHERE concert_id|check_integrity/.test(statement)) return this.shards
    const group = this.groupOf(statement)
    return group ? [group] : [...this.shards, this.hub]
  }

  // The hub deletes nothing of its catalogue, but for a test that has taken everything off it.
  places(script) {
    const forced = (statement) => (/DELETE FROM concert_booking\.(concerts|venues)/.test(statement) ? `SET session_replication_role = replica; ${statement}` : statement)
    return statements(script).flatMap((statement) => this.placesOf(statement).map((env) => ({ env, statement: forced(statement) })))
  }

  // One machine would refuse a call where it goes: its shard, the hub, or the shard with the lowest number.
  placeOf(call) {
    const [, name] = /concert_booking\.(\w+)\(/.exec(call) ?? []
    return this.groupOf(call) ?? (['shard', 'all'].includes(this.routes.get(name)) ? this.shards[0] : this.hub)
  }

  // The header with which a body may be larger than the router reads: the number of the server that it is for.
  forLargeBody(about = '') {
    const env = this.groupOf(about) ?? this.hub
    return { 'Concert-Shard': String(env === this.hub ? hubNumber : this.shards.indexOf(env)) }
  }

  // What the hub publishes has reached the shards, what these publish has reached the hub, and
  // replicas have all of it, unless the script has only looked.
  settle(script) {
    if (/^\s*SELECT\b/.test(script) && !/concert_booking\.(?!check_integrity)\w+\(|pg_terminate/.test(script)) return
    for (const env of [this.hub, ...this.shards]) execFileSync('psql', waitArgs, { input: CAUGHT_UP, env: { ...process.env, ...env } })
    this.changed = false
  }

  // The same, for requests: those that come at once wait together.
  async settled() {
    const wait = async (env) => {
      const psql = run('psql', waitArgs, { env: { ...process.env, ...env } })
      psql.child.stdin.end(CAUGHT_UP)
      await psql
    }
    if (this.changed) {
      this.changed = false
      this.settling = wait(this.hub).then(() => Promise.all(this.shards.map(wait)))
    }
    await this.settling
  }

  // fetch() of a client of this cluster, who reads from the hub only what is there already.
  fetch = async (input, init = {}) => {
    const path = new URL(String(input)).pathname.slice(1)
    if (this.routes.get(path.replace(/^rpc\//, '')) !== 'shard') await this.settled()
    const response = await onKept(() => fetch(input, init))
    if (response.ok && !['GET', 'HEAD'].includes(init.method ?? 'GET')) {
      this.changed = true
      if (new RegExp(`^(${catalogue})$`).test(path)) await this.settled()
    }
    return response
  }
}
