// The catalogue: a house is made from nothing, by mouse and by keyboard, and a
// guest buys in it; what is wrong is told at its field, and sold seats are never harmed.
import { randomUUID } from 'node:crypto'
import { is, like, ok } from '../rest/tap.mjs'
import { newBlock, rowLabels, seatsOf } from '../../examples/house/page/catalogue/draw.js'
import { guessColumns, readText, seatsFrom } from '../../examples/house/page/catalogue/import.js'
import { english, korean, leave, notice, openSale, person, signIn, textOf, users, visit } from './browser.mjs'
import { concert, count, sql } from './world.mjs'

// From one day on, also when midnight passes meanwhile.
let day
const today = () => (day ??= sql("SELECT (now() AT TIME ZONE 'Asia/Seoul')::date"))
const inDays = (days) => sql(`SELECT '${today()}'::date + ${days}`)
const dateOf = (schedule) => sql(`SELECT concert_date FROM concert_booking.concert_schedules WHERE id = '${schedule}'`)

async function manager(browser, options) {
  const who = await person(browser, options)
  await visit(who.page)
  await signIn(who.page, 'manager')
  return who
}

// -------- every screen

export const screens = () => {
  const made = concert('겨울 밤의 음악회', { performances: [{ days: 20 }, { days: 21, empty: true }] })
  sql(`INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off, max_per_booking)
       VALUES ('${made.concert}', 'child', '어린이', 50, 2)`)
  const at = (name, path, open = () => {}) => ({ name: `catalogue-${name}`, user: 'manager', path, open: async (page) => {
    await page.locator('.cat-head, .cat-start').waitFor()
    await open(page)
  } })
  return [
    at('start', '#/catalogue?search=%EA%B2%A8%EC%9A%B8', (page) => page.locator('.cat-row').first().waitFor()),
    at('venue', `#/catalogue/venue/${made.venue}`),
    at('performances', `#/catalogue/performances/${made.concert}`, (page) => mark(page, inDays(30), inDays(43), [5, 6], '14:00, 19:30')),
    at('performance', `#/catalogue/performance/${made.schedule}`),
    at('hall', `#/catalogue/hall/${made.schedules[1]}`, drawTheatre),
    at('import', `#/catalogue/hall/${made.schedules[1]}?way=import`, (page) => page.fill('#cat-import', 'seat_number,seat_grade,price\nA-1,R,many\nA-1,R,5\n,R,-1\n')),
    at('copy', `#/catalogue/hall/${made.schedules[1]}?way=copy`),
    at('concert', `#/catalogue/concert/${made.concert}`, async (page) => {
      const heights = await page.evaluate(() => ['.cat-steps', '.cat > .panel'].map((one) => document.querySelector(one).getBoundingClientRect().top))
      ok('the steps stand above the form on a phone too', heights[0] < heights[1], heights)
    }),
    at('prices', `#/catalogue/prices/${made.concert}/${made.schedule}`, (page) => page.locator('.cat-type').waitFor()),
  ]
}

async function drawTheatre(page) {
  await page.locator('.cat-sheet .actions button').nth(1).click()
  await fillBlock(page, 0, { seat_grade: 'R', price: '150000' })
  await fillBlock(page, 1, { seat_grade: 'S', price: '90000' })
}

// -------- forms, as people fill them in

async function fillBlock(page, at, values) {
  for (const [name, value] of Object.entries(values)) await page.locator('.cat-blocks > li').nth(at).locator(`[name=${name}]`).fill(value)
}

// Each of these days of the week between two dates.
async function mark(page, from, until, weekdays, times) {
  await page.fill('#cat-times', times)
  for (const weekday of weekdays) await page.locator('.cat-weekdays input').nth(weekday).check()
  await page.fill('#cat-from', from)
  await page.fill('#cat-until', until)
  await page.locator('.cat-mark').click()
  await page.locator('.cat-wanted li').first().waitFor()
}

// The focus comes to the heading last: until then it would take a click or a key away.
const there = (page, hash) => page.waitForFunction((wanted) =>
  location.hash.startsWith(wanted) && document.activeElement.matches('.cat-head h1'), hash)
const goTo = async (page, hash) => {
  await visit(page, hash)
  await there(page, hash)
}
const submit = (page) => page.locator('.cat-form .primary').last().click()
const faultOf = (page, name) => page.locator(`#cat-${name}-fault`).textContent()
const idOf = (table, column, value) => sql(`SELECT id FROM concert_booking.${table} WHERE ${column} = '${value}'`)
const schedulesOf = (id) => sql(`SELECT id FROM concert_booking.concert_schedules WHERE concert_id = '${id}' ORDER BY starts_at`).split('\n')

// Somebody else finds it in the list and has a seat.
async function guestHolds(browser, title, concertId, scheduleId) {
  const { context, page, errors } = await person(browser, english)
  await visit(page)
  await page.locator('input[type=search]').fill(title)
  const card = page.locator(`a[href^="#/concert/${concertId}"]`)
  await card.first().waitFor()
  like('a guest finds it in the list', await card.first().textContent(), new RegExp(title))
  await openSale(page, { concert: concertId, schedule: scheduleId })
  await page.fill('#best-count', '1')
  await page.locator('form.best button').click()
  await page.locator('.timer').waitFor()
  is('and holds a seat', count(`concert_booking.seats WHERE concert_schedule_id = '${scheduleId}' AND status = 'temp_reserved'`), 1)
  await leave('the guest of a new house', { context, errors })
}

// -------- a house from nothing

