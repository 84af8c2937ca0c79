// The page of one concert: what it tells, how a performance is chosen by day, the heart, and
// what is said of nights that were cancelled or moved.
import { refundRows } from '../../examples/house/page/buy/refunds.js'
import { is, like, ok } from '../rest/tap.mjs'
import { accessible, english, korean, leave, notice, person, signIn, textOf, users, visit } from './browser.mjs'
import { concert, count, sql } from './world.mjs'

const nights = '[aria-labelledby=performances]'
const description = `첫째 줄입니다.
둘째 줄입니다.

${'네 사람이 겨울밤을 위해 고른 노래를 처음부터 끝까지 들려줍니다. '.repeat(8)}마지막 문장입니다.`

// What concert() leaves out: text, place, price types, the rules of the first performance.
function dress({ venue, concert: id, schedules }) {
  sql(`
    UPDATE concert_booking.venues SET location_lat = 37.5665, location_lng = 126.978 WHERE id = '${venue}';
    UPDATE concert_booking.concerts SET description = '${description}', genre = '재즈', rating = '만 8세 이상' WHERE id = '${id}';
    INSERT INTO concert_booking.price_types (concert_id, code, name, percent_off, max_per_booking) VALUES ('${id}', 'child', '어린이', 50, 2);
    INSERT INTO concert_booking.price_types (concert_id, code, name, amount_off) VALUES ('${id}', 'senior', '경로', 20000);
    UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 4, payment_required = true, cancel_until = '1 day',
      refund_ladder = '{"steps": [{"hours": 240, "percent": 100}, {"hours": 168, "percent": 90}], "fee": 1000}'
    WHERE id = '${schedules[0]}'`)
}

const book = (schedule, seats = 'true') => sql(`
  SELECT concert_booking.book_seats(array_agg(id), session_id => gen_random_uuid(), customer_name => '손님', customer_phone => '010-1')
  FROM concert_booking.seats WHERE concert_schedule_id = '${schedule}' AND ${seats}`)

const dateOf = (schedule) => sql(`SELECT concert_date FROM concert_booking.concert_schedules WHERE id = '${schedule}'`)
const leftOf = (schedule) => Number(sql(`SELECT available_seats FROM concert_booking.schedule_availability WHERE concert_schedule_id = '${schedule}'`))
const local = (instant) => `to_char((${instant}) AT TIME ZONE 'Asia/Seoul', 'FMMonth FMDD, YYYY at FMHH12:MI')`

// Shows the month of a date.
async function turnTo(page, date) {
  await page.locator('.calendar td[data-date]').first().waitFor()
  while (await page.locator(`[data-date="${date}"]`).count() === 0) {
    const shown = await page.locator('.calendar td[data-date]').first().getAttribute('data-date')
    await page.locator('.calendar-head button').nth(shown < date ? 1 : 0).click()
    await page.locator(`.calendar td[data-date="${shown}"]`).waitFor({ state: 'detached' })
  }
  return page.locator(`[data-date="${date}"]`)
}

const unfold = (page, part) => page.evaluate((name) => { document.querySelector(`.about-${name}`).open = true }, part)

