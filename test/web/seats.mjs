// The sale of one performance, seat by seat: price types, one grade lit up, sections
// first on a phone, no button over a seat, and the next step always in sight.
import { is, like, ok } from '../rest/tap.mjs'
import { drawn, english, korean, leave, moving, notice, openSale, person, picture, seatPoints, seen, signIn, textOf, users, visit, within } from './browser.mjs'
import { concert, count, sql, statusOf } from './world.mjs'

const phone = { ...korean, viewport: { width: 390, height: 844 }, hasTouch: true }

// -------- what the tests share

async function choose(page, ...names) {
  const points = await seatPoints(page)
  for (const name of names) await page.mouse.click(points[name].x, points[name].y)
  await page.locator('.chosen li').nth(names.length - 1).waitFor()
  return points
}

async function hold(page, ...names) {
  const points = await choose(page, ...names)
  await page.locator('.hold').click()
  await page.locator('.timer').waitFor()
  return points
}

async function enter(page) {
  await page.fill('#customer-name', '이하늘')
  await page.fill('#customer-phone', '010-4567-8901')
}

const expire = (schedule, number) => sql(`
  BEGIN; UPDATE concert_booking.temp_reservations SET expires_at = now() - interval '1 second'
  WHERE seat_id = (SELECT id FROM concert_booking.seats WHERE concert_schedule_id = '${schedule}' AND seat_number = '${number}');
  UPDATE concert_booking.seats SET hold_expires_at = now() - interval '1 second'
  WHERE concert_schedule_id = '${schedule}' AND seat_number = '${number}'; COMMIT`)

// code, name, per cent or won off, most in a booking, on sale from and until, as intervals from now
const priceType = (schedule, code, name, { percent = null, amount = null, most = null, from = null, until = null }) => sql(`
  INSERT INTO concert_booking.price_types (concert_schedule_id, code, name, percent_off, amount_off, max_per_booking, sale_from, sale_until)
  VALUES ('${schedule}', '${code}', '${name}', ${percent}, ${amount}, ${most},
    now() + ${from && `'${from}'`}::interval, now() + ${until && `'${until}'`}::interval)`)

// 20 sections of 500 seats.
function tenThousandSeats(title) {
  const made = concert(title, { performances: [{ empty: true }] })
  sql(`
    SELECT concert_booking.import_seats('${made.schedule}', jsonb_agg(jsonb_build_object(
      'seat_number', format('%s-%s-%s', section, row_number, seat),
      'seat_grade', (ARRAY['VIP', 'R', 'S', 'A'])[1 + tier], 'price', 200000 - tier * 40000,
      'position_x', block * 240 + seat * 10, 'position_y', tier * 340 + row_number * 12,
      'section', section, 'row_label', row_number::text, 'seat_index', seat)
      ORDER BY tier, block, row_number, seat))
    FROM (SELECT tier, block, chr(65 + tier) || block AS section FROM generate_series(0, 3) tier, generate_series(1, 5) block) sections,
      generate_series(1, 25) row_number, generate_series(1, 20) seat`)
  return made
}

const hallWithTypes = () => {
  const made = concert('권종의 밤', { performances: [{}, {}] })
  priceType(made.schedule, 'child', '어린이', { percent: 33, most: 2 })
  priceType(made.schedule, 'student', '학생', { amount: 10000 })
  priceType(made.schedule, 'early', '조기 예매', { percent: 50, until: '-1 minute' })
  priceType(made.schedule, 'last', '당일', { percent: 50, from: '1 day' })
  return made
}

// -------- price types

export async function priceTypes(browser) {
  const made = hallWithTypes()
  await roundsAsTheDatabase(browser, made.schedules[1])
  const who = await person(browser, korean)
  const { page } = who
  await openSale(page, made)
  await hold(page, 'A열, 1번 좌석', 'A열, 2번 좌석', 'C열, 3번 좌석')
  const menu = (at) => page.locator('.price-type').nth(at)
  const offered = (at) => menu(at).locator('option:not([hidden])').allTextContents()
  is('each seat has a choice of the types on sale now', await offered(0), ['일반', '어린이 (33% 할인)', '학생 (₩10,000 할인)'])
  is('how many may have one is told', await page.locator('.type-limits li:visible').allTextContents(), ['어린이: 한 번에 2석까지 고를 수 있습니다.'])
  is('with full prices there is nothing to explain', await page.locator('.made-of').isVisible(), false)
  await menu(0).selectOption('child')
  await menu(1).selectOption('child')
  is('no more than that can be chosen', await menu(2).locator('option[value=child]').isDisabled(), true)
  await menu(2).selectOption('student')
  is('the total says what it is made of', await page.locator('.made-of li:visible').allTextContents(),
    ['정가 3석₩420,000', '어린이 2석−₩99,000', '학생 1석−₩10,000'])
  is('and is the sum', await textOf(page, '.total'), '합계 3석₩311,000')
  is('a seat says what it costs', await page.locator('.chosen .amount').allTextContents(), ['₩100,500', '₩100,500', '₩110,000'])
  await picture(page, 'price-types')
  await page.reload()
  await page.locator('.timer').waitFor()
  is('a reload keeps what was chosen', [await menu(0).inputValue(), await menu(1).inputValue(), await menu(2).inputValue(), await textOf(page, '.total')],
    ['child', 'child', 'student', '합계 3석₩311,000'])

  // One of them is lost, one type is sold no longer: under the form, which keeps what was entered.
  await enter(page)
  expire(made.schedule, 'A-1')
  await page.locator('.confirm').click()
  like('a lost seat is told', await notice(page), /A-1 \(선점 시간 끝남\)/)
  await menu(2).waitFor({ state: 'detached' })
  is('the others keep their types', [await menu(0).inputValue(), await menu(1).inputValue(), await textOf(page, '.total')],
    ['child', 'student', '합계 2석₩210,500'])
  is('and the form what was entered', await page.inputValue('#customer-name'), '이하늘')
  sql(`UPDATE concert_booking.price_types SET sale_until = now() WHERE concert_schedule_id = '${made.schedule}' AND code = 'student'`)
  await page.locator('.confirm').click()
  await page.locator('.notice span', { hasText: '지금은 고를 수 없는 권종' }).waitFor()
  await page.locator('.total', { hasText: '합계 2석₩220,500' }).waitFor()
  is('what is sold no longer is offered no longer', await offered(1), ['일반', '어린이 (33% 할인)'])
  const sent = page.waitForRequest('**/rpc/confirm_booking')
  await page.locator('.confirm').click()
  is('what was shown is what is expected', (await sent).postDataJSON().expected_total, 220500)
  await page.locator('.booking-number').waitFor()
  is('and what the database has sold', sql(`
    SELECT b.total_price || ' ' || string_agg(bs.price || ' ' || coalesce(bs.price_type, '-'), ', ' ORDER BY bs.price)
    FROM concert_booking.bookings b JOIN concert_booking.booking_seats bs ON bs.booking_id = b.id
    WHERE b.concert_schedule_id = '${made.schedule}' GROUP BY b.id`), '220500 100500 child, 120000 -')
  is('nothing of it is kept', await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('types:'))), [])
  await leave('who chose price types', who)

  const plain = await person(browser, english)
  sql(`DELETE FROM concert_booking.price_types WHERE concert_schedule_id = '${made.schedules[1]}'`)
  await openSale(plain.page, { ...made, schedule: made.schedules[1] })
  await hold(plain.page, 'row A, seat 1')
  is('without price types nothing is seen of them', await plain.page.locator('.price-type, .made-of, .type-limits').count(), 0)
  await leave('who has none to choose', plain)
}

