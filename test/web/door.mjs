// The door: gates with a connection and without one, the camera, and what they
// say to each ticket.
import { is, like } from '../rest/tap.mjs'
import { accessible, english, korean, leave, notice, person, picture, signIn, textOf, visit } from './browser.mjs'
import { concert, sql } from './world.mjs'

// A performance of tomorrow, with a party of three, a guest, a walk-in of two; and
// another night with one ticket. Tickets by seat number.
function evening(title) {
  const made = concert(title, { performances: [{ days: 1 }, { days: 2 }] })
  const seats = (schedule, ...numbers) => `(SELECT array_agg(id) FROM concert_booking.seats
    WHERE concert_schedule_id = '${schedule}' AND seat_number IN ('${numbers.join("','")}'))`
  sql(`
    SELECT concert_booking.book_seats(${seats(made.schedule, 'A-1', 'A-2', 'A-3')}, user_id => gen_random_uuid(), customer_name => '김하늘');
    SELECT concert_booking.book_seats(${seats(made.schedule, 'B-1')}, session_id => gen_random_uuid(), customer_name => '이도현', customer_phone => '010-0000-0001');
    SELECT concert_booking.book_seats(${seats(made.schedule, 'C-1', 'C-2')}, walk_in => true);
    SELECT concert_booking.book_seats(${seats(made.schedules[1], 'A-1')}, walk_in => true)`)
  return made
}

const ticketOf = (schedule, seat) => sql(`SELECT ticket_code FROM concert_booking.door_list('${schedule}') WHERE seat_number = '${seat}'`)
const numberOf = (schedule, seat) => sql(`SELECT booking_number FROM concert_booking.door_list('${schedule}') WHERE seat_number = '${seat}'`)
const entryOf = (schedule, seat) => sql(`
  SELECT coalesce(gate, '-') FROM concert_booking.door_list('${schedule}') WHERE seat_number = '${seat}' AND checked_in_at IS NOT NULL`)

// At a gate: signed in as somebody, the night chosen.
async function gate(browser, { user = 'clerk', name, made, options = korean, prepare = () => {} }) {
  const who = await person(browser, options)
  await prepare(who)
  await visit(who.page)
  await signIn(who.page, user)
  await visit(who.page, '#/door')
  await who.page.locator('#door-gate').fill(name)
  await who.page.locator(`.door-night:has-text("${titleOf(made)}")`).first().click()
  await who.page.locator('.door-counts').waitFor()
  await who.page.locator('.door-big:has-text("6")').waitFor()
  return who
}

const titleOf = ({ concert: id }) => sql(`SELECT title FROM concert_booking.concerts WHERE id = '${id}'`)

// A scanner types the code and presses Enter; the answer's kind and words.
async function scan(page, code) {
  const before = await page.locator('.door-history li').count()
  const first = before ? await page.locator('.door-answer').elementHandle() : null
  await page.locator('#door-code').fill(code)
  await page.locator('#door-code').press('Enter')
  return answer(page, first)
}

async function answer(page, before) {
  await page.waitForFunction((old) => {
    const now = document.querySelector('.door-answer')
    return now?.dataset.kind && now !== old
  }, before)
  return page.locator('.door-answer').evaluate((one) => [one.dataset.kind, one.innerText.replace(/\s+/g, ' ')])
}

