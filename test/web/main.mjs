// Every test of the seat map, one browser for all; a test that breaks off is a
// failure, and the next one begins. Arguments name the tests to run.
import { mkdirSync } from 'node:fs'
import { finish, ok } from '../rest/tap.mjs'
import { launch } from './browser.mjs'
import { again } from './again.mjs'
import { bigHall } from './big-hall.mjs'
import { journey } from './journey.mjs'
import { keyboard } from './keyboard.mjs'
import { lapse } from './lapse.mjs'
import { lists } from './lists.mjs'
import { payment } from './payment.mjs'
import { codes } from './codes.mjs'
import { refusals } from './refusals.mjs'
import { words } from './words.mjs'

const tests = [[words], [codes], [journey], [payment], [again, lists], [keyboard, lapse, refusals], [bigHall]]
const wanted = process.argv.slice(2)

mkdirSync(new URL('../../build/web/', import.meta.url), { recursive: true })
const browser = await launch()

async function run(test) {
  if (wanted.length && !wanted.includes(test.name)) return
  const start = Date.now()
  try {
    await test(browser)
  } catch (error) {
    ok(`${test.name} goes on to its end`, false, error.stack)
  }
  console.log(`# ${test.name}: ${((Date.now() - start) / 1000).toFixed(1)} s`)
}

// Those of one line at the same time: they mostly wait. payment looks at all of
// the database, so it is alone.
for (const group of tests) await Promise.all(group.map(run))
await browser.close()
finish()
