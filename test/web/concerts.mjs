// The list of concerts: filters, dates by a calendar, orders, pages as one scrolls, the
// address that keeps the question, what helps where nothing is found, and marks.
import { is, like, ok } from '../rest/tap.mjs'
import { accessible, korean, leave, notice, person, textOf, visit } from './browser.mjs'
import { concert, sql } from './world.mjs'

const word = '갈래길'
const genre = '갈래길 장르'
const other = '갈래길 다른 장르'
const street = '갈래길로'

export async function concertList(browser) {
  const made = season()
  for (const part of [filters, addresses, calendarByKeyboard, quickDates, badAddress, nothingFound, lateAnswer, refused]) {
    await visited(browser, part.name, (page) => part(page, made))
  }
  await visited(browser, 'pages', pages)
  await visited(browser, 'marks', marks)
}

async function visited(browser, name, part) {
  const visitor = await person(browser, korean)
  await part(visitor.page)
  await leave(`list, ${name}`, visitor)
}

// Six concerts of a word and two genres of their own, in two towns, at prices and on
// days of their own.
function season() {
  return [
    ['가', genre, '부산광역시', 30, 30000, 5],
    ['나', genre, '서울특별시', 40, 50000, 9],
    ['다', genre, '부산광역시', 50, 70000, 1],
    ['라', other, '서울특별시', 60, 90000, 7],
    ['마', other, '부산광역시', 70, 20000, 3],
    ['바', other, '서울특별시', 80, 60000, 8],
  ].map(([name, kind, town, days, price, popularity], at) => {
    const one = concert(`${word} ${name}`, { performances: [{ days, empty: true }] })
    sql(`
      SELECT concert_booking.generate_seats('${one.schedule}', '{A}', 4, 'S', ${price});
      UPDATE concert_booking.venues SET address = '${town} ${street} ${at}' WHERE id = '${one.venue}';
      UPDATE concert_booking.concerts SET genre = '${kind}', popularity = ${popularity}, created_at = now() - interval '1 hour' * ${(at * 5) % 6}
      WHERE id = '${one.concert}'`)
    return { ...one, name, day: dayIn(days) }
  })
}

const dayIn = (days) => sql(`SELECT (now() AT TIME ZONE 'Asia/Seoul')::date + ${days}`)

// What the database answers to a question: the names, in its order.
function answer(question = '', order = 'popularity') {
  const from = question.includes('date_from') || question.includes('bookable_only') ? '' : `, date_from => (now() AT TIME ZONE 'Asia/Seoul')::date`
  return sql(`SELECT title FROM concert_booking.search_concerts('${word}'${question && `, ${question}`}${from}, sort_by => '${order}', page_size => 100)`)
    .split('\n').filter(Boolean).map((title) => title.replace(`${word} `, ''))
}

const listed = `#/?search=${encodeURIComponent(word)}`

// The names on the page, once it has its answer.
async function names(page) {
  await page.locator('.cards:not([aria-busy])').waitFor({ state: 'attached' })
  return (await page.locator('.card h2').allTextContents()).map((title) => title.replace(`${word} `, ''))
}

const asked = (page) => page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.split('?')[1])))

async function open(page, path) {
  await page.goto('about:blank')
  await visit(page, path)
  await page.locator('.filters').waitFor({ state: 'attached' })
  return names(page)
}