// Every percentage of prices with all endings, and amounts, as apply_price_types() has them.
async function roundsAsTheDatabase(browser, schedule) {
  sql(`INSERT INTO concert_booking.price_types (concert_schedule_id, code, name, percent_off)
       SELECT '${schedule}', 'p' || p, 'p', p FROM generate_series(0, 100) p;
       INSERT INTO concert_booking.price_types (concert_schedule_id, code, name, amount_off)
       SELECT '${schedule}', 'a' || a, 'a', a FROM unnest(ARRAY[0, 1, 10000, 150000, 2000000]) a`)
  const expected = JSON.parse(sql(`
    WITH line AS (SELECT t.code, t.percent_off, t.amount_off, p.price FROM concert_booking.price_types t,
      (SELECT price FROM generate_series(0, 50) price UNION SELECT 88000 + price * 101 FROM generate_series(0, 20) price
       UNION SELECT unnest(ARRAY[120000, 150000, 2147483647])) p
      WHERE t.concert_schedule_id = '${schedule}'),
    listed AS (SELECT array_agg(code ORDER BY code, price) AS codes, array_agg(price ORDER BY code, price) AS prices,
      jsonb_agg(jsonb_build_array(percent_off, amount_off, price) ORDER BY code, price) AS lines FROM line)
    SELECT jsonb_build_object('lines', lines, 'paid', concert_booking.apply_price_types('${schedule}',
      array_fill('${schedule}'::uuid, ARRAY[cardinality(codes)]), codes, prices, now())) FROM listed`))
  const who = await person(browser, korean)
  await visit(who.page)
  const shown = await who.page.evaluate(async (lines) => {
    const { priceWith } = await import('/buy/price-types.js')
    return lines.map(([percent, amount, price]) => priceWith({ percent_off: percent, amount_off: amount }, price))
  }, expected.lines)
  const wrong = expected.lines.filter((_, at) => shown[at] !== expected.paid[at])
  is(`${expected.lines.length} prices are rounded as the database rounds`, [wrong.slice(0, 3), shown.length > 7000], [[], true])
  await leave('who only reckons', who)
}

// -------- one grade lit up

export async function litGrades(browser) {
  const made = concert('한 등급만')
  const who = await person(browser, korean)
  const { page } = who
  await openSale(page, made)
  const points = await choose(page, 'C열, 5번 좌석')
  const [r, s] = [points['A열, 3번 좌석'], points['D열, 3번 좌석']]
  const grade = (at) => page.locator('.grade-lights button').nth(at)
  await grade(0).click()
  is('a pressed grade says so', [await grade(0).getAttribute('aria-pressed'), await grade(1).getAttribute('aria-pressed')], ['true', 'false'])
  // Where a dimmed seat's corner was is ground now: it is smaller, not only of another colour.
  await seen(page, s, 'held')
  await seen(page, r, 'free')
  await seen(page, points['C열, 5번 좌석'], 'selected')
  await picture(page, 'grade-lit')
  await page.mouse.click(s.x, s.y)
  is('a dimmed seat can be selected', await page.locator('.chosen strong').allTextContents(), ['C-5', 'D-3'])
  await seen(page, s, 'selected')

  await page.locator('.tabs button').nth(1).click()
  is('the rows of other grades are dimmed in the list', await page.locator('.seat-list details').evaluateAll((rows) =>
    rows.map((row) => row.className)), ['', '', '', '', 'dimmed'])
  await page.locator('.tabs button').first().click()
  await grade(1).focus()
  await page.keyboard.press('Enter')
  await seen(page, r, 'held')
  is('by keyboard another one', [await grade(0).getAttribute('aria-pressed'), await grade(1).getAttribute('aria-pressed')], ['false', 'true'])
  await page.keyboard.press('Escape')
  await seen(page, r, 'free')
  is('Escape clears', await page.locator('.grade-lights [aria-pressed=true]').count(), 0)
  await grade(0).click()
  await grade(0).click()
  is('and a second press', await page.locator('.grade-lights [aria-pressed=true]').count(), 0)
  await leave('who looks for a grade', who)
}