export async function catalogueMouse(browser) {
  const who = await manager(browser, english)
  const { page } = who
  const title = 'A house by the mouse'
  await visit(page, '#/catalogue')
  await page.getByRole('link', { name: 'New venue' }).click()
  await there(page, '#/catalogue/venue/new')
  await page.fill('#cat-name', 'Mouse Hall 🎭')
  await page.fill('#cat-address', '1 Mouse Street, Busan')
  await page.fill('#cat-timezone', 'Asia/Tokyo')
  await page.fill('#cat-location_lat', '35.179554')
  await page.fill('#cat-location_lng', '129.075642')
  await submit(page)
  await there(page, '#/catalogue/concert/new')
  like('the venue is told of', await notice(page), /The venue is made/)
  const venue = idOf('venues', 'name', 'Mouse Hall 🎭')
  is('it is as it was typed', sql(`SELECT address, timezone, location_lat, location_lng FROM concert_booking.venues WHERE id = '${venue}'`),
    '1 Mouse Street, Busan|Asia/Tokyo|35.17955400|129.07564200')

  is('the new concert is in it', await page.locator('#cat-venue_id').inputValue(), venue)
  await page.fill('#cat-title', title)
  await page.fill('#cat-performers', 'The Mice')
  await page.fill('#cat-genre', 'Jazz')
  await page.fill('#cat-running_time', '95')
  await page.fill('#cat-description', 'Two lines\nof mice')
  await submit(page)
  await there(page, '#/catalogue/performances/')
  const made = idOf('concerts', 'title', title)
  is('so is the concert', sql(`SELECT venue_id, performers, genre, running_time, status, description FROM concert_booking.concerts WHERE id = '${made}'`),
    `${venue}|The Mice|Jazz|95|active|Two lines\nof mice`)

  const schedules = await twoPerformances(page, made)
  await drawTwoSections(page, schedules)
  await priceType(page, made, schedules[0])
  is('its public page is a link away', await page.getByRole('link', { name: 'Public page' }).getAttribute('href'), `#/concert/${made}`)
  is('and so are the sales of the night', await page.getByRole('link', { name: 'Sales and changes' }).getAttribute('href'), `#/nights/${schedules[0]}`)
  await guestHolds(browser, title, made, schedules[0])
  await leave('who makes a house by mouse', who)
}

// One Friday and one Saturday lie in a week.
async function twoPerformances(page, made) {
  await mark(page, inDays(30), inDays(36), [5, 6], '19:30')
  is('what will be made is shown before', await page.locator('.cat-wanted li').count(), 2)
  is('and nothing is made yet', count(`concert_booking.concert_schedules WHERE concert_id = '${made}'`), 0)
  await page.fill('#cat-new-booking_opens_at', '2026-01-01T10:00')
  await page.fill('#cat-new-booking_closes_at', '2')
  await page.fill('#cat-new-max_seats_per_booker', '4')
  await page.fill('#cat-new-hold_duration', '7')
  await page.fill('#cat-new-cancel_until', '36')
  for (const [hours, percent] of [['240', '100'], ['24', '50']]) {
    await page.getByRole('button', { name: 'Add a step' }).click()
    await page.locator('.cat-ladder li').last().locator('input').nth(0).fill(hours)
    await page.locator('.cat-ladder li').last().locator('input').nth(1).fill(percent)
  }
  await page.fill('#cat-new-refund_ladder-fee', '1000')
  await page.getByRole('button', { name: 'Make 2 performances' }).click()
  like('both are told of', await notice(page), /2 performances are made/)
  is('they are a Friday and a Saturday, with all rules', sql(`
    SELECT string_agg(concat_ws(' ', extract(dow FROM concert_date), concert_time, starts_at AT TIME ZONE 'Asia/Tokyo' = concert_date + concert_time,
      booking_opens_at AT TIME ZONE 'Asia/Tokyo', starts_at - booking_closes_at, max_seats_per_booker, hold_duration, cancel_until,
      refund_ladder ->> 'fee', jsonb_array_length(refund_ladder -> 'steps'), refund_ladder #> '{steps,0}'), ';' ORDER BY extract(dow FROM concert_date))
    FROM concert_booking.concert_schedules WHERE concert_id = '${made}'`),
  [5, 6].map((weekday) => `${weekday} 19:30:00 t 2026-01-01 10:00:00 02:00:00 4 00:07:00 36:00:00 1000 2 {"hours": 240, "percent": 100}`).join(';'))
  return schedulesOf(made)
}

async function drawTwoSections(page, [first, second]) {
  await page.locator(`.cat-links a[href="#/catalogue/hall/${first}"]`).click()
  await there(page, '#/catalogue/hall/')
  await fillBlock(page, 0, { section: 'Floor', seat_grade: 'R', price: '150,000', rows: '4', seats: '12', aisles: '4, 8' })
  await page.getByRole('button', { name: 'Add a block' }).click()
  await fillBlock(page, 1, { section: 'Side', seat_grade: 'S', price: '90000', rows: '3', seats: '8', first_label: '9', first_seat: '101', y: '14', turn: '90' })
  await page.getByText('72 seats in all').waitFor()
  const before = await page.locator('.cat-blocks > li').nth(1).locator('[name=x]').inputValue()
  await dragBlock(page, [255, 132, 150], 60)
  const after = await page.locator('.cat-blocks > li').nth(1).locator('[name=x]').inputValue()
  ok('the mouse drags a block', Number(after) > Number(before), [before, after])
  await page.getByRole('button', { name: 'Make 72 seats' }).click()
  like('what was made is told', await notice(page), /72 new, 0 changed, 0 removed/)
  is('the rows of a section are in order', sql(`SELECT string_agg(DISTINCT concat_ws(' ', section, row_label, seat_grade, price), ', ') FROM concert_booking.seats WHERE concert_schedule_id = '${first}'`),
    'Floor A R 150000, Floor B R 150000, Floor C R 150000, Floor D R 150000, Side 10 S 90000, Side 11 S 90000, Side 9 S 90000')
  is('an aisle is two seats wide', sql(`SELECT string_agg((position_x)::text, ' ' ORDER BY seat_index) FROM concert_booking.seats
    WHERE concert_schedule_id = '${first}' AND section = 'Floor' AND row_label = 'A'`), '-65 -55 -45 -35 -15 -5 5 15 35 45 55 65')
  is('what was turned by 90 degrees stands in a column', sql(`SELECT count(DISTINCT position_x), count(DISTINCT position_y), min(seat_index), max(seat_index) FROM concert_booking.seats
    WHERE concert_schedule_id = '${first}' AND section = 'Side' AND row_label = '9'`), '1|8|101|108')
  await page.reload()
  await page.getByRole('button', { name: 'The last drawing' }).click()
  await page.getByText('72 seats in all').waitFor()
  await page.getByRole('button', { name: 'Make 72 seats' }).click()
  like('the same drawing again changes nothing', await notice(page), /0 new, 0 changed, 0 removed/)
  await page.locator('.cat-copy-all').click()
  await page.getByText('1 performance has 72 seats now.').waitFor()
  is('the other night has the same hall', sql(`SELECT count(*) FROM concert_booking.seats a JOIN concert_booking.seats b USING (seat_number, seat_grade, price, position_x, position_y, ordinal)
    WHERE a.concert_schedule_id = '${first}' AND b.concert_schedule_id = '${second}'`), '72')
}

