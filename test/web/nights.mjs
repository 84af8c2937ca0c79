// The office's performances: the list, the numbers and the chart of one, postponing and
// cancelling with what it will do beforehand, the rules, the log, and whom to tell. What
// the page says is compared with what the database has.
import { readFileSync } from 'node:fs'
import { is, like, ok } from '../rest/tap.mjs'
import { tabbed } from '../../examples/house/page/nights/csv.js'
import { english, korean, leave, notice, person, picture, signIn, textOf, visit } from './browser.mjs'
import { concert, sql, statusOf } from './world.mjs'

const members = Array.from({ length: 4 }, (_, n) => `01970000-0000-7000-8000-00000000a9${String(n).padStart(2, '0')}`)
// One day, also where it is midnight meanwhile.
const yesterday = new Date(Date.now() + (9 - 24) * 3600 * 1000).toISOString().slice(0, 10)
const yesterdayAt = (hour) => `timestamptz '${yesterday} ${hour} Asia/Seoul'`

// Sold at an instant, as the database's clock has it then.
function sell(schedule, numbers, { at = 'now()', who = 'walk_in => true', pay = false } = {}) {
  sql(`
    SELECT set_config('concert_booking.test_clock_offset', round(extract(epoch FROM ${at} - now())) || ' seconds', false);
    SELECT ${pay ? `concert_booking.confirm_payment(b.booking_id, b.total_price, 'cash', b.booking_number)` : 'b'}
    FROM concert_booking.book_seats(ARRAY(SELECT id FROM concert_booking.seats WHERE concert_schedule_id = '${schedule}'
      AND seat_number = ANY ('{${numbers}}')), ${who}) b`)
}

const guest = (name, phone) => `session_id => gen_random_uuid(), customer_name => '${name}', customer_phone => '${phone}'`

// Tonight's sales: two hours of yesterday, one grade each, a child, the press, a payment.
function sold(title) {
  const made = concert(title, { rows: 4, seats: 6, performances: [{ days: 20 }, { days: 21 }] })
  sql(`INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off) VALUES ('${made.concert}', 'child', '어린이', 50)`)
  const child = sql(`SELECT id FROM concert_booking.seats WHERE concert_schedule_id = '${made.schedule}' AND seat_number = 'C-1'`)
  sell(made.schedule, ['A-1', 'A-2'], { at: yesterdayAt('10:15'), who: guest('=HYPERLINK(1)', '+82 10-1234-5678'), pay: true })
  sell(made.schedule, ['A-3'], { at: yesterdayAt('14:05'), who: guest('김"민수, 님', '010-2222-3333') })
  sell(made.schedule, ['C-1', 'C-2', 'C-3'], { at: yesterdayAt('14:55'), who: `user_id => '${members[0]}', price_types => '{"${child}": "child"}'`, pay: true })
  sell(made.schedule, ['B-1'], { who: `walk_in => true, free_reason => '언론'` })
  sql(`SELECT concert_booking.hold_seats(ARRAY(SELECT id FROM concert_booking.seats WHERE concert_schedule_id = '${made.schedule}' AND seat_number = 'D-1'),
    user_id => '${members[1]}');
    SELECT concert_booking.block_seats(ARRAY(SELECT id FROM concert_booking.seats WHERE concert_schedule_id = '${made.schedule}' AND seat_number IN ('D-5', 'D-6')), reason => '카메라')`)
  return made
}

const won = (amount) => `₩${Number(amount).toLocaleString('en')}`

// -------- the list