export async function concertFacts(browser) {
  const made = concert('모든 것을 말하는 밤', { performances: [{ days: 40 }, { days: 41 }] })
  dress(made)
  const path = `#/concert/${made.concert}`
  const visitor = await person(browser, korean)
  const { page } = visitor
  const looks = () => count(`concert_booking.concert_interest WHERE concert_id = '${made.concert}' AND new_looks > 0`)
  is('nobody has looked yet', looks(), 0)
  const noted = page.waitForResponse((response) => response.url().includes('record_interest'))
  await visit(page, path)
  await noted
  is('a look counts', looks(), 1)
  is('one heading', await page.locator('h1').allTextContents(), ['모든 것을 말하는 밤'])
  like('what it is', await textOf(page, '.facts'), /^재즈.*시험 악단.*100분.*만 8세 이상$/)
  like('and where', await textOf(page, '.concert-title'), /시험 공연장 · 서울특별시 중구 세종대로 1 지도/)
  is('the map is an ordinary link', await page.locator('a.map').evaluate(({ href, rel, target }) => [href, rel, target]),
    ['https://www.openstreetmap.org/?mlat=37.5665&mlon=126.978#map=17/37.5665/126.978', 'noreferrer', '_blank'])
  is('the range of prices', await textOf(page, '.concert-offer .price'), '₩120,000 – ₩150,000')
  is('the text keeps its lines', await page.locator('.description').evaluate((text) => text.innerText.split('\n').slice(0, 3)),
    ['첫째 줄입니다.', '둘째 줄입니다.', ''])
  const height = () => page.locator('.description').evaluate((text) => text.clientHeight)
  const folded = await height()
  await page.getByRole('button', { name: '더 보기' }).click()
  ok('a long one is folded until somebody reads on', await height() > folded, [folded, await height()])
  is('which is told', await page.locator('.unfold').getAttribute('aria-expanded'), 'true')
  await page.getByText('가격과 할인').click()
  is('grades with their prices', await page.locator('.grade-prices li').allTextContents(), ['R석₩150,000', 'S석₩120,000'])
  await page.locator('.price-types li').first().waitFor()
  is('price types with what they take off', await page.locator('.price-types li').allTextContents(),
    ['어린이예매 1건에 2석까지50% 할인', '경로₩20,000 할인'])
  await page.getByText('예매와 취소 규정').click()
  is('limit and payment are told', await page.locator('.rules li').allTextContents(),
    ['한 사람이 4석까지 예매할 수 있습니다.', '예매할 때 바로 결제합니다. 결제해야 예매가 완료됩니다.'])
  await page.locator(`${nights} button`).nth(1).click()
  await page.getByText('제한이 없습니다').waitFor()
  is('of the performance that is chosen', await page.locator('.rules li').allTextContents(),
    ['한 사람이 예매할 수 있는 좌석 수에 제한이 없습니다.', '여기서는 결제하지 않습니다. 예매는 바로 완료됩니다.'])
  await accessible(page, 'a concert')
  await leave('who reads everything', visitor)
  await rulesFarAway(browser, made)
}

// The instants are the venue's, wherever the reader is.
async function rulesFarAway(browser, made) {
  const [schedule] = made.schedules
  const visitor = await person(browser, english)
  const { page } = visitor
  await visit(page, `#/concert/${made.concert}/${schedule}`)
  await unfold(page, 'rules')
  await page.locator('.refunds li').first().waitFor()
  const [all, most, none] = [`starts_at - interval '240 hours'`, `starts_at - interval '168 hours'`, `concert_booking.cancel_deadline(id)`]
    .map((instant) => sql(`SELECT ${local(instant)} FROM concert_booking.concert_schedules WHERE id = '${schedule}'`))
  const rows = await page.locator('.refunds li').allTextContents()
  is('a row for each step, and one until the cut-off', rows.length, 3)
  like('all of it', rows[0], new RegExp(`^until ${all}.PM10 days before the start nowall of it back$`))
  like('most of it', rows[1], new RegExp(`^until ${most}.PM7 days before the start 90% back$`))
  like('nothing', rows[2], new RegExp(`^until ${none}.PM nothing back$`))
  is('the row of today is marked', await page.locator('.refunds [aria-current=true]').count(), 1)
  like('and the fee', await textOf(page, '.about-rules'), /After that a booking cannot be cancelled\..*₩1,000 is taken off for each seat/)
  like('with the reader\'s own clock beside it', await textOf(page, '.choice'), /It begins on .* (5|6):00.AM by your own clock/)
  like('the times are the venue\'s', await textOf(page, '.concert-title'), /Times are local to the venue \(Asia\/Seoul\)/)
  await accessible(page, 'a concert with its rules')
  await leave('who reads in New York', visitor)
}

