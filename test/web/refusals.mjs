// Each refusal that a visitor can meet, brought about for real and read in both
// languages; and a connection that breaks.
import { is, like } from '../rest/tap.mjs'
import { accessible, korean, leave, notice, openSale, person, picture, seatPoints, textOf, visit } from './browser.mjs'
import { concert, sql } from './world.mjs'

// The words of the notice, in Korean and, after a press of the button, in English.
async function refused(page, code, ko, en) {
  like(`${code} in Korean`, await notice(page), ko)
  await page.locator('.language').click()
  like(`${code} in English`, await notice(page), en)
  await page.locator('.language').click()
  await page.locator('.notice button').click()
}

export async function refusals(browser) {
  const made = concert('거절의 밤', { performances: [
    { days: 30, limit: 2 }, { days: 31, opens: '2 days' }, { days: 32 }, { days: 33, cancelUntil: '400 days' },
    { days: 34, empty: true }] })
  const [limited, later, closing, final, empty] = made.schedules
  const { context, page, errors } = await person(browser, { ...korean, colorScheme: 'dark' })
  const open = (schedule) => openSale(page, { ...made, schedule })
  await open(limited)
  const points = await seatPoints(page)
  const choose = async (...names) => {
    for (const name of names) await page.mouse.click(points[name].x, points[name].y)
    await page.locator('.chosen li').nth(names.length - 1).waitFor()
  }
  const hold = () => page.locator('.hold').click()
  const held = async () => {
    await hold()
    await page.locator('.timer').waitFor()
  }

  is('the limit is told beforehand', await textOf(page, '.limit'), '한 사람이 2석까지 예매할 수 있습니다.')
  await choose('A열, 1번 좌석', 'A열, 2번 좌석', 'A열, 3번 좌석')
  is('and what is over it', await textOf(page, '.limit.over'), '한 사람이 2석까지 예매할 수 있습니다. 1석을 빼 주세요.')
  await accessible(page, 'more than the limit, in the dark')
  await hold()
  await refused(page, 'PT422', /한 사람이 예매할 수 있는 좌석 수를 넘었습니다/, /more seats than one person may book/)
  is('the selection is kept', await page.locator('.chosen li').count(), 3)

  await page.fill('#best-count', '13')
  await page.locator('form.best button').click()
  await refused(page, 'PT422 of best seats', /좌석 수를 넘었습니다/, /more seats than one person/)

  // A session that got lost on the way.
  await page.route('**/rpc/hold_seats', (route) =>
    route.continue({ postData: JSON.stringify({ seat_ids: route.request().postDataJSON().seat_ids }) }))
  await hold()
  await refused(page, 'PT401', /누가 예매하는지 알 수 없습니다/, /do not know who is booking/)
  await page.unroute('**/rpc/hold_seats')

  await open(later)
  await choose('A열, 1번 좌석')
  await hold()
  await page.waitForFunction(() => document.activeElement.matches('.hold'))
  await refused(page, 'PT425', /아직 예매가 시작되지 않았습니다/, /has not opened yet/)
  like('the page says when it opens', await textOf(page, '.chip.upcoming >> nth=0'), /예매 시작 20\d\d년/)

  await open(closing)
  is('without a limit nothing is said of one', await page.locator('.limit').isVisible(), false)
  await page.fill('#best-count', '13')
  await page.locator('form.best button').click()
  await refused(page, 'PT409 of best seats', /조건에 맞는 좌석이 부족합니다/, /Not enough seats match/)
  await choose('A열, 1번 좌석', 'A열, 2번 좌석')
  await held()
  sql(`BEGIN; UPDATE concert_booking.temp_reservations SET expires_at = now() WHERE concert_schedule_id = '${closing}';
       UPDATE concert_booking.seats SET hold_expires_at = now() WHERE concert_schedule_id = '${closing}' AND status = 'temp_reserved'; COMMIT`)
  await page.fill('#customer-name', '이하늘')
  await page.fill('#customer-phone', '010-4567-8901')
  await page.locator('.confirm').click()
  await picture(page, 'expired')
  await refused(page, 'PT410', /선점 시간이 끝난 좌석이 있어 예매하지 않았습니다.*A-1 \(선점 시간 끝남\)/, /so nothing was booked.*A-1 \(hold is over\)/)
  await page.locator('.chosen li').nth(1).waitFor()
  sql(`UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = '${closing}'`)
  await hold()
  await refused(page, 'PT423', /예매가 마감되었습니다/, /Booking is closed/)

  await open(final)
  await choose('A열, 1번 좌석')
  await held()
  await page.fill('#customer-name', '이하늘')
  await page.fill('#customer-phone', '010-4567-8901')
  sql(`UPDATE concert_booking.temp_reservations SET price = 77000 WHERE concert_schedule_id = '${final}'`)
  await page.locator('.confirm').click()
  await refused(page, 'PT422 of another total', /가격이 바뀌어 예매하지 않았습니다/, /price has changed, so nothing was booked/)
  is('the new total is told', await textOf(page, '.confirm'), '₩77,000 예매하기')
  await broken(page, context)
  await page.locator('.confirm').click()
  like('too late to cancel is told before one tries', await textOf(page, '.cancel-until'), /까지 취소할 수 있었습니다/)
  is('and is not offered', await page.locator('.cancel').count(), 0)
  await accessible(page, 'ticket in the dark')

  await open(empty)
  is('a performance without seats says so', await page.getByText('아직 좌석이 없습니다').isVisible(), true)
  await page.locator('.plan-grid').press('ArrowDown')
  await page.locator('.plan-buttons button').first().click()
  await page.fill('#best-count', '1')
  await page.locator('form.best button').click()
  like('and has none to find', await notice(page), /조건에 맞는 좌석이 부족합니다/)

  await visit(page, '#/bookings')
  await page.fill('#look-up-number', 'ABCD-EFGH-JKMN-P')
  await page.fill('#look-up-phone', '010-4567-8901')
  await page.locator('.look-up button').click()
  await refused(page, 'PT404', /그런 예매가 없습니다/, /There is no such booking/)
  await leave('who was refused', { context, errors: errors.filter((text) => !/ERR_INTERNET_DISCONNECTED/.test(text)) })
}