export async function nightsList(browser) {
  // A title of its own in whatever database it runs.
  const title = `밤의 목록 ${process.pid}`
  const made = sold(title)
  const [, later] = made.schedules
  sql(`SELECT concert_booking.cancel_schedule('${later}', 'storm')`)
  const past = concert(`${title} 지난주`, { performances: [{ days: -7 }] })
  const manager = await person(browser, korean)
  const { page } = manager
  await visit(page)
  await signIn(page, 'clerk')
  await visit(page, '#/nights')
  like('a clerk is told that it is not for her', await textOf(page, 'main h1'), /공연 담당 권한/)
  await signIn(page, 'manager')
  await page.locator('.night-row').first().waitFor()
  await page.fill('#night-text', title)
  await page.waitForFunction(() => location.hash.includes('text=') && document.querySelectorAll('.night-row').length === 2)
  is('the performances of a concert, the first one first', await page.locator('.night-row h2').allTextContents(), [title, title])
  is('its seats as numbers', await page.locator('.night-row >> nth=0').locator('.seat-number').allTextContents(), ['판매 7', '선점 1', '판매 안 함 2', '남음 14'])
  is('and as a bar of these lengths', await page.locator('.night-row >> nth=0').locator('.piece').evaluateAll((all) => all.map((one) => Number(one.style.flexGrow))), [7, 1, 2, 14])
  is('its state, and that of a cancelled one', await page.locator('.night-row .badge:visible').allTextContents(), ['예매 중', '취소됨'])
  await page.fill('#night-from', sql(`SELECT concert_date FROM concert_booking.concert_schedules WHERE id = '${later}'`))
  await page.waitForFunction(() => document.querySelectorAll('.night-row').length === 1)
  is('from a date on', await page.locator('.night-row a').first().getAttribute('href'), `#/nights/${later}`)
  await page.reload()
  await page.locator('.night-row').waitFor()
  is('a reload asks the same', [await page.inputValue('#night-text'), await page.locator('.night-row').count()], [title, 1])
  await page.fill('#night-from', '')
  await page.getByRole('button', { name: '지난 회차' }).click()
  await page.locator(`a[href="#/nights/${past.schedule}"]`).waitFor()
  is('what is over is behind the switch', await page.locator('.night-row .badge:visible').allTextContents(), ['공연 시작됨'])
  await page.fill('#night-text', '밤의 %_*.')
  await page.getByText('조건에 맞는 회차가 없습니다').waitFor()
  is('signs stand for themselves', await page.locator('.night-row').count(), 0)
  await leave('who reads the list of performances', manager)
}

// -------- the numbers of one

export async function nightsReport(browser) {
  const { schedule } = sold('숫자의 밤')
  const manager = await person(browser, english)
  const { page } = manager
  await page.clock.install()
  await visit(page)
  await signIn(page, 'manager')
  await visit(page, `#/nights/${schedule}`)
  await page.getByText('As of').waitFor()
  await compare(page, schedule, 'the numbers')
  is('by price type', await rowsOf(page, 'By price type'), [['Full price', '5', won(sql(fullPrice(schedule)))], ['어린이', '1', won(60000)], ['Free tickets', '1', won(0)]])

  await page.selectOption('#night-day', yesterday)
  await page.locator('.chart p').getByText('most at 14:00').waitFor()
  const hours = JSON.parse(sql(`
    SELECT json_agg(coalesce(e.seats, 0) ORDER BY h) FROM generate_series(0, 23) h
    LEFT JOIN (SELECT extract(hour FROM occurred_at AT TIME ZONE 'Asia/Seoul') AS hour, sum(seat_count) AS seats
      FROM concert_booking.booking_events WHERE concert_schedule_id = '${schedule}' AND event_type = 'booking_confirmed'
        AND (occurred_at AT TIME ZONE 'Asia/Seoul')::date = '${yesterday}' GROUP BY 1) e ON e.hour = h`))
  // As they are drawn: a style can change what the attribute says.
  const heights = await page.locator('.hours rect').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height))
  is('six seats were sold yesterday, at ten and at two', [hours[10], hours[14], hours.reduce((sum, n) => sum + n)], [2, 4, 6])
  is('each bar is as high as its hour', heights.map((height) => Math.round(height / heights[14] * 4 * 10) / 10), hours)
  await page.locator('.chart summary').click()
  is('and the table has the same', await page.locator('.chart tbody tr:visible').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent))),
    [['10:00', '1', '2'], ['14:00', '2', '4']])
  like('the picture says it in words', await page.getByRole('img').getAttribute('aria-label'), /^6 seats sold on this day, most at 14:00: 4\.$/)
  await picture(page, 'night-report-open', { fullPage: true })

  // Nothing new: not one change of the page but the time of the look.
  await page.evaluate(() => {
    globalThis.changes = 0
    new MutationObserver((records) => { globalThis.changes += records.length })
      .observe(document.querySelector('.night-board'), { subtree: true, childList: true, attributes: true, characterData: true })
  })
  const before = await textOf(page, '.seen-at')
  await page.clock.fastForward('01:01')
  await page.waitForFunction((old) => document.querySelector('.seen-at').textContent !== old, before)
  is('a look that finds nothing new changes nothing', await page.evaluate(() => globalThis.changes), 0)
  sell(schedule, ['B-2', 'B-3'])
  await page.clock.fastForward('01:01')
  await page.waitForFunction(() => document.querySelector('.figure-nightSold').textContent === '9')
  ok('a sale is seen by itself', await page.evaluate(() => globalThis.changes) > 0)
  is('the table stays open', await page.locator('.chart details').getAttribute('open'), '')
  await compare(page, schedule, 'after a sale')
  sell(schedule, ['B-4'])
  await page.getByRole('button', { name: 'Look again' }).click()
  await page.waitForFunction(() => document.querySelector('.figure-nightSold').textContent === '10')

  // More lines than the database gives in one answer.
  sql(`INSERT INTO concert_booking.booking_events (id, occurred_at, event_type, concert_schedule_id, seat_count)
    SELECT gen_random_uuid(), ${yesterdayAt('20:30')}, 'booking_confirmed', '${schedule}', 1 FROM generate_series(1, 1100)`)
  await page.getByRole('button', { name: 'Look again' }).click()
  await page.locator('.chart p').getByText('1,106 seats sold on this day, most at 20:00: 1,100.').waitFor()
  await leave('who reads the numbers', manager)
}