// Takes hold of a seat that is painted in this colour.
async function dragBlock(page, colour, right) {
  await page.waitForFunction(findColour, colour)
  const { x, y } = await page.evaluate(findColour, colour)
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + right, y, { steps: 4 })
  await page.mouse.up()
}

function findColour([red, green, blue]) {
  const canvas = document.querySelector('.cat-drawing canvas')
  const { width, height } = canvas
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
  const box = canvas.getBoundingClientRect()
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] !== red || data[at + 1] !== green || data[at + 2] !== blue) continue
    return { x: box.left + ((at / 4) % width + 2) * box.width / width, y: box.top + (Math.floor(at / 4 / width) + 2) * box.height / height }
  }
  return null
}

async function priceType(page, made, schedule) {
  await page.locator('.cat-steps a[href*="/prices/"]').click()
  await there(page, '#/catalogue/prices/')
  await page.fill('#cat-type-name', 'Child')
  await page.fill('#cat-type-code', 'child')
  await page.fill('#cat-type-rate', '50')
  await page.fill('#cat-type-max_per_booking', '2')
  await page.fill('#cat-type-sale_from', '2026-01-01T00:00')
  await page.getByRole('button', { name: 'Make the price type' }).click()
  like('the price type is told of', await notice(page), /Price type child is made/)
  is('and it is sold', sql(`SELECT code, name, percent_off, max_per_booking FROM concert_booking.price_types('${schedule}')`), 'child|Child|50|2')
}

// -------- the same without a mouse, in Korean

