// A performance that is sold against payment: from the page to the pretend
// provider's page and back: refused, in parts, slow, late, twice, or not at all.
import { is, like, ok } from '../rest/tap.mjs'
import { accessible, english, korean, leave, notice, openSale, person, picture, signIn, textOf, users, visit } from './browser.mjs'
import { concert, count, sql, statusOf } from './world.mjs'

let provider

const pretend = (wanted) => fetch(`${provider}/pretend`, { method: 'POST', body: JSON.stringify(wanted) })
const deliver = () => pretend({ deliver: 'in order' })

// On the provider's page, which comes back by itself. What is slow or late comes when it is
// delivered: no test depends on a time. Answers with what it asks for.
async function pay(page, outcome) {
  await page.locator('button[name=outcome]').first().waitFor()
  provider = new URL(page.url()).origin
  await pretend({ timers: false })
  const amount = await textOf(page, '.amount strong')
  await page.locator(`button[value=${outcome}]`).click()
  await page.locator('header').waitFor()
  return amount
}

// One of the dearest seats, whichever is free; answers with its number.
async function begin(page) {
  await page.locator('form.best').waitFor()
  await page.fill('#best-count', '1')
  await page.selectOption('#best-grade', 'R')
  await page.locator('form.best button').click()
  await page.locator('.timer').waitFor()
  const seat = await textOf(page, '.chosen strong')
  if (await page.locator('#customer-name').count()) {
    await page.fill('#customer-name', '이하늘')
    await page.fill('#customer-phone', '010-4567-8901')
  }
  await page.locator('.confirm').click()
  return seat
}

const letPass = (schedule) => sql(`
  UPDATE concert_booking.bookings SET pay_by = now() - interval '1 second' WHERE concert_schedule_id = '${schedule}' AND status = 'pending';
  BEGIN; UPDATE concert_booking.temp_reservations SET expires_at = now() - interval '1 second' WHERE concert_schedule_id = '${schedule}';
  UPDATE concert_booking.seats SET hold_expires_at = now() - interval '1 second' WHERE concert_schedule_id = '${schedule}' AND status = 'temp_reserved'; COMMIT`)

const money = (schedule) => sql(`
  SELECT string_agg(p.kind || ' ' || p.amount, ', ' ORDER BY p.id) FROM concert_booking.payments p
  JOIN concert_booking.bookings b ON b.id = p.booking_id WHERE b.concert_schedule_id = '${schedule}'`)
const bookings = (schedule) => sql(`SELECT string_agg(status, ' ' ORDER BY id) FROM concert_booking.bookings WHERE concert_schedule_id = '${schedule}'`)
const due = (schedule) => count(`concert_booking.refunds_due r JOIN concert_booking.bookings b ON b.id = r.booking_id WHERE b.concert_schedule_id = '${schedule}'`)

const heading = (page, text) => page.locator('.panel h2', { hasText: text }).waitFor()

export async function payment(browser) {
  const made = concert('결제하는 밤', { performances: [31, 32, 33, 34, 35].map((days) => ({ days, paid: true })) })
  const [parts, late, none, more, offline] = made.schedules
  const guest = await person(browser, { ...korean, viewport: { width: 390, height: 844 } })
  await inParts(guest.page, { ...made, schedule: parts })
  await left(guest)
  const other = await person(browser, korean)
  await notPaid(other.page, { ...made, schedule: none })
  await withoutConnection(other, { ...made, schedule: offline })
  await left(other)
  const member = await person(browser, english)
  await tooLate(member.page, { ...made, schedule: late })
  await fromTheTicket(member.page, more)
  await left(member)
}

const copyOf = async (page) => (await page.context().browser().newContext(
  { ...korean, viewport: page.viewportSize(), storageState: await page.context().storageState() })).newPage()

// The provider's page is another host's.
const left = (who) => leave('who has paid', { ...who, errors: who.errors.filter((text) =>
  !text.startsWith(`asks ${provider}/`) && !/ERR_INTERNET_DISCONNECTED/.test(text)) })