// What the choice of nights has, by the calendar of the venue.
async function choice(browser) {
  const made = concert('오늘 밤은 어디에', { performances: [{ days: 1 }, { days: 9 }] })
  // Where it is six in the morning, whatever the hour is here.
  const offset = (6 - new Date().getUTCHours() + 35) % 24 - 11
  sql(`UPDATE concert_booking.venues SET timezone = 'Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}' WHERE id = '${made.venue}';
       UPDATE concert_booking.concert_schedules cs SET concert_date = (now() AT TIME ZONE v.timezone)::date
       FROM concert_booking.venues v WHERE v.id = '${made.venue}' AND cs.id = '${made.schedule}'`)
  const { context, page, errors } = await person(browser, korean)
  await visit(page)
  await signIn(page, 'clerk')
  await visit(page, '#/door')
  const night = page.locator('.door-night:has-text("오늘 밤은 어디에")')
  await night.waitFor()
  is('one night of it is near', await night.count(), 1)
  is('and it is today where it is', await night.locator('.badge').textContent(), '오늘')
  await night.click()
  like('a gate needs a name', await notice(page), /입구의 이름을 입력해 주세요/)
  await page.locator('#door-gate').fill('정문')
  await night.click()
  await page.locator('.door-big').waitFor()
  await visit(page, '#/door')
  is('which this browser remembers', await page.locator('#door-gate').inputValue(), '정문')
  await leave('who chooses the night', { context, errors })
}

export async function doorGates(browser) {
  await choice(browser)
  const made = evening('두 입구의 밤')
  const [tonight, tomorrow] = made.schedules
  const main = await gate(browser, { name: '정문', made })
  const south = await gate(browser, { name: 'south', made, user: 'staff', options: english })

  // One ticket, two gates, at the same instant.
  await atTheSameTime([main.page, south.page], 'check_in')
  const both = await Promise.all([main, south].map(({ page }) => scan(page, ticketOf(tonight, 'A-1'))))
  is('one ticket at two gates: it gets in once', both.map(([kind]) => kind).sort(), ['already', 'in'])
  const [winner, loser] = both[0][0] === 'in' ? [main, south] : [south, main]
  const names = winner === main ? ['정문', 'south'] : ['south', '정문']
  is('the database has the gate that let it in', entryOf(tonight, 'A-1'), names[0])
  const words = both.find(([kind]) => kind === 'already')[1]
  like('the other one tells since when, and where', words, new RegExp(`A-1.*\\d:\\d\\d.*${names[0]}`))
  like('who is let in has a seat and a name', both.find(([kind]) => kind === 'in')[1], /A-1.*김하늘/)
  for (const { page } of [main, south]) {
    is('the field is ready for the next one', await page.evaluate(() => document.activeElement.id), 'door-code')
    await accessible(page, 'an answer at the door')
  }
  await picture(main.page, 'door-ko')
  await picture(south.page, 'door-en')
  await takeBack(winner, loser, tonight, names)

  await answers(main.page, tonight, tomorrow)
  await party(winner.page, tonight, names[0])
  await main.page.locator('.door-sync').click()
  const figures = sql(`SELECT count(checked_in_at) || ' / ' || count(*) FROM concert_booking.door_list('${tonight}')`)
  await main.page.locator('.door-big', { hasText: figures }).waitFor()
  is('counts by gate and in all', await main.page.locator('.door-counts').evaluate((panel) => panel.innerText.replace(/\s+/g, ' ')),
    `입장 현황 ${figures}장 아직 0명이 오지 않았습니다 ${gatesOf(tonight)}`)
  await leave('the main gate', main)
  await leave('the south gate', south)
}

const gatesOf = (schedule) => sql(`
  SELECT string_agg(gate || ' ' || n || '장', ' ' ORDER BY gate = 'south') FROM (
    SELECT gate, count(*) AS n FROM concert_booking.door_list('${schedule}') GROUP BY gate) g`)

async function atTheSameTime(pages, called) {
  let missing = pages.length
  let letGo
  const all = new Promise((resolve) => { letGo = resolve })
  for (const page of pages) {
    await page.route(`**/rest/v1/rpc/${called}*`, async (route) => {
      if (--missing === 0) letGo()
      await all
      await route.continue()
    }, { times: 1 })
  }
}

async function takeBack(winner, loser, tonight, [, name]) {
  await winner.page.locator('.door-undo').click()
  await winner.page.locator('[data-kind=takenBack]').waitFor()
  is('taken back: nobody is in', entryOf(tonight, 'A-1'), '')
  is('and the log has it', sql(`SELECT count(*) FROM concert_booking.schedule_log('${tonight}') WHERE event_type = 'check_in_undone'`), '1')
  is('it is taken back once', await winner.page.locator('.door-undo').isDisabled(), true)
  is('then the other gate may let it in', (await scan(loser.page, ticketOf(tonight, 'A-1')))[0], 'in')
  is('as the database says', entryOf(tonight, 'A-1'), name)
}