const rowsOf = (page, heading) => page.locator('.night-board .panel').filter({ has: page.getByRole('heading', { name: heading, exact: true }) })
  .locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)))

const lines = (schedule) => `concert_booking.bookings b JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id
  JOIN concert_booking.seats s ON s.id = bs.seat_id WHERE b.concert_schedule_id = '${schedule}' AND b.status = 'confirmed' AND bs.active`
const fullPrice = (schedule) => `SELECT sum(bs.price) FROM ${lines(schedule)} AND bs.price_type IS NULL`

async function compare(page, schedule, what) {
  const [seats, amount, free] = sql(`SELECT count(*), sum(bs.price), count(*) FILTER (WHERE b.free_reason IS NOT NULL) FROM ${lines(schedule)}`).split('|')
  const figure = (key) => textOf(page, `.figure-${key}`)
  is(`${what}: seats, money and free tickets are those of the bookings`,
    [await figure('nightSold'), await figure('nightAmount'), await figure('nightFree')], [seats, won(amount), free])
  const grades = sql(`SELECT s.seat_grade, count(*), sum(bs.price) FROM ${lines(schedule)} GROUP BY 1 ORDER BY 1`).split('\n').map((line) => line.split('|'))
  is(`${what}: by grade`, (await rowsOf(page, 'By grade')).map(([grade, count, , money]) => [grade, count.split(' ')[0], money]), grades.map(([grade, count, money]) => [grade, count, won(money)]))
  const paid = sql(`SELECT coalesce(sum(p.amount), 0) FROM concert_booking.payments p JOIN concert_booking.bookings b ON b.id = p.booking_id WHERE b.concert_schedule_id = '${schedule}'`)
  is(`${what}: what was paid is that of the ledger`, await textOf(page, '.night-board .amount >> nth=0'), won(paid))
}

// -------- postponing, cancelling, and on again

export async function nightsChange(browser) {
  const { schedule, schedules: [, other] } = sold('미뤄지는 밤')
  const manager = await person(browser, { ...english, acceptDownloads: true })
  const { page } = manager
  await visit(page)
  await signIn(page, 'manager')
  const facts = () => page.locator('.night-facts dd').allTextContents()
  await visit(page, `#/nights/${schedule}/postpone`)
  await page.locator('.night-facts dd').first().waitFor()
  is('what postponing will do: bookings, seats, holds, check-ins', await facts(), ['4', '7', '1', '0'])
  await page.getByRole('button', { name: 'Postpone it' }).click()
  like('a date is needed', await notice(page), /enter the new date/)
  await page.fill('#night-new-date', sql(`SELECT concert_date - 1 FROM concert_booking.concert_schedules WHERE id = '${schedule}'`))
  await page.fill('#night-reason', 'the singer is ill')
  await page.getByRole('button', { name: 'Postpone it' }).click()
  like('no performance goes back in time', await notice(page), /later than the present one/)
  const later = sql(`SELECT concert_date + 9 FROM concert_booking.concert_schedules WHERE id = '${schedule}'`)
  await page.fill('#night-new-date', later)
  await page.fill('#night-new-time', '18:30')
  sell(schedule, ['B-6'])
  await page.getByRole('button', { name: 'Postpone it' }).click()
  await page.getByText('The bookings or the date have changed meanwhile').waitFor()
  is('a sale meanwhile is told, and nothing is done yet', [await facts(), sql(`SELECT status FROM concert_booking.concert_schedules WHERE id = '${schedule}'`)],
    [['5', '8', '1', '0'], 'scheduled'])
  await page.getByRole('button', { name: 'Postpone it' }).click()
  await page.locator('.night-done').waitFor()
  is('then it is: at the venue\'s hour, whatever the device\'s', sql(`SELECT starts_at AT TIME ZONE 'Asia/Seoul', status FROM concert_booking.concert_schedules WHERE id = '${schedule}'`), `${later} 18:30:00|postponed`)
  like('what was done is said', await textOf(page, '.night-done p >> nth=0'), /5 bookings moved along/)
  like('the head of the page has the new hour', await textOf(page, '.night-head strong'), /18:30/)
  await page.locator('.night-tell tbody tr >> nth=4').waitFor()
  await tells(page, schedule)
  await cancels(page, schedule, facts)
  await movedMeanwhile(page, other)
  await leave('who postpones and cancels', manager)
}

