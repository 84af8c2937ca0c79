// Two people, two browsers, the same seats: from opening the page to the
// ticket and back. One pays as a guest in Korean, one as a member in English.
import jsQR from 'jsqr'
import { PNG } from 'pngjs'
import { is, like, ok } from '../rest/tap.mjs'
import { accessible, english, korean, launch, leave, notice, person, picture, seatPoints, seen, textOf, visit, within } from './browser.mjs'
import { concert, sql, statusOf } from './world.mjs'

const colourLimitMs = 2000
const journeyLimitMs = 90000

const minsu = { name: 'Minsu', seat: (row, seat) => `${row}열, ${seat}번 좌석` }
const haneul = { name: 'Haneul', seat: (row, seat) => `row ${row}, seat ${seat}` }

async function choosePerformance(page, title) {
  await page.getByRole('link', { name: new RegExp(title) }).click()
  const evening = page.locator('[aria-labelledby=performances] button').nth(2)
  await evening.click()
  await page.locator('.panel h2').waitFor()
  return evening.textContent()
}

async function select(who, ...seats) {
  for (const [row, seat] of seats) {
    const { x, y } = who.points[who.seat(row, seat)]
    await who.page.mouse.click(x, y)
  }
  await who.page.locator(`.chosen li >> nth=${seats.length - 1}`).waitFor()
}

async function readCode(page) {
  const { width, height, data } = PNG.sync.read(await page.locator('.qr').first().screenshot({ scale: 'css' }))
  return jsQR(new Uint8ClampedArray(data), width, height)?.data
}

// Everybody calls before anybody is answered: the calls are let go together.
async function meet(people, called) {
  let missing = people.length
  let letGo
  const all = new Promise((resolve) => { letGo = resolve })
  for (const { page } of people) {
    await page.route(`**/rest/v1/rpc/${called}*`, async (route) => {
      if (--missing === 0) letGo()
      await all
      await route.continue()
    }, { times: 1 })
  }
}

// How long after this act a seat on the other one's plan looks otherwise.
async function changeSeen(what, onlooker, seat, look, act) {
  const point = onlooker.points[onlooker.seat(...seat)]
  const change = seen(onlooker.page, point, look)
  const start = Date.now()
  await act()
  const took = await change - start
  within(`${what}: until the other one's plan shows it`, took, colourLimitMs)
}

export async function journey(browser) {
  const other = await launch()
  try {
    await compete(browser, other)
  } finally {
    await other.close()
  }
}

async function compete(browser, other) {
  const title = '두 사람의 밤'
  const { schedules } = concert(title, {
    performances: [{ days: 30 }, { days: 31, time: '14:00' }, { days: 31, time: '19:30', limit: 4 }] })
  const schedule = schedules[2]
  Object.assign(minsu, await person(browser, korean))
  Object.assign(haneul, await person(other, english))

  const opened = Date.now()
  const list = `#/?search=${encodeURIComponent(title)}`
  await visit(minsu.page, list)
  await accessible(minsu.page, 'concerts')
  await picture(minsu.page, 'concerts-ko')
  const auditMs = Date.now() - opened
  like('Korean: the time of the performance', await choosePerformance(minsu.page, title), /오후 7:30.*60석 남음 · ₩120,000부터/)
  await visit(haneul.page, list)
  await haneul.page.locator('header select').selectOption({ label: 'Haneul Lee' })
  like('English, far away: the venue\'s time', await choosePerformance(haneul.page, title), /7:30.PM.*60 seats left · from ₩120,000/)
  like('and it says whose time that is', await textOf(haneul.page, '.concert-head'), /Asia\/Seoul/)
  minsu.points = await seatPoints(minsu.page)
  haneul.points = await seatPoints(haneul.page)
  is('every seat of the hall is on the plan', Object.keys(minsu.points).length, 60)

  // Both want B-6, at the same instant.
  await select(minsu, ['B', 5], ['B', 6])
  await select(haneul, ['B', 6], ['B', 7])
  await seen(minsu.page, minsu.points[minsu.seat('B', 6)], 'selected')
  is('the sum of what is selected', await textOf(minsu.page, '.total'), '합계 2석₩300,000')
  await meet([minsu, haneul], 'hold_seats')
  await Promise.all([minsu, haneul].map(({ page }) => page.locator('.hold').click()))
  const held = async ({ page }) => {
    await page.locator('.timer, .notice.refusal').first().waitFor()
    return page.locator('.timer').count()
  }
  const [minsuHolds, haneulHolds] = [await held(minsu), await held(haneul)]
  is('one of them holds the seats, the other one does not', minsuHolds + haneulHolds, 1)
  const [winner, loser] = minsuHolds ? [minsu, haneul] : [haneul, minsu]
  console.log(`# ${winner.name} was faster`)
  const words = { Minsu: /예매할 수 없습니다.*B-6 \(다른 사람이 선점\)/, Haneul: /not available.*B-6 \(held by somebody else\)/ }
  like('the refusal names the seat and the reason', await notice(loser.page), words[loser.name])
  is('the loser\'s other seat was not held', statusOf(schedule, 'B-5', 'B-6', 'B-7').split(' ').filter((s) => s === 'temp_reserved').length, 2)
  await picture(loser.page, 'refused')
  await seen(loser.page, loser.points[loser.seat('B', 6)], 'held')
  await loser.page.locator('.notice button').click()

  // The journey that is timed goes on to the end, whoever was faster.
  if (loser === minsu) await holdBest(minsu.page)
  await picture(minsu.page, 'holding-ko')
  await accessible(minsu.page, 'holding')
  const own = await minsu.page.locator('.chosen strong').allTextContents()
  await minsu.page.fill('#customer-name', '김민수')
  await minsu.page.fill('#customer-phone', '010-2345-6789')
  const [row, seat] = own[0].split('-')
  await changeSeen('a sale', haneul, [row, seat], 'sold', () => minsu.page.locator('.confirm').click())
  const number = await textOf(minsu.page, '.booking-number')
  const journeyMs = Date.now() - opened - auditMs
  console.log(`# journey from opening the page to booking number ${number}: ${(journeyMs / 1000).toFixed(1)} s`)
  within('the journey', journeyMs, journeyLimitMs / 3)
  like('the booking number', number, /^([0-9A-Z]{4}-){3}[0-9A-Z*~$=]$/)
  is('the QR code is the first seat\'s ticket', await readCode(minsu.page), sql(`
    SELECT upper(d.seats -> 0 ->> 'ticket_code')
    FROM concert_booking.find_guest_booking('${number}', '010-2345-6789') d`))
  is('the database has this booking', sql(`
    SELECT customer_name || ' ' || seat_count || ' ' || total_price FROM concert_booking.bookings
    WHERE booking_number = '${number}'`), '김민수 2 300000')
  is('of exactly these seats', statusOf(schedule, ...own), 'reserved reserved')
  await picture(minsu.page, 'ticket-ko')
  await accessible(minsu.page, 'ticket')

  await memberBooks(haneul, schedule)
  await lookUpAndCancel(number, own[0])
  await leave('Minsu', minsu)
  await leave('Haneul', haneul)
}