// -------- a hall that is seen whole stands still, and none is dragged out of sight

const rounded = (points) => Object.fromEntries(Object.entries(points).map(([name, { x, y }]) => [name, `${Math.round(x)} ${Math.round(y)}`]))

// By as much as nobody would: what is in the way is the edge of the hall.
async function dragFar(page, right, down) {
  const { x, y, width, height } = await page.locator('.plan').boundingBox()
  for (let time = 0; time < 8; time++) {
    await page.mouse.move(x + width / 2 - right * width * 0.4, y + height / 2 - down * height * 0.4)
    await page.mouse.down()
    await page.mouse.move(x + width / 2 + right * width * 0.4, y + height / 2 + down * height * 0.4, { steps: 4 })
    await page.mouse.up()
  }
  await drawn(page)
}

export async function stillHall(browser) {
  const made = concert('움직이지 않는 홀', { rows: 6 })
  const who = await person(browser, { ...korean, ...moving })
  const { page } = who
  await openSale(page, made)
  const before = rounded(await seatPoints(page))
  await page.fill('#best-count', '3')
  await page.locator('form.best button').click()
  await page.locator('.timer').waitFor()
  await drawn(page)
  is('seats that are in sight are shown without moving the hall', rounded(await seatPoints(page)), before)
  await dragFar(page, 1, 1)
  is('a hall that is seen whole cannot be dragged', rounded(await seatPoints(page)), before)

  for (let time = 0; time < 5; time++) await page.locator('.plan-buttons button').first().click()
  await dragFar(page, 1, 1)
  const plan = await page.locator('.plan').boundingBox()
  const beyond = (points, name) => {
    const { x, y } = points[name]
    return [x - plan.x, y - plan.y, plan.x + plan.width - x, plan.y + plan.height - y].map(Math.round)
  }
  const nearTop = await seatPoints(page)
  const pitch = nearTop['A열, 2번 좌석'].x - nearTop['A열, 1번 좌석'].x
  ok('the seats are large', pitch > 60, pitch)
  const [left, top] = beyond(nearTop, 'A열, 1번 좌석')
  ok('dragged to the right and down it still fills the window', left < pitch * 2.5 && top < pitch * 1.5 + 60, [left, top, pitch])
  await dragFar(page, -1, -1)
  const [, , right, bottom] = beyond(await seatPoints(page), 'F열, 12번 좌석')
  ok('and the other way', right < pitch * 2.5 && bottom < pitch * 1.5 + 20, [right, bottom, pitch])
  await picture(page, 'hall-edge')
  await leave('who cannot lose the hall', who)
}

// -------- no button over a seat

export async function bareSeats(browser) {
  const halls = { wide: { rows: 3, seats: 24 }, tall: { rows: 14, seats: 4 }, full: { rows: 12, seats: 16 }, small: { rows: 3, seats: 2 } }
  for (const [shape, size] of Object.entries(halls)) {
    const made = concert(`단추 없는 ${shape}`, size)
    const who = await person(browser, { ...korean, viewport: { width: 1360, height: 900 } })
    const { page } = who
    await openSale(page, made)
    for (const window of [{ width: 1360, height: 900 }, { width: 900, height: 700 }, { width: 390, height: 844 }]) {
      await page.setViewportSize(window)
      await page.locator('.plan-buttons button').last().click()
      await drawn(page)
      await page.evaluate(() => document.querySelector('.plan').scrollIntoView({ block: 'center' }))
      const points = Object.values(await seatPoints(page))
      const covered = await page.evaluate((places) => places.filter(({ x, y }) =>
        document.elementFromPoint(x, y)?.className !== 'plan-grid'), points)
      is(`a ${shape} hall in ${window.width} x ${window.height}: no seat's middle is under anything`,
        [points.length, covered], [size.rows * size.seats, []])
    }
    await leave(`in the ${shape} hall`, who)
  }
}

// -------- the next step on a phone

export async function nextStepBar(browser) {
  const made = concert('한 손으로')
  const who = await person(browser, phone)
  const { page } = who
  await openSale(page, made)
  const bar = page.locator('.next-step')
  const inSight = async (what) => {
    const { y, height } = await bar.boundingBox()
    ok(what, y >= 0 && y + height <= 845, [y, height])
  }
  await inSight('the bar is in sight at once')
  const points = await seatPoints(page)
  for (const name of ['A열, 1번 좌석', 'A열, 2번 좌석']) await page.touchscreen.tap(points[name].x, points[name].y)
  is('it has the number of seats and their price', await textOf(page, '.next-step p'), '2석 선택₩300,000')
  await picture(page, 'next-step')
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await inSight('at the end of the page, too')
  const [panelEnd, barStart] = [await page.locator('.sale > .panel').boundingBox(), await bar.boundingBox()]
  ok('and covers nothing there', panelEnd.y + panelEnd.height <= barStart.y, [panelEnd, barStart])
  await bar.locator('button').click()
  await page.locator('.timer').waitFor()
  is('its button holds the seats', statusOf(made.schedule, 'A-1', 'A-2'), 'temp_reserved temp_reserved')
  like('it counts down', await textOf(page, '.next-time'), /^(10:00|9:\d\d)$/)
  await page.evaluate(() => scrollTo(0, 0))
  await inSight('while holding as well')
  await bar.locator('button').click()
  is('then it goes to the form', await page.evaluate(() => {
    const { left, top } = document.activeElement.getBoundingClientRect()
    return [document.activeElement.id, document.elementFromPoint(left + 8, top + 8).id]
  }), ['customer-name', 'customer-name'])
  await page.locator('.confirm').click()
  await notice(page)
  const [told, below] = [await page.locator('.notice').boundingBox(), await bar.boundingBox()]
  ok('a notice is above it', told.y + told.height <= below.y, [told, below])
  await picture(page, 'next-step-holding')
  await page.setViewportSize({ width: 1360, height: 900 })
  is('a large window has the panel beside the plan', await bar.isVisible(), false)
  await leave('with one hand', who)
}