// The rows that the page shows are what the database would give back, at the last moment of
// each and just after it.
export async function refundRules() {
  const ladders = [null, { steps: [{ hours: 24, percent: 50 }] }, { steps: [{ hours: 0, percent: 30 }, { hours: 72, percent: 70 }, { hours: 240, percent: 100 }] },
    { steps: [{ hours: 240, percent: 90 }, { hours: 48, percent: 0 }] }]
  for (const ladder of ladders) {
    for (const cutOff of [0, 24, 100, 300]) {
      const start = Date.parse('2030-06-09T19:00:00+09:00')
      const deadline = start - cutOff * 3600000
      const rows = refundRows({ starts_at: new Date(start).toISOString(), refund_ladder: ladder, cancellable_until: new Date(deadline).toISOString() })
      const percentAt = (instant) => Number(sql(`SELECT (concert_booking.line_refunds(${ladder ? `'${JSON.stringify(ladder)}'` : 'NULL'},
        ARRAY[100], '2030-06-09T19:00:00+09:00', to_timestamp(${instant / 1000})))[1]`))
      const said = rows.flatMap(({ until, percent }, at) => {
        const end = Date.parse(until) - (at === rows.length - 1 ? 1000 : 0)
        return [[percent, percentAt(end)], ...(at ? [[percent, percentAt(Date.parse(rows[at - 1].until) + 1000)]] : [])]
      })
      is(`what comes back by ${JSON.stringify(ladder)}, until ${cutOff} hours before`, said.map(([page]) => page), said.map(([, database]) => database))
    }
  }
}

// A season of sixty nights: what is left, sold out, not open, cancelled, moved.
function season(title) {
  const made = concert(title, { rows: 3, seats: 2,
    performances: Array.from({ length: 60 }, (_, at) => ({ days: 10 + 6 * at, time: '20:30', opens: at === 3 ? '5 days' : undefined })) })
  const [, soldOut, cancelled, , moved] = made.schedules
  book(soldOut)
  book(made.schedule, `row_label = 'A'`)
  sql(`SELECT concert_booking.cancel_schedule('${cancelled}', 'storm')`)
  const movedFrom = dateOf(moved)
  sql(`SELECT concert_booking.postpone_schedule('${moved}', '${movedFrom}'::date + 2, '15:00', 'illness')`)
  return { ...made, movedFrom }
}

export async function concertCalendar(browser) {
  const made = season('한 해의 밤')
  const [free, soldOut, cancelled, later, moved] = made.schedules
  const visitor = await person(browser, english)
  const { page } = visitor
  await visit(page, `#/concert/${made.concert}`)
  await page.locator('.panel h2').waitFor()
  is('it begins with the first night that has seats', page.url().split('/').at(-1), free)
  const cell = (schedule) => turnTo(page, dateOf(schedule))
  const said = async (schedule) => (await cell(schedule)).getAttribute('aria-label')
  like('the day says what is left', await said(free), new RegExp(`, ${leftOf(free)} seats left$`))
  is('and shows it', await (await cell(free)).locator('small').textContent(), `${leftOf(free)} left`)
  is('that is what the database has', leftOf(free), 4)
  like('sold out is told in words', await said(soldOut), /, sold out$/)
  like('so is cancelled', await said(cancelled), /, cancelled$/)
  like('and what opens later', await said(later), /, on sale from .*20\d\d.* at \d/)
  const movedFrom = made.movedFrom
  like('the old day of a moved night', await (await turnTo(page, movedFrom)).getAttribute('aria-label'), /, postponed to \w+, \w+ \d+, 20\d\d$/)
  like('and its new one', await said(moved), /, 6 seats left, moved to this day$/)
  is('a day without a performance cannot be chosen', await (await turnTo(page, dateOf(free))).evaluate((day) =>
    day.closest('table').querySelectorAll('[aria-disabled]').length > 0), true)

  await (await turnTo(page, movedFrom)).click()
  like('on the old day one learns the new one', await textOf(page, nights), /8:30.PMpostponedNew date: .*3:00.PM/)
  is('and nothing of another day stands below', await page.locator('.sale, .night-notice:visible').count(), 0)
  await page.locator(`${nights} button`).click()
  await page.locator('.night-notice').waitFor()
  is('and goes there', page.url().split('/').at(-1), moved)
  like('where the move is told', await textOf(page, '.night-notice'), /was postponed from .* 8:30.PM to .* 3:00.PM\..*stay valid/)
  like('with the old date on its performance', await textOf(page, `${nights} [aria-pressed=true]`), /3:00.PM6 seats left.*postponed from .* 8:30.PM/)

  // By keys alone, to the last night of the year.
  const last = made.schedules.at(-1)
  await (await cell(last)).focus()
  await (await cell(last)).press('ArrowLeft')
  await page.keyboard.press('ArrowRight')
  is('arrows go from day to day', await page.evaluate(() => document.activeElement.dataset.date), dateOf(last))
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.hash.endsWith(last))
  is('Enter chooses the day, and its only performance', await page.locator(`${nights} [aria-pressed=true]`).count(), 1)
  like('in the venue\'s time', await textOf(page, `${nights} [aria-pressed=true]`), /^8:30.PM6 seats left · from ₩120,000$/)
  is('the focus stays in the calendar', await page.evaluate(() => document.activeElement.dataset.date), dateOf(last))
  await page.locator('.sale').waitFor()
  await accessible(page, 'a concert with a calendar')
  await page.locator('button.language').click()
  like('in Korean', await (await cell(soldOut)).getAttribute('aria-label'), /, 매진$/)
  like('as well', await (await cell(cancelled)).getAttribute('aria-label'), /, 취소됨$/)
  await (await cell(cancelled)).click()
  await page.getByText('이 회차의 공연은 취소되었습니다.').waitFor()
  like('what happens to bookings', await textOf(page, '.night-notice'), /전액 환불/)
  is('nothing of it is sold', await page.locator('.sale').count(), 0)
  await leave('who chooses a night of the year', visitor)
}

