// The desk: a clerk finds bookings, looks after one, sells over the counter and blocks
// seats. What the page says is compared with what the database has then.
import { is, like, ok } from '../rest/tap.mjs'
import { accessible, english, korean, leave, notice, person, picture, seatPoints, signIn, textOf, users, visit } from './browser.mjs'
import { concert, count, sql, statusOf } from './world.mjs'

const session = 'd0000000-0000-4000-8000-00000000de50'
const idsOf = (schedule, numbers) => `(SELECT array_agg(id) FROM concert_booking.seats WHERE concert_schedule_id = '${schedule}'
  AND seat_number = ANY ('{${numbers.join(',')}}'))`

// A booking that is there already: of a member, or of a guest with name and phone.
const booked = (schedule, numbers, { member, name = null, phone = null }) => sql(`
  SELECT booking_id || ' ' || booking_number FROM concert_booking.book_seats(${idsOf(schedule, numbers)},
    ${member ? `user_id => '${member}'` : `session_id => '${session}'`},
    customer_name => ${name ? `'${name}'` : 'NULL'}, customer_phone => ${phone ? `'${phone}'` : 'NULL'})`).split(' ')

const pay = (id, reference) => sql(`SELECT outcome FROM concert_booking.confirm_payment('${id}',
  (SELECT total_price FROM concert_booking.bookings WHERE id = '${id}'), 'cash', '${reference}')`)

const pending = (schedule, numbers, name, phone) => sql(`
  SELECT count(*) FROM concert_booking.hold_seats(${idsOf(schedule, numbers)}, session_id => '${session}');
  SELECT booking_id || ' ' || booking_number FROM concert_booking.begin_payment('${schedule}', session_id => '${session}',
    customer_name => '${name}', customer_phone => '${phone}')`).split('\n').at(-1).split(' ')

const ledger = (id) => sql(`SELECT string_agg(kind || ' ' || amount || ' ' || provider, ', ' ORDER BY id) FROM concert_booking.payments WHERE booking_id = '${id}'`)
const bookingOf = (schedule, number) => sql(`SELECT b.id FROM concert_booking.bookings b JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id
  JOIN concert_booking.seats s ON s.id = bs.seat_id WHERE s.concert_schedule_id = '${schedule}' AND s.seat_number = '${number}' AND bs.active`)
const fact = (id, what) => sql(`SELECT ${what} FROM concert_booking.bookings WHERE id = '${id}'`)
const events = (id) => sql(`SELECT string_agg(event_type, ' ' ORDER BY occurred_at, id) FROM concert_booking.booking_events WHERE booking_id = '${id}'`)

async function clerk(browser, options = korean) {
  const who = await person(browser, options)
  // Nothing that somebody typed may come into an address.
  who.addresses = []
  who.page.on('request', (request) => who.addresses.push(request.url()))
  await visit(who.page)
  await signIn(who.page, 'clerk')
  return who
}

const find = async (page, text) => {
  await page.fill('#desk-find', text)
  await page.locator('.desk-find button').click()
}
const headline = (page) => textOf(page, 'main h1')
const says = (page, words) => page.locator('.notice span').getByText(words).waitFor()

// -------- finding