async function filters(page, made) {
  await visit(page)
  await page.locator('input[type=search]').fill(word)
  await page.keyboard.press('Enter')
  is('the words are searched for', await names(page), answer())
  is('six of them, by popularity', await names(page), ['나', '바', '라', '가', '마', '다'])
  like('the number of concerts is told', await textOf(page, '.summary [role=status]'), /^공연 6건$/)

  const genres = field(page, '장르')
  const regions = field(page, '지역')
  const onSale = field(page, '예매 중이거나 곧 여는 공연만')
  await genres.selectOption(genre)
  is('a genre that the concerts have can be chosen', await names(page), answer(`genre => '${genre}'`))
  await regions.selectOption('부산')
  is('and a region with it', await names(page), answer(`genre => '${genre}', region => '부산'`))
  is('two of three', (await names(page)).length, 2)
  await genres.selectOption('')
  is('or the region alone', await names(page), answer(`region => '부산'`))
  await regions.selectOption('')
  await fillPrice(page, '최소', '50000')
  is('prices from', await names(page), answer('price_from => 50000'))
  await fillPrice(page, '최대', '60000')
  is('and to', await names(page), answer('price_from => 50000, price_to => 60000'))
  await fillPrice(page, '최소', '80000')
  is('the less one is the first, whichever was written there', [await asked(page), await names(page)],
    [{ search: word, low: '60000', high: '80000' }, answer('price_from => 60000, price_to => 80000')])
  await page.getByRole('button', { name: '₩60,000부터 ₩80,000까지 조건 빼기' }).click()
  is('a chip takes it off', await names(page), answer())

  sql(`UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = '${made[5].schedule}'`)
  await onSale.check()
  is('on sale only', await names(page), answer('bookable_only => true'))
  is('without the one that is closed', (await names(page)).includes('바'), false)
  await onSale.uncheck()
  for (const [order, label] of [['latest', '최신 등록순'], ['date', '공연일 빠른순'], ['price', '낮은 가격순'], ['popularity', '인기순']]) {
    await field(page, '정렬').selectOption({ label })
    is(`ordered by ${order}`, await names(page), answer('', order))
  }
  is('by price the cheapest is first', answer('', 'price')[0], '마')
  await accessible(page, 'the list with its filters')
}

const field = (page, label) => page.getByLabel(label, { exact: true })

async function fillPrice(page, which, value) {
  await field(page, `가격, ${which} (원)`).fill(value)
  await page.keyboard.press('Enter')
}

async function addresses(page, made) {
  const question = `${listed}&genre=${encodeURIComponent(genre)}&region=${encodeURIComponent('부산')}&from=${made[0].day}&to=${made[2].day}&low=30000&high=70000&sale=1&sort=date`
  const wanted = ['가', '다']
  is('an address that somebody was sent asks its question', await open(page, question), wanted)
  is('the fields have it', [await field(page, '장르').inputValue(), await field(page, '지역').inputValue(),
    await field(page, '가격, 최소 (원)').inputValue(), await field(page, '가격, 최대 (원)').inputValue(),
    await field(page, '예매 중이거나 곧 여는 공연만').isChecked(), await field(page, '정렬').inputValue()],
  ['갈래길 장르', '부산', '30000', '70000', true, 'date'])
  is('each condition is a chip', await page.locator('.summary .condition').count(), 5)
  const before = await asked(page)
  await page.reload()
  await page.locator('.card').first().waitFor()
  is('a reload asks it again', [await names(page), await asked(page)], [wanted, before])
  await page.locator('.card').last().click()
  await page.waitForFunction(() => location.hash.startsWith('#/concert/'))
  await page.goBack()
  await page.locator('.card').first().waitFor()
  is('so does the way back', [await names(page), await asked(page)], [wanted, before])
  is('which goes on at the card', await page.evaluate(() => document.activeElement.querySelector('h2')?.textContent), `${word} 다`)

  await page.locator('.summary').getByRole('button', { name: '조건 모두 지우기' }).click()
  is('all can be cleared, but the order', await asked(page), { sort: 'date' })
}

const inSeoul = (page, instant) => page.clock.setFixedTime(instant)
const dayWithFocus = (page) => page.evaluate(() => document.activeElement.dataset.date)

async function openDates(page) {
  await page.locator('#filter-dates-button').click()
  await page.locator('.dates .day').first().waitFor()
}