// What could not be loaded can be loaded again.
export async function unread(browser) {
  const made = concert('읽히지 않는 밤')
  const who = await person(browser, korean)
  const { page } = who
  await page.route('**/buy/bookings.js', (route) => route.abort(), { times: 1 })
  await visit(page)
  await page.locator('header a[href="#/bookings"]').click()
  await page.locator('h1', { hasText: '화면을 불러오지 못했습니다' }).waitFor()
  await accessible(page, 'a room that could not be loaded')
  await page.locator('main button').click()
  await page.locator('.look-up').waitFor()
  await page.waitForFunction(() => document.title === '예매 확인 · 좌석 예매')

  await page.route('**/rpc/seat_map_json*', (route) => route.abort(), { times: 1 })
  await visit(page, `#/concert/${made.concert}/${made.schedule}`)
  await page.locator('.panel h2', { hasText: '좌석을 불러오지 못했습니다' }).waitFor()
  await page.locator('.panel button').click()
  await page.locator('form.best').waitFor()
  is('read at the second try, the plan is there', await page.locator('.plan-grid [role=gridcell]').count(), 12)

  await visit(page, '#/concert')
  is('an address without a concert names none', await textOf(page, 'main h1'), '없는 공연입니다')
  await leave('who tried again', { ...who, errors: who.errors.filter((text) => !/ERR_FAILED/.test(text)) })
}

// Nothing is booked while the connection is broken; the page says so, and goes
// on by itself when it is back.
async function broken(page, context) {
  await context.setOffline(true)
  await page.locator('.confirm').click()
  await refused(page, 'no connection', /서버에 연결할 수 없습니다/, /cannot be reached/)
  await page.locator('.connection').waitFor()
  like('the broken connection is told', await textOf(page, '.connection'), /다시 연결하는 중/)
  await context.setOffline(false)
  await page.locator('.connection').waitFor({ state: 'hidden' })
  is('the hold is still there', await page.locator('.timer').count(), 1)
}