export async function deskFinds(browser) {
  const made = concert('창구에서 찾는 밤', { rows: 4, seats: 12, performances: [{ days: 40, paid: true }] })
  const { schedule } = made
  sql(`UPDATE concert_booking.concert_schedules SET payment_required = false WHERE id = '${schedule}'`)
  const [, number] = booked(schedule, ['A-1', 'A-2'], { name: '찾을손님', phone: '010-7711-0001' })
  booked(schedule, ['A-3'], { name: '두번째손님', phone: '010-7711-0002' })
  booked(schedule, ['A-4'], { name: '세번째손님', phone: '+82 10 7711 0002' })
  for (let seat = 1; seat <= 12; seat++) booked(schedule, [`B-${seat}`], { name: `여럿손님${seat}`, phone: '010-7711-0003' })
  for (let seat = 1; seat <= 12; seat++) booked(schedule, [`C-${seat}`], { name: `여럿손님${seat}`, phone: '010-7711-0003' })

  const who = await clerk(browser)
  const { page } = who
  await visit(page, '#/desk')
  await find(page, ' ')
  is('an empty field is told', await notice(page), '찾을 내용을 입력해 주세요.')
  await find(page, number.replaceAll('-', '').toLowerCase())
  await page.locator('.desk-number').waitFor()
  is('one booking is opened at once, by its number without dashes', await headline(page), number)
  is('the address has no more than an id', new URL(page.url()).hash, `#/desk/booking/${bookingOf(schedule, 'A-1')}`)

  await page.locator('.desk-back').click()
  await page.locator('#desk-find').waitFor()
  is('on the way back the question is still there', await page.inputValue('#desk-find'), number.replaceAll('-', '').toLowerCase())
  const sent = page.locator('.desk-found .desk-booking')
  await sent.waitFor()
  // Not what waits at the desk, which is asked for by the same function.
  await page.route('**/rpc/find_bookings', (route) => (route.request().postDataJSON().customer_phone
    ? route.fulfill({ status: 400, json: { code: '22023', message: 'no' } }) : route.fallback()))
  await find(page, '01077110002')
  like('a search that fails is told', await notice(page), /입력한 내용을 확인해 주세요/)
  is('and opens nothing that was found before', new URL(page.url()).hash, '#/desk')
  await page.unroute('**/rpc/find_bookings')
  await find(page, '01077110002')
  await page.locator('.desk-found h2').getByText('예매 2건').waitFor()
  is('a phone in another spelling finds both', (await page.locator('.desk-found .desk-booking-who span').allTextContents()).sort(), ['두번째손님', '세번째손님'].sort())
  await find(page, '여럿')
  await page.locator('.desk-found h2').getByText('예매 24건').waitFor()
  like('the beginning of a name finds them in pages', await textOf(page, '.desk-found .more'), /24건 중 20건/)
  await page.locator('.desk-found .more button').click()
  await page.locator('.desk-bookings > li').nth(23).waitFor()
  is('and the rest comes', await page.locator('.desk-bookings > li').count(), 24)
  await find(page, '아무도아닌손님')
  await page.getByText('찾는 예매가 없습니다').waitFor()
  ok('nobody found is said, and nothing is opened', await page.locator('.desk-bookings > li').count() === 0)

  await visit(page, `#/desk/night/${schedule}`)
  await page.locator('.desk-found h2').getByText('예매 27건').waitFor()
  await find(page, '두번째')
  await page.locator('.desk-found h2').getByText('예매 1건').waitFor()
  like('a night has its own bookings', await textOf(page, '.desk-booking'), /두번째손님.*A-3/)
  const typed = ['7711', '여럿', '손님', number, number.replaceAll('-', '').toLowerCase()]
  is('what was typed is in no address', who.addresses.filter((address) => typed.some((text) => decodeURIComponent(address).includes(text))), [])

  // Another clerk at the same window does not see what the one before looked for.
  await visit(page, '#/desk')
  is('the field is filled for her who filled it', await page.inputValue('#desk-find'), '아무도아닌손님')
  await signIn(page, 'staff')
  await page.locator('#desk-find').waitFor()
  is('and empty for the next one', await page.inputValue('#desk-find'), '')
  await leave('who finds bookings', who)
}