// With fingers: days and performances are large enough, what is long is folded, and a button
// goes to the seats.
export async function concertPhone(browser) {
  const made = concert('손안의 밤', { performances: [...Array(5).keys()].map((at) => ({ days: 30 + at })).concat({ days: 34, time: '14:00' }) })
  dress(made)
  sql(`UPDATE concert_booking.concert_schedules SET booking_closes_at = starts_at - interval '2 hours' WHERE id = '${made.schedules[5]}'`)
  const visitor = await person(browser, { ...korean, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  const { page } = visitor
  await visit(page, `#/concert/${made.concert}`)
  await page.locator('.panel h2').waitFor()
  is('everything about it is folded', await page.locator('.about details[open]').count(), 0)
  const day = await turnTo(page, dateOf(made.schedules[5]))
  await day.tap()
  await page.waitForURL((url) => url.hash.endsWith(made.schedules[5]))
  like('the day is opened with its first performance', await textOf(page, `${nights} [aria-pressed=true]`), /^오후 2:00/)
  is('and has both', await page.locator(`${nights} button`).count(), 2)
  const heights = await page.locator(`${nights} button, .calendar-head button, .calendar td[data-date], .about summary, .to-sale, .heart`)
    .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().height)))
  is('nothing is too small for a finger', heights.filter((height) => height < 40), [])
  await page.locator('.to-sale').tap()
  const { top, heading, focused } = await page.evaluate(() => ({ top: document.querySelector('.sale-night').getBoundingClientRect().top,
    heading: document.querySelector('.sale-night').textContent, focused: document.activeElement.className }))
  ok('the seats are in the window', top >= 0 && top < 422, top)
  like('with the day and the hour', heading, /20\d\d년 .*요일 오후 2:00$/)
  is('the focus is there', focused, 'sale-night')
  await unfold(page, 'rules')
  like('the end of booking is told', await textOf(page, '.rules'), /오후 12:00에 예매를 마감합니다/)
  await leave('who holds a phone', visitor)
}

const wishes = (made) => sql(`SELECT user_id FROM concert_booking.wishlists WHERE concert_id = '${made.concert}'`)