// -------- sections first

export async function sectionsFirst(browser) {
  const made = tenThousandSeats('구역부터')
  const who = await person(browser, phone)
  const { page } = who
  await openSale(page, made)
  await page.locator('.plan-hint').waitFor()
  const menu = page.locator('.plan-sections')
  const named = async (name) => textOf(page, `.plan-sections option[value=${name}]`)
  is('the sections are listed with what is free and from which price', [await menu.locator('option').count(), await named('C3')],
    [21, 'C3 구역, 500석 가능, ₩120,000부터'])
  await page.locator('.plan').evaluate((plan) => plan.scrollIntoView({ block: 'center' }))
  const areas = await seatPoints(page)
  is('each is an area of the plan', Object.keys(areas).length, 20)
  await picture(page, 'sections')
  const { x, y } = areas['C3 구역, 500석 가능']
  await page.touchscreen.tap(x, y)
  await page.locator('.plan-back').waitFor()
  is('a tap goes into the section', [await menu.inputValue(), await page.locator('.chosen li').count()], ['C3', 0])
  const points = Object.entries(await seatPoints(page))
  const spacing = Math.min(...points.slice(1).map(([, one], at) => Math.hypot(one.x - points[at][1].x, one.y - points[at][1].y)))
  ok('whose seats are large enough for a finger', spacing >= 18, spacing)
  const plan = await page.locator('.plan').boundingBox()
  const [name, seat] = points.find(([, one]) => one.y > plan.y + 60 && one.x > plan.x + 60)
  await page.touchscreen.tap(seat.x, seat.y)
  await page.locator('.chosen li').waitFor()
  like('a tap selects one of them', await textOf(page, '.chosen strong'), new RegExp(`^C3-${/, (\d+)열/.exec(name)[1]}-`))
  await picture(page, 'section')
  sql(`SELECT concert_booking.block_seats(array_agg(id)) FROM concert_booking.seats
       WHERE concert_schedule_id = '${made.schedule}' AND section = 'B1'`)
  await page.locator('.plan-sections option[value=B1]', { hasText: '매진' }).waitFor({ state: 'attached' })
  await page.locator('.plan-back').click()
  await page.locator('.plan-hint').waitFor()
  is('and the way back leads to all of them', await menu.inputValue(), '')

  await menu.focus()
  await menu.selectOption('A2')
  await page.locator('.plan-back').waitFor()
  ok('the list leads there without a finger', Object.keys(await seatPoints(page)).every((key) => key.startsWith('A2 구역, ')
    || key.startsWith('A1') || key.startsWith('A3') || key.startsWith('B')))
  await page.setViewportSize({ width: 1360, height: 900 })
  await page.locator('.plan-buttons button').last().click()
  await drawn(page)
  is('a large window has all seats at once', await page.locator('.plan-hint').isVisible(), false)
  await leave('who looks for a section', who)
}

// -------- the names of sections

// In the page: where each text is drawn on the plan, since the last call.
function keepTexts() {
  globalThis.texts = []
  const { fillText } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const { actualBoundingBoxLeft: left, actualBoundingBoxRight: right, actualBoundingBoxAscent: above, actualBoundingBoxDescent: below } = this.measureText(text)
    globalThis.texts.push({ text, size: Number(/(\d+)px/.exec(this.font)[1]), left: x - left, right: x + right, top: y - above, bottom: y + below })
    fillText.call(this, text, x, y)
  }
}

// All of them are drawn anew: another grade is lit up.
async function textsOf(page) {
  await page.evaluate(() => {
    globalThis.texts = []
    document.querySelector('.grade-lights button').click()
  })
  await drawn(page)
  // What is painted twice at one place is one.
  return page.evaluate(() => [...new Map(globalThis.texts.map((one) => [JSON.stringify(one), one])).values()])
}

const overlapping = (texts) => texts.flatMap((a, at) => texts.slice(at + 1)
  .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
  .map((b) => `${a.text} and ${b.text}`))

// 11 sections in an arc, as wide as a phone.
function arc(title) {
  const made = concert(title, { performances: [{ empty: true }] })
  sql(`
    SELECT concert_booking.import_seats('${made.schedule}', jsonb_agg(jsonb_build_object(
      'seat_number', format('%s-%s-%s', section, row_number, seat), 'seat_grade', 'A', 'price', 88000,
      'position_x', (radius * sin(angle))::integer, 'position_y', (radius * cos(angle))::integer,
      'section', section, 'row_label', row_number::text, 'seat_index', seat) ORDER BY section, row_number, seat))
    FROM generate_series(1, 2) tier, generate_series(1, 11) wedge, generate_series(1, 10) row_number, generate_series(1, 8) seat,
      LATERAL (SELECT 100 * tier + wedge AS section, 150 + 170 * tier + row_number * 14 AS radius) ring,
      LATERAL (SELECT radians(160) * ((wedge - 0.5) / 11 - 0.5 + (seat - 4.5) / 8.8 / 11) AS angle) place`)
  return made
}