async function holdBest(page) {
  await page.locator('form.best button').click()
  await page.locator('.timer').waitFor()
}

const digits = async (page) => {
  const [minutes, seconds] = (await textOf(page, '.timer-digits')).split(':').map(Number)
  return minutes * 60 + seconds
}

// The member lets go, takes what the box office thinks best, keeps it through
// a reload, and pays.
async function memberBooks({ page }, schedule) {
  if (await page.locator('.release').count()) await page.locator('.release').click()
  await page.locator('form.best').waitFor()
  await page.fill('#best-count', '3')
  await page.selectOption('#best-grade', 'S')
  await holdBest(page)
  const seats = await page.locator('.chosen strong').allTextContents()
  is('the best seats are three neighbours of the grade', [seats.length, new Set(seats.map((name) => name[0])).size, seats[0][0]], [3, 1, 'C'])
  await page.reload()
  await page.locator('.timer').waitFor()
  is('a reload keeps the hold', await page.locator('.chosen strong').allTextContents(), seats)
  sql(`UPDATE concert_booking.temp_reservations SET expires_at = expires_at - interval '5 minutes' WHERE concert_schedule_id = '${schedule}';
       UPDATE concert_booking.seats SET hold_expires_at = hold_expires_at - interval '5 minutes'
       WHERE concert_schedule_id = '${schedule}' AND status = 'temp_reserved'`)
  const before = await digits(page)
  await page.locator('.extend').click()
  await page.getByText('You have more time now.').waitFor({ state: 'attached' })
  ok('more time is more time', await digits(page) >= before && await digits(page) > 540, [before, await digits(page)])
  await picture(page, 'holding-en')
  is('a member is asked for nothing', await page.locator('form.customer input').count(), 0)
  await page.locator('.confirm').click()
  await page.locator('.ticket').waitFor()
  like('the member\'s ticket', await textOf(page, '.ticket'), /confirmed.*두 사람의 밤.*19:30.*시험 공연장.*C-\d+, C-\d+, C-\d+.*₩360,000/)
  is('is the member\'s', sql(`SELECT user_id FROM concert_booking.bookings WHERE booking_number = '${await textOf(page, '.booking-number')}'`),
    '01970000-0000-7000-8000-0000000000a2')
  await page.getByRole('button', { name: 'Book more seats' }).click()
  await page.locator('form.best').waitFor()
  haneul.points = await seatPoints(page)
}

async function lookUpAndCancel(number, seat) {
  const { page } = minsu
  await page.locator('nav a').nth(1).click()
  await page.locator('.bookings').waitFor()
  await page.fill('#look-up-number', number.toLowerCase().replaceAll('-', ' '))
  await page.fill('#look-up-phone', '010 9999 9999')
  await page.locator('.look-up button').click()
  like('a wrong phone finds nothing', await notice(page), /그런 예매가 없습니다/)
  await page.fill('#look-up-phone', '+82 10 2345 6789')
  await page.locator('.look-up button').click()
  const found = page.locator('.tickets').first().locator('.ticket')
  await found.waitFor()
  like('number and phone, however they are spelled, find the booking', await found.textContent(),
    new RegExp(`예매 완료.*두 사람의 밤.*${seat}.*₩300,000.*${number.replaceAll(/[*$]/g, '\\$&')}`))
  is('the browser\'s own bookings are there as well', await page.locator('.booking-lines .booking-number').allTextContents(), [number])
  await accessible(page, 'bookings')
  await found.locator('.cancel').click()
  await picture(page, 'cancel-ko')
  await changeSeen('a cancellation', haneul, seat.split('-'), 'free', () => found.locator('.danger').click())
  await found.getByText('취소됨').waitFor()
  is('the seats are free again', statusOf(scheduleOf(number), seat), 'available')
}

const scheduleOf = (number) => sql(`SELECT concert_schedule_id FROM concert_booking.bookings WHERE booking_number = '${number}'`)