export async function concertHeart(browser) {
  const made = concert('찜하는 밤')
  const path = `#/concert/${made.concert}`
  const visitor = await person(browser, korean)
  const { page } = visitor
  const heart = page.locator('button.heart')
  const pressed = () => heart.getAttribute('aria-pressed')
  await visit(page, path)
  await heart.click()
  like('a guest is told how', await notice(page), /회원만 .* 로그인/)
  is('and nothing is marked', [await pressed(), wishes(made)], ['false', ''])

  await signIn(page, 'minji')
  await page.locator('h1:focus').waitFor()
  is('the member has no heart there yet', await pressed(), 'false')
  // It is shown before the database has answered.
  let letGo
  const held = new Promise((resolve) => { letGo = resolve })
  await page.route('**/rpc/add_wishlist*', async (route) => {
    await held
    await route.continue()
  }, { times: 1 })
  await heart.press('Enter')
  is('the heart is there at once', [await pressed(), wishes(made)], ['true', ''])
  letGo()
  await page.getByText('찜한 공연에 담았습니다.').waitFor({ state: 'attached' })
  is('a screen reader is told', await page.locator('[role=status]', { hasText: '담았습니다' }).count(), 1)
  is('the database has it', wishes(made), users.minji)
  is('the focus is still there', await page.evaluate(() => document.activeElement.className), 'heart')

  await page.reload()
  await heart.waitFor()
  is('a reload keeps it', await pressed(), 'true')
  await heart.press('Enter')
  await page.getByText('찜한 공연에서 뺐습니다.').waitFor({ state: 'attached' })
  await visit(page)
  await visit(page, path)
  is('coming back shows it as it is now', await pressed(), 'false')
  await heart.press('Enter')
  await page.getByText('찜한 공연에 담았습니다.').waitFor({ state: 'attached' })
  await signIn(page, 'haneul')
  await heart.waitFor()
  is('another member has none', await pressed(), 'false')
  await page.locator('header select').selectOption('')
  await page.locator('.concert h1').waitFor()
  await page.locator('button.heart[aria-pressed=false]').waitFor()
  is('nor has a guest', await pressed(), 'false')
  await signIn(page, 'clerk')
  await page.locator('.concert h1').waitFor()
  is('staff see none', await heart.isVisible(), false)

  await signIn(page, 'minji')
  await page.locator('button.heart[aria-pressed=true]').click()
  await page.getByText('찜한 공연에서 뺐습니다.').waitFor({ state: 'attached' })
  is('and off again', [await pressed(), wishes(made)], ['false', ''])
  sql(`UPDATE concert_booking.concerts SET is_deleted = true WHERE id = '${made.concert}'`)
  await heart.click()
  like('a refusal is told', await notice(page), /없는 공연/)
  is('and the heart goes back', [await pressed(), wishes(made)], ['false', ''])
  await leave('who likes it', visitor)
}

