// What the pages of this room share: a page that is filled when its rows are
// there, with the way from the concert to its performances, hall, prices and public page.
import './catalogue.words.js'
import { h } from '../frame/dom.js'
import { languageOf, t } from '../frame/words.js'
import { guard } from './unsaved.js'

// Said when the next page is there: on the way to it a notice would be gone.
let news
export const sayThere = (words) => { news = words }

// fill(view) reads, and then calls view.show(...); it may set view.isDirty and view.onclose.
export function viewOf(page, fill) {
  // Each page has its one heading, also while it is read and when there is nothing to show.
  const element = h('section', { class: 'cat' }, h('h1', { class: 'visually-hidden' }, () => t('catalogue')))
  const loading = h('p', { class: 'quiet' }, () => t('loading'))
  element.append(loading)
  const view = { element, isDirty: () => false, show: (...content) => element.replaceChildren(...content) }
  const stop = guard(() => view.isDirty())
  view.ready = page.attempt(async () => {
    await fill(view)
    // Left meanwhile: what it has begun ends.
    if (view.isClosed) return view.onclose?.()
    if (news) page.say(news)
    news = null
  }).finally(() => loading.remove())
  view.close = () => {
    view.isClosed = true
    stop()
    view.onclose?.()
  }
  return view
}

// about: what it is a part of, behind the way back.
export function heading(title, ...about) {
  return h('div', { class: 'cat-head' }, h('p', { class: 'quiet' }, h('a', { href: '#/catalogue' }, () => t('catalogue')), about), h('h1', {}, title))
}

// concert: {id}; scheduleId: where there is one; here: which of these it is.
export function steps(concert, scheduleId, here) {
  const places = [
    ['concert', `#/catalogue/concert/${concert.id}`],
    ['performances', `#/catalogue/performances/${concert.id}`],
    ...(scheduleId ? [['performance', `#/catalogue/performance/${scheduleId}`], ['hall', `#/catalogue/hall/${scheduleId}`]] : []),
    ['prices', `#/catalogue/prices/${concert.id}${scheduleId ? `/${scheduleId}` : ''}`],
    ['public', `#/concert/${concert.id}`],
    ...(scheduleId ? [['night', `#/nights/${scheduleId}`]] : []),
  ]
  return h('nav', { class: 'cat-steps', 'aria-label': () => t('cat.steps') }, places.map(([name, href]) =>
    h('a', { href, 'aria-current': name === here ? 'page' : null }, () => t(`cat.step_${name}`))))
}

export const titleOf = (concert) => h('span', { lang: languageOf(concert.title) }, concert.title)