export async function sectionNames(browser) {
  const made = arc('호를 이루는 구역')
  const names = Array.from({ length: 22 }, (_, at) => String(at < 11 ? 101 + at : 190 + at))
  for (const [language, each, options] of [['Korean', '80석', korean], ['English', '80 free', english]]) {
    for (const width of [320, 390, 640]) {
      const who = await person(browser, { ...options, viewport: { width, height: 844 }, hasTouch: true })
      const { page } = who
      await page.addInitScript(keepTexts)
      await openSale(page, made)
      await page.locator('.plan-hint').waitFor()
      const where = `${language}, ${width} px`
      const whole = await textsOf(page)
      is(`${where}: no label touches another one`, overlapping(whole), [])
      ok(`${where}: all can be read`, whole.length > 10 && whole.every(({ size }) => size >= 10), whole)
      const shown = (texts) => names.filter((name) => texts.some(({ text }) => text === name))
      if (width >= 390) is(`${where}: each section is named`, shown(whole), names)
      await picture(page, `section-names-${language}-${width}`)
      await page.locator('.plan-buttons button').first().click()
      const nearer = await textsOf(page)
      is(`${where}: nor does one nearer`, [overlapping(nearer), await page.locator('.plan-hint').isVisible()], [[], true])
      is(`${where}: where each is named`, shown(nearer), names)
      if (width === 640) ok(`${where}: and what is free is told`, nearer.some(({ text }) => text === each), nearer)
      await leave(where, who)
    }
  }
}

// -------- 10,000 seats

export async function tenThousand(browser) {
  const made = tenThousandSeats('만 석의 밤')
  // Of a server that has packed its files.
  const first = await person(browser, korean)
  await openSale(first.page, made)
  await leave('who comes first', first)
  const who = await person(browser, { ...korean, ...moving })
  const { page } = who
  // Every paint ends on the plan's canvas with a copy of the layer; the layer takes its seats by putImageData().
  await page.addInitScript(() => {
    globalThis.painted = { frames: 0, layers: 0 }
    const { drawImage, putImageData } = CanvasRenderingContext2D.prototype
    CanvasRenderingContext2D.prototype.drawImage = function (...values) {
      if (this.canvas.closest('.plan')) globalThis.painted.frames++
      return drawImage.apply(this, values)
    }
    CanvasRenderingContext2D.prototype.putImageData = function (...values) {
      globalThis.painted.layers++
      return putImageData.apply(this, values)
    }
  })
  const start = Date.now()
  await openSale(page, made)
  within('10,000 seats, from the address to the plan', Date.now() - start, 1000)
  await drawn(page)
  is('all of them are there', await textOf(page, '.grade-lights >> nth=0'),
    'VIP석₩200,0002,500석 가능R석₩160,0002,500석 가능S석₩120,0002,500석 가능A석₩80,0002,500석 가능')
  await picture(page, 'ten-thousand')

  for (const [name, { median, most, worst }] of Object.entries(await page.evaluate(work))) {
    console.log(`# 10,000 seats, ${name}, work a frame: median ${median}, worst ${worst} ms`)
    within(`10,000 seats, ${name}, work a frame, 95 of 100`, most, 16.7)
  }
  const pan = await page.evaluate(panALittle)
  is('moved a little, no seat is drawn again', pan.layers, 0)
  ok('once a frame', pan.frames > 0 && pan.frames <= 20, pan.frames)

  const poll = () => page.waitForResponse((response) => response.url().includes('/seat_status') && response.ok())
  await poll()
  await page.evaluate(watch)
  await poll()
  await poll()
  await drawn(page)
  is('polls that find nothing new paint nothing, move no pixel, and change no element', await page.evaluate(() => globalThis.seen()),
    { frames: 0, layers: 0, samePixels: true, changes: 0 })
  sql(`SELECT concert_booking.block_seats(array_agg(id)) FROM concert_booking.seats
       WHERE concert_schedule_id = '${made.schedule}' AND seat_number = 'A1-1-1'`)
  await page.locator('.grade-lights', { hasText: '2,499석' }).waitFor()
  await drawn(page)
  const after = await page.evaluate(() => globalThis.seen())
  is('one that does, does', [after.frames > 0, after.layers, after.samePixels, after.changes > 0], [true, 1, false, true])
  await leave('among ten thousand', who)
}

// In the page: how long the work of a frame takes, from the first of its callbacks to after its paint.
async function work() {
  const grid = document.querySelector('.plan-grid')
  grid.setPointerCapture = () => {}
  const { left, top, width, height } = grid.getBoundingClientRect()
  const centre = { clientX: left + width / 2, clientY: top + height / 2, pointerId: 1, pointerType: 'mouse', bubbles: true }
  const round = (value) => Math.round(value * 10) / 10
  const frames = async (act) => {
    const times = []
    for (let frame = 0; frame < 60; frame++) {
      await new Promise((done) => {
        requestAnimationFrame((begin) => {
          // The plan asks for its frame now, so it is painted in the next one, before this channel's message.
          act(frame)
          requestAnimationFrame(() => {
            const start = performance.now()
            const { port1, port2 } = new MessageChannel()
            port1.onmessage = () => {
              times.push(performance.now() - start)
              done(begin)
            }
            port2.postMessage(null)
          })
        })
      })
    }
    times.sort((a, b) => a - b)
    return { median: round(times[30]), most: round(times[56]), worst: round(times[59]) }
  }
  const result = {}
  const drag = (frame) => grid.dispatchEvent(new PointerEvent('pointermove',
    { ...centre, clientX: centre.clientX + (frame % 30) * 25 - 300, clientY: centre.clientY + (frame % 13) * 12 }))
  grid.dispatchEvent(new PointerEvent('pointerdown', centre))
  result.panning = await frames(drag)
  grid.dispatchEvent(new PointerEvent('pointerup', centre))
  result.zooming = await frames((frame) => grid.dispatchEvent(new WheelEvent('wheel',
    { ...centre, deltaY: frame % 40 < 20 ? -60 : 60, cancelable: true })))
  document.querySelector('.plan-buttons button:last-child').click()
  return result
}

