// A performance that is sold against payment: from the page to the pretend
// provider's page and back, paid in parts, late, too late, or not at all.
import { is, like } from '../rest/tap.mjs'
import { accessible, english, korean, leave, notice, openSale, person, picture, seatPoints, textOf, visit } from './browser.mjs'
import { concert, count, sql, statusOf } from './world.mjs'

let provider

async function deliver() {
  await fetch(`${provider}/pretend`, { method: 'POST', body: '{"deliver": "in order"}' })
}

// On the provider's page, which comes back by itself. Answers with what it asks for.
async function pay(page, what, webhook) {
  await page.locator('select[name=webhook]').selectOption(webhook)
  provider = new URL(page.url()).origin
  const amount = await textOf(page, 'strong')
  await page.locator(`button[value=${what}]`).click()
  await page.locator('header').waitFor()
  return amount
}

async function begin(page, point) {
  await page.mouse.click(point.x, point.y)
  await page.locator('.hold').click()
  await page.locator('.timer').waitFor()
  if (await page.locator('#customer-name').count()) {
    await page.fill('#customer-name', '이하늘')
    await page.fill('#customer-phone', '010-4567-8901')
  }
  await page.locator('.confirm').click()
}

const letPass = (schedule) => sql(`
  UPDATE concert_booking.bookings SET pay_by = now() - interval '1 second' WHERE concert_schedule_id = '${schedule}' AND status = 'pending';
  UPDATE concert_booking.temp_reservations SET expires_at = now() - interval '1 second' WHERE concert_schedule_id = '${schedule}';
  UPDATE concert_booking.seats SET hold_expires_at = now() - interval '1 second' WHERE concert_schedule_id = '${schedule}' AND status = 'temp_reserved'`)

const money = (schedule) => sql(`
  SELECT string_agg(p.kind || ' ' || p.amount, ', ' ORDER BY p.id) FROM concert_booking.payments p
  JOIN concert_booking.bookings b ON b.id = p.booking_id WHERE b.concert_schedule_id = '${schedule}'`)

async function until(happened) {
  while (!happened()) await new Promise((done) => setTimeout(done, 100))
}

export async function payment(browser) {
  const made = concert('결제하는 밤', { performances: [{ days: 30, paid: true }, { days: 31, paid: true }, { days: 32, paid: true }] })
  const [parts, late, none] = made.schedules
  const guest = await person(browser, korean)
  await inParts(guest.page, { ...made, schedule: parts })
  await notPaid(guest.page, { ...made, schedule: none })
  await left(guest)
  const member = await person(browser, english)
  await tooLate(member.page, { ...made, schedule: late })
  await left(member)
  is('no invariant is broken by paying', count('concert_booking.check_integrity()'), 0)
}

// The provider's page is another host's.
const left = (who) => leave('who has paid', { ...who, errors: who.errors.filter((text) => !text.startsWith(`asks ${provider}/`)) })

async function inParts(page, made) {
  await openSale(page, made)
  const points = await seatPoints(page)
  await begin(page, points['A열, 3번 좌석'])
  is('the provider asks for the price', await pay(page, 'half', 'transfer'), '₩150,000')
  await page.locator('button.pay').waitFor()
  is('back on the page, the booking waits', await textOf(page, '.panel h2'), '결제를 기다리고 있습니다')
  like('so long', await textOf(page, '.timer-digits'), /^3[0-5]:\d\d$/)
  is('the seat is kept', statusOf(made.schedule, 'A-3'), 'temp_reserved')
  await picture(page, 'paying-ko')
  await accessible(page, 'waiting for the payment')

  await deliver()
  await page.getByText('₩75,000이 입금되었습니다').waitFor()
  is('of half a payment the rest is asked for', await textOf(page, '.total'), '남은 금액₩75,000')
  await picture(page, 'paid-in-part-ko')
  await page.locator('button.pay').click()
  is('by the provider, too', await pay(page, 'all', 'twice'), '₩75,000')
  await page.locator('.ticket').waitFor()
  like('paid, there is a ticket', await textOf(page, '.ticket'), /예매 완료.*결제하는 밤.*A-3.*₩150,000/)
  is('what was paid is in the ledger', money(made.schedule), 'charge 75000, charge 75000')

  await page.locator('.cancel').click()
  await page.locator('.danger').click()
  await page.getByText('₩150,000을 환불해 드립니다.').waitFor()
  await picture(page, 'refunded-ko')
  await until(() => money(made.schedule) === 'charge 75000, charge 75000, refund 75000, refund 75000')
  is('and the money goes back', count('concert_booking.refunds_due'), 0)
}

