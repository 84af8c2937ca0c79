// Takes the pictures of the documentation in the running demo, whose season
// (examples/house/season.sql) has the concerts and nights that are named here. See
// scripts/screenshots. One small function a picture.
import { drawn, korean, launch, person, signIn, visit } from './browser.mjs'

const desktop = { width: 1200, height: 800 }
const phone = { width: 390, height: 844 }

const id = (number) => `01970000-0000-7000-8000-${String(number).padStart(12, '0')}`
const musical = { concert: id(205), night: id(3051) }
const dream = { concert: id(213), night: id(3133) }
const arena = { concert: '01970000-0000-7000-8000-000000000014', night: '01970000-0000-7000-8000-000000000031' }
const saleOf = ({ concert, night }) => `#/concert/${concert}/${night}`
const first = (page, selector) => page.locator(selector).first().waitFor()

// The best seats, held.
async function holdBest(page, count) {
  await first(page, 'form.best')
  await page.fill('#best-count', String(count))
  await page.locator('form.best button').click()
  await first(page, '.timer')
}

// At the top of the window, below the header.
const inView = (page, selector) => page.locator(selector).first().evaluate((one) => {
  scrollBy(0, one.getBoundingClientRect().top - document.querySelector('header').offsetHeight - 16)
})

// name: [size, who is signed in, draw(page)]
const pictures = {
  list: [desktop, null, async (page) => {
    await visit(page)
    await first(page, '.card')
  }],

  'list-phone': [phone, null, async (page) => {
    await visit(page)
    await first(page, '.card')
  }],

  concert: [desktop, 'minji', async (page) => {
    await visit(page, `#/concert/${musical.concert}`)
    await first(page, 'form.best')
  }],

  seats: [desktop, 'minji', async (page) => {
    await visit(page, saleOf(dream))
    await holdBest(page, 3)
    await inView(page, '.plan')
  }],

  'seats-phone': [phone, 'minji', async (page) => {
    await visit(page, saleOf(arena))
    // All sections, to choose one.
    await first(page, '.plan-hint')
    await inView(page, '.concert .tabs')
  }],

  payment: [desktop, 'haneul', async (page) => {
    await visit(page, saleOf({ concert: musical.concert, night: id(3054) }))
    await holdBest(page, 2)
    await page.locator('.confirm').click()
    // The provider's page, which the buyer leaves for the booking that waits.
    await first(page, 'button[name=outcome]')
    await visit(page, '#/bookings')
    await page.locator('.booking-line.pending').first().click()
    await first(page, '.pay')
  }],

  ticket: [desktop, 'minji', async (page) => {
    await visit(page, '#/bookings')
    await page.locator('.booking-line.confirmed').first().click()
    await first(page, '.qr')
  }],

  bookings: [desktop, 'minji', async (page) => {
    await visit(page, '#/bookings')
    await first(page, '.booking-line')
  }],

  desk: [desktop, 'clerk', async (page) => {
    await visit(page, '#/desk')
    await first(page, '.desk-waiting a')
  }],

  night: [desktop, 'manager', async (page) => {
    await visit(page, `#/nights/${musical.night}`)
    // A whole day.
    await page.locator('#night-day option').nth(1).waitFor({ state: 'attached' })
    await page.selectOption('#night-day', { index: 1 })
    await inView(page, 'main h2')
  }],

  hall: [desktop, 'manager', async (page) => {
    await visit(page, `#/catalogue/hall/${id(3134)}`)
    await page.locator('.cat-sheet .actions button').nth(1).click()
    for (const [at, grade, price] of [[0, 'R', '132000'], [1, 'S', '99000']]) {
      const block = page.locator('.cat-blocks > li').nth(at)
      await block.locator('[name=seat_grade]').fill(grade)
      await block.locator('[name=price]').fill(price)
    }
    await page.evaluate(() => scrollTo(0, 0))
  }],

  door: [desktop, 'clerk', async (page) => {
    await page.evaluate(() => localStorage.setItem('door_gate', '정문'))
    await visit(page, `#/door/${id(3111)}`)
    await first(page, '.door-gates li')
    const code = await page.evaluate(async (night) => {
      const { doorList } = await import('./door/api.js')
      return (await doorList(night)).find((row) => !row.checked_in_at && row.customer_name).ticket_code
    }, id(3111))
    await page.locator('#door-code').fill(code)
    await page.locator('#door-code').press('Enter')
    await first(page, '[data-kind=in]')
  }],
}

const wanted = process.argv.slice(2)
const browser = await launch()
for (const [name, [viewport, user, draw]] of Object.entries(pictures)) {
  if (wanted.length && !wanted.includes(name)) continue
  const who = await person(browser, { ...korean, viewport, colorScheme: 'light', hasTouch: viewport === phone })
  who.page.setDefaultTimeout(30000)
  try {
    await visit(who.page)
    if (user) await signIn(who.page, user)
    await draw(who.page)
    await drawn(who.page)
    await who.page.screenshot({ path: `${process.env.PICTURES}/${name}.png` })
  } catch (error) {
    console.error(`${name}: ${error.stack}`, who.errors)
    process.exitCode = 1
  }
  await who.context.close()
}
await browser.close()
