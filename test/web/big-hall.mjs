// A hall of 5,000 seats: how long it takes to come up, to be moved and zoomed,
// and to take in that half of it was sold.
import { is, ok } from '../rest/tap.mjs'
import { accessible, drawn, korean, leave, openSale, person, picture, textOf, within } from './browser.mjs'
import { sql } from './world.mjs'

// The limits are those of a page that nobody would call slow (browser.mjs, within()).
const limits = { open: 6000, paint: 100, frame: 120, poll: 250 }

const hall = { concert: '01970000-0000-7000-8000-000000000014', schedule: '01970000-0000-7000-8000-000000000032' }

export async function bigHall(browser) {
  const { context, page, errors } = await person(browser, korean)
  const start = Date.now()
  await openSale(page, hall)
  const opened = Date.now() - start
  const measured = await page.evaluate(measure)
  within('5,000 seats, from the address to the plan', opened, limits.open)
  within('5,000 seats, painting the whole plan, median', measured.paint, limits.paint)
  for (const [name, { median, worst }] of Object.entries(measured.frames)) {
    console.log(`# 5,000 seats, ${name}, a frame, worst: ${Math.round(worst * 10) / 10} ms`)
    within(`5,000 seats, ${name}, a frame, median`, median, limits.frame)
  }
  is('all seats are there', await textOf(page, '.legend >> nth=0'), await legend())
  ok('as a drawing, not as elements', measured.elements < 3000, measured.elements)
  await picture(page, 'hall')
  await accessible(page, 'hall')

  const taken = page.evaluate(takeIn)
  sql(`SELECT concert_booking.block_seats(array_agg(id)) FROM concert_booking.seats
       WHERE concert_schedule_id = '${hall.schedule}' AND ordinal % 2 = 0`)
  const longest = await taken
  is('they are taken in', await textOf(page, '.legend >> nth=0'), await legend())
  within('5,000 seats, taking in 2,500 changes, longest task (0: none of 50 ms)', longest, limits.poll)
  sql(`SELECT concert_booking.unblock_seats(array_agg(id)) FROM concert_booking.seats
       WHERE concert_schedule_id = '${hall.schedule}' AND status = 'unavailable'`)
  await leave('in the hall', { context, errors })

  const phone = await person(browser, { ...korean, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 })
  await openSale(phone.page, hall)
  await phone.page.locator('.plan').evaluate((plan) => plan.scrollIntoView({ block: 'center' }))
  await drawn(phone.page)
  await picture(phone.page, 'hall-phone-sections')
  await byTouch(phone.page)
  await picture(phone.page, 'hall-phone')
  await leave('with a phone', phone)
}

const legend = () => sql(`
  SELECT string_agg(format('%s석₩%s%s석 가능', seat_grade, to_char(min_price, 'FM999,999'), to_char(free_seats, 'FM9,999')), '')
  FROM concert_booking.seat_grades('${hall.schedule}')`)

// In the page: frames while the plan is dragged and zoomed, and paint times.
async function measure() {
  const grid = document.querySelector('.plan-grid')
  const { left, top, width, height } = grid.getBoundingClientRect()
  const centre = { clientX: left + width / 2, clientY: top + height / 2, pointerId: 1, pointerType: 'mouse', bubbles: true }
  const sorted = (values) => values.sort((a, b) => a - b)
  const frames = async (count, act) => {
    const times = []
    let before = await new Promise(requestAnimationFrame)
    for (let frame = 0; frame < count; frame++) {
      act(frame)
      const now = await new Promise(requestAnimationFrame)
      times.push(now - before)
      before = now
    }
    sorted(times)
    return { median: times[count >> 1], worst: times[count - 1] }
  }
  // No real pointer is pressed that could be captured.
  grid.setPointerCapture = () => {}
  const result = { frames: {} }
  grid.dispatchEvent(new PointerEvent('pointerdown', centre))
  result.frames.dragging = await frames(40, (frame) => grid.dispatchEvent(new PointerEvent('pointermove',
    { ...centre, clientX: centre.clientX + (frame % 20) * 6, clientY: centre.clientY + (frame % 13) * 5 })))
  grid.dispatchEvent(new PointerEvent('pointerup', centre))
  result.frames.zooming = await frames(40, (frame) => grid.dispatchEvent(new WheelEvent('wheel',
    { ...centre, deltaY: frame < 20 ? -60 : 60, cancelable: true })))
  document.querySelector('.plan-buttons button:last-child').click()
  await new Promise(requestAnimationFrame)
  // The plan is drawn in the next frame, between what was asked for before and after.
  const paints = []
  for (let time = 0; time < 22; time++) {
    const before = new Promise((done) => { requestAnimationFrame(() => done(performance.now())) })
    // Another grade lit up: all seats are drawn again.
    document.querySelector('.grade-lights button').click()
    const after = new Promise((done) => { requestAnimationFrame(() => done(performance.now())) })
    paints.push(await after - await before)
  }
  result.paint = sorted(paints)[10]
  result.elements = document.querySelectorAll('*').length
  return result
}

// In the page: the longest task until half of the seats look sold.
async function takeIn() {
  let longest = 0
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration)
  }).observe({ type: 'longtask' })
  const legend = document.querySelector('.legend')
  const before = legend.textContent
  while (legend.textContent === before) await new Promise((done) => setTimeout(done, 20))
  await new Promise((done) => setTimeout(done, 300))
  return longest
}

// The first tap comes nearer, the next one selects.
async function byTouch(page) {
  await page.locator('.plan').scrollIntoViewIfNeeded()
  const { x, y, width, height } = await page.locator('.plan').boundingBox()
  await page.touchscreen.tap(x + width / 2, y + height * 0.62)
  await drawn(page)
  is('a tap on what is too small comes nearer first', await page.locator('.chosen li').count(), 0)
  for (let step = 0; step < 6 && !await page.locator('.chosen li').count(); step++) {
    await page.touchscreen.tap(x + width / 2 + step * 7, y + height * 0.62 + step * 5)
    await drawn(page)
  }
  is('then a tap selects', await page.locator('.chosen li').count(), 1)
}
