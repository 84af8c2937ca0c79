// Every test of the house, one browser for all; a test that breaks off is a
// failure, and the next one begins. Arguments name the tests or the files to run.
//
// A file of tests exports a function for each, and screens(): what "screens" looks
// at, each in several ways (screens.mjs).
import { mkdirSync } from 'node:fs'
import { finish, is, ok } from '../rest/tap.mjs'
import { launch } from './browser.mjs'
import { look } from './screens.mjs'
import { sql } from './world.mjs'

// So many at once, because they mostly wait; those that take longest begin.
const atOnce = 5
const files = ['lapse', 'payment', 'concerts', 'catalogue', 'door', 'desk', 'seats', 'tickets', 'nights', 'concert', 'journey',
  'keyboard', 'refusals', 'again', 'lists', 'levels', 'big-hall', 'first-page', 'words']
const wanted = process.argv.slice(2)

mkdirSync(new URL('../../build/web/', import.meta.url), { recursive: true })
const browser = await launch()

async function run([name, test]) {
  const start = Date.now()
  try {
    await test(browser)
  } catch (error) {
    ok(`${name} goes on to its end`, false, error.stack)
  }
  console.log(`# ${name}: ${((Date.now() - start) / 1000).toFixed(1)} s`)
}

const tests = []
for (const file of files) {
  const { screens, ...functions } = await import(`./${file}.mjs`)
  if (screens) functions[`${file}-screens`] = async () => look(browser, await screens())
  tests.push(...Object.entries(functions).filter(([name]) => !wanted.length || wanted.includes(name) || wanted.includes(file)))
}
await Promise.all(Array.from({ length: atOnce }, async () => {
  while (tests.length) await run(tests.shift())
}))
is('no invariant is broken by all of that', sql('SELECT * FROM concert_booking.check_integrity()'), '')
await browser.close()
finish()