export async function deskQueue(browser) {
  const title = 'A night with a queue at the desk'
  const made = concert(title, { performances: [{ days: 41, paid: true }, { days: 0, time: '23:59' }] })
  const [waiting, waitingNumber] = pending(made.schedule, ['A-1', 'A-2'], 'Waiting Wendy', '010-7722-0001')
  const [due] = booked(made.schedule, ['B-1'], { member: users.minji })
  pay(due, 'queue 1')
  const [before] = booked(made.schedule, ['B-2'], { member: users.minji })
  pay(before, 'queue 2')
  sql(`SELECT status FROM concert_booking.cancel_booking('${due}', user_id => '${users.minji}');
       SELECT status FROM concert_booking.cancel_booking('${before}', user_id => '${users.minji}');
       SELECT outcome FROM concert_booking.record_refund('${before}', 150000, 'cash', 'back 1')`)
  sql(`SELECT concert_booking.block_seats(${idsOf(made.schedule, ['E-1'])})`)

  const who = await clerk(browser, english)
  const { page } = who
  await visit(page, '#/desk')
  await page.fill('#desk-nights', title)
  await page.locator('.desk-nights form button').click()
  const row = page.locator(`[data-night="${made.schedule}"]`)
  await row.waitFor()
  is('a night tells what is neither sold nor blocked', await row.locator('.desk-night-left span').textContent(), '59 of 60 seats left')
  const today = () => sql(`SELECT concert_date = (now() AT TIME ZONE 'Asia/Seoul')::date FROM concert_booking.concert_schedules WHERE id = '${made.schedules[1]}'`)
  // Of this concert: others can be tonight as well, as long as the list has not been narrowed.
  const marked = await page.locator('.desk-concert').filter({ hasText: title }).locator('.badge').getByText('today').count()
  // At midnight it can be either.
  ok('tonight is marked, and no other night', marked === 1 || today() === 'f', marked)
  const inQueue = page.locator('.desk-waiting a')
  await inQueue.filter({ hasText: waitingNumber }).waitFor()
  like('who has to pay is waiting, with the time that is left', await inQueue.filter({ hasText: waitingNumber }).textContent(),
    /Waiting Wendy.*2 seats\d+:\d\d left₩300,000/)
  await inQueue.filter({ hasText: sql(`SELECT booking_number FROM concert_booking.bookings WHERE id = '${due}'`) }).waitFor()
  like('and money that has to go back', await page.locator('.desk-queue').textContent(), /refunds? due.*Minji Kim.*₩150,000/)

  // The payment is taken over the counter.
  await inQueue.filter({ hasText: waitingNumber }).click()
  await page.locator('.desk-take').click()
  await page.locator('dialog input[value=card]').check()
  await page.locator('dialog input[maxlength="100"]').fill('slip 77')
  await page.locator('dialog .primary').click()
  await says(page, '₩300,000 is entered as paid.')
  is('in the ledger it is a payment by card', ledger(waiting), 'charge 300000 card')
  is('and the booking stands', fact(waiting, 'status'), 'confirmed')
  is('the page says so', await textOf(page, '.desk-title .badge'), 'confirmed')

  // A gate lets one of the seats in before the desk does: all or none, and it is said.
  await page.locator('.desk-seats tbody tr').filter({ hasText: 'A-2' }).waitFor()
  await page.getByLabel('Choose all seats').check()
  await page.route('**/rpc/check_in', async (route) => {
    sql(`SELECT count(*) FROM concert_booking.check_in('${waitingNumber}', ${idsOf(made.schedule, ['A-2'])}, gate => 'north')`)
    await route.continue()
  }, { times: 1 })
  await page.getByRole('button', { name: 'Check in', exact: true }).click()
  await page.locator('dialog .primary').click()
  like('who is inside already is named', await textOf(page, 'dialog .wrong:not(:empty)'), /nothing was changed.*A-2 \(inside already\)/)
  is('and nobody else is in', count(`concert_booking.booking_seats WHERE booking_id = '${waiting}' AND checked_in_at IS NOT NULL`), 1)
  await page.getByRole('button', { name: 'Not now' }).click()

  // The same receipt for another booking is told, and counts for nothing.
  const [second] = pending(made.schedule, ['A-5'], 'Second Sue', '010-7722-0002')
  await visit(page, `#/desk/booking/${second}`)
  await page.locator('.desk-take').click()
  await page.locator('dialog input[value=card]').check()
  await page.locator('dialog input[maxlength="100"]').fill('slip 77')
  await page.locator('dialog .primary').click()
  await says(page, 'The receipt slip 77 belongs to another booking already.')
  is('a receipt counts once', [ledger(second), fact(second, 'status')], ['', 'pending'])

  // What is due is handed back.
  await visit(page, `#/desk/booking/${due}`)
  await page.locator('.desk-payout').click()
  await page.locator('dialog input[maxlength="100"]').fill('back 1')
  await page.locator('dialog .primary').click()
  await page.locator('dialog .wrong').getByText('The receipt back 1 was used already').waitFor()
  is('of a number that was used nothing is entered', ledger(due), 'charge 150000 cash')
  await page.locator('dialog input[maxlength="100"]').fill('')
  await page.locator('dialog .primary').click()
  await says(page, '₩150,000 is entered as handed back.')
  is('what was handed back is in the ledger', ledger(due), 'charge 150000 cash, refund 150000 cash')
  is('and nothing is due any more', count(`concert_booking.refunds_due WHERE booking_id = '${due}' AND amount > 0`), 0)
  await page.locator('.desk-payout').waitFor({ state: 'detached' })
  sql(`SELECT status FROM concert_booking.cancel_booking('${second}', session_id => '${session}')`)
  await leave('who works off the queue', who)
}