async function answers(page, tonight, tomorrow) {
  const lateSession = '94000000-0000-4000-8000-00000000d00a'
  const [kind, words] = await scan(page, ticketOf(tomorrow, 'A-1').toUpperCase())
  is('a ticket of tomorrow is not let in', [kind, entryOf(tomorrow, 'A-1')], ['otherNight', ''])
  like('and its night is told', words, /다른 회차의 티켓 두 입구의 밤 .*년 .*19:00 시험 공연장/)

  const old = ticketOf(tonight, 'B-1')
  sql(`SELECT concert_booking.renew_tickets(booking_id) FROM concert_booking.door_list('${tonight}') WHERE seat_number = 'B-1'`)
  is('a code that was renewed is unknown', (await scan(page, old))[0], 'unknown')
  is('so is what is no code', (await scan(page, '내일 봐요'))[0], 'unknown')
  // A scanner is a keyboard; a Korean one turns a ... f into Hangul.
  const hangul = { a: 'ㅁ', b: 'ㅠ', c: 'ㅊ', d: 'ㅇ', e: 'ㄷ', f: 'ㄹ' }
  const typed = ticketOf(tonight, 'B-1').replace(/[a-f]/g, (letter) => hangul[letter]).replace(/ㅇㅠ/g, '유').replace(/ㄷㅠ/g, '듀')
  is('the new one gets in, also as a Korean keyboard types it', (await scan(page, typed))[0], 'in')
  is('scanned again it is told', (await scan(page, ticketOf(tonight, 'B-1')))[0], 'again')

  const back = ticketOf(tonight, 'A-3')
  sql(`SELECT concert_booking.cancel_seats(b.id, ARRAY[d.seat_id], user_id => b.user_id)
       FROM concert_booking.door_list('${tonight}') d JOIN concert_booking.bookings b ON b.id = d.booking_id WHERE d.seat_number = 'A-3'`)
  is('a seat that was given back does not get in', (await scan(page, back))[0], 'cancelled')
  sql(`SELECT concert_booking.hold_seats(array_agg(id), session_id => '${lateSession}') FROM concert_booking.seats
       WHERE concert_schedule_id = '${tonight}' AND seat_number = 'D-1';
       SELECT concert_booking.begin_payment('${tonight}', session_id => '${lateSession}', customer_name => 'x', customer_phone => '010-0000-0002')`)
  const unpaid = sql(`SELECT booking_number FROM concert_booking.bookings WHERE concert_schedule_id = '${tonight}' AND status = 'pending'`)
  is('nor does who has not paid', (await scan(page, unpaid))[0], 'unpaid')
}


// A booking number, as it is spelled on paper, for all seats of it that are not in yet.
async function party(page, tonight, name) {
  const [kind] = await scan(page, numberOf(tonight, 'A-1').toLowerCase().replaceAll('-', ' '))
  is('a booking of which one is in is refused as a whole', [kind, entryOf(tonight, 'A-2')], ['already', ''])
  const before = await page.locator('.door-answer').elementHandle()
  await page.locator('.door-others').click()
  is('and the others are offered', [(await answer(page, before))[0], entryOf(tonight, 'A-2')], ['in', name])
  const [, words] = await scan(page, numberOf(tonight, 'C-1'))
  like('all seats of a booking get in at once', words, /C-1.*C-2/)
  await page.locator('.door-undo').click()
  await page.locator('[data-kind=takenBack]').waitFor()
  is('and can be taken back at once', [entryOf(tonight, 'C-1'), entryOf(tonight, 'C-2')], ['', ''])
  is('and come in again', (await scan(page, numberOf(tonight, 'C-1')))[0], 'in')
}

const noNetwork = (errors) => errors.filter((text) => !/ERR_INTERNET_DISCONNECTED|status of 503/.test(text))

