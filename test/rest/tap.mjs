// TAP, as test/tap.sh prints it for suites in bash.
import { isDeepStrictEqual, inspect } from 'node:util'

let count = 0
let failed = 0

function show(name, value) {
  const text = typeof value === 'string' ? value : inspect(value, { depth: 6, breakLength: 110 })
  console.log(text.split('\n').map((line, i) => `# ${i ? ' '.repeat(10) : name.padEnd(10)}${line}`).join('\n'))
}

export function ok(what, condition, got) {
  count++
  console.log(`${condition ? 'ok' : 'not ok'} ${count} - ${what}`)
  if (condition) return
  failed++
  if (got !== undefined) show('got:', got)
}

export function is(what, got, expected) {
  const same = isDeepStrictEqual(got, expected)
  ok(what, same)
  if (same) return
  show('got:', got)
  show('expected:', expected)
}

export function like(what, got, pattern) {
  ok(what, pattern.test(String(got)), got)
}

export function finish() {
  console.log(`1..${count}`)
  process.exitCode = failed ? 1 : 0
}