// -------- one booking

export async function deskBooking(browser) {
  // The time to cancel is over already.
  const { schedule } = concert('창구에서 돌보는 밤', { performances: [{ days: 42, cancelUntil: '400 days' }] })
  const [id, number] = booked(schedule, ['A-1', 'A-2', 'A-3'], { name: '돌볼손님', phone: '010-7733-0001' })
  pay(id, 'care 1')
  const codes = () => sql(`SELECT string_agg(coalesce(bs.ticket_code, bs.id)::text, ' ' ORDER BY s.ordinal) FROM concert_booking.booking_seats bs
    JOIN concert_booking.seats s ON s.id = bs.seat_id WHERE bs.booking_id = '${id}'`).split(' ')
  const before = codes()

  const who = await clerk(browser)
  const { page } = who
  const choose = async (...seats) => {
    for (const seat of seats) await page.getByLabel(`${seat} 고르기`).check()
  }
  const rowOf = (seat) => page.locator('.desk-seats tbody tr').filter({ hasText: seat })
  await visit(page, `#/desk/booking/${id}`)
  await page.locator('.desk-log li').waitFor()
  like('the money of it', await textOf(page, '.desk-money'), /합계₩450,000받은 금액₩450,000환불한 금액₩0환불할 금액₩0/)
  like('the history says who', await textOf(page, '.desk-log'), /예매 완료.*시스템.*3석/)

  await choose('A-1')
  await page.getByRole('button', { name: '티켓 재발급' }).click()
  like('what it means is told first', await textOf(page, 'dialog'), /A-1.*예전 코드로는 더 이상 입장할 수 없습니다/)
  await page.locator('dialog .danger').click()
  await says(page, '티켓을 새로 발급했습니다: A-1')
  const after = codes()
  is('a new code, and for this seat only', [after[0] !== before[0], ...after.slice(1)], [true, ...before.slice(1)])
  is('the page has the new one', await rowOf('A-1').locator('code').textContent(), after[0].slice(-8))

  await choose('A-2')
  await page.getByRole('button', { name: '입장 처리' }).click()
  await page.locator('dialog .primary').click()
  await says(page, '입장 처리했습니다: A-2')
  is('it is in, at the desk', sql(`SELECT s.seat_number || ' ' || bs.gate FROM concert_booking.booking_seats bs JOIN concert_booking.seats s ON s.id = bs.seat_id
    WHERE bs.booking_id = '${id}' AND bs.checked_in_at IS NOT NULL`), 'A-2 desk')
  like('the seat says since when', await rowOf('A-2').textContent(), /입장.*desk/)
  await choose('A-2')
  await page.getByRole('button', { name: '입장 되돌리기' }).click()
  await page.locator('dialog .primary').click()
  like('a reason is needed', await textOf(page, 'dialog .wrong'), /사유를 입력해 주세요/)
  await page.locator('dialog input').fill('잘못 눌렀음')
  await page.locator('dialog .primary').click()
  await says(page, '입장을 되돌렸습니다: A-2')
  like('the reason is in the history', await page.locator('.desk-log li').first().textContent(), /입장 되돌림최유진A-2잘못 눌렀음/)

  // The tickets for the printer: a slip a seat, and nothing else on the paper.
  await page.evaluate(() => { globalThis.print = () => { globalThis.isPrinted = true } })
  await page.getByRole('button', { name: '티켓 인쇄' }).click()
  await page.emulateMedia({ media: 'print' })
  is('a slip for each seat is printed', [await page.evaluate(() => globalThis.isPrinted), await page.locator('.desk-slip:visible').count()], [true, 3])
  is('and nothing else', await page.locator('header:visible, h1:visible, .desk-log:visible, .desk-seats:visible, main button:visible').count(), 0)
  await picture(page, 'desk-print')
  await page.emulateMedia({ media: 'screen' })

  // Past the deadline: told, with a reason, and the refund rules are the same.
  await choose('A-3')
  await page.getByRole('button', { name: '일부 취소' }).click()
  await page.locator('dialog').waitFor()
  like('the quote comes first', await textOf(page, 'dialog'), /취소할 좌석 수1석돌려줄 금액₩150,000취소 수수료₩0/)
  like('and what setting it aside means', await textOf(page, 'dialog'), /취소할 수 있는 시간이 지났거나/)
  await page.locator('dialog .danger').click()
  like('not without a reason', await textOf(page, 'dialog .wrong'), /사유를 입력해 주세요/)
  is('so nothing was cancelled', count(`concert_booking.booking_seats WHERE booking_id = '${id}' AND active`), 3)
  await page.locator('dialog input').fill('아이가 아파서')
  await picture(page, 'desk-override')
  await accessible(page, 'a booking that is cancelled past the deadline')
  await page.locator('dialog .danger').click()
  await says(page, '취소했습니다. 돌려줄 금액은 ₩150,000입니다.')
  is('the seat is free again', statusOf(schedule, 'A-1', 'A-2', 'A-3'), 'reserved reserved available')
  like('why is in the log', sql(`SELECT detail FROM concert_booking.booking_events WHERE booking_id = '${id}' AND event_type = 'seats_cancelled'`), /"reason": ?"아이가 아파서"/)
  like('and in the history, with who did it', await page.locator('.desk-log li').first().textContent(), /일부 좌석 취소최유진1석 · 기한을 넘겨 처리아이가 아파서/)
  await page.locator('.desk-payout').click()
  await page.locator('dialog .primary').click()
  await says(page, '환불했다고 기록했습니다')
  is('handed out', ledger(id), 'charge 450000 cash, refund 150000 cash')

  // Pressed twice it asks once, and what was said is what is done.
  await page.locator('.desk-cancel').evaluate((button) => [button.click(), button.click()])
  await page.locator('dialog input').fill('공연장 사정')
  sql(`UPDATE concert_booking.bookings SET refund_ladder = '{"fee": 1000, "steps": [{"hours": 0, "percent": 100}]}' WHERE id = '${id}'`)
  await page.locator('dialog .danger').click()
  await page.locator('dialog .wrong').getByText('금액이 바뀌어 아직 취소하지 않았습니다').waitFor()
  like('an old quote is told anew', await textOf(page, 'dialog'), /돌려줄 금액₩298,000취소 수수료₩2,000/)
  is('before anything is done', fact(id, 'status'), 'confirmed')
  await page.locator('dialog .danger').click()
  await says(page, '취소했습니다. 돌려줄 금액은 ₩298,000입니다.')
  // With two of them, each of these lines would have met more than one window.
  await page.locator('dialog').waitFor({ state: 'detached' })
  is('the rest is cancelled', [fact(id, 'status'), fact(id, 'cancellation_reason')], ['cancelled', '공연장 사정'])
  await page.locator('.desk-cancel').waitFor({ state: 'detached' })
  await page.locator('.desk-payout').click()
  await page.locator('dialog .primary').click()
  await says(page, '환불했다고 기록했습니다')
  is('every step is in the log', events(id), 'booking_confirmed tickets_renewed checked_in check_in_undone seats_cancelled booking_cancelled')
  is('and on the page', await page.locator('.desk-log li').count(), 6)
  is('its number stands above', await headline(page), number)
  await leave('who looks after a booking', who)
}