// In the page: twenty frames of a drag that stays near.
async function panALittle() {
  const grid = document.querySelector('.plan-grid')
  const { left, top, width, height } = grid.getBoundingClientRect()
  const at = { clientX: left + width / 2, clientY: top + height / 2, pointerId: 1, pointerType: 'mouse', bubbles: true }
  const frame = () => new Promise(requestAnimationFrame)
  await frame()
  await frame()
  const before = { ...globalThis.painted }
  grid.dispatchEvent(new PointerEvent('pointerdown', at))
  for (let step = 1; step <= 18; step++) {
    grid.dispatchEvent(new PointerEvent('pointermove', { ...at, clientX: at.clientX + step * 4, clientY: at.clientY + step * 3 }))
    await frame()
  }
  grid.dispatchEvent(new PointerEvent('pointerup', at))
  await frame()
  return { frames: globalThis.painted.frames - before.frames, layers: globalThis.painted.layers - before.layers }
}

// In the page: from now on, what is painted and changed.
function watch() {
  const canvas = document.querySelector('.plan canvas')
  const pixels = canvas.toDataURL()
  const before = { ...globalThis.painted }
  let changes = 0
  const observer = new MutationObserver((records) => { changes += records.length })
  // The performances beside it are read again every half minute, whatever the polls find.
  observer.observe(document.querySelector('.selling'), { subtree: true, childList: true, attributes: true, characterData: true })
  globalThis.seen = () => ({
    frames: globalThis.painted.frames - before.frames,
    layers: globalThis.painted.layers - before.layers,
    samePixels: canvas.toDataURL() === pixels,
    changes: changes + observer.takeRecords().length,
  })
}

// -------- the same guest's tabs, a lost connection, a wrong clock

export async function twoTabs(browser) {
  const made = concert('두 탭의 밤')
  priceType(made.schedule, 'child', '어린이', { percent: 50 })
  const who = await person(browser, korean)
  const { context, page } = who
  const other = await context.newPage()
  other.setDefaultTimeout(600000)
  await openSale(page, made)
  await openSale(other, made)
  await hold(page, 'A열, 1번 좌석', 'A열, 2번 좌석')
  await other.locator('.timer').waitFor()
  is('what one tab holds the other one shows', await other.locator('.chosen strong').allTextContents(), ['A-1', 'A-2'])
  await other.locator('.release').click()
  await page.locator('form.best').waitFor()
  is('what one gives back, the other one has no longer', [await page.locator('.timer').count(), statusOf(made.schedule, 'A-1', 'A-2')],
    [0, 'available available'])

  // Held again, and both press at once.
  await page.locator('.hold').waitFor()
  await hold(page, 'B열, 1번 좌석', 'B열, 2번 좌석')
  await other.locator('.timer').waitFor()
  const both = [page, other]
  for (const one of both) await enter(one)
  await page.locator('.price-type').first().selectOption('child')
  await other.locator('.total', { hasText: '₩225,000' }).waitFor()
  is('a price type that is chosen in one is chosen in the other', await other.locator('.price-type').first().inputValue(), 'child')
  const keys = []
  let letGo
  const pressed = new Promise((done) => { letGo = done })
  await context.route('**/rpc/confirm_booking', async (route) => {
    keys.push(route.request().postDataJSON().idempotency_key)
    if (keys.length === 2) letGo()
    await pressed
    await route.continue()
  })
  await Promise.all(both.map((one) => one.locator('.confirm').click()))
  const numbers = await Promise.all(both.map((one) => textOf(one, '.booking-number')))
  is('both orders are the same order', [new Set(keys).size, new Set(numbers).size], [1, 1])
  is('nothing is bought twice', sql(`SELECT count(*) || ' ' || sum(seat_count) || ' ' || sum(total_price) FROM concert_booking.bookings
    WHERE concert_schedule_id = '${made.schedule}'`), '1 2 225000')

  // Bought in one of them, it is bought in the other one.
  await context.unroute('**/rpc/confirm_booking')
  for (const one of both) await one.getByRole('button', { name: '좌석 더 예매하기' }).click()
  await hold(page, 'D열, 1번 좌석')
  await other.locator('.timer').waitFor()
  await enter(page)
  await page.locator('.confirm').click()
  await page.locator('.booking-number').waitFor()
  await other.locator('.booking-number').waitFor()
  is('the other tab has the ticket as well', await textOf(other, '.booking-number'), await textOf(page, '.booking-number'))
  await leave('with two tabs', who)
}

