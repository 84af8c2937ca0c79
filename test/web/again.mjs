// What a booker holds is in the database, not in the page: a reload keeps it, and
// so does another machine.
import { is, like } from '../rest/tap.mjs'
import { english, korean, leave, notice, openSale, person, picture, seatPoints, textOf } from './browser.mjs'
import { concert, sql, statusOf } from './world.mjs'

const seatsOf = (page) => page.locator('.chosen strong').allTextContents()

async function signedIn(browser, sale) {
  const made = await person(browser, english)
  await openSale(made.page, sale)
  await made.page.locator('header select').selectOption({ label: 'Seojun Park' })
  await made.page.locator('form.best, .timer').first().waitFor()
  return made
}

export async function again(browser) {
  const made = concert('다시 연 화면', { performances: [{}, { paid: true }] })
  await guest(browser, made)
  await member(browser, made)
}

async function guest(browser, made) {
  const { context, page, errors } = await person(browser, korean)
  await openSale(page, made)
  const points = await seatPoints(page)
  for (const name of ['A열, 1번 좌석', 'A열, 2번 좌석']) await page.mouse.click(points[name].x, points[name].y)
  await page.locator('.hold').click()
  await page.locator('.timer').waitFor()
  // What the page itself remembers of it is gone, but for who the guest is.
  const order = await page.evaluate(() => {
    const key = Object.keys(localStorage).find((name) => name.startsWith('order:'))
    for (const name of Object.keys(localStorage)) if (name !== 'session_id' && name !== key) localStorage.removeItem(name)
    return localStorage.getItem(key)
  })
  await page.reload()
  await page.locator('.timer').waitFor()
  is('a reload keeps a guest\'s seats', await seatsOf(page), ['A-1', 'A-2'])

  // The answer to the confirmation got lost, and the page is loaded again.
  await page.fill('#customer-name', '이하늘')
  await page.fill('#customer-phone', '010-4567-8901')
  const sent = page.waitForRequest('**/rpc/confirm_booking')
  await page.route('**/rpc/confirm_booking', (route) => route.abort())
  await page.locator('.confirm').click()
  is('the order has the key that it had before the reload', (await sent).postDataJSON().idempotency_key, order)
  like('nothing was booked', await notice(page), /서버에 연결할 수 없습니다/)
  await page.unroute('**/rpc/confirm_booking')
  sql(`BEGIN; UPDATE concert_booking.temp_reservations SET expires_at = now() - interval '1 second' WHERE concert_schedule_id = '${made.schedule}';
       UPDATE concert_booking.seats SET hold_expires_at = now() - interval '1 second'
       WHERE concert_schedule_id = '${made.schedule}' AND status = 'temp_reserved'; COMMIT`)
  await page.reload()
  await page.locator('form.best').waitFor()
  is('what has lapsed is not shown as held', await page.locator('.timer').count(), 0)
  await leave('a guest who came back', { context, errors: errors.filter((text) => !/ERR_FAILED/.test(text)) })
}

async function member(browser, made) {
  const [desk, sofa] = [await signedIn(browser, made), await signedIn(browser, made)]
  await desk.page.fill('#best-count', '2')
  await desk.page.locator('form.best button').click()
  await desk.page.locator('.timer').waitFor()
  await sofa.page.reload()
  await sofa.page.locator('.timer').waitFor()
  const held = await seatsOf(desk.page)
  is('a member sees on another machine what is held', await seatsOf(sofa.page), held)
  await sofa.page.locator('.release').click()
  await sofa.page.locator('form.best').waitFor()
  is('and gives it back there', statusOf(made.schedule, ...held), 'available available')

  // A payment that was begun on one of them goes on on the other one.
  const paid = { ...made, schedule: made.schedules[1] }
  await openSale(desk.page, paid)
  await desk.page.route('**/payment/checkout', (route) => route.abort())
  await desk.page.locator('form.best button').click()
  await desk.page.locator('.confirm').click()
  await desk.page.locator('.payment-state').waitFor()
  await openSale(sofa.page, paid)
  await sofa.page.locator('.payment-state').waitFor()
  like('a payment that was begun waits there, too', await textOf(sofa.page, '.panel'), /Waiting for your payment.*₩300,000/)
  await picture(sofa.page, 'paying-elsewhere')
  await sofa.page.locator('.give-up').click()
  await sofa.page.locator('form.best').waitFor()
  await leave('the member\'s first machine', { ...desk, errors: desk.errors.filter((text) => !/ERR_FAILED/.test(text)) })
  await leave('the second one', sofa)
}