// On the last day of a year, in the evening.
async function calendarByKeyboard(page) {
  await inSeoul(page, '2031-12-31T14:59:00Z')
  await open(page, listed)
  await page.locator('#filter-dates-button').focus()
  await page.keyboard.press('Enter')
  await page.locator('.dates .day').first().waitFor()
  is('a calendar is one tab stop', await page.locator('.dates table [tabindex="0"]').count(), 1)
  await page.locator('.dates .icon').last().focus()
  await page.keyboard.press('Tab')
  const moves = async (keys) => {
    const days = []
    for (const key of keys) {
      await page.keyboard.press(key)
      days.push(await dayWithFocus(page))
    }
    return days
  }
  is('it begins today', await dayWithFocus(page), '2031-12-31')
  is('what is past is not reached', await moves(['ArrowLeft', 'ArrowUp', 'PageUp', 'Home']), Array(4).fill('2031-12-31'))
  is('arrows go by days and weeks', await moves(['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'ArrowRight']),
    ['2032-01-01', '2032-01-08', '2032-01-07', '2031-12-31', '2032-01-01'])
  is('Home and End to the ends of a week', await moves(['ArrowDown', 'Home', 'End']), ['2032-01-08', '2032-01-04', '2032-01-10'])
  is('pages are months', await moves(['PageDown', 'PageDown', 'Shift+PageDown', 'Shift+PageUp', 'PageUp']),
    ['2032-02-10', '2032-03-10', '2033-03-10', '2032-03-10', '2032-02-10'])
  is('the month is told', [await textOf(page, '.dates h3'), await page.locator('.dates h3').getAttribute('aria-live')], ['2032년 2월', 'polite'])
  is('Korean weeks begin with Sunday', await textOf(page, '.dates th >> nth=0'), '일')
  await page.locator('button.language').dispatchEvent('click')
  is('British ones with Monday', [await textOf(page, '.dates th >> nth=0'), await textOf(page, '.dates h3')], ['Mon', 'February 2032'])
  is('and the focus stays', await dayWithFocus(page), '2032-02-10')
  await accessible(page, 'the calendar')

  await page.keyboard.press('Enter')
  is('the first day is asked for at once', await asked(page), { search: word, from: '2032-02-10' })
  await moves(['ArrowUp', ' '])
  is('the second can be the earlier one', await asked(page), { search: word, from: '2032-02-03', to: '2032-02-10' })
  is('both are chosen', await page.locator('.dates [aria-selected=true]').allTextContents(), ['3', '10'])
  is('and what is between is seen', await page.locator('.dates .between').count(), 6)
  await page.keyboard.press('Escape')
  is('Escape leads back to the button', await page.evaluate(() => document.activeElement.id), 'filter-dates-button')
}

// A Saturday, whose weekend is today and tomorrow.
async function quickDates(page, made) {
  await inSeoul(page, '2032-01-30T15:00:00Z')
  await open(page, listed)
  await openDates(page)
  const choose = async (name) => {
    await page.locator('.dates').getByRole('button', { name, exact: true }).click()
    const { from, to } = await asked(page)
    return [from, to]
  }
  is('today', await choose('오늘'), ['2032-01-31', '2032-01-31'])
  is('this weekend', await choose('이번 주말'), ['2032-01-31', '2032-02-01'])
  is('this month', await choose('이번 달'), ['2032-01-31', '2032-01-31'])
  is('next month, a leap one', await choose('다음 달'), ['2032-02-01', '2032-02-29'])
  is('any date', await choose('모든 날짜'), [undefined, undefined])
  await page.clock.setFixedTime(new Date())

  is('from and to choose as in the database', await open(page, `${listed}&from=${made[1].day}&to=${made[3].day}`),
    answer(`date_from => '${made[1].day}', date_to => '${made[3].day}'`))
  is('both days belong to it', (await names(page)).toSorted(), ['나', '다', '라'])
}

async function badAddress(page) {
  const bad = '&genre=%3Cscript%3Ealert(1)%3C%2Fscript%3E&region=%00&low=abc&high=-5&from=2030-99-99&to=2031-02-30&sort=evil&sale&other=1'
  is('a bad address finds nothing', await open(page, listed + bad), [])
  await page.locator('.no-match h2').waitFor()
  is('what is no question is left out', await page.locator('.no-match .condition strong').allTextContents(),
    [`검색어 “${word}”`, '<script>alert(1)</script>', '예매 중이거나 곧 여는 공연만'])
  is('and nothing of it runs', await page.locator('main script').count(), 0)
  is('values too large are made smaller', await open(page, `${listed}&low=1&high=999999999`), answer('price_from => 1, price_to => 99999999'))
}

async function nothingFound(page, made) {
  const far = sql(`SELECT '${made[5].day}'::date + 1`)
  const question = `genre => '${genre}', region => '서울'`
  is('nothing is found', await open(page, `${listed}&genre=${encodeURIComponent(genre)}&region=${encodeURIComponent('서울')}&from=${far}`), [])
  const panel = page.locator('.no-match')
  like('it is said', await textOf(page, '.no-match h2'), /조건에 맞는 공연이 없습니다/)
  is('with the conditions that are set', await panel.locator('.condition').count(), 4)
  const offer = panel.getByRole('button', { name: '날짜 없이 보기' })
  await offer.waitFor()
  is('what there is without the dates is told', await offer.textContent(), `날짜 없이 보기 (${answer(question).length}건)`)
  is('and what brings nothing either is not offered', await panel.locator('.actions button').count(), 1)
  await accessible(page, 'nothing found')
  await offer.click()
  is('one press shows them', await names(page), answer(question))
  is('and the help is gone', await panel.isVisible(), false)

  await open(page, `${listed}%20xyzzy&sort=price`)
  is('with the words alone nothing nearby is offered', [await panel.locator('.condition').count(), await panel.locator('.actions button').count()], [1, 0])
  await panel.locator('.condition').click()
  await page.locator('.card').first().waitFor()
  is('taking them off shows concerts', [await asked(page), await page.locator('input[type=search]').inputValue()], [{ sort: 'price' }, ''])
}

// The first question is answered after the second.
async function lateAnswer(page) {
  await open(page, listed)
  let release
  const released = new Promise((go) => { release = go })
  const late = `${word} 가`
  await page.route((url) => url.searchParams.get('search_text') === late, async (route) => {
    await released
    await route.continue()
  })
  const box = page.locator('input[type=search]')
  const isAsked = page.waitForRequest((request) => new URL(request.url()).searchParams.get('search_text') === late)
  await box.fill(late)
  await page.keyboard.press('Enter')
  await isAsked
  await box.fill(`${word} 나`)
  await page.keyboard.press('Enter')
  is('the second question is answered', await names(page), ['나'])
  const answered = page.waitForResponse((response) => new URL(response.url()).searchParams.get('search_text') === late)
  release()
  await (await answered).finished()
  await page.evaluate(() => new Promise(requestAnimationFrame))
  is('and the first no longer', await names(page), ['나'])
}

async function refused(page) {
  const isSearch = (url) => url.pathname.endsWith('/search_concerts')
  await open(page, listed)
  await page.route(isSearch, (route) => route.fulfill({ status: 400, json: { code: '22023', message: 'argument has an invalid value' } }))
  await field(page, '장르').selectOption(genre)
  await page.locator('.no-match h2').waitFor()
  is('a refusal is told in words', [await notice(page), await textOf(page, '.no-match h2')],
    ['입력한 내용을 확인해 주세요.', '공연 목록을 불러오지 못했습니다.'])
  await page.unroute(isSearch)
  await page.getByRole('button', { name: '다시 시도' }).click()
  await page.locator('.no-match').waitFor({ state: 'hidden' })
  is('and can be asked again', await names(page), answer(`genre => '${genre}'`))
}

async function pages(page) {
  const long = '굽잇길'
  sql(Array.from({ length: 40 }, (_, at) => `
    WITH venue AS (INSERT INTO concert_booking.venues (id, name, address) VALUES (gen_random_uuid(), '굽이', '서울') RETURNING id),
      concert AS (INSERT INTO concert_booking.concerts (id, venue_id, title, popularity) SELECT gen_random_uuid(), id, '${long} ${at}', ${at % 3} FROM venue RETURNING id),
      schedule AS (INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
        SELECT gen_random_uuid(), id, (now() AT TIME ZONE 'Asia/Seoul')::date + 30, '19:00' FROM concert RETURNING id)
    SELECT FROM schedule;`).join(''))
  sql(`SELECT concert_booking.generate_seats(s.id, '{A}', 2, 'S', 1000) FROM concert_booking.concert_schedules s
       JOIN concert_booking.concerts c ON c.id = s.concert_id WHERE c.title LIKE '${long} %'`)
  const address = `#/?search=${encodeURIComponent(long)}`
  await page.setViewportSize({ width: 1000, height: 700 })
  await visit(page, address)
  await page.locator('.card >> nth=11').waitFor()
  is('a page is not all', await page.locator('.card').count() < 40, true)
  const shown = () => page.locator('.card h2').allTextContents()

  // The button is pressed while a page is under way, however that was asked for.
  let release
  const released = new Promise((go) => { release = go })
  const behind = (url) => url.searchParams.has('after_cursor')
  await page.route(behind, async (route) => {
    await released
    await route.continue()
  })
  await page.getByRole('button', { name: '더 보기' }).focus()
  const count = await page.locator('.card').count()
  await page.keyboard.press('Enter')
  release()
  await page.locator(`.card >> nth=${count}`).waitFor()
  is('the button leads the keyboard to the first new card', await page.evaluate(() => document.activeElement.textContent),
    await textOf(page, `.card >> nth=${count}`))
  await page.unroute(behind)

  await page.evaluate(() => document.activeElement.blur())
  await page.mouse.move(500, 400)
  while (await page.locator('.card').count() < 40) {
    await page.mouse.wheel(0, 3000)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  is('scrolling brings all, each once', [(await shown()).length, new Set(await shown()).size], [40, 40])
  is('in the order of the database', await shown(), sql(`SELECT title FROM concert_booking.search_concerts('${long}', sort_by => 'popularity', page_size => 100)`).split('\n'))
  is('and no focus', await page.evaluate(() => document.activeElement.tagName), 'BODY')
  is('and no button in the end', await page.getByRole('button', { name: '더 보기' }).isVisible(), false)

  // Once it stands still.
  await page.locator('.card >> nth=29').hover()
  const top = await page.evaluate(() => scrollY)
  const title = await textOf(page, '.card h2 >> nth=29')
  await page.locator('.card >> nth=29').click()
  await page.waitForFunction(() => location.hash.startsWith('#/concert/'))
  await page.goBack()
  await page.locator('.card >> nth=39').waitFor()
  await page.waitForFunction(() => document.activeElement.matches('.card'))
  is('the way back leads to the same place', [await page.evaluate(() => scrollY), await page.evaluate(() => document.activeElement.querySelector('h2').textContent)], [top, title])
  await page.locator('header .brand').click()
  await page.waitForFunction(() => !location.hash.includes('?'))
  is('a link to the list begins at the top', await page.evaluate(() => scrollY), 0)

  await page.route((url) => url.pathname.endsWith('/search_concerts'), async (route) => {
    const response = await route.fetch()
    const rows = await response.json()
    await route.fulfill({ response, json: rows.map((row) => ({ ...row, total_count: row.total_count && 1001 })) })
  })
  await open(page, `${address}&sort=latest`)
  is('more than a thousand is not counted', await textOf(page, '.summary [role=status]'), '공연 1,000건 이상')
}

async function marks(page) {
  const mark = '표시길'
  const make = (name, performances) => concert(`${mark} ${name}`, { rows: 3, seats: 10, performances })
  const sell = (schedule, count) => sql(`SELECT concert_booking.book_seats(array_agg(id), session_id => gen_random_uuid(), customer_name => '김민수', customer_phone => '010-1')
    FROM (SELECT id FROM concert_booking.seats WHERE concert_schedule_id = '${schedule}' ORDER BY ordinal LIMIT ${count}) s`)
  sell(make('매진', [{}]).schedule, 30)
  sell(make('거의', [{}]).schedule, 28)
  const [moved, late] = [make('모두', [{}]), make('일부', [{}, {}])]
  for (const { schedule } of [moved, late]) sql(`SELECT concert_booking.postpone_schedule('${schedule}', '${dayIn(90)}', '19:00', 'illness')`)
  const half = make('반쪽', [{}, {}])
  sql(`SELECT concert_booking.cancel_schedule('${half.schedules[1]}', 'storm')`)
  const closed = make('마감', [{}])
  sql(`UPDATE concert_booking.concert_schedules SET is_booking_open = false WHERE id = '${closed.schedule}'`)
  const gone = make('사라짐', [{}])
  sql(`UPDATE concert_booking.concerts SET status = 'cancelled' WHERE id = '${gone.concert}'`)
  make('보통', [{}])
  make('나중', [{ opens: '2 days' }])

  await page.clock.install()
  await visit(page, `#/?search=${encodeURIComponent(mark)}`)
  const wanted = {
    매진: ['매진'], 거의: ['2석 남음'], 모두: ['공연 연기'], 일부: ['일부 회차 연기'], 반쪽: ['일부 회차 취소'], 마감: ['예매 마감'], 보통: [], 나중: [],
  }
  // Of each card in sight its detail is there.
  await page.waitForFunction(() => {
    const cards = [...document.querySelectorAll('.cards > li')]
    return cards.length && cards.every(({ facts }) => facts.zone)
  })
  const found = await page.locator('.card').evaluateAll((cards) => cards.map((card) =>
    [card.querySelector('h2').textContent.split(' ')[1], [...card.querySelectorAll('.badge')].map((badge) => badge.textContent)]))
  is('each card tells what it is, and what is cancelled is not there', Object.fromEntries(found.toSorted()), Object.fromEntries(Object.entries(wanted).toSorted()))
  await accessible(page, 'cards with marks')

  const later = page.locator('.card', { hasText: `${mark} 나중` })
  like('a card tells when its sale opens', await later.locator('.opens').textContent(), /예매 시작 20\d\d년 .*\d+:\d\d/)
  await page.clock.fastForward('49:00:00')
  await later.getByText('예매가 시작되었습니다').waitFor()
  ok('and at that hour, that it is open', true)
}

// -------- for the sweep of all screens

export function screens() {
  const scene = '둘러볼길'
  for (let night = 1; night <= 3; night++) concert(`${scene} ${night}`, { rows: 3, seats: 4, performances: [night === 2 ? { opens: '3 days' } : {}] })
  const path = `#/?search=${encodeURIComponent(scene)}`
  const filtered = `${path}&sale=1&high=200000&from=${dayIn(1)}`
  return [
    { name: 'list', path, open: (page) => page.locator('.card >> nth=2').waitFor() },
    { name: 'list-filters', path: filtered, open: async (page) => {
      await page.locator('.card >> nth=2').waitFor()
      await page.locator('.open-filters').click()
      await page.locator('dialog .filters').waitFor()
    } },
    { name: 'list-dates', path: filtered, open: async (page) => {
      await page.locator('.open-filters').click()
      await openDates(page)
    } },
    { name: 'list-empty', path: `${filtered}&genre=Jazz`, open: (page) => page.locator('.no-match .actions button').first().waitFor() },
  ]
}