export async function lostConnection(browser) {
  const made = concert('끊긴 연결')
  const who = await person(browser, korean)
  const { context, page } = who
  await openSale(page, made)
  const broken = async (work) => {
    await context.setOffline(true)
    await page.locator('.connection', { hasText: '연결이 끊겼습니다' }).waitFor()
    await work()
    await context.setOffline(false)
    await page.locator('.connection').waitFor({ state: 'hidden' })
  }
  // A hold without an answer is one all the same, and nobody else's.
  await page.route('**/rpc/hold_seats', async (route) => {
    await route.fetch()
    await route.abort()
  }, { times: 1 })
  await choose(page, 'B열, 1번 좌석')
  await page.locator('.hold').click()
  await page.locator('.timer').waitFor()
  is('a hold whose answer got lost is found', [await page.locator('.chosen strong').allTextContents(), statusOf(made.schedule, 'B-1')], [['B-1'], 'temp_reserved'])
  like('and is not told to be somebody else\'s', await notice(page), /서버에 연결할 수 없습니다/)
  await page.locator('.release').click()
  await page.locator('.chosen .icon').click()
  await page.locator('.chosen li').waitFor({ state: 'detached' })

  const points = await choose(page, 'A열, 1번 좌석')
  await broken(async () => {
    const { x, y } = points['A열, 2번 좌석']
    await page.mouse.click(x, y)
  })
  is('chosen without a connection is chosen', await page.locator('.chosen strong').allTextContents(), ['A-1', 'A-2'])
  await page.locator('.hold').click()
  await page.locator('.timer').waitFor()
  await enter(page)
  await broken(async () => {
    await page.locator('.confirm').click()
    like('an order without a connection is told', await notice(page), /서버에 연결할 수 없습니다/)
  })
  is('nothing is lost', [await page.locator('.chosen strong').allTextContents(), await page.inputValue('#customer-name'),
    count(`concert_booking.bookings WHERE concert_schedule_id = '${made.schedule}'`)], [['A-1', 'A-2'], '이하늘', 0])

  // The order arrives, its answer does not: the page asks again by the same key.
  await page.route('**/rpc/confirm_booking', async (route) => {
    await route.fetch()
    await route.abort()
  }, { times: 1 })
  await page.locator('.confirm').click()
  await page.locator('.booking-number').waitFor()
  is('an answer that got lost is fetched again, and nothing is booked twice', sql(`
    SELECT string_agg(booking_number, ' ') FROM concert_booking.bookings WHERE concert_schedule_id = '${made.schedule}'`),
  await textOf(page, '.booking-number'))
  await leave('whose connection broke', { ...who, errors: who.errors.filter((text) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(text)) })
}

// The device's clock is wrong by so many minutes; shiftClock() moves it on.
async function wrongClock(page, minutes) {
  await page.addInitScript((shift) => {
    let ahead = shift * 60000
    const Real = Date
    globalThis.Date = class extends Real {
      constructor(...values) {
        if (values.length) super(...values)
        else super(Real.now() + ahead)
      }

      static now() {
        return Real.now() + ahead
      }
    }
    globalThis.shiftClock = (more) => { ahead += more * 60000 }
  }, minutes)
}

export async function wrongClocks(browser) {
  for (const minutes of [60, -60]) {
    const made = concert(`시계가 ${minutes}분 틀린 밤`, { performances: [{}, { opens: '9 minutes 50 seconds' }] })
    const who = await person(browser, korean)
    const { page } = who
    await wrongClock(page, minutes)
    await openSale(page, made)
    await hold(page, 'A열, 1번 좌석')
    like(`a clock ${minutes} minutes wrong: a hold counts down right`, await textOf(page, '.timer-digits'), /^(10:00|9:\d\d)$/)
    await openSale(page, { ...made, schedule: made.schedules[1] })
    await page.locator('.opens-in').waitFor()
    like('so does the opening', await textOf(page, '.opens-in'), /^[5-9]:\d\d 뒤에 시작합니다\.$/)
    if (minutes > 0) await picture(page, 'opens-in')
    // At the instant it opens, without a reload.
    sql(`UPDATE concert_booking.concert_schedules SET booking_opens_at = now() WHERE id = '${made.schedules[1]}'`)
    await page.evaluate(() => globalThis.shiftClock(10))
    await page.getByText('이제 예매할 수 있습니다.').waitFor({ state: 'attached' })
    await page.locator('.opens-in').waitFor({ state: 'hidden' })
    await hold(page, 'A열, 2번 좌석')
    is('and when it opens, the button works', statusOf(made.schedules[1], 'A-2'), 'temp_reserved')
    await leave(`a clock ${minutes} minutes wrong`, who)
  }
}

// Put back while seats are held: no time is shown that is not left.
export async function clockSetBack(browser) {
  const made = concert('시계를 되돌린 밤')
  const who = await person(browser, korean)
  const { page } = who
  await wrongClock(page, 0)
  await openSale(page, made)
  await hold(page, 'A열, 1번 좌석')
  const goesOn = async () => page.waitForFunction((digits) => document.querySelector('.timer-digits').textContent !== digits, await textOf(page, '.timer-digits'))
  await page.evaluate(() => globalThis.shiftClock(-60))
  await goesOn()
  like('a clock that is set back gives no more time', await textOf(page, '.timer-digits'), /^\d:\d\d$/)

  await page.route('**/rpc/extend_holds', async (route) => {
    await page.evaluate(() => globalThis.shiftClock(-60))
    await goesOn()
    await route.continue()
  })
  const extended = page.waitForResponse('**/rpc/extend_holds')
  await page.locator('.extend').click()
  await (await extended).finished()
  await goesOn()
  like('nor one that is set back while an answer is waited for', await textOf(page, '.timer-digits'), /^(10:00|\d:\d\d)$/)
  await leave('whose clock was set back', who)
}