export async function doorOffline(browser) {
  const made = evening('끊긴 밤')
  const [tonight] = made.schedules
  sql(`UPDATE concert_booking.bookings SET created_at = created_at - interval '1 day' WHERE concert_schedule_id = '${tonight}'`)
  // A gate whose clock is three hours slow.
  const { context, page, errors } = await gate(browser, {
    name: '서문', made, prepare: ({ page: its }) => its.clock.install({ time: Date.now() - 3 * 3600 * 1000 }) })
  is('what is kept has no name and no code', await page.evaluate(keptOf, [ticketOf(tonight, 'A-1'), '김하늘', numberOf(tonight, 'A-1')]), [true, []])

  await context.setOffline(true)
  is('by the list: in', await scan(page, ticketOf(tonight, 'A-1')).then(([kind, words]) => [kind, /명단으로/.test(words)]), ['in', true])
  await page.locator('.door-offline p').waitFor()
  is('the other gate lets it in as well', sql(`SELECT gate FROM concert_booking.check_in(ticket_code => '${ticketOf(tonight, 'A-1')}', gate => '동문')`), '동문')
  // The page's idea of the server's clock is up to two seconds ahead: that would be the earlier one.
  sql(`UPDATE concert_booking.booking_seats SET checked_in_at = checked_in_at + interval '1 minute' WHERE gate = '동문'
         AND booking_id IN (SELECT booking_id FROM concert_booking.door_list('${tonight}'));
       SELECT concert_booking.check_in(ticket_code => '${ticketOf(tonight, 'A-2')}', gate => '동문')`)
  is('what another gate has let in meanwhile, this one cannot know', (await scan(page, ticketOf(tonight, 'A-2')))[0], 'in')
  is('its own it knows', (await scan(page, ticketOf(tonight, 'A-1')))[0], 'again')
  is('and what is not in the list', (await scan(page, '0e000000-0000-4000-8000-000000000000'))[0], 'notInList')
  is('a booking number it cannot judge', (await scan(page, numberOf(tonight, 'B-1')))[0], 'unsure')
  is('a mistake', (await scan(page, ticketOf(tonight, 'C-1')))[0], 'in')
  await page.locator('.door-undo').click()
  await page.locator('[data-kind=takenBack]').waitFor()
  is('is taken back', (await scan(page, ticketOf(tonight, 'C-2')))[0], 'in')
  like('it says how much waits', await textOf(page, '.door-offline'), /보내지 않은 입장 3건/)
  is('and counts it', (await textOf(page, '.door-big')).replace(/\s/g, ''), '3/6장')
  await accessible(page, 'a gate without a connection')
  await picture(page, 'door-offline-ko')

  // The machine is switched off and on: nothing is lost.
  await page.route('**/rest/v1/rpc/{reconcile_check_ins,door_list}*', (route) => route.fulfill({ status: 503, body: '{}' }))
  await context.setOffline(false)
  await page.reload()
  await page.locator('.door-offline:has-text("3건")').waitFor()
  is('a ticket that it has let in stays known', (await scan(page, ticketOf(tonight, 'A-1')))[0], 'again')
  await page.unroute('**/rest/v1/rpc/{reconcile_check_ins,door_list}*')
  await page.locator('.door-sync').click()
  await page.locator('.door-problem-list li >> nth=1').waitFor()
  is('of two gates, the earlier one counts', [entryOf(tonight, 'A-1'), entryOf(tonight, 'A-2'), entryOf(tonight, 'C-2'), entryOf(tonight, 'C-1')],
    ['서문', '동문', '서문', ''])
  const problems = await page.locator('.door-problem-list li').allTextContents()
  like('who was let in later is told, too', problems[0], /A-1.*동문에서도 .*에 입장.*여기서는.*서문/)
  like('and who was in already', problems[1], /A-2.*동문에서 .*에 이미 입장.*여기서는.*서문/)
  is('the instants are those of the server, whatever the gate\'s clock has', sql(`
    SELECT bool_and(now() - checked_in_at < interval '30 minutes') FROM concert_booking.door_list('${tonight}') WHERE gate = '서문'`), 't')
  is('nothing waits any more', await page.locator('.door-offline p').isVisible(), false)
  await picture(page, 'door-reconciled-ko')
  await accessible(page, 'what came of it')
  await page.reload()
  await page.locator('.door-problem-list li >> nth=1').waitFor()
  await page.locator('.door-problems button').click()
  await page.locator('.door-problems').waitFor({ state: 'hidden' })

  await page.locator('.door-forget').click()
  await page.locator('.door-choice').waitFor()
  is('the list can be removed', await page.evaluate(() => new Promise((done) => {
    indexedDB.open('door').onsuccess = ({ target }) => {
      target.result.transaction('nights').objectStore('nights').count().onsuccess = (event) => done(event.target.result)
    }
  })), 0)
  await leave('the gate without a connection', { context, errors: noNetwork(errors) })
  await olderScans(browser)
}

