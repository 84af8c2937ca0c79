// The description that PostgREST gives of the functions, for each role.
import { http, rows, token } from './client.mjs'
import { is } from './tap.mjs'

export async function openapi(target) {
  for (const [level, role] of Object.entries(target.roles)) {
    const { body } = await http(target, '/', { jwt: token(target, role) })
    const functions = rows(target.database, `
      SELECT p.proname AS name, d.description,
             coalesce(p.proargnames[1:p.pronargs], '{}') AS args
      FROM pg_proc p LEFT JOIN pg_description d ON d.objoid = p.oid AND d.classoid = 'pg_proc'::regclass
      WHERE p.pronamespace = 'concert_booking'::regnamespace AND p.prokind = 'f'
        AND has_function_privilege('${role}', p.oid, 'EXECUTE')
      ORDER BY 1`)
    const tables = rows(target.database, `
      SELECT c.relname AS name FROM pg_class c
      WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'p', 'v')
        AND has_any_column_privilege('${role}', c.oid, 'SELECT, INSERT, UPDATE') ORDER BY 1`)
    is(`${level} is told of what it may call, and of no table that it may not reach`,
      Object.keys(body.paths).filter((path) => path !== '/').sort(),
      [...functions.map(({ name }) => `/rpc/${name}`), ...tables.map(({ name }) => `/${name}`)].sort())
    is('tables are for managers and staff', tables.length > 0, ['manager', 'staff'].includes(level))
    is(`${level} is told what each does`, functions.filter(({ name, description }) => {
      const { summary, description: more } = body.paths[`/rpc/${name}`].post
      return !summary || [summary, more].filter(Boolean).join('\n') !== description
    }).map(({ name }) => name), [])
    is('and the names of its arguments', functions.filter(({ name, args }) => {
      const { schema } = body.paths[`/rpc/${name}`].post.parameters.find((one) => one.in === 'body')
      return String(Object.keys(schema.properties ?? {}).sort()) !== String([...args].sort())
    }).map(({ name }) => name), [])
  }
}