async function notPaid(page, made) {
  await openSale(page, made)
  const points = await seatPoints(page)
  await begin(page, points['A열, 3번 좌석'])
  await pay(page, 'nothing', 'at once')
  await page.locator('button.pay').waitFor()
  await page.locator('.give-up').click()
  await page.locator('form.best').waitFor()
  is('who gives up gives the seat back', statusOf(made.schedule, 'A-3'), 'available')

  // A second page of the same guest was opened before, and does not know.
  const other = await page.context().newPage()
  other.setDefaultTimeout(600000)
  await openSale(other, made)
  await begin(page, points['B열, 3번 좌석'])
  await page.locator('select[name=webhook]').waitFor()
  await begin(other, points['C열, 3번 좌석'])
  await other.locator('button.pay').waitFor()
  like('one payment after the other', await notice(other), /결제를 기다리는 예매가 이미 있습니다/)
  is('that one is shown', await other.locator('.chosen strong').allTextContents(), ['B-3'])
  is('and what was held for another one is free again', statusOf(made.schedule, 'B-3', 'C-3'), 'temp_reserved available')
  await other.close()

  await visit(page, '#/bookings')
  const waiting = page.locator('.ticket.pending')
  like('the booking is in the list, to be paid', await waiting.textContent(), /결제 대기.*B-3/)
  await accessible(page, 'a booking to be paid')
  await waiting.locator('.pay').click()
  await pay(page, 'all', 'at once')
  await page.locator('.ticket.confirmed').waitFor()
  like('and is paid from there', await textOf(page, '.ticket.confirmed'), /예매 완료.*B-3/)
}

async function tooLate(page, made) {
  await visit(page)
  await page.locator('header select').selectOption({ label: 'Haneul Lee' })
  await openSale(page, made)
  const points = await seatPoints(page)
  await begin(page, points['row A, seat 3'])
  await pay(page, 'all', 'transfer')
  await page.locator('button.pay').waitFor()
  letPass(made.schedule)
  await page.getByText('This booking was not paid in time').waitFor()
  await picture(page, 'not-paid-en')
  await accessible(page, 'not paid in time')
  await deliver()
  await page.locator('.ticket').waitFor()
  like('a late payment gets the seat while it is free', await textOf(page, '.ticket'), /confirmed.*A-3/)
  await page.getByRole('button', { name: 'Book more seats' }).click()
  await page.locator('form.best').waitFor()

  await begin(page, points['row B, seat 3'])
  await pay(page, 'all', 'transfer')
  await page.locator('button.pay').waitFor()
  letPass(made.schedule)
  await page.getByText('This booking was not paid in time').waitFor()
  sql(`SELECT concert_booking.hold_seat(id, user_id => 'b0b00000-0000-4000-8000-000000000002') FROM concert_booking.seats
       WHERE concert_schedule_id = '${made.schedule}' AND seat_number = 'B-3'`)
  await deliver()
  await until(() => money(made.schedule) === 'charge 150000, charge 150000, refund 150000')
  await page.locator('.refund').waitFor({ state: 'attached' })
  await page.locator('.give-up').click()
  await page.locator('form.best').waitFor()
  is('what came too late has gone back', count('concert_booking.refunds_due'), 0)
}