async function tabTo(page, selector) {
  for (let presses = 0; presses < 250; presses++) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never comes to ${selector}`)
}

async function type(page, selector, text) {
  await tabTo(page, selector)
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(text)
}

export async function catalogueKeyboard(browser) {
  const who = await manager(browser, korean)
  const { page } = who
  const title = '손으로만 만든 공연'
  today()
  const enter = () => page.keyboard.press('Enter')
  await visit(page, '#/catalogue')
  await tabTo(page, 'a[href="#/catalogue/venue/new"]')
  await enter()
  await there(page, '#/catalogue/venue/new')
  await type(page, '#cat-name', '자판 홀')
  await enter()
  is('what is missing is told at its field', await faultOf(page, 'address'), '값을 입력해 주세요.')
  is('and there the keyboard is', await page.evaluate(() => document.activeElement.id), 'cat-address')
  await page.keyboard.type('부산광역시 해운대구')
  await enter()
  await there(page, '#/catalogue/concert/new')
  await type(page, '#cat-title', title)
  await enter()
  await there(page, '#/catalogue/performances/')
  const made = idOf('concerts', 'title', title)
  await tabTo(page, '.calendar td[tabindex="0"]')
  for (const key of ['ArrowDown', 'Enter', 'ArrowRight', 'Space']) await page.keyboard.press(key)
  await tabTo(page, '.cat-adding .primary')
  is('the button says how many', await page.evaluate(() => document.activeElement.textContent), '회차 2개 만들기')
  await enter()
  like('they are told of', await notice(page), /회차 2개를 만들었습니다/)
  is('both are there, a week from now and the day after', sql(`SELECT min(concert_date) - '${today()}' IN (7, 8), max(concert_date) - min(concert_date), count(*)
    FROM concert_booking.concert_schedules WHERE concert_id = '${made}'`), 't|1|2')
  const [first, second] = schedulesOf(made)
  await tabTo(page, `.cat-links a[href="#/catalogue/hall/${first}"]`)
  await enter()
  await there(page, '#/catalogue/hall/')
  await type(page, '[name=section]', '가')
  await type(page, '[name=seat_grade]', 'VIP')
  await type(page, '[name=price]', '200000')
  await type(page, '[name=rows]', '2')
  await tabTo(page, '.cat-add-block')
  await enter()
  await page.keyboard.type('나')
  await type(page, 'li + li [name=seat_grade]', 'A')
  await type(page, 'li + li [name=price]', '0')
  await type(page, 'li + li [name=arc]', '60')
  await enter()
  like('the hall is told of', await notice(page), /새로 70, 바뀜 0, 없앰 0/)
  is('with both sections', sql(`SELECT string_agg(DISTINCT section || ' ' || seat_grade || ' ' || price, ', ') FROM concert_booking.seats WHERE concert_schedule_id = '${first}'`), '가 VIP 200000, 나 A 0')
  await tabTo(page, '.cat-copy-all')
  await enter()
  await page.getByText('회차 1개에 70석씩 넣었습니다.').waitFor()
  is('both nights have it', count(`concert_booking.seats WHERE concert_schedule_id = '${second}'`), 70)
  await tabTo(page, '.cat-steps a[href*="/prices/"]')
  await enter()
  await there(page, '#/catalogue/prices/')
  await type(page, '#cat-type-name', '경로')
  await type(page, '#cat-type-code', 'senior')
  await type(page, '#cat-type-rate', '30')
  await enter()
  like('the price type is told of', await notice(page), /할인을 만들었습니다: senior/)
  is('and it is there', sql(`SELECT name, percent_off FROM concert_booking.price_types('${first}')`), '경로|30')
  await guestHolds(browser, title, made, first)
  await leave('who makes a house by keyboard', who)
}

// -------- a plan from a spreadsheet

export async function catalogueImport(browser) {
  const { schedule } = concert('A plan from elsewhere', { performances: [{ empty: true }] })
  const who = await manager(browser, english)
  const { page } = who
  await goTo(page, `#/catalogue/hall/${schedule}?way=import`)
  const lines = ['좌석번호;등급;가격;구역;열;번호', '"A-1";R;"150,000";"1F; left";A;1', 'A-2;R;many;1F;A;2', 'A-1;R;1;1F;A;3', 'A-4;"R ""gold""";-5;1F;A;4', ';R;1;1F;A;5']
  await page.fill('#cat-import', lines.join('\r\n'))
  await page.getByText('4 things to correct').waitFor()
  is('each line that is wrong is told', await page.locator('.cat-faults li').allTextContents(), [
    'Line 3: Price “many” is no whole number.', 'Line 4: Seat A-1 is on line 2 already.',
    'Line 5: A price cannot be less than 0: “-5”.', 'Line 6: Seat number is missing.'])
  is('nothing can be sent', await page.locator('.cat-import .primary').isDisabled(), true)
  await page.fill('#cat-import', [lines[0], lines[1], lines[2].replace('many', '₩90,000'), 'A-3;R;1;1F;A;3', lines[4].replace('-5', '5'), 'A-5;🎻;0;1F;A;5'].join('\n'))
  await page.getByText('5 seats were read.').waitFor()
  await page.getByRole('button', { name: 'Make 5 seats' }).click()
  like('what was made is told', await notice(page), /5 new, 0 changed, 0 removed/)
  const plan = () => sql(`SELECT string_agg(concat_ws(' ', seat_number, seat_grade, price, section), ', ' ORDER BY ordinal) FROM concert_booking.seats WHERE concert_schedule_id = '${schedule}'`)
  is('quotes, separators and prices are as they were meant', plan(),
    'A-1 R 150000 1F; left, A-2 R 90000 1F, A-3 R 1 1F, A-4 R "gold" 5 1F, A-5 🎻 0 1F')

  sql(`SELECT concert_booking.book_seats(ARRAY[id], session_id => '${randomUUID()}', customer_name => 'Guest', customer_phone => '010-1')
       FROM concert_booking.seats WHERE concert_schedule_id = '${schedule}' AND seat_number = 'A-2'`)
  const before = plan()
  await page.fill('#cat-import', '[{"seat_number": "A-1", "seat_grade": "R", "price": 5}]')
  await page.getByRole('button', { name: 'Make 1 seat' }).click()
  like('a plan without a sold seat is refused', await notice(page), /Nothing was changed: the new plan would lose 1 seat/)
  is('and that seat is named', await textOf(page, '.cat-refused li'), 'A-2: sold')
  is('nothing is changed', plan(), before)
  is('what was typed is still there', await page.locator('#cat-import').inputValue(), '[{"seat_number": "A-1", "seat_grade": "R", "price": 5}]')
  await page.setInputFiles('#cat-file', { name: 'plan.csv', mimeType: 'text/csv', buffer: Buffer.from('\uFEFFnumber,grade,price\nA-2,S,7\nA-9,S,8\n') })
  await page.getByText('2 seats were read.').waitFor()
  await page.getByRole('button', { name: 'Make 2 seats' }).click()
  await page.getByText('1 new, 1 changed, 4 removed').first().waitFor()
  is('a file that keeps it is taken, and the seat stays sold', sql(`SELECT string_agg(seat_number || ' ' || status, ', ' ORDER BY ordinal) FROM concert_booking.seats WHERE concert_schedule_id = '${schedule}'`),
    'A-2 reserved, A-9 available')
  await bigPlan(page)
  await leave('who imports a plan', who)
}

// Ten thousand seats in one call.
async function bigPlan(page) {
  const { schedule } = concert('Ten thousand seats', { performances: [{ empty: true }] })
  await goTo(page, `#/catalogue/hall/${schedule}`)
  await page.locator('.cat-drawing').waitFor()
  await fillBlock(page, 0, { section: 'X', seat_grade: 'R', price: '1000', rows: '100', seats: '100' })
  await page.getByText('10,000 seats in all').waitFor()
  await page.locator('.cat-draw .primary').click()
  like('ten thousand seats are made at once', await notice(page), /10,000 new/)
  is('and are there', count(`concert_booking.seats WHERE concert_schedule_id = '${schedule}'`), 10000)
  is('in one call', count(`concert_booking.booking_events WHERE concert_schedule_id = '${schedule}' AND event_type = 'layout_imported'`), 1)
}

// -------- what makes no sense

export async function catalogueRefusals(browser) {
  const who = await manager(browser, english)
  const { page } = who
  await wrongVenue(page)
  const made = concert('Refused in words', { performances: [{ days: 20 }, { days: 21, empty: true }] })
  await wrongConcert(page, made)
  await wrongPerformances(page, made)
  await wrongPerformance(page, made)
  await wrongHall(page, made)
  await changedMeanwhile(page, made)
  await unsaved(page, made)
  await visit(page, `#/catalogue/concert/${randomUUID()}`)
  like('a concert that is not there', await notice(page), /It could not be found/)
  await leave('who types nonsense', who)
}

