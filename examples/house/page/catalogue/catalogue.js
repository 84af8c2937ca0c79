// The room of who makes the catalogue: what is in it, and the pages that make
// venues, concerts, performances, halls and prices. Each page is loaded when it is opened.
import * as api from './api.js'
import './catalogue.words.js'
import { h, refresh } from '../frame/dom.js'
import { PagedList } from '../frame/more.js'
import { languageOf, t } from '../frame/words.js'

const views = {
  venue: () => import('./venue.js'),
  concert: () => import('./concert.js'),
  performances: () => import('./performances.js'),
  performance: () => import('./performance.js'),
  hall: () => import('./hall.js'),
  prices: () => import('./prices.js'),
}

export async function open(page, [name, ...rest], query) {
  if (!name) return start(page, query)
  if (!views[name]) return { element: h('section', {}, h('h1', {}, () => t('nothingHere'))) }
  return (await views[name]()).open(page, rest, query)
}

const lists = {
  concerts: { read: api.concerts, draw: concertRow, none: 'cat.noConcerts', add: ['#/catalogue/concert/new', 'cat.newConcert'] },
  venues: { read: api.venues, draw: venueRow, none: 'cat.noVenues', add: ['#/catalogue/venue/new', 'cat.newVenue'] },
}

function start(page, query) {
  let shown = query.get('list') === 'venues' ? 'venues' : 'concerts'
  const results = h('ul', { class: 'cat-list' })
  const list = new PagedList(page, results, (last, offset) => lists[shown].read(box.value.trim(), offset),
    (row) => lists[shown].draw(row), () => t(lists[shown].none))
  let typing
  const box = h('input', {
    type: 'search', value: query.get('search') ?? '', maxlength: 100,
    'aria-label': () => t('cat.search'), placeholder: () => t('cat.search'),
    oninput: () => {
      clearTimeout(typing)
      typing = setTimeout(ask, 200)
    },
  })
  const ask = () => {
    page.keepQuery({ list: shown === 'venues' ? shown : '', search: box.value.trim() })
    return list.begin()
  }
  const choose = (name) => {
    shown = name
    refresh(element)
    return ask()
  }
  const tab = (name) => h('button', { type: 'button', 'aria-pressed': () => String(shown === name), onclick: () => choose(name) }, () => t(`cat.${name}`))
  const addLink = (name) => h('a', { class: 'cat-button', href: lists[name].add[0] }, () => t(lists[name].add[1]))
  const element = h('section', { class: 'cat-start' },
    h('div', { class: 'heading' }, h('h1', {}, () => t('catalogue')), h('div', { class: 'actions' }, addLink('concerts'), addLink('venues'))),
    h('div', { class: 'cat-question' }, h('div', { class: 'tabs', role: 'group', 'aria-label': () => t('cat.show') }, tab('concerts'), tab('venues')), box),
    results, list.element, list.none)
  return { element, ready: list.begin(), close: () => clearTimeout(typing) }
}

const statusBadge = ({ is_deleted: isDeleted, status }) => (isDeleted
  ? h('span', { class: 'badge' }, () => t('cat.offList'))
  : h('span', { class: status === 'active' ? 'badge good' : 'badge bad' }, () => t(`cat.status_${status}`)))

function concertRow(concert) {
  return h('li', { class: 'panel cat-row' },
    h('div', {},
      h('h2', {}, h('a', { href: `#/catalogue/concert/${concert.id}`, lang: languageOf(concert.title) }, concert.title), ' ', statusBadge(concert)),
      h('p', { class: 'quiet' }, [concert.venues?.name, concert.genre, concert.performers].filter(Boolean)
        .flatMap((text, at) => [at ? ' · ' : null, h('span', { lang: languageOf(text) }, text)]))),
    h('div', { class: 'actions' }, h('a', { class: 'cat-button', href: `#/catalogue/performances/${concert.id}` }, () => t('cat.performances'))))
}

function venueRow(venue) {
  return h('li', { class: 'panel cat-row' },
    h('div', {},
      h('h2', {}, h('a', { href: `#/catalogue/venue/${venue.id}`, lang: languageOf(venue.name) }, venue.name)),
      h('p', { class: 'quiet' }, h('span', { lang: languageOf(venue.address) }, venue.address), ' · ', venue.timezone)),
    h('div', { class: 'actions' }, h('a', { class: 'cat-button', href: `#/catalogue/concert/new?venue=${venue.id}` }, () => t('cat.newConcert'))))
}