// -------- selling

export async function deskSells(browser) {
  const made = concert('창구에서 파는 밤', { performances: [{ days: 43, paid: true, limit: 4 }] })
  const { schedule } = made
  sql(`INSERT INTO concert_booking.price_types (concert_schedule_id, code, name, percent_off) VALUES ('${schedule}', 'child', '어린이', 50)`)
  const who = await clerk(browser)
  const { page } = who
  const focused = (selector) => page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector)
  const guest = await page.evaluate(() => localStorage.getItem('session_id'))
  await visit(page, `#/desk/sell/${schedule}`)

  // 2, Enter, Enter: two best seats for somebody without a name.
  await focused('#best-count')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('2')
  await page.keyboard.press('Enter')
  await page.locator('.desk-checkout').waitFor()
  await focused('.desk-checkout input')
  is('two seats are held', count(`concert_booking.seats WHERE concert_schedule_id = '${schedule}' AND status = 'temp_reserved'`), 2)
  await page.keyboard.press('Enter')
  await focused('.desk-next')
  const first = sql(`SELECT id FROM concert_booking.bookings WHERE concert_schedule_id = '${schedule}'`)
  is('sold to somebody without a name', [fact(first, 'status'), fact(first, 'seat_count'), fact(first, 'is_anonymous'), fact(first, 'customer_name')], ['confirmed', '2', 't', ''])
  is('the cash is in the ledger', ledger(first), 'charge 300000 cash')
  is('the number is shown', await textOf(page, '.desk-receipt .booking-number'), fact(first, 'booking_number'))
  await picture(page, 'desk-receipt')
  await accessible(page, 'the receipt of the counter')
  is('with a code for each seat', await page.locator('.desk-slip .qr').count(), 2)

  // The next customer begins with an empty form and a session of her own.
  await page.keyboard.press('Enter')
  await focused('#best-count')
  const points = await seatPoints(page)
  await page.mouse.click(points['C열, 3번 좌석'].x, points['C열, 3번 좌석'].y)
  await page.locator('.hold').click()
  await focused('.desk-checkout input')
  is('nothing is left of the customer before', await page.locator('.desk-checkout input:not([type=radio])').evaluateAll((all) => all.map(({ value }) => value)), ['', '', '', '', ''])
  await page.getByLabel('이름 (선택)').fill('남길손님')
  await page.getByLabel('전화번호 (선택)').fill('010-7744-0001')
  await page.getByLabel('받은 돈 (선택)').fill('200000')
  like('the change is told', await textOf(page, '.desk-checkout .desk-change'), /거스름돈 ₩80,000/)
  await page.locator('.desk-method').filter({ hasText: '카드' }).click()
  await page.getByLabel('영수증 번호 (선택)').fill('card 4711')
  await page.locator('.confirm').click()
  await page.locator('.desk-receipt').waitFor()
  const second = bookingOf(schedule, 'C-3')
  is('who leaves name and phone is found again', [fact(second, 'customer_name'), fact(second, 'is_anonymous')], ['남길손님', 'f'])
  is('by card', sql(`SELECT amount || ' ' || provider || ' ' || reference FROM concert_booking.payments WHERE booking_id = '${second}'`), '120000 card card 4711')
  const sessions = [first, second].map((one) => fact(one, 'session_id'))
  ok('two customers are two sessions, neither of them this browser', sessions[0] !== sessions[1] && !sessions.includes(guest), sessions)

  // A free ticket has a reason.
  await page.locator('.desk-next').click()
  await page.locator('.best button').click()
  await page.locator('.desk-checkout').waitFor()
  // A reload in between loses neither the seats nor whose they are.
  await page.reload()
  await page.locator('.desk-checkout').waitFor()
  is('after a reload the sale goes on', await page.locator('.panel .chosen strong').count(), 2)
  is('with the same seats, held once', count(`concert_booking.temp_reservations h JOIN concert_booking.seats s ON s.id = h.seat_id WHERE s.concert_schedule_id = '${schedule}'`), 2)
  await page.locator('.desk-method').filter({ hasText: '무료' }).click()
  await page.locator('.confirm').click()
  is('a free ticket needs a reason', await notice(page), '무료로 드리는 사유를 입력해 주세요.')
  await page.getByLabel('무료 사유').fill('기자')
  await page.locator('.confirm').click()
  await page.locator('.desk-receipt').waitFor()
  const free = sql(`SELECT id || ' ' || free_reason || ' ' || total_price FROM concert_booking.bookings WHERE concert_schedule_id = '${schedule}' AND free_reason IS NOT NULL`)
  like('it is given away for this reason', free, / 기자 0$/)
  is('and no money is entered', ledger(free.split(' ')[0]), '')

  // A child's ticket costs half, by the rows above the form.
  await page.locator('.desk-next').click()
  await page.locator('.best button').click()
  await page.locator('.desk-checkout').waitFor()
  await page.locator('.panel .chosen select').first().selectOption('child')
  like('the price type is in the sum', await textOf(page, '.confirm'), /^₩225,000 판매하기$/)
  await page.locator('.confirm').click()
  await page.locator('.desk-receipt').waitFor()
  is('and in what is booked and paid', sql(`SELECT string_agg(bs.price_type || ' ' || b.total_price || ' ' || p.amount, ',') FROM concert_booking.bookings b
    JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id JOIN concert_booking.payments p ON p.booking_id = b.id
    WHERE b.concert_schedule_id = '${schedule}' AND bs.price_type IS NOT NULL`), 'child 225000 225000')

  // A price type that has changed meanwhile is told, and sold at the new price.
  await page.locator('.desk-next').click()
  await page.locator('.best button').click()
  await page.locator('.desk-checkout').waitFor()
  await page.locator('.panel .chosen select').first().selectOption('child')
  const held = sql(`SELECT string_agg(seat_number, ',') FROM concert_booking.seats WHERE concert_schedule_id = '${schedule}' AND status = 'temp_reserved'`)
  sql(`UPDATE concert_booking.price_types SET percent_off = 40 WHERE concert_schedule_id = '${schedule}'`)
  await page.locator('.confirm').click()
  like('a price that has changed is told', await notice(page), /가격이 바뀌어 예매하지 않았습니다/)
  await page.locator('.confirm').getByText('₩240,000 판매하기').waitFor()

  // The answer is lost on its way: it is the same sale, and is found again.
  await page.route('**/rpc/book_seats', async (route) => {
    await route.fetch()
    await route.abort()
  }, { times: 1 })
  await page.locator('.confirm').click()
  await page.locator('.desk-receipt, .best').first().waitFor()
  is('a lost answer is asked for again', await page.locator('.desk-receipt').count(), 1)
  const [dear, ...others] = sql(`SELECT DISTINCT b.id FROM concert_booking.bookings b JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id
    JOIN concert_booking.seats s ON s.id = bs.seat_id WHERE s.concert_schedule_id = '${schedule}' AND s.seat_number = ANY ('{${held}}')`).split('\n')
  is('sold once, at the new price, and paid once', [others.length, fact(dear, 'total_price'), ledger(dear)], [0, '240000', 'charge 240000 cash'])
  who.errors.splice(0, who.errors.length, ...who.errors.filter((text) => !text.includes('ERR_FAILED')))

  // More seats than one person may hold are sold to a group at once.
  await page.locator('.desk-next').click()
  await focused('#best-count')
  const now = await seatPoints(page)
  for (let seat = 1; seat <= 5; seat++) await page.mouse.click(now[`E열, ${seat}번 좌석`].x, now[`E열, ${seat}번 좌석`].y)
  await page.locator('.desk-group button').click()
  await page.locator('dialog').getByLabel('이름 (선택)').fill('한강초등학교')
  await page.locator('dialog').getByLabel('전화번호 (선택)').fill('02-7744-0005')
  await picture(page, 'desk-group')
  await accessible(page, 'selling to a group')
  await page.locator('dialog .primary').click()
  await page.locator('.desk-receipt').waitFor()
  const school = bookingOf(schedule, 'E-5')
  is('five seats for a group, whatever one person may hold', [fact(school, 'seat_count'), fact(school, 'customer_name'), fact(school, 'is_anonymous'), ledger(school)],
    ['5', '한강초등학교', 't', 'charge 600000 cash'])

  // Who leaves in the middle of a sale leaves nothing held, and is herself again.
  await page.locator('.desk-next').click()
  await page.locator('.best button').click()
  await page.locator('.desk-checkout').waitFor()
  const released = page.waitForResponse((response) => response.url().includes('/rpc/release_seats'))
  await page.locator('.desk-back').click()
  await (await released).finished()
  is('nothing stays held', count(`concert_booking.seats WHERE concert_schedule_id = '${schedule}' AND status = 'temp_reserved'`), 0)
  const asked = page.waitForRequest((request) => request.url().includes('/rpc/my_holds'))
  await visit(page, `#/concert/${made.concert}/${schedule}`)
  is('the session of the counter is over', (await asked).postDataJSON().session_id, guest)
  await leave('who sells over the counter', who)
}

