// People at their browsers: each has a context of its own, as on a machine of
// her own, and every error that her page reports counts.
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { is, ok } from '../rest/tap.mjs'

const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
const pictures = new URL('../../build/web/', import.meta.url).pathname
const address = process.env.WEB_URL

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage',
    '--no-first-run', '--no-default-browser-check', '--in-process-gpu'],
})

export const korean = { locale: 'ko-KR', timezoneId: 'Asia/Seoul' }
export const english = { locale: 'en-US', timezoneId: 'America/New_York' }

// A refusal is an answer with a status of 400 and more, which Chromium reports
// as an error of its own.
const isRefusal = (message) => /^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text())
  && message.location().url.includes('/rest/v1/')

// LAG=milliseconds: so much later, at most, comes what the database answers. A check that does not
// wait for what it looks at fails then.
const lag = Number(process.env.LAG ?? 0)
const comeLate = (route) => setTimeout(() => route.continue().catch(() => {}), Math.random() * lag)

// Nothing moves, unless a test is about that: motion would be a fifth of all the work.
export const moving = { reducedMotion: 'no-preference' }
export async function person(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, reducedMotion: 'reduce', ...options })
  if (lag) await context.route('**/rest/v1/**', comeLate)
  const page = await context.newPage()
  const errors = []
  page.setDefaultTimeout(180000)
  page.on('pageerror', (error) => errors.push(String(error.stack)))
  page.on('console', (message) => message.type() === 'error' && !isRefusal(message) && errors.push(message.text()))
  page.on('request', (request) => request.url().startsWith(address) || errors.push(`asks ${request.url()}`))
  return { context, page, errors }
}

// How long something took. It is printed; only TIMING=yes judges it, for a machine
// that is busy takes longer without a fault of ours.
export function within(what, took, limit) {
  console.log(`# ${what}: ${Math.round(took * 10) / 10} ms (on a machine of its own: ${limit} ms at most)`)
  if (process.env.TIMING) ok(`${what}: ${limit} ms at most`, took <= limit, took)
}

// What was done by mouse, key or touch is drawn.
export const drawn = (page) => page.evaluate(() =>
  new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)) }))

// Nothing went wrong unseen; the browser forgets the person, and what is under way for her.
export async function leave(name, { context, errors }) {
  await Promise.all([context, ...context.pages()].map((one) => one.unrouteAll({ behavior: 'ignoreErrors' })))
  await context.close()
  is(`${name}: no error in the console, no request to another host`, errors, [])
}

export const visit = async (page, path = '') => {
  await page.goto(address + path)
  await page.locator('main h1').waitFor()
}

// The users of the demo, by the menu at the top.
export const users = Object.fromEntries(
  Object.entries({ minji: 'a1', haneul: 'a2', seojun: 'a3', clerk: 'c1', manager: 'd1', staff: 'e1' })
    .map(([name, end]) => [name, `01970000-0000-7000-8000-0000000000${end}`]))

export async function signIn(page, name) {
  const signed = page.waitForResponse((response) => response.url().includes('/demo/sign-in/'))
  await page.locator('header select').selectOption(users[name])
  await signed
  await page.locator('main h1').waitFor()
}

export async function openSale(page, { concert, schedule }) {
  await visit(page, `#/concert/${concert}/${schedule}`)
  await page.locator('.panel h2').waitFor()
  await showPlan(page)
}

// A mouse reaches what is in the window only, and two windows that show the same have the
// same seat at the same place.
const showPlan = (page) => page.locator('.plan-grid').evaluate((grid) => grid.scrollIntoView({ block: 'nearest' }))

// For who wants to look: LOOK=yes.
export const picture = async (page, name, options) =>
  process.env.LOOK && page.screenshot({ path: `${pictures}${name}.png`, ...options })

export const notice = async (page) => {
  const text = page.locator('.notice span')
  await text.waitFor()
  return text.textContent()
}

export const textOf = (page, selector) => page.locator(selector).textContent()

// Of a seat on the plan: where it is in the window, found as people find it, by
// moving the mouse until the hint says its name.
export async function seatPoints(page) {
  await showPlan(page)
  return page.evaluate(() => {
    const grid = document.querySelector('.plan-grid')
    const tip = document.querySelector('.tip')
    const { left, top, width, height } = grid.getBoundingClientRect()
    const points = {}
    for (let y = 4; y < height; y += 8) {
      for (let x = 4; x < width; x += 8) {
        const at = { clientX: left + x, clientY: top + y, pointerType: 'mouse', pointerId: 1 }
        grid.dispatchEvent(new PointerEvent('pointermove', at))
        if (tip.hidden) continue
        const seat = (points[tip.textContent.split(', ').slice(0, 2).join(', ')] ??= { x: 0, y: 0, count: 0 })
        seat.x += at.clientX
        seat.y += at.clientY
        seat.count++
      }
    }
    for (const seat of Object.values(points)) {
      seat.x /= seat.count
      seat.y /= seat.count
    }
    return points
  })
}

// How a seat is painted: selected, mine, held, sold or free. Waits for it, and
// answers with the instant at which it was seen.
export function seen(page, point, look) {
  return page.evaluate(async ({ x, y, look: wanted }) => {
    const canvas = document.querySelector('.plan canvas')
    const { left, top, width } = canvas.getBoundingClientRect()
    const ratio = canvas.width / width
    // Off the middle, where the number and the signs are.
    const at = [Math.round((x - left - 8) * ratio), Math.round((y - top - 8) * ratio)]
    const looks = { '255,255,255': 'selected', '139,108,255': 'mine', '23,26,46': 'held', '52,58,92': 'sold' }
    const until = Date.now() + 600000
    for (;;) {
      const colour = [...canvas.getContext('2d').getImageData(...at, 1, 1).data].slice(0, 3).join()
      const look = looks[colour] ?? 'free'
      if (look === wanted) return Date.now()
      if (Date.now() > until) throw new Error(`the seat looks ${look} (${colour}), not ${wanted}`)
      await new Promise(requestAnimationFrame)
    }
  }, { ...point, look })
}

// No finding of axe on the page as it is now.
export async function accessible(page, what) {
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axe)
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
  is(`accessible: ${what}`, violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`), [])
  is(`accessible: ${what}: axe has looked`, passes.length > 10, true)
}