export async function concertStops(browser) {
  const [cancelled, postponed, stormy, over] = ['취소된 공연', '연기된 공연', '모두 취소된 밤', '지나간 밤'].map((title) => concert(title, { performances: [{}, {}] }))
  sql(`UPDATE concert_booking.concerts SET status = 'cancelled' WHERE id = '${cancelled.concert}';
       UPDATE concert_booking.concerts SET status = 'postponed' WHERE id = '${postponed.concert}';
       SELECT concert_booking.cancel_schedule(id) FROM concert_booking.concert_schedules WHERE concert_id = '${stormy.concert}';
       UPDATE concert_booking.concert_schedules SET concert_date = concert_date - 60 WHERE id = '${over.schedule}'`)
  const visitor = await person(browser, korean)
  const { page } = visitor
  const says = async (path, pattern, what) => {
    await visit(page, `#/concert/${path}`)
    await page.locator('.whole-notice').waitFor()
    like(what, await textOf(page, '.whole-notice'), pattern)
    is(`${what}: nothing to choose, nothing on sale`, await page.locator(`${nights}, .sale`).count(), 0)
  }
  await says(cancelled.concert, /취소되었습니다.*공연장이 취소하고.*전액 환불/, 'a cancelled concert')
  await accessible(page, 'a cancelled concert')
  await says(`${postponed.concert}/${postponed.schedule}`, /연기되었습니다.*새 날짜가 정해지면.*그대로 유효/, 'a postponed one')
  await says(stormy.concert, /취소되었습니다.*예매는 모두 취소되었고.*전액 환불/, 'one whose nights are all cancelled')

  await visit(page, `#/concert/${over.concert}/${over.schedule}`)
  await page.locator('.night-notice').waitFor()
  like('a night that is over says so', await textOf(page, '.night-notice'), /에 열린 공연입니다/)
  is('and is not sold', await page.locator('.sale').count(), 0)
  await page.locator(`${nights} button`).click()
  await page.locator('.sale').waitFor()
  is('the other one is', page.url().split('/').at(-1), over.schedules[1])

  await visit(page, `#/concert/${over.concert}/01970000-0000-7000-8000-00000000dead`)
  like('an unknown performance', await notice(page), /없는 회차입니다. 다른 회차를/)
  for (const id of ['01970000-0000-7000-8000-00000000dead', 'nonsense']) {
    await visit(page, `#/concert/${id}`)
    is(`an unknown concert: ${id}`, await textOf(page, 'main h1'), '없는 공연입니다')
  }
  await page.route('**/rpc/concert_detail*', (route) => route.fulfill({ status: 400, json: { code: 'XX000', message: 'internal' } }), { times: 1 })
  await visit(page, `#/concert/${over.concert}/${over.schedules[1]}`)
  is('what cannot be read says so', await textOf(page, 'main h1'), '공연을 불러오지 못했습니다')
  await page.getByRole('button', { name: '다시 시도' }).click()
  await page.locator('.sale').waitFor()
  is('and is there at the next try', await textOf(page, 'main h1'), '지나간 밤')
  await visit(page, '#/concert/nonsense')
  await page.locator('button.language').click()
  is('in English', await textOf(page, 'main h1'), 'There is no such concert')
  await page.getByRole('link', { name: 'All concerts' }).click()
  await page.locator('.concerts').waitFor()
  ok('and back to the list', true)
  await leave('who comes in vain', visitor)
}

// The last hour before a sale opens: the time runs down, by the server's clock.
export async function concertOpening(browser) {
  const made = concert('곧 여는 밤', { performances: [{ opens: '40 minutes' }, { opens: '3 hours' }] })
  const visitor = await person(browser, english)
  const { page } = visitor
  await page.clock.install()
  await visit(page, `#/concert/${made.concert}`)
  const chips = page.locator(`${nights} button`)
  await page.locator('.panel h2').waitFor()
  const seconds = async () => {
    const [, m, s] = (await chips.nth(0).textContent()).match(/on sale in (\d+):(\d\d)/)
    return Number(m) * 60 + Number(s)
  }
  const before = await seconds()
  ok('what is left is told', before > 30 * 60 && before <= 40 * 60 + 2, before)
  like('what opens later than in an hour has its time', await chips.nth(1).textContent(), /on sale from .*20\d\d/)
  await page.clock.fastForward('05:00')
  await page.waitForFunction(([selector, limit]) => {
    const [, m, s] = document.querySelector(selector).textContent.match(/on sale in (\d+):(\d\d)/)
    return m * 60 + Number(s) <= limit
  }, [`${nights} button`, before - 300])
  sql(`UPDATE concert_booking.concert_schedules SET booking_opens_at = now() WHERE id = '${made.schedule}'`)
  await page.clock.fastForward('36:00')
  await chips.filter({ hasText: '60 seats left' }).waitFor()
  ok('then it is open', await chips.nth(0).evaluate((chip) => !chip.classList.contains('upcoming')))
  await leave('who waits', visitor)
}