// -------- blocking

export async function deskBlocks(browser) {
  const { schedule } = concert('Seats for a camera', { performances: [{ days: 44 }] })
  booked(schedule, ['A-1'], { name: 'Somebody', phone: '010-7755-0001' })
  const who = await clerk(browser, english)
  const { page } = who
  await visit(page, `#/desk/block/${schedule}`)
  await page.locator('.desk-do-block').waitFor()
  const points = await seatPoints(page)
  const click = (seat) => page.mouse.click(points[seat].x, points[seat].y)
  await click('row A, seat 1')
  is('a sold seat cannot be selected', await page.locator('.desk-do-block').isDisabled(), true)
  await click('row B, seat 2')
  await click('row B, seat 3')
  await page.locator('.desk-do-block').click()
  is('a reason is needed', await notice(page), 'Please enter a reason.')
  await page.getByLabel('Why they are blocked').fill('camera')
  await page.locator('.desk-do-block').click()
  await says(page, 'Blocked: 2 seats.')
  is('they are off sale', statusOf(schedule, 'B-2', 'B-3', 'B-4'), 'unavailable unavailable available')
  like('with the reason in the log', sql(`SELECT detail FROM concert_booking.booking_events WHERE concert_schedule_id = '${schedule}' AND event_type = 'seats_blocked'`), /"reason": ?"camera"/)

  // Somebody holds one of them just now: all or none, and the page says which.
  await click('row C, seat 1')
  await click('row C, seat 2')
  await page.route('**/rpc/block_seats', async (route) => {
    sql(`SELECT count(*) FROM concert_booking.hold_seats(${idsOf(schedule, ['C-2'])}, session_id => '${session}')`)
    await route.continue()
  }, { times: 1 })
  await page.locator('.desk-do-block').click()
  like('a refusal names the seat', await notice(page), /C-2 \(held by somebody else\)/)
  is('and blocks none', statusOf(schedule, 'C-1', 'C-2'), 'available temp_reserved')
  await page.locator('.desk-do-block').getByText('Block 1 seat').waitFor()
  await page.locator('.desk-do-block').click()
  await says(page, 'Blocked: 1 seat.')
  is('the other one can be blocked then', statusOf(schedule, 'C-1', 'C-2'), 'unavailable temp_reserved')

  // A whole row, in the list, and back.
  await page.locator('.desk-block select').selectOption({ label: 'row D' })
  await page.getByRole('button', { name: 'Whole row' }).click()
  await page.locator('.desk-do-block').click()
  await says(page, 'Blocked: 12 seats.')
  is('a row is blocked at once', count(`concert_booking.seats WHERE concert_schedule_id = '${schedule}' AND status = 'unavailable'`), 15)
  await page.getByRole('button', { name: 'Seat list' }).click()
  await page.locator('.seat-list summary').nth(1).click()
  await page.getByLabel('row B, seat 2, Grade R, ₩150,000, blocked').check()
  await page.locator('.desk-do-unblock').click()
  await says(page, 'On sale again: 1 seat.')
  is('and released again', statusOf(schedule, 'B-2', 'B-3'), 'available unavailable')
  await leave('who blocks seats', who)
}

