// After the sale: a ticket a seat with its code, on paper and in the calendar; giving
// back some or all of it; the list of bookings, the look-up, and the wishlist.
import { readFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import jsQR from 'jsqr'
import { PNG } from 'pngjs'
import { is, like, ok } from '../rest/tap.mjs'
import { accessible, english, korean, leave, notice, person, picture, signIn, textOf, users, visit } from './browser.mjs'
import { concert, count, sql, statusOf } from './world.mjs'

const phone = { ...korean, viewport: { width: 390, height: 844 }, hasTouch: true }

// -------- what is booked, without the page

const literal = (text) => `'${text.replaceAll("'", "''")}'`
const sessionOf = (page) => page.evaluate(() => localStorage.getItem('session_id'))

// Seats of a schedule for this booker; children: those at half the price; paid: by the ledger.
function book(schedule, numbers, booker, { paid, children = [], before = '0' } = {}) {
  const id = sql(`
    SET concert_booking.test_clock_offset = '${before}';
    SELECT b.booking_id FROM (
      SELECT array_agg(id) AS ids, jsonb_object_agg(id, 'child') FILTER (WHERE seat_number = ANY ('{${children}}')) AS types
      FROM concert_booking.seats WHERE concert_schedule_id = '${schedule}' AND seat_number = ANY ('{${numbers}}')) s,
    concert_booking.book_seats(s.ids, customer_name => '김민수', customer_phone => '010-2345-6789',
      price_types => coalesce(s.types, '{}'), ${booker}) b`)
  if (paid) sql(`SELECT concert_booking.confirm_payment('${id}', (SELECT total_price FROM concert_booking.bookings WHERE id = '${id}'), 'cash', '${randomUUID()}')`)
  return id
}
const member = (name) => `user_id => '${users[name]}'`
const guest = async (page) => `session_id => '${await sessionOf(page)}'`

const numberOf = (id) => sql(`SELECT booking_number FROM concert_booking.bookings WHERE id = '${id}'`)
const stateOf = (id) => sql(`SELECT status || ' ' || seat_count FROM concert_booking.bookings WHERE id = '${id}'`)
const dueOf = (id) => Number(sql(`SELECT coalesce(sum(amount), 0) FROM concert_booking.refunds_due WHERE booking_id = '${id}'`))
const ladder = (schedule, rule) => sql(`UPDATE concert_booking.concert_schedules SET refund_ladder = ${literal(JSON.stringify(rule))} WHERE id = '${schedule}'`)
const events = (id, type) => count(`concert_booking.booking_events WHERE booking_id = '${id}' AND event_type = '${type}'`)

const openTicket = async (page, id) => {
  await visit(page, `#/bookings/${id}`)
  await page.locator('.ticket').waitFor()
}
const box = (page, seat) => page.getByRole('checkbox', { name: new RegExp(seat) })
const quoteOf = (page) => page.locator('.quote dd').allTextContents()
async function openCancelling(page) {
  await page.locator('.cancel').click()
  await page.locator('.danger:enabled').waitFor()
}

// -------- tickets

async function readCode(code) {
  const { width, height, data } = PNG.sync.read(await code.screenshot({ scale: 'css' }))
  return jsQR(new Uint8ClampedArray(data), width, height)?.data
}

export async function tickets(browser) {
  const title = '쉼표, 세미콜론; 역빗금\\ 그리고 줄 하나로는 끝나지 않는 아주 긴 제목의 밤'
  const { schedule } = concert(title, { rows: 3, seats: 6 })
  sql(`INSERT INTO concert_booking.price_types (concert_schedule_id, code, name, percent_off) VALUES ('${schedule}', 'child', '어린이', 50)`)
  ladder(schedule, { steps: [{ hours: 24, percent: 100 }], fee: 1000 })
  const who = await person(browser, phone)
  const { page } = who
  await visit(page, '#/bookings')
  const id = book(schedule, ['A-1', 'A-2', 'A-3'], await guest(page), { paid: true, children: ['A-3'] })
  await openTicket(page, id)
  await codes(page, schedule, id)
  await calendar(page, id, title)
  await paper(page)
  await someBack(page, schedule, id)
  await leave('who has tickets', who)
}

async function codes(page, schedule, id) {
  const wanted = sql(`
    SELECT coalesce(bs.ticket_code, bs.id) FROM concert_booking.booking_seats bs JOIN concert_booking.seats s ON s.id = bs.seat_id
    WHERE bs.booking_id = '${id}' ORDER BY s.ordinal`).split('\n')
  const read = []
  for (let at = 0; at < 3; at++) read.push((await readCode(page.locator('.seat-ticket .qr').nth(at)))?.toLowerCase())
  is('each seat has its code, as the database has it', read, wanted)
  like('with seat, grade, price type and price', await textOf(page, '.seat-ticket >> nth=2'), /A-3.*R석 · 어린이₩75,000/)
  like('and the full price has a name, too', await textOf(page, '.seat-ticket >> nth=0'), /A-1.*R석 · 일반₩150,000/)
  like('the booking number is there to be read', await textOf(page, '.seat-ticket >> nth=1'), new RegExp(numberOf(id).replaceAll(/[*$]/g, '\\$&')))

  await page.locator('.seat-ticket').first().scrollIntoViewIfNeeded()
  await page.locator('.ticket-steps', { hasText: '3장 중 1번째' }).waitFor()
  await page.getByRole('button', { name: '다음 티켓' }).click()
  await page.locator('.ticket-steps', { hasText: '3장 중 2번째' }).waitFor()
  const shown = () => page.evaluate(() => [...document.querySelectorAll('.seat-ticket')].filter((one) => {
    const { left, right } = one.getBoundingClientRect()
    return left >= 0 && right <= innerWidth
  }).map((one) => one.querySelector('strong').textContent))
  is('on a phone one ticket after the other', await shown(), ['A-2'])
  await picture(page, 'ticket-phone')
  await accessible(page, 'tickets on a phone')

  is('the code opens the door', sql(`SELECT seat_number FROM concert_booking.check_in(ticket_code => '${read[0]}', gate => 'north', concert_schedule_id => '${schedule}')`), 'A-1')
  await page.reload()
  await page.locator('.ticket').waitFor()
  is('who is inside is told', await page.locator('.seat-ticket.inside strong').allTextContents(), ['A-1'])
  await openCancelling(page)
  is('and stays', await page.locator('.cancelling .check').allTextContents(), ['A-2₩150,000', 'A-3₩75,000'])
}

// Lines of a calendar file, unfolded: name to value.
function parsed(text) {
  ok('every line of the file ends as it should', text.endsWith('\r\n') && !/(^|[^\r])\n/.test(text))
  ok('none is longer than 75 bytes', text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75))
  return Object.fromEntries(text.replaceAll('\r\n ', '').trimEnd().split('\r\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}
const unescaped = (value) => value.replace(/\\([\\;,nN])/g, (_, letter) => (/n/i.test(letter) ? '\n' : letter))

async function calendar(page, id, title) {
  const saved = page.waitForEvent('download')
  await page.locator('.calendar').click()
  const file = await saved
  like('the file is named by the day', file.suggestedFilename(), /^\d{4}-\d\d-\d\d\.ics$/)
  const event = parsed(readFileSync(await file.path(), 'utf8'))
  is('an event of one calendar', [event.VERSION, event.END, event.UID], ['2.0', 'VCALENDAR', `${id}@concert-booking`])
  is('it starts at the instant that the database has', event.DTSTART, sql(`
    SELECT to_char(cs.starts_at AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"') FROM concert_booking.bookings b
    JOIN concert_booking.concert_schedules cs ON cs.id = b.concert_schedule_id WHERE b.id = '${id}'`))
  is('and lasts as long as the concert', event.DURATION, 'PT100M')
  like('DTSTAMP is an instant', event.DTSTAMP, /^\d{8}T\d{6}Z$/)
  is('the title, whatever is in it', unescaped(event.SUMMARY), title)
  is('the place', unescaped(event.LOCATION), '시험 공연장, 서울특별시 중구 세종대로 1')
  is('the seats', unescaped(event.DESCRIPTION), '좌석: A-1, A-2, A-3')
}

async function paper(page) {
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  const seen = await page.evaluate(() => ({
    shown: [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && !one.closest('.seat-tickets') && !one.querySelector('.seat-tickets'))
      .map((one) => one.outerHTML.slice(0, 80)),
    tickets: [...document.querySelectorAll('.seat-ticket')].map((one) => {
      const { breakInside, backgroundColor, color } = getComputedStyle(one)
      const { left, right, height } = one.getBoundingClientRect()
      return { breakInside, backgroundColor, color, fits: left >= 0 && right <= innerWidth && height > 200 }
    }),
  }))
  is('on paper there is nothing but the tickets', seen.shown, [])
  is('each in one piece, black on white', seen.tickets,
    Array(3).fill({ breakInside: 'avoid', backgroundColor: 'rgb(255, 255, 255)', color: 'rgb(0, 0, 0)', fits: true }))
  await picture(page, 'ticket-print', { fullPage: true })
  await page.emulateMedia({ media: 'screen', colorScheme: 'light' })
  await page.evaluate(() => { window.print = () => { document.title = 'printed' } })
  await page.locator('.print').click()
  is('the button prints', await page.title(), 'printed')
}

async function someBack(page, schedule, id) {
  is('what comes back is told beforehand', await quoteOf(page), ['₩223,000', '₩2,000'])
  await box(page, 'A-3').uncheck()
  await page.locator('.quote dd', { hasText: '₩149,000' }).waitFor()
  is('of one seat, too', [await quoteOf(page), await textOf(page, '.danger')], [['₩149,000', '₩1,000'], '1석 취소하기'])
  await picture(page, 'cancelling-ko', { fullPage: true })
  await accessible(page, 'cancelling')
  await box(page, 'A-2').uncheck()
  is('of none nothing is done', await page.locator('.danger').isDisabled(), true)
  await box(page, 'A-2').check()
  await page.locator('.danger:enabled').waitFor()

  sql(`UPDATE concert_booking.bookings SET refund_ladder = '{"steps": [{"hours": 24, "percent": 50}]}' WHERE id = '${id}'`)
  await page.locator('.danger').click()
  like('what changed meanwhile is told first', await notice(page), /₩75,000으로 바뀌었습니다/)
  is('and nothing is done', stateOf(id), 'confirmed 3')
  await page.locator('.danger').click()
  await page.locator('.seat-ticket').nth(1).waitFor()
  await page.locator('.refund', { hasText: '₩75,000' }).waitFor()
  is('the seat is back, and the other ones are not', [stateOf(id), statusOf(schedule, 'A-1', 'A-2', 'A-3'), dueOf(id)],
    ['confirmed 2', 'reserved available reserved', 75000])
  is('the tickets are those that are left', await page.locator('.seat-ticket strong').allTextContents(), ['A-1', 'A-3'])
  sql(`SELECT concert_booking.record_refund('${id}', 75000, 'cash', '${randomUUID()}')`)
  await page.locator('.refunded', { hasText: '₩75,000을 환불해 드렸습니다.' }).waitFor()
  is('once the ledger has it, it has gone back', await page.locator('.refund').isVisible(), false)
}

// -------- two browsers, one booking

export async function twoBrowsers(browser) {
  const { schedule, schedules } = concert('둘이 보는 예매', { performances: [{}, { cancelUntil: '400 days' }] })
  const id = book(schedule, ['A-1', 'A-2'], member('minji'), { paid: true })
  const [desk, sofa] = [await person(browser, english), await person(browser, phone)]
  for (const { page } of [desk, sofa]) {
    await visit(page)
    await signIn(page, 'minji')
    await openTicket(page, id)
    await openCancelling(page)
  }
  await box(desk.page, 'A-1').uncheck()
  await desk.page.locator('.quote dd', { hasText: '₩150,000' }).waitFor()
  await desk.page.locator('.danger').click()
  like('one seat is cancelled in one browser', await notice(desk.page), /These seats are cancelled/)
  await sofa.page.locator('.danger').click()
  like('the other one is told, and does nothing', await notice(sofa.page), /다른 곳에서 이미 취소되었습니다/)
  is('nothing was cancelled that was not meant', stateOf(id), 'confirmed 1')
  is('and shows what is left', await sofa.page.locator('.seat-ticket strong').allTextContents(), ['A-1'])

  await openCancelling(desk.page)
  await desk.page.locator('.danger').dblclick()
  await desk.page.locator('.ticket.cancelled').waitFor()
  is('pressed twice, cancelled once', [stateOf(id), events(id, 'booking_cancelled'), dueOf(id)], ['cancelled 2', 1, 300000])

  // No money is on its way that the other one would look after.
  const unpaid = book(schedule, ['B-1'], member('minji'))
  for (const { page } of [desk, sofa]) {
    await openTicket(page, unpaid)
    await openCancelling(page)
  }
  await desk.page.locator('.danger').click()
  await desk.page.locator('.ticket.cancelled').waitFor()
  await sofa.page.locator('.danger').click()
  await sofa.page.locator('.ticket.cancelled').waitFor()
  like('cancelled in one, told in the other', await notice(sofa.page), /다른 곳에서 이미 취소되었습니다/)
  is('and cancelled once', [stateOf(unpaid), events(unpaid, 'booking_cancelled')], ['cancelled 1', 1])

  const late = book(schedules[1], ['A-1'], member('minji'))
  await openTicket(sofa.page, late)
  like('too late to cancel is told before one tries', await textOf(sofa.page, '.cancel-until'), /까지 취소할 수 있었습니다/)
  is('and not offered', await sofa.page.locator('.cancel').count(), 0)
  await offline(sofa, id)
  await leave('at the desk', desk)
  await leave('on the sofa', { ...sofa, errors: sofa.errors.filter((text) => !/ERR_INTERNET_DISCONNECTED/.test(text)) })
}

// The ticket is not read, says so, and is read when the connection is back.
async function offline({ page, context }, id) {
  await visit(page, '#/bookings')
  const line = page.locator(`.booking-line[href$="${id}"]`)
  await line.waitFor()
  await context.setOffline(true)
  await line.click()
  await page.getByText('예매를 불러오지 못했습니다.').waitFor()
  await context.setOffline(false)
  await page.getByRole('button', { name: '다시 시도' }).click()
  await page.locator('.ticket.cancelled').waitFor()
  is('without a connection the ticket waits for it', await page.locator('.seat-ticket').count(), 0)
}

// -------- a guest in another browser; what the house changes

export async function lookUp(browser) {
  const { schedule, schedules } = concert('조회하는 밤', { performances: [{}, { days: 40 }, { days: 50 }] })
  const id = book(schedule, ['A-1', 'A-2'], `session_id => '${randomUUID()}'`, { paid: true })
  const who = await person(browser, english)
  const { page } = who
  const find = async (number = numberOf(id)) => {
    await visit(page, '#/bookings')
    await page.fill('#look-up-number', number)
    await page.fill('#look-up-phone', '+82 10 2345 6789')
    await page.locator('.look-up button').click()
    await page.locator('.ticket').waitFor()
  }
  await find()
  is('number and phone find the tickets', await page.locator('.seat-ticket strong').allTextContents(), ['A-1', 'A-2'])
  is('and stay out of the address', new URL(page.url()).hash, '#/bookings')
  await page.locator('.cancel').click()
  like('nobody quotes by number and phone', await textOf(page, '.cancelling'), /told after it/)
  await picture(page, 'look-up-en')
  await accessible(page, 'a booking that was looked up')
  sql(`UPDATE concert_booking.concert_schedules SET cancel_until = '400 days' WHERE id = '${schedule}'`)
  await page.locator('.danger').click()
  like('too late, in words', await notice(page), /too late to cancel/)
  is('nothing is done', stateOf(id), 'confirmed 2')
  sql(`UPDATE concert_booking.concert_schedules SET cancel_until = NULL WHERE id = '${schedule}'`)
  await page.locator('.danger').click()
  await page.locator('.ticket.cancelled').waitFor()
  like('then all of it, and what goes back', await textOf(page, '.ticket'), /₩300,000 goes back to you/)
  is('as the database has it', [stateOf(id), dueOf(id)], ['cancelled 2', 300000])
  await house(page, schedules.slice(1))
  await leave('who looks up', who)
}

async function house(page, [moved, gone]) {
  const [stays, lost] = [book(moved, ['A-1'], await guest(page), { paid: true }), book(gone, ['A-1'], await guest(page), { paid: true })]
  sql(`SELECT concert_booking.postpone_schedule('${moved}', concert_date + 10, '15:00') FROM concert_booking.concert_schedules WHERE id = '${moved}'`)
  sql(`SELECT concert_booking.cancel_schedule('${gone}', 'the singer is ill')`)
  await visit(page, '#/bookings?sort=date')
  await page.locator('.house-change:visible').nth(1).waitFor()
  is('the list marks what the house has changed', await page.locator('.house-change').allTextContents(), ['postponed', 'by the house'])
  await openTicket(page, stays)
  like('a postponed performance is told, and what one can do', await textOf(page, '.notes'), /postponed.*good for the new date.*free of charge/)
  like('with its new time', await textOf(page, '.ticket'), /15:00/)
  await picture(page, 'postponed-en')
  await openTicket(page, lost)
  like('a cancelled one, and what becomes of the money', await textOf(page, '.ticket'), /house has cancelled.*Reason: the singer is ill.*₩150,000 goes back/)
  await accessible(page, 'cancelled by the house')
}

// -------- the list

export async function myBookings(browser) {
  const word = `목록${randomUUID().slice(0, 6)}`
  const { schedules } = concert(`${word}의 밤`, { performances: [{ days: 40 }, { days: 20 }, { days: -3 }, { days: 60, paid: true }] })
  const who = await person(browser, phone)
  const { page } = who
  await visit(page, '#/bookings')
  await page.getByText('아직 예매가 없습니다.').waitFor()
  is('who has none is shown the way', await page.locator('.own-bookings a:visible').allTextContents(), ['공연 보러 가기'])
  await accessible(page, 'no bookings')
  const booker = await guest(page)
  const [far, near, past] = [book(schedules[0], ['A-1'], booker), book(schedules[1], ['A-1', 'A-2'], booker), book(schedules[2], ['A-1'], booker, { before: '-10 days' })]
  const gone = book(schedules[0], ['B-1'], booker)
  sql(`SELECT concert_booking.cancel_booking('${gone}', ${booker})`)
  const open = sql(`SELECT concert_booking.hold_seat(id, ${booker}) FROM concert_booking.seats WHERE concert_schedule_id = '${schedules[3]}' AND seat_number = 'A-1';
    SELECT booking_id FROM concert_booking.begin_payment('${schedules[3]}', ${booker}, customer_name => '김민수', customer_phone => '010-2345-6789')`).split('\n').at(-1)
  const shown = async (...ids) => {
    await page.waitForFunction((wanted) => [...document.querySelectorAll('.booking-line')].map((one) => one.getAttribute('href')).join() === wanted, ids.map((id) => `#/bookings/${id}`).join())
    return true
  }
  const byBirth = sql(`SELECT id FROM concert_booking.bookings WHERE id IN ('${[far, near, past, gone, open].join("','")}') ORDER BY created_at DESC, id DESC`).split('\n')
  await page.reload()
  ok('last booked first', await shown(...byBirth))
  await picture(page, 'bookings-phone')
  await page.locator('select[name=period]').selectOption('past')
  ok('of the past', await shown(past))
  is('that stays in the address', new URL(page.url()).hash, '#/bookings?period=past')
  await page.reload()
  ok('and through a reload', await shown(past))
  await page.locator('select[name=period]').selectOption('upcoming')
  await page.locator('select[name=sort]').selectOption('date')
  await page.locator('select[name=status]').selectOption('confirmed')
  ok('confirmed ones by date', await shown(near, far))
  await page.locator('select[name=status]').selectOption('pending')
  ok('those that are to be paid', await shown(open))
  await page.locator('select[name=status]').selectOption('expired')
  like('none of them', await page.getByText('조건에 맞는 예매가 없습니다.').textContent(), /없습니다/)
  await page.getByRole('button', { name: '모든 예매 보기' }).click()
  ok('all again', await shown(...byBirth))
  await page.locator('input[type=search]').fill('없는 제목')
  await page.getByText('조건에 맞는 예매가 없습니다.').waitFor()
  await page.locator('input[type=search]').fill(word)
  ok('by title', await shown(...byBirth))
  is('what was searched for is not in the address', new URL(page.url()).hash, '#/bookings')
  const read = page.waitForRequest((request) => request.url().includes('/rpc/booking_detail'))
  await page.locator(`.booking-line[href$="${near}"]`).click()
  await read
  await page.locator('.ticket').waitFor()
  is('a line opens the tickets', await page.locator('.seat-ticket strong').allTextContents(), ['A-1', 'A-2'])
  sql(`SELECT concert_booking.cancel_booking('${near}', ${booker})`)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await page.locator('.ticket.cancelled').waitFor()
  is('who comes back to a page sees what has become of it', await page.locator('.seat-ticket').count(), 0)
  await openTicket(page, past)
  is('of the past nothing can be cancelled', await page.locator('.cancel').count(), 0)
  await visit(page, `#/bookings/${book(schedules[0], ['B-2'], member('seojun'))}`)
  like('nobody sees another one\'s', await notice(page), /그런 예매가 없습니다/)
  await leave('who looks at bookings', who)
}

// -------- the wishlist

export async function wishlist(browser) {
  const word = randomUUID().slice(0, 6)
  const wish = (made) => sql(`SELECT concert_booking.add_wishlist('${made.concert}', user_id => '${users.seojun}')`)
  const [first, second, sold] = [concert(`${word} 하나`), concert(`${word} 둘`, { performances: [{ opens: '5 days' }] }), concert(`${word} 셋`, { rows: 3, seats: 1 })]
  const who = await person(browser, phone)
  const { page } = who
  await visit(page, '#/wishlist')
  like('a wishlist is for members', await textOf(page, 'main'), /회원만/)
  for (const made of [first, second, sold]) wish(made)
  book(sold.schedule, ['A-1', 'B-1', 'C-1'], member('haneul'))
  await signIn(page, 'seojun')
  const card = (made) => page.locator('.wish', { has: page.locator(`a[href="#/concert/${made.concert}"]`) })
  await card(first).locator('.offer', { hasText: '60석 남음' }).waitFor()
  await card(second).locator('.offer', { hasText: '예매 시작' }).waitFor()
  await card(sold).locator('.offer', { hasText: '매진' }).waitFor()
  like('from which price', await card(first).textContent(), /₩120,000부터/)
  const order = async () => (await page.locator('.wish h2').allTextContents()).filter((title) => title.startsWith(word))
  is('last marked first', await order(), [`${word} 셋`, `${word} 둘`, `${word} 하나`])
  await accessible(page, 'the wishlist')
  await picture(page, 'wishlist-phone')

  await pages(page, word, order)
  const marked = (made) => count(`concert_booking.wishlists WHERE concert_id = '${made.concert}' AND user_id = '${users.seojun}'`)
  const heart = (made) => card(made).locator('.heart')
  await heart(second).click()
  await card(second).getByText('하트를 다시 누르면 되돌립니다').waitFor()
  is('taken off', marked(second), 0)
  await heart(second).click()
  await card(second).getByText('하트를 다시 누르면 되돌립니다').waitFor({ state: 'detached' })
  is('and back', marked(second), 1)
  await heart(first).click()
  await card(first).getByText('하트를 다시 누르면 되돌립니다').waitFor()
  await page.reload()
  await card(second).waitFor()
  is('what was taken off and put back is first', (await order())[0], `${word} 둘`)
  is('what was taken off is gone', sql(`SELECT string_agg(title, ', ') FROM concert_booking.my_wishlist('${users.seojun}', 1000) WHERE title = '${word} 하나'`), '')
  await leave('who wishes', who)
}

// More than a page of it: the next one has the rest, each once.
async function pages(page, word, order) {
  sql(`WITH made AS (
         INSERT INTO concert_booking.concerts (venue_id, title)
         SELECT v.id, '${word} ' || n FROM generate_series(1, 12) n, (SELECT id FROM concert_booking.venues LIMIT 1) v RETURNING id)
       SELECT concert_booking.add_wishlist(id, user_id => '${users.seojun}') FROM made`)
  await page.reload()
  await page.locator('.wish').nth(11).waitFor()
  is('a page has twelve', await page.locator('.wish').count(), 12)
  await page.getByRole('button', { name: '더 보기' }).click()
  await page.locator('.wish').nth(14).waitFor()
  is('the next one has the rest, each once', new Set(await order()).size, 15)
}

// -------- how it looks

export const screens = () => {
  const { schedule, schedules } = concert('화면에 담긴 밤', { performances: [{}, { days: 45, paid: true }] })
  ladder(schedule, { steps: [{ hours: 24, percent: 100 }], fee: 1000 })
  const two = book(schedule, ['A-1', 'A-2'], member('minji'), { paid: true })
  const begun = (seat, name) => sql(`
    SELECT concert_booking.hold_seat(id, ${member(name)}) FROM concert_booking.seats WHERE concert_schedule_id = '${schedules[1]}' AND seat_number = '${seat}';
    SELECT booking_id FROM concert_booking.begin_payment('${schedules[1]}', ${member(name)})`).split('\n').at(-1)
  const pending = begun('A-1', 'minji')
  const part = begun('A-3', 'haneul')
  sql(`SELECT concert_booking.confirm_payment('${part}', 50000, 'cash', '${randomUUID()}')`)
  const guests = book(schedule, ['B-1'], `session_id => '${randomUUID()}'`)
  for (const name of ['minji', 'haneul']) sql(`SELECT concert_booking.add_wishlist(id, user_id => '${users[name]}') FROM concert_booking.concerts WHERE title = '화면에 담긴 밤'`)
  const ticketRead = (page) => page.locator('.ticket').waitFor()
  return [
    { name: 'ticket', user: 'minji', path: `#/bookings/${two}`, open: ticketRead },
    { name: 'cancelling', user: 'minji', path: `#/bookings/${two}`, open: openCancelling },
    { name: 'paying', user: 'minji', path: `#/bookings/${pending}`, open: ticketRead },
    { name: 'paid-in-part', user: 'haneul', path: `#/bookings/${part}`, open: (page) => page.getByText('₩50,000').waitFor() },
    { name: 'bookings', user: 'minji', path: '#/bookings', open: (page) => page.locator('.booking-line').first().waitFor() },
    { name: 'look-up', path: '#/bookings', open: async (page) => {
      await page.fill('#look-up-number', numberOf(guests))
      await page.fill('#look-up-phone', '010-2345-6789')
      await page.locator('.look-up button').click()
      await ticketRead(page)
    } },
    { name: 'wishlist', user: 'minji', path: '#/wishlist', open: (page) => page.locator('.wish .offer', { hasText: /\d/ }).first().waitFor() },
  ]
}
