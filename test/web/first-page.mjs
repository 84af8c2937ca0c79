// The first page over a slow connection: how much it transfers, what it loads, and
// how soon it shows concerts and answers.
import { is, ok } from '../rest/tap.mjs'
import { korean, leave, moving, person, visit, within } from './browser.mjs'
import { concert } from './world.mjs'

const address = process.env.WEB_URL
const atMost = 100_000
const slow = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 }

export async function firstPage(browser) {
  for (let night = 1; night <= 13; night++) concert(`가벼운 첫 화면 ${night}`, { rows: 3, seats: 2, performances: [{}, {}] })
  // Of a server that has packed its files.
  const first = await person(browser, korean)
  await visit(first.page)
  await first.page.locator('.card').first().waitFor()
  await leave('who comes first', first)
  const visitor = await person(browser, { ...korean, ...moving })
  const { context, page } = visitor
  const network = await context.newCDPSession(page)
  const loaded = await watch(network)
  await network.send('Network.emulateNetworkConditions', slow)

  const start = Date.now()
  await page.goto(`${address}#/?search=${encodeURIComponent('가벼운 첫 화면')}`, { waitUntil: 'commit' })
  await page.locator('.card').first().waitFor()
  within('over a slow connection the first concerts are shown', Date.now() - start, 1000)
  await page.waitForFunction(() => globalThis.supabase)
  await page.waitForLoadState('networkidle')
  const bytes = [...loaded.values()].reduce((sum, { size }) => sum + size, 0)
  console.log(`# ${bytes} bytes in ${loaded.size} requests: ${[...loaded.values()].map(({ path, size }) => `${path} ${size}`).join(', ')}`)
  ok(`the first page transfers less than ${atMost} bytes`, bytes > 40_000 && bytes < atMost, bytes)

  is('what the first cards need is preloaded, and nothing else', await page.evaluate(preloaded), await needed(['/app.js', '/buy/concerts.js']))

  const typed = Date.now()
  await page.locator('input[type=search]').fill('가벼운 첫 화면 13')
  await page.waitForFunction(() => document.querySelectorAll('.card').length === 1)
  within('over a slow connection the search field answers', Date.now() - typed, 1000)
  await leave('who has a slow connection', visitor)
}

// What serve.js does to answers on their way.
export async function gateway() {
  const { schedule } = concert('Gateway')
  const ask = (path, headers = {}, method = 'GET') => fetch(address + path, { method, headers: { 'Accept-Profile': 'concert_booking', ...headers } })
  const seats = `rest/v1/rpc/seat_status?concert_schedule_id=${schedule}`
  const small = await ask(seats, { 'Accept-Encoding': 'gzip' })
  is('an answer is compressed for who takes it, and caches are told', [small.headers.get('content-encoding'), (await small.json()).seat_count,
    /Accept-Encoding/.test(small.headers.get('vary')) && /Accept-Profile/.test(small.headers.get('vary'))], ['gzip', 60, true])
  for (const coding of ['gzip;q=0, identity', 'gzip; q=0.0', 'gzipped']) {
    const plain = await ask(seats, { 'Accept-Encoding': coding })
    is(`and for nobody else: ${coding}`, [plain.headers.get('content-encoding'), (await plain.json()).seat_count], [null, 60])
  }
  const again = await ask(seats, { 'Accept-Encoding': 'gzip', 'If-None-Match': small.headers.get('etag') })
  is('what has not changed is not sent again', [again.status, await again.text()], [304, ''])
  const head = await ask(seats, { 'Accept-Encoding': 'gzip' }, 'HEAD')
  is('HEAD has no body', [head.status, head.headers.get('content-encoding'), await head.text()], [200, null, ''])
  const refused = await ask('rest/v1/rpc/seat_status?concert_schedule_id=none')
  is('a refusal is passed on', [refused.status, (await refused.json()).code], [400, '22P02'])
  const { headers } = await ask('')
  is('the page may not be framed, rebased or sent elsewhere', ['base-uri \'none\'', 'form-action \'self\'', 'frame-ancestors \'none\'']
    .filter((part) => !headers.get('content-security-policy').includes(part)), [])
}

// Of each request its path and what came over the line, headers included.
async function watch(network) {
  const loaded = new Map()
  network.on('Network.requestWillBeSent', ({ requestId, request }) => {
    loaded.set(requestId, { path: new URL(request.url).pathname, size: 0 })
  })
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (loaded.has(requestId)) loaded.get(requestId).size = encodedDataLength
  })
  await network.send('Network.enable')
  return loaded
}

// Runs in the page.
const preloaded = () => [...document.querySelectorAll('link[rel=modulepreload], script[type=module]')]
  .map((one) => new URL(one.href || one.src).pathname).sort()

// These modules and all that they import before they run.
async function needed(paths, found = new Set()) {
  for (const path of paths.filter((one) => !found.has(one))) {
    found.add(path)
    const source = await (await fetch(new URL(path, address))).text()
    const imported = [...source.matchAll(/^import (?:.* from )?'(.+)'$/gm)].map(([, name]) => new URL(name, new URL(path, address)).pathname)
    await needed(imported, found)
  }
  return [...found].sort()
}
