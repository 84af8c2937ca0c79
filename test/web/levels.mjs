// Who may do what in the house: each level sees its own rooms and no other, a room that
// is somebody else's makes no call, and the database refuses its calls by itself. What the
// rooms call is read from their source, so that no new call can be forgotten; what each
// level has is read from docs/access.md.
import { readdirSync, readFileSync } from 'node:fs'
import { is, ok } from '../rest/tap.mjs'
import { english, korean, leave, person, signIn, textOf, users, visit } from './browser.mjs'
import { sql } from './world.mjs'

const folder = (path) => new URL(`../../${path}`, import.meta.url)
const address = process.env.WEB_URL

const links = {
  guest: ['공연', '예매 확인'],
  minji: ['공연', '예매 확인', '찜한 공연'],
  clerk: ['공연', '창구', '입장'],
  manager: ['공연', '공연 관리', '공연 등록'],
  staff: ['공연', '창구', '입장', '공연 관리', '공연 등록'],
}

// Of each room, who is sent away.
const strangers = {
  desk: ['guest', 'minji', 'manager'],
  door: ['guest', 'minji', 'manager'],
  nights: ['guest', 'minji', 'clerk'],
  catalogue: ['guest', 'minji', 'clerk'],
  wishlist: ['guest', 'clerk', 'manager'],
}

const needed = {
  desk: ['창구 직원', 'desk and door'], door: ['창구 직원', 'desk and door'],
  nights: ['공연 담당', 'catalogue'], catalogue: ['공연 담당', 'catalogue'],
}
const sentAway = (room, at) => (needed[room]
  ? [`이 화면은 ${needed[room][0]} 권한이 있어야 볼 수 있습니다. 위에서 다른 사용자를 골라 주세요.`,
    `This page is for the level "${needed[room][1]}". Choose another user at the top.`][at]
  : ['회원만 볼 수 있는 화면입니다. 위에서 회원을 골라 주세요.', 'This page is for members. Choose one at the top.'][at])

// -------- in the browser

export async function levels(browser) {
  await Promise.all([inTheBrowser(browser, korean, 0), inTheDatabase()])
  await inTheBrowser(browser, english, 1)
}

async function inTheBrowser(browser, way, at) {
  const who = await person(browser, way)
  const { page } = who
  let calls = []
  page.on('request', (request) => request.url().includes('/rest/v1/') && calls.push(request.url()))
  await visit(page)
  for (const [name, wanted] of Object.entries(links)) {
    if (name !== 'guest') await signIn(page, name)
    await page.locator('header nav').waitFor()
    // Loaded anew: of a list that was seen before an answer can come late, and ask for more.
    await page.goto(`${address}#/nowhere`)
    await page.reload()
    await page.locator('main h1').waitFor()
    if (at === 0) is(`what ${name} sees in the header`, await page.locator('header nav a:visible').allTextContents(), wanted)
    for (const [room, sent] of Object.entries(strangers)) {
      if (!sent.includes(name)) continue
      // From nowhere, so that no call of the room before can come late.
      await page.goto(`${address}#/nowhere`)
      await page.waitForFunction(() => location.hash === '#/nowhere' && document.querySelector('main h1'))
      await page.evaluate(() => fetch('/config.json'))
      calls = []
      await page.evaluate((hash) => { location.hash = hash }, `#/${room}`)
      await page.getByText(sentAway(room, at)).waitFor()
      is(`${name} at #/${room} is told whose it is (${at ? 'en' : 'ko'})`, await textOf(page, 'main h1'), sentAway(room, at))
      is(`and #/${room} shows and asks nothing for ${name} (${at ? 'en' : 'ko'})`, [await page.locator('main section > *').count(), calls], [1, []])
    }
    await page.goto(`${address}#/`)
  }
  await leave(`somebody of each level (${at ? 'en' : 'ko'})`, who)
}

// -------- in the database

// docs/access.md has two tables: whose functions a level has as well, and its own ones.
function functionsOfLevels() {
  const [before, after] = readFileSync(folder('docs/access.md'), 'utf8').split('## What a manager writes')[0].split('## The functions of each level')
  const table = (text) => Object.fromEntries([...text.matchAll(/^\| `(\w+)` \|(.*?)\|/gm)]
    .map(([, level, cell]) => [level, [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word)]))
  const [alsoOf, own] = [table(before), table(after)]
  return (level) => new Set([level, ...alsoOf[level]].flatMap((one) => own[one]))
}