// What somebody else has written is not written over, be it short or long.
async function changedMeanwhile(page, made) {
  const row = (columns) => sql(`SELECT ${columns} FROM concert_booking.concerts WHERE id = '${made.concert}'`)
  sql(`UPDATE concert_booking.concerts SET description = repeat('long ', 400) WHERE id = '${made.concert}'`)
  await goTo(page, `#/catalogue/concert/${made.concert}`)
  await page.locator('#cat-title').waitFor()
  sql(`UPDATE concert_booking.concerts SET genre = 'jazz' WHERE id = '${made.concert}'`)
  await page.fill('#cat-rating', '12')
  await submit(page)
  await page.locator('.notice').getByText('Saved.', { exact: true }).waitFor()
  is('what others changed in other fields stays', row('genre, rating'), 'jazz|12')
  const refused = async (field, text) => {
    const before = await page.inputValue(field)
    await page.fill(field, text)
    await submit(page)
    like('that somebody else has written meanwhile is told', await notice(page), /Somebody else has changed it meanwhile/)
    is(`what was typed stays in ${field}`, await page.inputValue(field), text)
    await page.fill(field, before)
  }
  sql(`UPDATE concert_booking.concerts SET description = repeat('other ', 400), title = 'Refused by others' WHERE id = '${made.concert}'`)
  await refused('#cat-title', 'Refused by me')
  await refused('#cat-description', 'mine')
  is('what somebody else has written is not written over', row(`title, description = repeat('other ', 400)`), 'Refused by others|t')
}

async function wrongVenue(page) {
  await goTo(page, '#/catalogue/venue/new')
  await page.locator('#cat-name').waitFor()
  await page.fill('#cat-name', 'x'.repeat(300))
  await page.fill('#cat-address', 'Nowhere')
  await page.fill('#cat-location_lat', '1e99')
  await submit(page)
  is('300 letters', await faultOf(page, 'name'), 'At most 200 characters; these are 300.')
  is('1e99', await faultOf(page, 'location_lat'), 'Please enter a number.')
  await page.fill('#cat-name', 'Refused Hall')
  await page.fill('#cat-location_lat', '91')
  await submit(page)
  is('91 degrees of latitude', await faultOf(page, 'location_lat'), 'It must be between -90 and 90.')
  await page.fill('#cat-location_lat', '')
  await page.fill('#cat-timezone', 'Asia/Atlantis')
  await submit(page)
  await page.locator('#cat-timezone[aria-invalid]').waitFor()
  is('a zone that the database does not know', await faultOf(page, 'timezone'), 'There is no such zone. Use a name such as Asia/Seoul.')
  is('what was typed is still there', await page.locator('#cat-name').inputValue(), 'Refused Hall')
  is('and nothing was made', count("concert_booking.venues WHERE name LIKE 'Refused%' OR name LIKE 'xxx%'"), 0)
}

async function wrongConcert(page, made) {
  await goTo(page, `#/catalogue/concert/${made.concert}`)
  await page.locator('#cat-title').waitFor()
  for (const [text, fault] of [['0', /between 1 and/], ['-5', /between 1 and/], ['2.5', /whole number/], ['9'.repeat(30), /between 1 and/]]) {
    await page.fill('#cat-running_time', text)
    await submit(page)
    like(`a running time of ${text.slice(0, 9)}`, await faultOf(page, 'running_time'), fault)
  }
  await page.fill('#cat-running_time', '')
  await page.fill('#cat-title', '  ')
  await submit(page)
  is('no title', await faultOf(page, 'title'), 'Please enter a value.')
  await page.fill('#cat-title', '🎻'.repeat(300))
  await page.selectOption('#cat-status', 'postponed')
  await page.check('#cat-is_deleted')
  // The venue is gone when it is chosen.
  const venue = await page.locator('#cat-venue_id').inputValue()
  await page.evaluate((gone) => { document.querySelector('#cat-venue_id').selectedOptions[0].value = gone }, randomUUID())
  await submit(page)
  await page.locator('#cat-venue_id[aria-invalid]').waitFor()
  is('a venue that is gone', await faultOf(page, 'venue_id'), 'There is no such venue.')
  await page.evaluate((there) => { document.querySelector('#cat-venue_id').selectedOptions[0].value = there }, venue)
  await submit(page)
  await page.getByText('Saved.').waitFor()
  is('300 violins are a title', sql(`SELECT length(title), running_time, status, is_deleted FROM concert_booking.concerts WHERE id = '${made.concert}'`), '300||postponed|t')
}

const everyDay = [0, 1, 2, 3, 4, 5, 6]