// Somebody else postpones it while the form is filled in.
async function movedMeanwhile(page, schedule) {
  const date = (days) => sql(`SELECT concert_date + ${days} FROM concert_booking.concert_schedules WHERE id = '${schedule}'`)
  await visit(page, `#/nights/${schedule}/postpone`)
  await page.locator('.night-facts dd').first().waitFor()
  const [theirs, mine] = [date(1), date(3)]
  sql(`SELECT concert_booking.postpone_schedule('${schedule}', '${theirs}', '20:15', 'theirs')`)
  await page.fill('#night-new-date', mine)
  await page.fill('#night-reason', 'mine')
  await page.getByRole('button', { name: 'Postpone it' }).click()
  await page.locator('.night-warning:visible, .night-done').first().waitFor()
  is('what somebody else has moved is not moved on before it was seen', date(0), theirs)
  like('the head has the new hour', await textOf(page, '.night-head strong'), /20:15/)
  await page.getByRole('button', { name: 'Postpone it' }).click()
  await page.locator('.night-done').waitFor()
  is('then it is', date(0), mine)
}

// Whom to tell, as a file in which no cell is a formula.
async function tells(page, schedule) {
  const arrives = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as CSV' }).click()
  const file = readFileSync(await (await arrives).path(), 'utf8')
  const rows = file.slice(1).trimEnd().split('\r\n')
  const numbers = sql(`SELECT booking_number FROM concert_booking.affected_bookings('${schedule}')`).split('\n')
  is('the file has who is affected, each once', [file[0], rows.slice(1).map((row) => row.split(',')[0])], ['\ufeff', numbers])
  const cells = (row) => row.split(',').slice(1, 3)
  is('a name or a number is no formula', cells(rows[1]), ["'=HYPERLINK(1)", sql(`SELECT CASE WHEN p ~ '^[+]' THEN '''' ELSE '' END || p
    FROM (SELECT customer_phone::text AS p FROM concert_booking.bookings WHERE booking_number = '${numbers[0]}') b`)])
  is('nor is it in the clipboard, where a cell is a cell', tabbed([['=1+1', 'a\tb\r\nc', null], ['+82', '-', 5]]), "'=1+1\ta b c\t\n'+82\t'-\t5")
  like('a quote and a comma stay in their cell', rows[2], /,"김""민수, 님",/)
}

