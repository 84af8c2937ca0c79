// What is listed: bookings in pages that say how many there are,
// and what can be booked later, with its hour.
import { is, like } from '../rest/tap.mjs'
import { accessible, english, korean, leave, notice, openSale, person, picture, seatPoints, textOf, visit } from './browser.mjs'
import { concert, sql } from './world.mjs'

export async function lists(browser) {
  const visitor = await person(browser, korean)
  await bookingPages(visitor.page)
  await leave('who reads lists', visitor)
  await later(browser)
  await cancelled(browser)
}

async function bookingPages(page) {
  await visit(page)
  const { schedule } = concert('예매가 많은 밤', { rows: 3, seats: 13 })
  const session = await page.evaluate(() => localStorage.getItem('session_id'))
  sql(`SELECT concert_booking.book_seats(ARRAY[id], session_id => '${session}', customer_name => '김민수', customer_phone => '010-1')
       FROM concert_booking.seats WHERE concert_schedule_id = '${schedule}' AND row_label = 'A'`)
  await visit(page, '#/bookings')
  await page.getByText('13건 중 10건').waitFor()
  is('ten bookings a page', await page.locator('.booking-line').count(), 10)
  await page.getByRole('button', { name: '더 보기' }).click()
  await page.locator('.booking-line >> nth=12').waitFor()
  is('then all of them, each once', new Set(await page.locator('.booking-number').allTextContents()).size, 13)
}

// A sale that has not opened: in the list, on its date, beside its seats, and no
// longer when the hour has come.
async function later(browser) {
  const made = concert('나중에 여는 밤', { performances: [{ opens: '2 days' }] })
  const { context, page, errors } = await person(browser, english)
  await page.clock.install()
  await visit(page)
  await page.locator('input[type=search]').fill('나중에')
  const card = page.getByRole('link', { name: /나중에 여는 밤/ })
  await card.waitFor()
  like('the list has the hour at which it opens', await card.textContent(), /on sale from .*20\d\d/)
  await picture(page, 'opens-later')
  await card.click()
  await page.locator('.panel h2').waitFor()
  for (const [what, selector] of [['the performance', '[aria-labelledby=performances] .chip.upcoming'], ['the panel', '.panel .opens']]) {
    like(`so has ${what}`, await textOf(page, selector), /on sale from .*20\d\d/)
  }
  await accessible(page, 'a sale that opens later')
  const points = await seatPoints(page)
  const { x, y } = points['row A, seat 1']
  await page.mouse.click(x, y)
  await page.locator('.hold').click()
  like('before it nothing is held', await notice(page), /has not opened yet/)

  sql(`UPDATE concert_booking.concert_schedules SET booking_opens_at = now() WHERE id = '${made.schedule}'`)
  await page.clock.fastForward('49:00:00')
  await page.getByText('Booking is open now.').waitFor({ state: 'attached' })
  is('at the hour the page says so', await page.locator('.panel .opens').isVisible(), false)
  await page.locator('.hold').click()
  await page.locator('.timer').waitFor()
  is('and the seat is held', await page.locator('.chosen strong').allTextContents(), ['A-1'])
  await leave('who came too early', { context, errors })
}

async function cancelled(browser) {
  const made = concert('취소된 밤', { performances: [{ days: 30 }, { days: 31 }] })
  sql(`SELECT concert_booking.cancel_schedule('${made.schedules[1]}', 'storm')`)
  const { context, page, errors } = await person(browser, korean)
  await visit(page, `#/concert/${made.concert}/${made.schedules[1]}`)
  await page.getByText('이 회차의 공연은 취소되었습니다.').waitFor()
  is('a cancelled performance is none to choose', await page.locator('[aria-labelledby=performances] button.chip').count(), 1)
  // Cancelled while somebody chooses.
  await openSale(page, made)
  sql(`SELECT concert_booking.cancel_schedule('${made.schedules[0]}', 'storm')`)
  await page.fill('#best-count', '1')
  await page.locator('form.best button').click()
  like('nor is anything sold of it', await notice(page), /이 회차의 공연은 취소되었습니다/)
  await leave('who came in vain', { context, errors })
}