async function wrongPerformances(page, made) {
  const [known, taken] = [dateOf(made.schedule), inDays(25)]
  sql(`WITH other AS (INSERT INTO concert_booking.concerts (venue_id, title) VALUES ('${made.venue}', 'At the same hour') RETURNING id)
       INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time) SELECT id, '${taken}', '14:00' FROM other`)
  await goTo(page, `#/catalogue/performances/${made.concert}`)
  const make = page.locator('.cat-adding .primary')
  await make.click()
  like('nothing is chosen', await notice(page), /Choose days and times first/)
  await mark(page, known, known, everyDay, '19:00')
  is('one that is there already is told', await page.locator('.cat-wanted .cat-fault:not([hidden])').allTextContents(), ['is there already'])
  const refused = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().includes('/concert_schedules'))
  await make.click()
  await refused
  const looked = page.waitForResponse((response) => decodeURIComponent(response.url()).includes('concerts!inner'))
  const told = page.getByText(/There is a performance at .* 19:00 already, so none was made/)
  await told.waitFor()
  await looked
  ok('what is told stays when the hall is looked up', await told.isVisible())
  await page.getByRole('button', { name: /^Leave out/ }).click()
  is('it is left out', await page.locator('.cat-wanted li').count(), 0)
  await page.getByRole('button', { name: 'Clear all' }).click()
  await mark(page, taken, taken, everyDay, '14:00')
  await page.getByText('At the same hour').waitFor()
  is('so is another concert of the venue', await page.locator('.cat-wanted .cat-fault:not([hidden])').allTextContents(), ['At this time in the same venue: At the same hour'])
  await page.fill('#cat-times', '25:00')
  is('25 o’clock is none', await textOf(page, '#cat-times-fault'), 'This is no time of day: 25:00')
  await page.fill('#cat-times', '14:00')
  await page.fill('#cat-new-max_seats_per_booker', '0')
  await page.getByRole('button', { name: 'Add a step' }).click()
  await make.click()
  is('a limit of no seats', await faultOf(page, 'new-max_seats_per_booker'), 'It must be between 1 and 32,767.')
  is('a step without hours', await faultOf(page, 'new-refund_ladder'), 'Please enter a value.')
  await page.fill('#cat-new-max_seats_per_booker', '')
  await page.locator('.cat-ladder input').nth(0).fill('10')
  await page.locator('.cat-ladder input').nth(1).fill('10')
  await page.getByRole('button', { name: 'Add a step' }).click()
  await page.locator('.cat-ladder input').nth(2).fill('20')
  await page.locator('.cat-ladder input').nth(3).fill('5')
  await make.click()
  await page.locator('#cat-new-refund_ladder-fault:not([hidden])').waitFor()
  is('less for a longer time', await faultOf(page, 'new-refund_ladder'), 'A longer time cannot bring back less than a shorter one.')
  await page.locator('.cat-ladder input').nth(3).fill('50')
  await page.fill('#cat-new-booking_opens_at', `${taken}T13:30`)
  await page.fill('#cat-new-booking_closes_at', '1')
  await make.click()
  await page.locator('#cat-new-booking_closes_at[aria-invalid]').waitFor()
  is('an opening after the closing', await faultOf(page, 'new-booking_closes_at'), 'The end must be after the beginning.')
  is('none of it was made', count(`concert_booking.concert_schedules WHERE concert_id = '${made.concert}'`), 2)
  await page.fill('#cat-new-booking_opens_at', '')
  await page.selectOption('#cat-new-like', made.schedule)
  await make.click()
  await page.getByText('1 performance is made. Each has 60 seats.').waitFor()
  is('with the hall of another one', sql(`SELECT total_seats, refund_ladder #>> '{steps,0,percent}' FROM concert_booking.concert_schedules WHERE concert_id = '${made.concert}' AND concert_date = '${taken}'`), '60|50')
}

async function wrongPerformance(page, made) {
  sql(`UPDATE concert_booking.concerts SET status = 'active', is_deleted = false, title = 'Refused in words' WHERE id = '${made.concert}'`)
  sql(`SELECT concert_booking.book_seats(ARRAY[id], session_id => '${randomUUID()}', customer_name => 'Guest', customer_phone => '010-1')
       FROM concert_booking.seats WHERE concert_schedule_id = '${made.schedule}' AND seat_number = 'A-1'`)
  const [soon, other] = made.schedules.map(dateOf)
  await goTo(page, `#/catalogue/performance/${made.schedule}`)
  await page.locator('#cat-concert_date').waitFor()
  await page.fill('#cat-concert_date', inDays(27))
  await submit(page)
  await page.locator('#cat-concert_date[aria-invalid]').waitFor()
  like('what is booked is not moved here', await faultOf(page, 'concert_date'), /It has bookings, so the date and time stay/)
  await page.fill('#cat-concert_date', soon)
  await page.fill('#cat-hold_duration', '1e99')
  await submit(page)
  is('a hold of 1e99 minutes', await faultOf(page, 'hold_duration'), 'Please enter a whole number.')
  await page.fill('#cat-hold_duration', '3')
  await page.uncheck('#cat-is_booking_open')
  await page.check('#cat-payment_required')
  await page.fill('#cat-booking_closes_at', `${soon}T12:00`)
  await submit(page)
  await page.getByText('Saved.').waitFor()
  is('what is right is saved', sql(`SELECT hold_duration, is_booking_open, payment_required, booking_closes_at AT TIME ZONE 'Asia/Seoul' FROM concert_booking.concert_schedules WHERE id = '${made.schedule}'`),
    `00:03:00|f|t|${soon} 12:00:00`)
  await goTo(page, `#/catalogue/performance/${made.schedules[1]}`)
  await page.waitForFunction((date) => document.querySelector('#cat-concert_date')?.value === date, other)
  await page.fill('#cat-concert_date', soon)
  await submit(page)
  await page.locator('#cat-concert_time[aria-invalid]').waitFor()
  is('twice at one time', await faultOf(page, 'concert_time'), 'The concert has a performance at that date and time already.')
}

async function wrongHall(page, made) {
  await goTo(page, `#/catalogue/hall/${made.schedules[1]}`)
  await page.locator('.cat-drawing').waitFor()
  const block = page.locator('.cat-block')
  const faults = () => block.locator('.cat-fault:not([hidden])').allTextContents()
  await page.locator('.cat-draw .primary').click()
  is('a hall without grade and price', await faults(), ['Please enter a value.', 'Please enter a value.'])
  for (const [values, fault] of [
    [{ rows: '10000' }, 'It must be between 1 and 500.'],
    [{ rows: '5', price: '-1' }, 'It must be between 0 and 2,147,483,647.'],
    [{ price: '1e99' }, 'Please enter a whole number.'],
    [{ price: '5', seats: '0' }, 'It must be between 1 and 500.'],
    [{ seats: '5', seat_grade: 'g'.repeat(300) }, 'At most 20 characters; these are 300.'],
    [{ seat_grade: '🎻', first_label: 'a' }, 'Use up to three capital letters, or a number.'],
    [{ first_label: 'A', aisles: 'x' }, 'Use seat numbers with commas.'],
    [{ aisles: '', arc: '181' }, 'It must be between 0 and 180.'],
    [{ arc: '0', section: 'A long section 🎭', first_seat: '1000' }, 'A seat’s number has more than 20 characters: A long section 🎭-A-1000']]) {
    await fillBlock(page, 0, { seat_grade: '🎻', price: '5', ...values })
    await page.locator('.cat-draw .primary').click()
    is(`a block of ${JSON.stringify(values).slice(0, 40)}`, await faults(), [fault])
  }
  await fillBlock(page, 0, { section: '🎭', first_seat: '1' })
  await page.getByRole('button', { name: 'Duplicate block 1' }).click()
  await fillBlock(page, 1, { section: '🎭' })
  like('a number that is there twice', (await faults()).join(), /Seat 🎭-A-1 is there twice/)
  await page.getByRole('button', { name: 'Remove block 2' }).click()
  is('nothing was made', count(`concert_booking.seats WHERE concert_schedule_id = '${made.schedules[1]}'`), 0)
  await page.locator('.cat-draw .primary').click()
  await page.locator('.cat-result a').waitFor()
  is('a section can be a mask', sql(`SELECT min(seat_number), count(*) FROM concert_booking.seats WHERE concert_schedule_id = '${made.schedules[1]}'`), '🎭-A-1|25')
}