// On a phone, in Korean: refused, then half, then the rest slowly.
async function inParts(page, made) {
  await openSale(page, made)
  const seat = await begin(page)
  await page.locator('button[value=refused]').waitFor()
  is('the provider speaks the page\'s language', [await page.locator('html').getAttribute('lang'), await textOf(page, 'h1')], ['ko', '모의 결제'])
  await accessible(page, 'the provider\'s page')
  await picture(page, 'provider-ko')
  is('the provider asks for the price', await pay(page, 'refused'), '₩150,000')
  await heading(page, '카드가 거절되었습니다')
  like('a refused card has paid nothing, and the time goes on', await textOf(page, '.timer-digits'), /^3[0-5]:\d\d$/)
  is('nothing is in the ledger, and the seat is kept', [money(made.schedule), statusOf(made.schedule, seat)], ['', 'temp_reserved'])
  is('one tries again', await textOf(page, 'button.pay'), '다시 시도')
  await picture(page, 'paying-refused-ko')
  await accessible(page, 'refused')
  await page.reload()
  await heading(page, '카드가 거절되었습니다')

  await page.locator('button.pay').click()
  await pay(page, 'half')
  await page.getByText('₩75,000이 입금되었습니다').waitFor()
  is('of half a payment the rest is asked for', await textOf(page, '.total'), '남은 금액₩75,000')
  await picture(page, 'paid-in-part-ko')
  await page.locator('button.pay').click()
  is('by the provider, too', await pay(page, 'slow'), '₩75,000')
  await heading(page, '결제 확인을 기다리고 있습니다')
  await page.reload()
  await heading(page, '결제 확인을 기다리고 있습니다')
  is('while nobody has confirmed it, it waits', bookings(made.schedule), 'pending')
  await accessible(page, 'waiting for the confirmation')
  await picture(page, 'paying-ko')
  await deliver()
  await page.locator('.ticket').waitFor()
  like('paid, there is a ticket', await textOf(page, '.ticket'), new RegExp(`예매 완료.*결제하는 밤.*${seat}.*₩150,000`))
  is('what was paid is in the ledger', money(made.schedule), 'charge 75000, charge 75000')

  await page.locator('.cancel').click()
  await page.locator('.quote dd', { hasText: '₩150,000' }).waitFor()
  await page.locator('.danger').click()
  await page.locator('.refunded', { hasText: '₩150,000을 환불해 드렸습니다.' }).waitFor()
  await heading(page, '예매를 취소했습니다')
  await picture(page, 'refunded-ko')
  is('it says so when the ledger does', [money(made.schedule), due(made.schedule)],
    ['charge 75000, charge 75000, refund 75000, refund 75000', 0])
}

async function notPaid(page, made) {
  await openSale(page, made)
  const given = await begin(page)
  await page.locator('.left a').click()
  await heading(page, '결제를 기다리고 있습니다')
  await page.locator('.give-up').click()
  await page.locator('form.best').waitFor()
  is('who gives up gives the seat back', statusOf(made.schedule, given), 'available')

  // A second page of the same guest, in a browser that does not hear of the first one's.
  const other = await copyOf(page)
  other.setDefaultTimeout(600000)
  await openSale(other, made)
  const seat = await begin(page)
  await page.locator('button[value=paid]').waitFor()
  const second = await begin(other)
  await other.locator('button.pay').waitFor()
  like('one payment after the other', await notice(other), /결제를 기다리는 예매가 이미 있습니다/)
  is('nothing that is somebody\'s business is kept of it', await other.evaluate(() => Object.values(localStorage).join().includes('4567')), false)
  is('that one is shown', await other.locator('.chosen strong').allTextContents(), [seat])
  is('and what was held for another one is free again', [statusOf(made.schedule, seat), statusOf(made.schedule, second)], ['temp_reserved', 'available'])

  await visit(page, '#/bookings?status=pending')
  const waiting = page.locator('.booking-line.pending')
  like('the booking is in the list, to be paid', await waiting.textContent(), new RegExp(`결제 대기.*까지 결제.*${seat}`))
  await waiting.click()
  await page.locator('.ticket.pending').waitFor()
  like('with its time', await textOf(page, '.pay-by strong'), /^3[0-5]:\d\d$/)
  await accessible(page, 'a booking to be paid')
  await page.locator('button.pay').click()
  await pay(page, 'refused')
  await page.locator('.note.warning', { hasText: '카드가 거절되었습니다' }).waitFor()
  is('the answer does not stay in the address', new URL(page.url()).hash.includes('?'), false)
  await page.locator('button.pay').click()
  await pay(page, 'paid')
  await page.locator('.ticket.confirmed').waitFor()
  like('and is paid from there', await textOf(page, '.ticket.confirmed'), new RegExp(`예매 완료.*${seat}`))
  await other.locator('.ticket').waitFor()
  like('the other page has the ticket as well', await textOf(other, '.ticket'), new RegExp(`예매 완료.*${seat}`))
  await other.close()
}

