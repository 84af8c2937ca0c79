// The first view: what is on sale.
import * as api from './api.js'
import { h } from './dom.js'
import { PagedList } from './more.js'
import { day, dayAndTime, languageOf, price, t } from './words.js'

export function concertsView(page) {
  const results = h('ul', { class: 'cards' })
  const list = new PagedList(page, results, (last) => api.concerts(box.value, last), card, () => t('noConcerts'))
  let typing
  const box = h('input', {
    type: 'search',
    'aria-label': () => t('search'),
    placeholder: () => t('search'),
    maxlength: 100,
    oninput: () => {
      clearTimeout(typing)
      typing = setTimeout(() => list.begin(), 200)
    },
  })
  const element = h('section', { class: 'concerts' },
    h('div', { class: 'heading' }, h('h1', {}, () => t('whatsOn')), box), results, list.element, list.none)
  return { element, ready: list.begin() }
}

// The poster is drawn here: the real one is another host's, and the page does
// without any.
export function poster(concert) {
  let hash = 0
  for (const letter of concert.title) hash = Math.imul(hash ^ letter.codePointAt(0), 0x9e3779b1)
  const art = h('div', { class: 'poster', 'aria-hidden': 'true' },
    h('span', { lang: languageOf(concert.performers) }, concert.performers ?? concert.title))
  art.style.setProperty('--hue', (hash >>> 8) % 360)
  art.style.setProperty('--lean', (hash >>> 4) % 30)
  return art
}

function card(concert) {
  return h('li', {},
    h('a', { class: 'card', href: `#/concert/${concert.concert_id}` },
      poster(concert),
      h('div', { class: 'card-text' },
        h('h2', { lang: languageOf(concert.title) }, concert.title),
        h('p', { class: 'quiet', lang: languageOf(concert.venue_name) }, concert.venue_name),
        h('p', { class: 'quiet' }, () => t('nearest', day(concert.nearest_date, { month: 'short', day: 'numeric', weekday: 'short' }))),
        concert.opens_at && h('p', { class: 'opens' }, () => t('opensLater', dayAndTime(concert.opens_at))),
        h('p', { class: 'price' }, () => t('from', price(concert.min_price))))))
}