// -------- screens

export const screens = () => {
  const title = 'An evening at the desk'
  const { schedule } = concert(title, { performances: [{ days: 45 }, { days: 46 }] })
  const [id] = booked(schedule, ['A-3', 'A-4', 'A-5'], { name: 'Dana Desk', phone: '010-7766-0001' })
  pay(id, 'screen 1')
  booked(schedule, ['B-1'], { name: 'Dana Second', phone: '010-7766-0001' })
  pending(schedule, ['C-1', 'C-2'], 'Paula Pending', '010-7766-0002')
  sql(`SELECT count(*) FROM concert_booking.check_in((SELECT booking_number::text FROM concert_booking.bookings WHERE id = '${id}'),
         (SELECT array_agg(id) FROM concert_booking.seats WHERE concert_schedule_id = '${schedule}' AND seat_number = 'A-3'), gate => 'north');
       SELECT status FROM concert_booking.cancel_seats('${id}', ${idsOf(schedule, ['A-5'])}, session_id => '${session}');
       SELECT concert_booking.block_seats(${idsOf(schedule, ['D-1', 'D-2', 'D-3'])})`)
  const user = 'clerk'
  return [
    { name: 'desk', user, path: '#/desk', open: async (page) => {
      await page.fill('#desk-nights', title)
      await page.locator('.desk-nights form button').click()
      await page.locator(`[data-night="${schedule}"]`).waitFor()
      await page.locator('.desk-waiting a').first().waitFor()
    } },
    { name: 'desk-found', user, path: '#/desk', open: async (page) => {
      await find(page, '010 7766 0001')
      await page.locator('.desk-bookings li').nth(1).waitFor()
    } },
    { name: 'desk-booking', user, path: `#/desk/booking/${id}`, open: (page) => page.locator('.desk-log li').first().waitFor() },
    { name: 'desk-sell', user, path: `#/desk/sell/${schedule}`, open: async (page) => {
      await page.locator('.best button').click()
      await page.locator('.desk-checkout').waitFor()
    } },
    { name: 'desk-block', user, path: `#/desk/block/${schedule}`, open: async (page) => {
      await page.getByLabel(/열|Row/).first().waitFor()
      await page.locator('.desk-block .panel .row button').click()
    } },
  ]
}