// Nobody loses what was typed.
async function unsaved(page, made) {
  const asksToStay = () => page.evaluate(() => {
    const leaving = new Event('beforeunload', { cancelable: true })
    dispatchEvent(leaving)
    return leaving.defaultPrevented
  })
  await goTo(page, `#/catalogue/venue/${made.venue}`)
  await page.locator('#cat-address').waitFor()
  is('who has typed nothing may go', await asksToStay(), false)
  await page.fill('#cat-address', 'half an addr')
  is('the window asks before it closes', await asksToStay(), true)
  await page.getByRole('link', { name: 'Catalogue' }).last().click()
  await page.getByRole('button', { name: 'Stay here' }).click()
  is('a link asks too', await page.locator('#cat-address').inputValue(), 'half an addr')
  await page.getByRole('link', { name: 'Catalogue' }).last().click()
  await page.getByRole('button', { name: 'Leave without saving' }).click()
  await page.locator('.cat-start').waitFor()
  is('who leaves saves nothing', sql(`SELECT address FROM concert_booking.venues WHERE id = '${made.venue}'`), '서울특별시 중구 세종대로 1')
  await goTo(page, `#/catalogue/prices/${made.concert}/${made.schedule}`)
  await page.fill('#cat-grade-0-price', '123')
  await page.selectOption('#cat-performance', '')
  await page.getByRole('button', { name: 'Stay here' }).click()
  is('and so does the choice of another performance', [await page.inputValue('#cat-grade-0-price'), await page.inputValue('#cat-performance')], ['123', made.schedule])
  await page.selectOption('#cat-performance', '')
  await page.getByRole('button', { name: 'Leave without saving' }).click()
  await page.locator('.cat-grade').first().waitFor({ state: 'detached' })
}

// -------- prices

export async function cataloguePrices(browser) {
  const made = concert('What a seat costs', { performances: [{ days: 30 }, { days: 31 }] })
  const seat = sql(`SELECT id FROM concert_booking.seats WHERE concert_schedule_id = '${made.schedule}' AND seat_number = 'A-1'`)
  sql(`SELECT concert_booking.hold_seat('${seat}', session_id => '${randomUUID()}')`)
  const prices = () => sql(`SELECT string_agg(concat_ws(' ', concert_date - '${dateOf(made.schedule)}', seat_grade, p.price, seat_count), ', ' ORDER BY concert_date, p.price DESC)
    FROM concert_booking.schedule_prices p JOIN concert_booking.concert_schedules s ON s.id = p.concert_schedule_id WHERE s.concert_id = '${made.concert}'`)
  const who = await manager(browser, korean)
  const { page } = who
  await goTo(page, `#/catalogue/prices/${made.concert}/${made.schedule}`)
  await page.locator('.cat-grade').first().waitFor()
  await page.fill('#cat-grade-0-price', '-1')
  await page.locator('.cat-grade .primary').first().click()
  is('less than nothing', await faultOf(page, 'grade-0-price'), '0에서 2,147,483,647 사이여야 합니다.')
  await page.fill('#cat-grade-0-price', '170000')
  await page.locator('.cat-grade .primary').first().click()
  await page.getByText('24석의 등급과 가격을 바꿨습니다.').waitFor()
  is('a grade of one night has its new price', prices(), '0 R 170000 24, 0 S 120000 36, 1 R 150000 24, 1 S 120000 36')
  is('what is held keeps its price', sql(`SELECT price FROM concert_booking.temp_reservations WHERE seat_id = '${seat}'`), '150000')
  await page.fill('#cat-grade-1-seat_grade', 'A')
  await page.check('#cat-grade-1-everywhere')
  await page.locator('.cat-grade .primary').nth(1).click()
  await page.getByText('72석의 등급과 가격을 바꿨습니다.').waitFor()
  is('another grade of all nights has its new name', prices(), '0 R 170000 24, 0 A 120000 36, 1 R 150000 24, 1 A 120000 36')
  await priceTypes(page, made)
  await moreThanAnAnswerHas(page)
  await leave('who sets prices', who)
  await below(browser, made)
}