// A payment that nobody knows any more, and one whose buyer has gone on to another page.
export async function paymentLeft(browser) {
  const made = concert('자리를 뜬 밤', { performances: [{ paid: true }] })
  const who = await person(browser, korean)
  const { page } = who
  await visit(page)
  await page.evaluate((schedule) => localStorage.setItem(`payment:${localStorage.getItem('session_id')}:${schedule}`, JSON.stringify({
    booking_id: '01970000-0000-7000-8000-00000000dead', status: 'pending', total_price: 1, pay_by: '2100-01-01T00:00:00Z', seats: [],
  })), made.schedule)
  await openSale(page, made)
  await page.locator('form.best').waitFor()
  is('a booking that is there no longer keeps nobody from another one', await page.evaluate(() =>
    Object.keys(localStorage).filter((key) => key.startsWith('payment:'))), [])

  let letGo
  const gone = new Promise((done) => { letGo = done })
  const asked = page.waitForRequest('**/payment/checkout')
  await page.route('**/payment/checkout', async (route) => {
    await gone
    await route.continue()
  })
  await begin(page)
  await asked
  const answered = page.waitForResponse('**/payment/checkout')
  await page.locator('header a[href="#/bookings"]').click()
  await page.locator('.booking-line').waitFor()
  letGo()
  await (await answered).finished()
  await page.locator('.booking-line').click()
  await page.locator('.ticket.pending').waitFor()
  is('who has gone on is not taken to the provider', bookings(made.schedule), 'pending')
  await leave('who has left', { ...who, errors: who.errors.filter((text) => !/status of 404/.test(text)) })
}

// The connection breaks between the page and the provider: told, nothing is lost, and it
// goes on when it is back.
async function withoutConnection({ page, context }, made) {
  await openSale(page, made)
  await begin(page)
  await page.locator('.left a').click()
  await page.locator('button.pay').waitFor()
  // Given up on another page.
  sql(`SELECT concert_booking.cancel_payment(id, session_id => session_id) FROM concert_booking.bookings
       WHERE concert_schedule_id = '${made.schedule}' AND status = 'pending'`)
  await heading(page, '결제를 그만두었습니다')
  is('what was given up elsewhere is not paid for', await page.locator('button.pay').isVisible(), false)
  await page.locator('.give-up').click()
  await begin(page)
  await page.locator('.left a').click()
  await page.locator('button.pay').waitFor()
  await context.setOffline(true)
  await page.locator('button.pay').click()
  like('without a connection paying is not begun', await notice(page), /서버에 연결할 수 없습니다/)
  await page.locator('.connection').waitFor()
  await context.setOffline(false)
  await page.locator('.connection').waitFor({ state: 'hidden' })
  await page.locator('button.pay').click()
  await pay(page, 'paid')
  await page.locator('.ticket.confirmed').waitFor()
  is('paid once', money(made.schedule), 'charge 150000')
}

