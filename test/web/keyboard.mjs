// The whole journey without a mouse, and what a screen reader is told on it.
import { is, like, ok } from '../rest/tap.mjs'
import { accessible, drawn, english, leave, notice, person, picture, seatPoints, textOf, visit } from './browser.mjs'
import { concert, statusOf } from './world.mjs'

// Tab until what matches is focused.
async function tabTo(page, selector) {
  for (let presses = 0; presses < 80; presses++) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never comes to ${selector}`)
}

const focused = (page) => page.evaluate(() => document.activeElement.textContent)

// What aria-activedescendant points to is what is read.
const activeSeat = (page) => page.evaluate(() => {
  const id = document.querySelector('.plan-grid').getAttribute('aria-activedescendant')
  const cell = document.getElementById(id)
  return `${cell.textContent}, selected ${cell.getAttribute('aria-selected')}`
})

const outlineOf = (page) => page.evaluate(() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement)
  return outlineStyle === 'none' ? 0 : parseFloat(outlineWidth)
})

export async function keyboard(browser) {
  const title = 'An evening without a mouse'
  const { schedule } = concert(title)
  const { context, page, errors } = await person(browser, english)
  await visit(page)

  await page.keyboard.press('Tab')
  is('the first stop skips the header', await focused(page), 'Skip to the content')
  await page.keyboard.press('Enter')
  is('and lands in the content', await page.evaluate(() => document.activeElement.id), 'main')
  await tabTo(page, 'input[type=search]')
  await page.keyboard.type('without a')
  await page.waitForFunction((title) => {
    const cards = [...document.querySelectorAll('.card')]
    return cards.length === 1 && cards[0].textContent.includes(title)
  }, title)
  await tabTo(page, 'a.card')
  ok('where the focus is, is seen', await outlineOf(page) >= 2)
  await page.keyboard.press('Enter')
  await page.locator('.panel h2').waitFor()
  is('a new view begins with its heading', await focused(page), title)

  await tabTo(page, '.plan-grid')
  like('the plan says how to move', await page.evaluate(() =>
    document.getElementById(document.querySelector('.plan-grid').getAttribute('aria-describedby')).textContent), /Arrow keys move/)
  like('and where one is', await activeSeat(page), /^row A, seat 1, Grade R, ₩150,000, free, selected false$/)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  like('arrows go from seat to seat', await activeSeat(page), /^row C, seat 3, Grade S, ₩120,000, free/)
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowLeft')
  like('and back', await activeSeat(page), /^row B, seat 2,/)
  await page.keyboard.press('End')
  like('End is the end of the row', await activeSeat(page), /^row B, seat 12,/)
  await page.keyboard.press('ArrowRight')
  like('beyond it is nothing', await activeSeat(page), /^row B, seat 12,/)
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Space')
  like('space selects', await activeSeat(page), /^row B, seat 11, .*, selected, selected true$/)
  is('the sum is a live region', await page.locator('.total[role=status]').textContent(), 'Total for 2 seats₩300,000')
  const size = () => page.evaluate(() => document.querySelectorAll('.plan-grid [role=gridcell]').length)
  is('the grid has the seats of one row', await size(), 12)
  const before = await seatPoints(page)
  await page.keyboard.press('+')
  await drawn(page)
  const after = await seatPoints(page)
  const width = (points) => points['row B, seat 11'].x - points['row B, seat 10'].x
  ok('plus zooms in', width(after) > width(before) * 1.3, [width(before), width(after)])
  await picture(page, 'keyboard')
  await page.keyboard.press('0')

  // The list has the same seats as check boxes.
  await tabTo(page, '.tabs button')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await tabTo(page, '.seat-list summary')
  for (let row = 1; row < 3; row++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.locator('.seat-list input').first().waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.locator('.chosen li').nth(2).waitFor()
  is('a seat of the list is selected too', await page.locator('.chosen strong').allTextContents(), ['B-11', 'B-12', 'C-1'])
  await accessible(page, 'seat list')
  await picture(page, 'list')

  await tabTo(page, '.hold')
  await page.keyboard.press('Enter')
  await page.locator('.timer').waitFor()
  is('holding begins with its heading', await focused(page), 'These seats are yours for now')
  like('the time that is left is told', await textOf(page, '[role=timer]'), /^(10 minutes 0|9 minutes \d+) seconds left$/)
  is('the seats are held', statusOf(schedule, 'B-11', 'B-12', 'C-1'), 'temp_reserved temp_reserved temp_reserved')
  await tabTo(page, '#customer-name')
  await page.keyboard.press('Enter')
  is('what is missing is told', await notice(page), 'Please enter a name.')
  is('and where', await page.evaluate(() => document.activeElement.id), 'customer-name')
  await page.keyboard.type('Kim Haneul')
  await page.keyboard.press('Tab')
  await page.keyboard.type('010-3456-7890')
  await page.keyboard.press('Enter')
  await page.locator('.booking-number').waitFor()
  is('the ticket begins with its heading', await focused(page), 'Your booking is confirmed')
  like('a code has a name', await page.locator('.seat-ticket [role=img]').first().getAttribute('aria-label'), /^QR code of seat B-11$/)

  await tabTo(page, '.cancel')
  await page.keyboard.press('Enter')
  is('cancelling asks first', await focused(page), 'Cancel this booking?')
  await page.locator('.danger:enabled').waitFor()
  await tabTo(page, '.danger')
  await page.keyboard.press('Enter')
  await page.locator('.ticket.cancelled').waitFor()
  is('and says what is done', await focused(page), 'cancelled')
  is('the seats are free', statusOf(schedule, 'B-11', 'B-12', 'C-1'), 'available available available')
  await leave('without a mouse', { context, errors })
}