// What happens while somebody looks: a night is cancelled, then the last of them closes.
export async function concertChanges(browser) {
  const made = concert('변하는 밤', { performances: [{}, {}] })
  const visitor = await person(browser, korean)
  const { page } = visitor
  await page.clock.install()
  await visit(page)
  await signIn(page, 'seojun')
  await visit(page, `#/concert/${made.concert}`)
  await page.locator('.panel h2').waitFor()
  sql(`SELECT concert_booking.cancel_schedule('${made.schedule}', 'storm')`)
  await page.clock.fastForward('00:31')
  await page.locator('.night-notice.cancelled').waitFor()
  like('the page learns it without a reload', await textOf(page, nights), /취소됨.*60석 남음/)
  sql(`UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE concert_id = '${made.concert}'`)
  await visit(page)
  await visit(page, `#/concert/${made.concert}`)
  await page.locator('.night-notice').waitFor()
  like('where nothing is on sale the page says so', await textOf(page, '.night-notice'), /지금 예매할 수 있는 회차가 없습니다/)
  like('and why', await textOf(page, nights), /취소됨.*예매 마감/)
  await leave('who looks on', visitor)
}

export const screens = () => {
  const calendar = season('사계절의 밤')
  const everything = concert('모든 것의 밤', { performances: [{ days: 20 }, { days: 20, time: '14:00' }, { days: 21 }, { days: 22 }, { days: 23, opens: '2 days' }] })
  dress(everything)
  sql(`SELECT concert_booking.cancel_schedule('${everything.schedules[2]}');
       SELECT concert_booking.postpone_schedule('${everything.schedule}', '${dateOf(everything.schedule)}'::date + 12, '18:00')`)
  const weekend = concert('주말의 밤', { performances: [{ days: 12 }, { days: 13 }, { days: 14 }] })
  dress(weekend)
  sql(`SELECT concert_booking.cancel_schedule('${weekend.schedules[2]}');
       SELECT concert_booking.postpone_schedule('${weekend.schedules[1]}', '${dateOf(weekend.schedules[1])}'::date + 12, '18:00')`)
  const cancelled = concert('취소된 큰 공연', { performances: [{}, {}, {}] })
  sql(`UPDATE concert_booking.concerts SET status = 'cancelled' WHERE id = '${cancelled.concert}'`)
  // All that the database allows, and nothing that it does not ask for.
  const strange = concert('가'.repeat(100) + 'W'.repeat(100), { performances: [{ paid: true, empty: true }, ...Array.from({ length: 60 }, () => ({ empty: true }))] })
  sql(`UPDATE concert_booking.concerts SET performers = NULL, running_time = NULL, description = repeat('설명W', 1500) WHERE id = '${strange.concert}';
       UPDATE concert_booking.venues SET name = repeat('W', 100) WHERE id = '${strange.venue}';
       SELECT concert_booking.import_seats('${strange.schedule}', (SELECT jsonb_agg(jsonb_build_object(
         'seat_number', repeat('W', 18) || n, 'seat_grade', repeat('W', 19) || n, 'price', CASE n WHEN 1 THEN 1000000000 ELSE 0 END))
         FROM generate_series(1, 3) n))`)
  const open = async (page) => {
    await page.locator('.price-types li').first().waitFor({ state: 'attached' })
    await unfold(page, 'rules')
  }
  return [
    { name: 'concert-calendar', path: `#/concert/${calendar.concert}`, open: (page) => page.locator('.panel h2').waitFor() },
    { name: 'concert-everything', user: 'minji', path: `#/concert/${everything.concert}/${everything.schedule}`, open },
    { name: 'concert-few', path: `#/concert/${weekend.concert}/${weekend.schedules[1]}`, open: async (page) => {
      await unfold(page, 'prices')
      await page.locator('.price-types li').first().waitFor()
    } },
    { name: 'concert-strange', path: `#/concert/${strange.concert}/${strange.schedule}`, open: async (page) => {
      await page.fill('#best-count', '3')
      await page.locator('#best-together').uncheck()
      await page.locator('form.best button').click()
      await page.locator('.timer').waitFor()
    } },
    { name: 'concert-strange-list', path: `#/?search=${'W'.repeat(100)}`, open: (page) => page.locator('.card').first().waitFor() },
    { name: 'concert-unknown', path: '#/concert/01970000-0000-7000-8000-00000000dead' },
    { name: 'concert-cancelled', path: `#/concert/${cancelled.concert}` },
  ]
}