async function priceTypes(page, made) {
  const types = () => sql(`SELECT string_agg(concat_ws(' ', code, name, percent_off, amount_off, concert_id IS NULL), ', ' ORDER BY code, concert_id NULLS LAST) FROM concert_booking.price_types
    WHERE concert_id = '${made.concert}' OR concert_schedule_id = '${made.schedule}'`)
  const make = async (values, place = 'concert', kind = 'percent') => {
    for (const [name, value] of Object.entries(values)) await page.fill(`#cat-type-${name}`, value)
    await page.selectOption('#cat-type-place', place)
    await page.selectOption('#cat-type-kind', kind)
    await submit(page)
  }
  await make({ name: '어린이', code: 'child', rate: '101' })
  await page.locator('#cat-type-rate[aria-invalid]').waitFor()
  is('101 per cent', await faultOf(page, 'type-rate'), '0에서 100 사이여야 합니다.')
  await make({ rate: '50' })
  await page.locator('.cat-type').waitFor()
  await make({ name: '또 어린이', code: 'child', rate: '40' })
  await page.locator('#cat-type-code[aria-invalid]').waitFor()
  is('a code twice', await faultOf(page, 'type-code'), '이 코드의 할인이 이미 있습니다.')
  await make({ sale_from: '2030-01-02T00:00', sale_until: '2030-01-01T00:00' }, 'performance', 'amount')
  await page.locator('#cat-type-sale_until[aria-invalid]').waitFor()
  is('an end before its beginning', await faultOf(page, 'type-sale_until'), '끝은 시작보다 뒤여야 합니다.')
  await make({ rate: '5000', sale_from: '' }, 'performance', 'amount')
  await page.locator('.cat-type').nth(1).waitFor()
  is('one of the night stands before that of the concert', types(), 'child 어린이 50 f, child 또 어린이 5000 t')
  await page.locator('.cat-type', { hasText: '또 어린이' }).locator('.cat-change').click()
  await page.fill('#cat-type-rate', '7000')
  await submit(page)
  await page.getByText('저장했습니다.').waitFor()
  is('it is changed', types(), 'child 어린이 50 f, child 또 어린이 7000 t')
  await page.locator('.cat-type', { hasText: '또 어린이' }).locator('.cat-delete').click()
  await page.getByRole('button', { name: '돌아가기' }).click()
  is('deleting asks first', types(), 'child 어린이 50 f, child 또 어린이 7000 t')
  await page.locator('.cat-type', { hasText: '또 어린이' }).locator('.cat-delete').click()
  await page.locator('dialog .danger').click()
  await page.getByText('할인을 삭제했습니다: child').waitFor()
  is('then it is gone', types(), 'child 어린이 50 f')
}

// The API answers with 1,000 rows at most, and changes them all.
async function moreThanAnAnswerHas(page) {
  const made = concert('A hall of 1,320', { rows: 12, seats: 110 })
  await goTo(page, `#/catalogue/prices/${made.concert}/${made.schedule}`)
  await page.getByRole('button', { name: '1,100석의 가격 바꾸기' }).waitFor()
  await page.fill('#cat-grade-1-price', '99000')
  await page.locator('.cat-grade .primary').nth(1).click()
  await page.getByText('1,100석의 등급과 가격을 바꿨습니다.').waitFor()
  is('more seats than an answer has rows', count(`concert_booking.seats WHERE concert_schedule_id = '${made.schedule}' AND price = 99000`), 1100)
}

// One level below the page is not there, and the database says no by itself.
async function below(browser, made) {
  const { context, page, errors } = await person(browser, english)
  await visit(page, `#/catalogue/venue/${made.venue}`)
  like('a guest does not see the catalogue', await textOf(page, 'main h1'), /level "catalogue"/)
  await signIn(page, 'clerk')
  like('nor does a clerk', await textOf(page, 'main h1'), /level "catalogue"/)
  is('it is not in the header', await page.locator('header a[href="#/catalogue"]').isVisible(), false)
  const refused = await page.evaluate(async ({ id, clerk }) => {
    const { token } = await (await fetch(`demo/sign-in/${clerk}`, { method: 'POST' })).json()
    const answer = await fetch(`rest/v1/venues?id=eq.${id}`, {
      method: 'PATCH', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: '{"name": "Mine"}' })
    return (await answer.json()).code
  }, { id: made.venue, clerk: users.clerk })
  is('and may not change a venue', refused, '42501')
  await leave('who makes no concerts', { context, errors })
}

// -------- what needs no browser

export async function catalogueParts() {
  for (const [rows, first] of [[30, 'A'], [3, 'Z'], [3, 'AZ'], [2, 'ZZ'], [12, '9']]) {
    is(`${rows} rows from ${first} are those of row_labels()`, rowLabels(rows, first).join(), sql(`SELECT array_to_string(concert_booking.row_labels(${rows}, '${first}'), ',')`))
  }
  is('a file without lines has no seats', seatsFrom(readText(''), guessColumns([])), { seats: [], errors: [] })
  const read = (text) => {
    const table = readText(text)
    return seatsFrom(table, guessColumns(table.header))
  }
  is('a quote that is not closed', read('seat_number,seat_grade,price\n"A-1,R,5\n').errors.map(([line, key]) => `${line} ${key}`)[0], '2 cat.openQuote')
  is('lines within quotes count', read('seat_number,seat_grade,price\n"A\n1",R,5\nA-2,R,x\n').errors, [[4, 'cat.lineNotWhole', 'cat.column_price', 'x']])
  is('tabs as a spreadsheet copies them', read('number\tgrade\tprice\nA-1\tR\t5').seats, [{ seat_number: 'A-1', seat_grade: 'R', price: 5 }])
  is('a comma is a sign of thousands, and nothing else', read('seat_number,seat_grade,price\nA-1,R,"₩1,150,000"\nA-2,R,"1,5"').errors, [[3, 'cat.lineNotWhole', 'cat.column_price', '1,5']])
  is('no JSON', readText('[{').errors, [[1, 'cat.notJson']])
  is('a list of something else', readText('[1]').errors, [[1, 'cat.notObject']])
  is('more cells than columns', readText('a,b\n1,2,3').errors, [[2, 'cat.tooManyCells', 3, 2]])
  const seats = seatsOf({ ...newBlock(), rows: 3, seats: 21, first_seat: 1, arc: 90, x: 0, y: 0, turn: 0, seat_grade: 'R', price: 5 })
  const radius = ({ position_x: x, position_y: y }) => Math.round(Math.hypot(x, y + 200 / (Math.PI / 2)))
  is('an arc has one centre', new Set(seats.slice(0, 21).map(radius)).size <= 2, true)
  is('and is the same on both sides', seats[0].position_x + seats[20].position_x, 0)
}