// Every function of the schema whose name stands in quotes in a room's files, and every
// table that they read or write.
function callsOf(room, signatures) {
  const files = readdirSync(folder(`examples/house/page/${room}/`)).filter((name) => name.endsWith('.js'))
  const texts = files.map((name) => readFileSync(folder(`examples/house/page/${room}/${name}`), 'utf8')).join('\n')
  const words = (pattern) => [...new Set([...texts.matchAll(pattern)].map(([, word]) => word))]
  return {
    functions: words(/['"`]([a-z]\w+)['"`]/g).filter((name) => name in signatures),
    tables: words(/from\(['"`](\w+)['"`]\)/g),
  }
}

const signaturesOfAll = () => JSON.parse(sql(`
  SELECT json_object_agg(name, arguments) FROM (
    SELECT p.proname AS name, coalesce((SELECT json_agg(n.name ORDER BY n.place) FROM unnest(p.proargnames) WITH ORDINALITY AS n (name, place)
      WHERE coalesce(p.proargmodes[n.place], 'i') IN ('i', 'b', 'v')), '[]'::json) AS arguments
    FROM pg_proc p WHERE p.pronamespace = 'concert_booking'::regnamespace) functions`))

async function tokenOf(name) {
  if (name === 'guest') return (await (await fetch(`${address}config.json`)).json()).anonKey
  return (await (await fetch(`${address}demo/sign-in/${users[name]}`, { method: 'POST' })).json()).token
}

async function ask(token, path, body) {
  const response = await fetch(`${address}rest/v1/${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Content-Profile': 'concert_booking' },
    body: JSON.stringify(body),
  })
  const answer = await response.json().catch(() => null)
  return { status: response.status, code: answer?.code }
}

const levelOf = { guest: 'guest', minji: 'member', clerk: 'clerk', manager: 'manager' }
// Of each room some calls that are found, if what is read is right.
const calls = {
  desk: ['find_bookings', 'book_seats', 'record_refund', 'block_seats'],
  door: ['check_in', 'door_list', 'reconcile_check_ins'],
  nights: ['cancel_schedule', 'postpone_schedule', 'sales_report'],
  catalogue: ['import_seats'],
}

async function inTheDatabase() {
  const has = functionsOfLevels()
  const signatures = signaturesOfAll()
  is('docs/access.md was read: what a clerk has', [has('clerk').has('find_bookings'), has('clerk').has('hold_seats'), has('clerk').has('cancel_schedule')], [true, true, false])
  for (const [room, some] of Object.entries(calls)) {
    const { functions, tables } = callsOf(room, signatures)
    is(`the calls of #/${room} are found in its files`, some.filter((name) => !functions.includes(name)), [])
    for (const name of strangers[room]) {
      const token = await tokenOf(name)
      const mine = has(levelOf[name])
      const refused = functions.filter((one) => !mine.has(one))
      const answers = await Promise.all(refused.map((one) =>
        ask(token, `rpc/${one}`, Object.fromEntries(signatures[one].map((argument) => [argument, null])))))
      is(`${levelOf[name]} is refused by the database what #/${room} calls: ${refused.join(', ') || 'nothing'}`,
        answers.map(({ status, code }, at) => `${refused[at]} ${[401, 403].includes(status) ? 'refused' : status} ${code}`),
        refused.map((one) => `${one} refused 42501`))
      const writes = await Promise.all(tables.map((table) => ask(token, table, {})))
      is(`${levelOf[name]} cannot write ${tables.join(', ') || 'any table'} of #/${room}`,
        writes.map(({ status, code }, at) => `${tables[at]} ${[401, 403].includes(status) ? 'refused' : status} ${code}`),
        tables.map((table) => `${table} refused 42501`))
    }
  }
  for (const name of ['guest', 'minji']) await onlyTheDesk(await tokenOf(name), levelOf[name])
}

// What buyers call as well, in a way that is the desk's alone.
async function onlyTheDesk(token, level) {
  const one = '00000000-0000-7000-8000-000000000000'
  const sale = { seat_ids: [one], session_id: one, customer_name: 'n', customer_phone: '1' }
  const answers = await Promise.all([
    ask(token, 'rpc/book_seats', { ...sale, walk_in: true }), ask(token, 'rpc/book_seats', { ...sale, free_reason: 'press' }),
    ask(token, 'rpc/cancel_booking', { booking_id: one, session_id: one, reason: 'r', override: true }),
    ask(token, 'rpc/cancel_seats', { booking_id: one, session_id: one, seat_ids: [one], reason: 'r', override: true })])
  is(`${level} sells to no walk-in, gives nothing away, and sets no deadline aside`, answers.map(({ code }) => code), Array(4).fill('42501'))
}
