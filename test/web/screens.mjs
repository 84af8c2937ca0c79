// Every screen on a phone and on a desktop, in Korean and in English, light and dark.
// axe finds nothing, nothing is wider than the window,
// and no Korean is left in the English page but what is marked as Korean.
import { is, ok } from '../rest/tap.mjs'
import { accessible, drawn, leave, person, picture, users, visit } from './browser.mjs'

const phone = { width: 390, height: 844 }
const desktop = { width: 1360, height: 900 }
const all = [
  { language: 'ko', size: phone, colorScheme: 'light' },
  { language: 'en', size: desktop, colorScheme: 'dark' },
  { language: 'en', size: phone, colorScheme: 'dark' },
  { language: 'ko', size: desktop, colorScheme: 'light' },
]
// Two of them differ in all three; axe, which takes longest, reads every screen in one of these,
// by turns. LONG=yes: all four, and axe in each.
const isLong = Boolean(process.env.LONG)
const ways = isLong ? all : all.slice(0, 2)

// A screen: name; user, who was signed in before (nobody); path, where it is; open(page), what
// else has to be done to see it.
export async function look(browser, screens) {
  for (const [at, { name, user, path, open = () => {} }] of screens.entries()) {
    const who = await person(browser, { locale: 'ko-KR', timezoneId: 'Asia/Seoul', viewport: phone, hasTouch: true })
    const { page } = who
    if (user) await who.context.addInitScript((id) => localStorage.setItem('user', id), users[user])
    await visit(page, path)
    await open(page)
    for (const [turn, { language, size, colorScheme }] of ways.entries()) {
      const how = `${name}, ${language}, ${size === phone ? 'phone' : 'desktop'}, ${colorScheme}`
      if (await page.locator('html').getAttribute('lang') !== language) await page.locator('button.language').dispatchEvent('click')
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme })
      await drawn(page)
      is(`${how}: nothing is wider than the window`, await page.evaluate(widest), [])
      if (language === 'en') is(`${how}: all of it is in English`, await page.evaluate(leftInKorean), [])
      else ok(`${how}: it is in Korean`, /\p{Script=Hangul}/u.test(await page.locator('main').innerText()))
      if (isLong || turn === at % 2) await accessible(page, how)
      await picture(page, `screen-${name}-${language}-${size === phone ? 'phone' : 'desktop'}`)
    }
    await leave(name, who)
  }
}

// Runs in the page: what reaches out of the window, if it can be scrolled sideways.
function widest() {
  const { scrollWidth } = document.documentElement
  if (scrollWidth <= innerWidth) return []
  return [`${scrollWidth} > ${innerWidth}`, ...[...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map((one) => `${one.tagName}.${one.className}`)]
}

// Runs in the page: texts and names of elements with Korean letters that are not
// marked as Korean. A field's content is its writer's.
function leftInKorean() {
  const left = []
  const korean = (text) => /\p{Script=Hangul}/u.test(text ?? '')
  for (const one of document.body.querySelectorAll('*')) {
    if (one.closest('[lang=ko]') || ['SCRIPT', 'NOSCRIPT', 'TEXTAREA'].includes(one.tagName) || one.closest('noscript')) continue
    const texts = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data)
    for (const text of [...texts, one.getAttribute('aria-label'), one.getAttribute('placeholder'), one.title]) {
      if (korean(text)) left.push(`${one.tagName}.${one.className}: ${text.trim()}`)
    }
  }
  return left
}