async function cancels(page, schedule, facts) {
  await visit(page, `#/nights/${schedule}/cancel`)
  await page.locator('.nightGoesBack').waitFor()
  const [bookings, seats, holds, due] = sql(`SELECT * FROM concert_booking.cancel_schedule('${schedule}', dry_run => true)`).split('|')
  const amount = sql(`SELECT sum(bs.price) FROM ${lines(schedule)}`)
  is('what cancelling will do is what the database says of it', await facts(), [bookings, seats, holds, won(due), won(amount - due)])
  ok('some of it is in the ledger, some of it is not', Number(due) > 0 && Number(amount) > Number(due))
  await page.fill('#night-reason', 'the hall is under water')
  await page.getByRole('button', { name: 'Cancel this performance' }).click()
  await page.locator('.night-done').waitFor()
  like('what was done is said', await textOf(page, '.night-done p >> nth=0'), /5 bookings with 8 seats cancelled/)
  is('it is cancelled, for the reason given', sql(`SELECT DISTINCT cs.status, b.status, b.cancellation_reason FROM concert_booking.concert_schedules cs
    JOIN concert_booking.bookings b ON b.concert_schedule_id = cs.id WHERE cs.id = '${schedule}'`), 'cancelled|cancelled|the hall is under water')
  await page.locator('.night-tell tbody tr >> nth=0').waitFor()
  const told = await page.locator('.night-tell tbody td:last-child').allTextContents()
  is('what goes back to each is that of the database', told.map((text) => Number(text.replace(/\D/g, ''))).reduce((sum, n) => sum + n, 0), Number(due))

  await page.getByRole('link', { name: 'Put on again' }).click()
  await page.locator('#night-reason').fill('the water is gone')
  await page.getByRole('button', { name: 'Put it on again' }).click()
  await page.locator('.night-done').waitFor()
  like('it is on again: postponed, as before', await textOf(page, '.night-head .actions'), /On sale.*Postponed \(was/)
  is('and so it is in the database', sql(`SELECT status FROM concert_booking.concert_schedules WHERE id = '${schedule}'`), 'postponed')
  await page.getByRole('link', { name: 'Log', exact: true }).click()
  await page.locator('.night-log strong').first().waitFor()
  is('the log has it, the last first', (await page.locator('.night-log strong').allTextContents()).filter((text) => text.startsWith('Performance')),
    ['Performance put on again', 'Performance cancelled', 'Performance postponed'])
  like('with who did it and why', await textOf(page, '.night-log li >> nth=0'), /Haerin Jung.*Reason: the water is gone/)
  is('every line', await page.locator('.night-log li').count(), Number(sql(`SELECT count(*) FROM concert_booking.booking_events WHERE concert_schedule_id = '${schedule}'`)))
}

// -------- the rules

export async function nightsRules(browser) {
  const { schedule } = concert('규칙의 밤')
  const row = (columns) => sql(`SELECT ${columns} FROM concert_booking.concert_schedules WHERE id = '${schedule}'`)
  const manager = await person(browser, english)
  const { page } = manager
  await visit(page)
  await signIn(page, 'manager')
  await visit(page, `#/nights/${schedule}/rules`)
  await page.locator('.night-rules').waitFor()
  const save = () => page.getByRole('button', { name: 'Save' }).click()
  await page.fill('#night-booking_opens_at', '2031-03-01T10:00')
  await page.fill('#night-booking_closes_at', '2031-02-28T10:00')
  await save()
  await page.getByText('Booking has to close after it opens').waitFor()
  is('which field is at fault', await page.evaluate(() => document.activeElement.id), 'night-booking_closes_at')
  await page.fill('#night-booking_closes_at', '2031-03-05T00:30')
  await page.fill('#night-max_seats_per_booker', '40000')
  await save()
  await page.getByText('from 1 to 32,767').waitFor()
  await page.fill('#night-max_seats_per_booker', '4')
  await page.fill('#night-hold_duration', '0')
  await save()
  await page.getByText('more than nothing').waitFor()
  is('nothing was written until then', row('booking_opens_at IS NULL AND booking_closes_at IS NULL AND max_seats_per_booker IS NULL'), 't')
  await page.fill('#night-hold_duration', '7')
  await page.check('#night-payment_required')
  await page.fill('#night-payment_window', '1')
  await page.getByLabel('How long seats are kept for a payment: unit').selectOption('hour')
  await page.fill('#night-cancel_until', '2')
  await page.getByLabel('Cancelling ends before the start by: unit').selectOption('day')
  await page.check('#night-ladder')
  const step = (n) => page.locator('.ladder li').nth(n).locator('input')
  await step(0).nth(0).fill('24')
  await step(0).nth(1).fill('80')
  await page.getByRole('button', { name: 'Add a step' }).click()
  await step(1).nth(0).fill('240')
  await step(1).nth(1).fill('50')
  await save()
  await page.getByText('Cancelling earlier cannot bring less').waitFor()
  await step(1).nth(1).fill('100')
  await page.fill('#night-fee', '1000')
  await save()
  like('then it is saved', await notice(page), /Saved/)
  is('in the venue\'s time, from a device in New York', row(`booking_opens_at AT TIME ZONE 'Asia/Seoul', booking_closes_at AT TIME ZONE 'Asia/Seoul'`), '2031-03-01 10:00:00|2031-03-05 00:30:00')
  is('with limit, durations and payment', row('max_seats_per_booker, hold_duration, payment_required, payment_window, cancel_until'), '4|00:07:00|t|01:00:00|2 days')
  is('and the refund rules', JSON.parse(row('refund_ladder')), { fee: 1000, steps: [{ hours: 24, percent: 80 }, { hours: 240, percent: 100 }] })
  like('the state at the top follows', await textOf(page, '.night-head .badge >> nth=0'), /^On sale from March 1, 2031/)

  // Somebody else writes meanwhile.
  sql(`UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 6 WHERE id = '${schedule}'`)
  await page.fill('#night-max_seats_per_booker', '9')
  await save()
  await page.getByText('Somebody else has changed the rules meanwhile').waitFor()
  is('it is not written over, and the form has it', [row('max_seats_per_booker'), await page.inputValue('#night-max_seats_per_booker')], ['6', '6'])
  sql(`UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 5 WHERE id = '${schedule}'`)
  await page.fill('#night-booking_opens_at', '')
  await page.uncheck('#night-ladder')
  await save()
  await page.getByText('Saved.', { exact: true }).waitFor()
  is('what was not touched here is left to others', row('max_seats_per_booker, booking_opens_at, refund_ladder'), '5||')
  await leave('who writes the rules', manager)
}

// -------- seats off sale: the desk's plan, for a manager

export async function nightsBlock(browser) {
  const { schedule } = concert('막는 밤')
  const manager = await person(browser, english)
  const { page } = manager
  await visit(page)
  await signIn(page, 'manager')
  await visit(page, `#/nights/${schedule}/block`)
  await page.getByRole('button', { name: 'List' }).click()
  await page.getByText('row B', { exact: true }).first().click()
  await page.getByLabel(/^row B, seat 2,/).check()
  await page.getByLabel('Why they are blocked').fill('camera')
  await page.locator('.desk-do-block').click()
  await notice(page)
  is('a manager blocks a seat on the plan', statusOf(schedule, 'B-1', 'B-2'), 'available unavailable')
  await page.getByRole('link', { name: 'Sales' }).click()
  await page.getByText('1 blocked').waitFor()
  await page.getByRole('link', { name: 'Log', exact: true }).click()
  await page.locator('.night-log li').first().waitFor()
  like('and the log says who and why', await textOf(page, '.night-log li >> nth=0'), /Haerin Jung.*Seats blocked.*Reason: camera/)
  await leave('who blocks seats for a house', manager)
}

// -------- every screen

export const screens = () => {
  const { schedule } = sold('한 눈에 보는 밤')
  const [, tomorrow] = sold('다시 잡은 밤').schedules
  sell(tomorrow, ['A-1', 'A-2'], { who: guest('이하늘', '010-1111-2222') })
  sql(`SELECT concert_booking.postpone_schedule('${tomorrow}', concert_date + 5, '20:00', '대관 사정') FROM concert_booking.concert_schedules WHERE id = '${tomorrow}';
    UPDATE concert_booking.concert_schedules SET refund_ladder = '{"fee": 1000, "steps": [{"hours": 24, "percent": 80}, {"hours": 240, "percent": 100}]}' WHERE id = '${tomorrow}'`)
  const until = (selector) => (page) => page.locator(selector).first().waitFor()
  return [
    { name: 'nights', user: 'manager', path: '#/nights', open: until('.night-row') },
    { name: 'night', user: 'manager', path: `#/nights/${schedule}`, open: async (page) => {
      await page.selectOption('#night-day', yesterday)
      await page.getByText(/14시에/).first().waitFor()
      await page.locator('.chart summary').click()
    } },
    { name: 'night-postpone', user: 'manager', path: `#/nights/${schedule}/postpone`, open: until('.night-facts dd') },
    { name: 'night-cancel', user: 'manager', path: `#/nights/${schedule}/cancel`, open: until('.night-facts dd') },
    { name: 'night-rules', user: 'manager', path: `#/nights/${tomorrow}/rules`, open: until('.ladder li') },
    { name: 'night-block', user: 'manager', path: `#/nights/${schedule}/block`, open: until('.desk-do-block') },
    { name: 'night-tell', user: 'manager', path: `#/nights/${tomorrow}/tell`, open: until('.night-tell tbody tr') },
    { name: 'night-log', user: 'manager', path: `#/nights/${tomorrow}/log`, open: until('.night-log li') },
  ]
}