// Runs in the page: whether a list is kept, and which of these texts are in it.
function keptOf(texts) {
  return new Promise((done) => {
    indexedDB.open('door').onsuccess = ({ target }) => {
      target.result.transaction('nights').objectStore('nights').getAll().onsuccess = ({ target: { result } }) => {
        const all = JSON.stringify(result)
        done([result.length === 1 && all.includes('A-1'), texts.filter((text) => all.includes(text))])
      }
    }
  })
}

// Scans of a night wait while another one is opened: they are sent all the same.
async function olderScans(browser) {
  const made = evening('어제의 기록')
  const [tonight] = made.schedules
  const who = await gate(browser, { name: '뒷문', made })
  const code = ticketOf(tonight, 'B-1')
  await who.context.setOffline(true)
  is('noted without a connection', (await scan(who.page, code))[0], 'in')
  await who.page.evaluate(() => { location.hash = '#/door' })
  await who.page.locator('.door-kept:has-text("보내지 않은 입장 1건")').waitFor()
  await who.context.setOffline(false)
  await visit(who.page, '#/')
  await visit(who.page, '#/door')
  await who.page.locator('.door-kept:has-text("보내지 않은 입장 0건")').waitFor()
  is('sent from the choice of nights', entryOf(tonight, 'B-1'), '뒷문')
  await leave('who came back to the choice', { ...who, errors: noNetwork(who.errors) })
}

// What goes wrong on a busy night: pressed twice, a scanner that types into a switch, a
// browser that keeps nothing or fails, and an old night that is refused.
export async function doorTrouble(browser) {
  const made = evening('말썽 많은 밤')
  const [tonight] = made.schedules
  const who = await gate(browser, { name: '정문', made })
  const { page, context } = who
  is('a booking number', (await scan(page, numberOf(tonight, 'C-1')))[0], 'in')
  // Which of both it is depends on how many seconds ago that was.
  like('again at once is told', (await scan(page, numberOf(tonight, 'C-1')))[0], /^(again|already)$/)
  like('and so is a ticket of it', (await scan(page, ticketOf(tonight, 'C-2')))[0], /^(again|already)$/)

  let undone = 0
  page.on('request', (request) => { undone += request.url().includes('/undo_check_in') ? 1 : 0 })
  await page.locator('.door-undo').evaluate((button) => [button.click(), button.click()])
  await page.locator('[data-kind=takenBack]').waitFor()
  is('taking back is done once', [undone, entryOf(tonight, 'C-1')], [1, ''])

  const before = await page.locator('.door-answer').elementHandle()
  await page.locator('.door-tools input[type=checkbox]').focus()
  await page.keyboard.type(ticketOf(tonight, 'B-1'))
  await page.keyboard.press('Enter')
  is('a scanner is heard where a switch has the focus', (await answer(page, before))[0], 'in')

  // The disk is full when an entry has to be noted.
  await context.setOffline(true)
  await page.evaluate(() => {
    const { put } = IDBObjectStore.prototype
    IDBObjectStore.prototype.put = function full(value) {
      if (this.name !== 'scans') return put.call(this, value)
      IDBObjectStore.prototype.put = put
      throw new DOMException('full', 'QuotaExceededError')
    }
  })
  is('what could not be noted is not let in', (await scan(page, ticketOf(tonight, 'A-1')))[0], 'unsure')
  is('and the next one is answered', (await scan(page, ticketOf(tonight, 'A-1')))[0], 'in')

  // An old night of which the database knows nothing any more.
  await page.route('**/rpc/{door_list,reconcile_check_ins}*', (route) => route.fulfill({ status: 404, json: { code: 'PT404', message: 'no such schedule' } }))
  await context.setOffline(false)
  await visit(page, '#/')
  await visit(page, '#/door')
  like('what it is refused is told', await notice(page), /없는 회차입니다/)
  is('and tonight can be chosen', await page.locator(`.door-night:has-text("${titleOf(made)}")`).first().isVisible(), true)
  // The full disk, which is reported without a stack.
  await leave('who has trouble', { ...who, errors: noNetwork(who.errors).filter((text) => text !== '') })
  await keepsNothing(browser, made)
}