async function tooLate(page, made) {
  await visit(page)
  await signIn(page, 'haneul')
  await openSale(page, made)
  const saved = await begin(page)
  await page.locator('button[value=late]').waitFor()
  is('and English', [await page.locator('html').getAttribute('lang'), await textOf(page, 'h1')], ['en', 'Pretend Pay'])
  await picture(page, 'provider-en')
  await pay(page, 'late')
  await page.locator('button.pay').waitFor()
  letPass(made.schedule)
  await heading(page, 'This booking was not paid in time')
  await picture(page, 'not-paid-en')
  await accessible(page, 'not paid in time')
  await deliver()
  await page.locator('.ticket').waitFor()
  like('a late payment gets the seat while it is free, and that is said', await textOf(page, '.ticket'), new RegExp(`confirmed.*came late.*still free.*${saved}`))
  await page.getByRole('button', { name: 'Book more seats' }).click()
  await page.locator('form.best').waitFor()

  const lost = await begin(page)
  await pay(page, 'late')
  await page.locator('button.pay').waitFor()
  letPass(made.schedule)
  await heading(page, 'This booking was not paid in time')
  sql(`SELECT concert_booking.hold_seat(id, user_id => 'b0b00000-0000-4000-8000-000000000002') FROM concert_booking.seats
       WHERE concert_schedule_id = '${made.schedule}' AND seat_number = '${lost}'`)
  await deliver()
  await heading(page, 'The payment came too late')
  await page.locator('.refunded', { hasText: '₩150,000 has gone back to you.' }).waitFor()
  await picture(page, 'too-late-en')
  await accessible(page, 'too late')
  is('what came too late has gone back', [money(made.schedule), due(made.schedule)], ['charge 150000, charge 150000, refund 150000', 0])
  await page.locator('.give-up').click()
  await page.locator('form.best').waitFor()
}

// A booking that was begun elsewhere, paid from its ticket.
async function fromTheTicket(page, schedule) {
  const begun = (seat) => sql(`
    SELECT concert_booking.hold_seat(id, user_id => '${users.haneul}') FROM concert_booking.seats
    WHERE concert_schedule_id = '${schedule}' AND seat_number = '${seat}';
    SELECT booking_id FROM concert_booking.begin_payment('${schedule}', user_id => '${users.haneul}')`).split('\n').at(-1)
  const buys = async (seat, outcome) => {
    const id = begun(seat)
    await visit(page, `#/bookings/${id}`)
    await page.locator('button.pay').click()
    await pay(page, outcome)
    return id
  }
  await buys('A-1', 'double')
  await page.locator('.refunded', { hasText: '₩150,000 has gone back to you.' }).waitFor()
  like('paid twice, one booking', await textOf(page, '.ticket.confirmed'), /confirmed.*A-1/)
  is('and one payment went back', [bookings(schedule), money(schedule)], ['confirmed', 'charge 150000, charge 150000, refund 150000'])

  await buys('A-2', 'twice')
  await page.locator('.ticket.confirmed').waitFor()
  const id = await buys('A-3', 'never')
  await page.locator('.ticket.confirmed').waitFor()
  is('told twice or never, it is paid once', money(schedule), 'charge 150000, charge 150000, refund 150000, charge 150000, charge 150000')

  // Late, and shown on the ticket: nobody is left without an answer.
  const late = await buys('A-4', 'late')
  await page.locator('.note:not([hidden])', { hasText: 'Waiting for the confirmation' }).waitFor()
  letPass(schedule)
  await page.locator('.ticket.expired').waitFor()
  like('what becomes of late money is told beforehand', await textOf(page, '.notes'), /not paid in time.*money back/)
  await deliver()
  await page.locator('.ticket.confirmed').waitFor()
  like('a late payment is told on the ticket, too', await textOf(page, '.ticket'), /came late.*still free/)
  ok('each of them is a booking of its own', id !== late)
}