// A price type whose time ends while seats are held: the new total is there before one orders.
export async function typeThatEnds(browser) {
  const made = concert('조기 예매가 끝나는 밤')
  priceType(made.schedule, 'early', '조기 예매', { percent: 50, until: '5 minutes' })
  const who = await person(browser, korean)
  const { page } = who
  await wrongClock(page, 0)
  await openSale(page, made)
  await hold(page, 'A열, 1번 좌석')
  await page.locator('.price-type').selectOption('early')
  await page.locator('.confirm', { hasText: '₩75,000' }).waitFor()
  await enter(page)
  await page.evaluate(() => globalThis.shiftClock(6))
  await page.locator('.confirm', { hasText: '₩150,000' }).waitFor()
  is('what has ended is taken off what is shown', [await textOf(page, '.total'), await page.locator('.price-type').inputValue()], ['합계 1석₩150,000', ''])
  const sent = page.waitForRequest('**/rpc/confirm_booking')
  await page.locator('.confirm').click()
  is('and what is ordered is what was shown', (await sent).postDataJSON().expected_total, 150000)
  await page.locator('.booking-number').waitFor()
  await leave('who was too late for it', who)
}

// -------- seats that are not there yet, and free of charge

export async function seatsThatCome(browser) {
  const made = concert('좌석이 나중에 오는 밤', { performances: [{ empty: true }] })
  const who = await person(browser, korean)
  const { page } = who
  await openSale(page, made)
  await page.getByText('아직 좌석이 없습니다').waitFor()
  sql(`SELECT concert_booking.generate_seats('${made.schedule}', ARRAY['A'], 1, 'R', 0)`)
  await page.locator('.plan-grid [role=gridcell]').waitFor({ state: 'attached' })
  await page.locator('.plan-grid').press('Space')
  await page.locator('.hold').click()
  await page.locator('.timer').waitFor()
  await enter(page)
  await page.locator('.confirm').click()
  await page.locator('.booking-number').waitFor()
  is('the only seat, which costs nothing, is booked', sql(`SELECT status || ' ' || total_price FROM concert_booking.bookings
    WHERE concert_schedule_id = '${made.schedule}'`), 'confirmed 0')
  await leave('who was there before the seats', who)
}

// -------- who signs in or out on another tab, or cannot

export async function anotherUser(browser) {
  const made = concert('사용자가 바뀌는 밤')
  const who = await person(browser, korean)
  const { context, page } = who
  const other = await context.newPage()
  other.setDefaultTimeout(600000)
  await openSale(page, made)
  const chosen = () => page.locator('header select').inputValue()

  await page.route('**/demo/sign-in/**', (route) => route.abort())
  await hold(page, 'A열, 1번 좌석')
  await page.locator('header select').selectOption(users.minji)
  like('who cannot be signed in is told so', await notice(page), /서버에 연결할 수 없습니다/)
  is('and is not shown as signed in', await chosen(), '')
  await page.unroute('**/demo/sign-in/**')

  await page.locator('form.best').waitFor()
  await hold(page, 'A열, 2번 좌석')
  await visit(other)
  await signIn(other, 'haneul')
  await page.waitForFunction((id) => document.querySelector('header select').value === id, users.haneul)
  await page.locator('form.best').waitFor()
  is('who signs in on another tab is signed in on this one, and the guest\'s seats are free',
    statusOf(made.schedule, 'A-1', 'A-2'), 'available available')
  await hold(page, 'A열, 3번 좌석')
  await other.locator('header select').selectOption('')
  await page.waitForFunction(() => document.querySelector('header select').value === '')
  await page.locator('form.best').waitFor()
  is('so it is with who signs out', [statusOf(made.schedule, 'A-3'), await page.evaluate(() => localStorage.getItem('user'))], ['available', null])

  // While a hold is on its way.
  const points = await choose(page, 'B열, 1번 좌석')
  let letGo
  const asked = new Promise((done) => { letGo = done })
  await page.route('**/rpc/hold_seats', async (route) => {
    letGo()
    const response = await route.fetch()
    await route.fulfill({ response })
  })
  await page.locator('.hold').click()
  await asked
  const signed = page.waitForResponse('**/demo/sign-in/**')
  await page.locator('header select').selectOption(users.minji)
  await signed
  is('what was just being held is given back, too', [Object.keys(points).length, statusOf(made.schedule, 'B-1')], [60, 'available'])
  await page.locator('form.best').waitFor()
  await leave('who changes', { ...who, errors: who.errors.filter((text) => !/ERR_FAILED/.test(text)) })
}

// -------- the screens

export const screens = () => {
  const types = hallWithTypes()
  const large = tenThousandSeats('큰 공연장')
  const path = ({ concert: id, schedule }) => `#/concert/${id}/${schedule}`
  const best = async (page) => {
    await page.locator('form.best').waitFor()
    await page.fill('#best-count', '3')
    await page.locator('form.best button').click()
    await page.locator('.timer').waitFor()
    await page.locator('.price-type').first().selectOption('child')
  }
  const seats = async (page) => {
    await page.locator('form.best').waitFor()
    for (const key of ['ArrowRight', 'Space', 'ArrowRight', 'Space']) await page.locator('.plan-grid').press(key)
    await page.locator('.chosen li').nth(1).waitFor()
  }
  return [
    { name: 'choosing', path: path(types), open: seats },
    { name: 'grade-lit-up', path: path(types), open: async (page) => {
      await seats(page)
      await page.locator('.grade-lights button').nth(1).click()
    } },
    { name: 'sections', path: path(large), open: (page) => page.locator('.plan-hint').waitFor() },
    { name: 'price-types', path: path(types), open: best }]
}