async function keepsNothing(browser, made) {
  const [tonight] = made.schedules
  const who = await gate(browser, { name: '옆문', made, prepare: ({ page: its }) => its.addInitScript(() => {
    IDBFactory.prototype.open = () => { throw new DOMException('refused', 'SecurityError') }
  }) })
  const { page, context } = who
  await page.locator('.door-not-kept').waitFor()
  is('a browser that keeps nothing says so, and lets in', (await scan(page, ticketOf(tonight, 'A-2')))[0], 'in')
  await context.setOffline(true)
  is('also by the list', (await scan(page, ticketOf(tonight, 'A-3')))[0], 'in')
  await context.setOffline(false)
  await page.locator('.door-sync').click()
  await page.locator('.door-offline p').waitFor({ state: 'hidden' })
  is('and sends it', [entryOf(tonight, 'A-2'), entryOf(tonight, 'A-3')], ['옆문', '옆문'])
  await leave('who keeps nothing', { ...who, errors: noNetwork(who.errors) })
}

// A camera and a detector of the test's: what is in view is window.view.
function pretendCamera() {
  globalThis.view = []
  globalThis.tracks = []
  globalThis.BarcodeDetector = class {
    detect() {
      globalThis.looks = (globalThis.looks ?? 0) + 1
      return Promise.resolve(globalThis.view.map((rawValue) => ({ rawValue })))
    }
  }
  navigator.mediaDevices.getUserMedia = async () => {
    if (globalThis.forbidden) throw new DOMException('no', 'NotAllowedError')
    const stream = Object.assign(document.createElement('canvas'), { width: 640, height: 480 })
    stream.getContext('2d').fillRect(0, 0, 640, 480)
    const captured = stream.captureStream(5)
    globalThis.tracks.push(...captured.getTracks())
    return captured
  }
}

