// The countdown, its end, and what holds cannot do.
import { is, like, ok } from '../rest/tap.mjs'
import { korean, leave, notice, openSale, person, picture, seatPoints, seen, textOf, within } from './browser.mjs'
import { concert, sql, statusOf } from './world.mjs'

export async function lapse(browser) {
  const made = concert('짧은 선점', { performances: [{ hold: '30 seconds' }, { hold: '20 minutes' }] })
  const first = await person(browser, korean)
  await openSale(first.page, made)
  const points = await seatPoints(first.page)
  const second = await person(browser, korean)
  await openSale(second.page, made)
  const seat = points['A열, 3번 좌석']

  await first.page.mouse.click(seat.x, seat.y)
  await first.page.locator('.hold').click()
  await first.page.locator('.timer.urgent').waitFor()
  const shown = [await textOf(first.page, '.timer-digits')]
  await seen(second.page, seat, 'held')
  await second.page.mouse.click(seat.x, seat.y)
  is('a seat that somebody holds cannot be selected', await second.page.locator('.chosen li').count(), 0)
  await picture(first.page, 'countdown')
  await first.page.locator('.timer').waitFor({ state: 'detached' })
  const over = Date.now()
  like('the countdown is within the term', shown[0], /^0:(30|[0-2]\d)$/)
  like('its end is told', await notice(first.page), /선점 시간이 끝났습니다/)
  is('the database still has the lapsed row', statusOf(made.schedule, 'A-3'), 'temp_reserved')
  await seen(first.page, seat, 'selected')
  ok('the seat is selected again, for another try', await first.page.locator('.chosen li').count() === 1)
  const freed = await seen(second.page, seat, 'free') - over
  // Without a sweep. The countdown may end two seconds before the hold, never after it.
  within("a lapse: the other one's plan shows it after the countdown's end", freed, 4000)
  await second.page.mouse.click(seat.x, seat.y)
  await second.page.locator('.hold').click()
  await second.page.locator('.timer').waitFor()
  like('the first one is told who was faster', await noticeOther(first.page, /다른 사람/), /먼저 가져갔습니다: A-3/)
  is('and has it no longer', await first.page.locator('.chosen li').count(), 0)
  await leave('the second one', second)

  // No hold outlives half an hour, however often it is extended.
  await openSale(first.page, { ...made, schedule: made.schedules[1] })
  await first.page.mouse.click(seat.x, seat.y)
  await first.page.locator('.hold').click()
  await first.page.locator('.timer').waitFor()
  sql(`UPDATE concert_booking.temp_reservations SET held_since = held_since - interval '11 minutes'
       WHERE concert_schedule_id = '${made.schedules[1]}'`)
  await first.page.locator('.extend').click()
  await first.page.getByText('더 연장할 수 없습니다.').waitFor({ state: 'attached' })
  await first.page.locator('.release').click()
  await first.page.locator('form.best').waitFor()
  is('given back, the seat is free', statusOf(made.schedules[1], 'A-3'), 'available')
  await seen(first.page, seat, 'selected')

  await first.page.locator('.hold').click()
  await first.page.locator('.timer').waitFor()
  await first.page.locator('header select').selectOption({ index: 1 })
  await first.page.locator('form.best').waitFor()
  is('who signs in lets the guest\'s seats go', statusOf(made.schedules[1], 'A-3'), 'available')
  await leave('the first one', first)
}

async function noticeOther(page, pattern) {
  await page.locator('.notice span').filter({ hasText: pattern }).waitFor()
  return notice(page)
}