export async function doorCamera(browser) {
  const made = evening('카메라의 밤')
  const [tonight] = made.schedules
  const { context, page, errors } = await gate(browser, {
    name: 'north', made, options: english, prepare: ({ page: its }) => its.addInitScript(pretendCamera) })
  const live = () => page.evaluate(() => globalThis.tracks.filter(({ readyState }) => readyState === 'live').length)
  const show = async (...codes) => {
    const before = await page.locator('.door-answer').elementHandle()
    await page.evaluate((view) => { globalThis.view = view }, codes)
    return answer(page, before)
  }
  // So many frames are looked at.
  const frames = (count) => page.evaluate((more) => {
    const until = globalThis.looks + more
    return new Promise((done) => {
      const wait = () => (globalThis.looks >= until ? done() : setTimeout(wait, 20))
      wait()
    })
  }, count)

  await page.evaluate(() => { globalThis.forbidden = true })
  await page.locator('.door-camera-switch').click()
  like('a camera that is not allowed is told', await notice(page), /may not be used/)
  await page.evaluate(() => { globalThis.forbidden = false })
  await page.locator('.door-camera-switch').click()
  await page.locator('.door-camera video').waitFor()
  let calls = 0
  page.on('request', (request) => { calls += request.url().includes('/check_in') ? 1 : 0 })
  const [kind, words] = await show(ticketOf(tonight, 'A-1').toUpperCase())
  is('a code in view gets in', [kind, entryOf(tonight, 'A-1')], ['in', 'north'])
  like('in English, the name as it is', words, /Come in A-1.*김하늘/)
  await frames(12)
  is('while it stays in view it is one scan', calls, 1)
  await picture(page, 'door-camera-en')
  await accessible(page, 'the camera')
  is('the next one', (await show(ticketOf(tonight, 'A-2')))[0], 'in')
  is('is a scan of its own', [calls, entryOf(tonight, 'A-2')], [2, 'north'])

  is('one camera is on', await live(), 1)
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  is('none while nobody sees the page', await live(), 0)
  await page.evaluate(() => {
    delete document.hidden
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await page.waitForFunction(() => globalThis.tracks.some(({ readyState }) => readyState === 'live'))
  is('again when it is seen', (await show(ticketOf(tonight, 'B-1')))[0], 'in')
  await page.evaluate(() => { location.hash = '#/' })
  await page.locator('.concerts').waitFor()
  is('none when the room is left', await live(), 0)
  await leave('who has a camera', { context, errors })

  const without = await gate(browser, { name: 'n', made, prepare: ({ page: its }) => its.addInitScript(() => delete globalThis.BarcodeDetector) })
  like('a browser that reads no codes says so', await textOf(without.page, '.door-no-camera'), /카메라로 코드를 읽지 못합니다/)
  is('and offers no camera', await without.page.locator('.door-camera-switch').count(), 0)
  await leave('who has none', without)
  await notForMembers(browser, made)
}

async function notForMembers(browser, { schedule }) {
  const who = await person(browser, english)
  await visit(who.page)
  await signIn(who.page, 'manager')
  await visit(who.page, `#/door/${schedule}`)
  like('a manager is not at the door', await textOf(who.page, 'main h1'), /level "desk and door"/)
  const refused = await who.page.evaluate(async (id) => {
    const api = await import('./door/api.js')
    return api.doorList(id).catch(({ code }) => code)
  }, schedule)
  is('nor does the database let one', refused, '42501')
  await leave('a manager', who)
}

// -------- every screen

const openNight = (made) => async (page) => {
  await page.locator('#door-gate').fill('서문 1')
  await page.locator(`.door-night:has-text("${titleOf(made)}")`).first().click()
  await page.locator('.door-big:has-text("6")').waitFor()
}

export function screens() {
  const made = evening('문 앞의 밤')
  const [tonight] = made.schedules
  const opened = openNight(made)
  const scanned = (code) => async (page) => {
    await opened(page)
    await scan(page, code)
  }
  return [
    { name: 'door-choice', user: 'clerk', path: '#/door', open: (page) => page.locator('.door-night').first().waitFor() },
    { name: 'door-ready', user: 'clerk', path: '#/door', open: opened },
    { name: 'door-in', user: 'clerk', path: '#/door', open: scanned(ticketOf(tonight, 'A-1')) },
    { name: 'door-already', user: 'clerk', path: '#/door', open: async (page) => {
      sql(`SELECT concert_booking.check_in(ticket_code => '${ticketOf(tonight, 'B-1')}', gate => '동문')`)
      await opened(page)
      await scan(page, ticketOf(tonight, 'B-1'))
    } },
    { name: 'door-offline', user: 'clerk', path: '#/door', open: async (page) => {
      await opened(page)
      // The browser would report a real one as an error in the console.
      await page.evaluate(() => { globalThis.fetch = () => Promise.reject(new TypeError('no connection')) })
      await scan(page, ticketOf(tonight, 'C-1'))
      await page.locator('.door-offline p').waitFor()
    } },
  ]
}
