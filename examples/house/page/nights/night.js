// One performance: who it is, in which state, and its views. Each view is a module
// with a function (page, night) that answers {element, ready, close}.
import * as api from './api.js'
import './night.words.js'
import { badges } from './state.js'
import { h } from '../frame/dom.js'
import { day, languageOf, t } from '../frame/words.js'

const views = {
  '': { name: 'nightSales', load: async () => (await import('./report.js')).reportView },
  rules: { name: 'nightRules', load: async () => (await import('./rules.js')).rulesView },
  log: { name: 'nightLog', load: async () => (await import('./log.js')).logView },
  block: { name: 'nightBlock', load: async () => (await import('./block.js')).seatsView },
  tell: { name: 'nightTell', load: async () => (await import('./tell.js')).tellView, isThere: ({ status }) => status !== 'scheduled' },
  postpone: { name: 'nightPostpone', load: async () => (await import('./change.js')).postponeView, isThere: ({ status }) => status !== 'cancelled' },
  cancel: { name: 'nightCancel', load: async () => (await import('./change.js')).cancelView, isThere: ({ status }) => status !== 'cancelled' },
  reinstate: { name: 'nightReinstate', load: async () => (await import('./change.js')).reinstateView, isThere: ({ status }) => status === 'cancelled' },
}

export async function openNight(page, id, name = '') {
  const element = h('section', { class: 'night' }, h('h1', {}, () => t('nightsHeading')))
  const opened = { element }
  opened.ready = page.attempt(async () => {
    const [row, seats] = await Promise.all([api.night(id).catch(noneIfNoId), api.seatsOf(id)])
    if (opened.closed) return
    if (!row || !views[name]) return element.append(h('p', { class: 'quiet' }, () => t('nothingHere')))
    const night = { ...row, seats, zone: row.concerts.venues.timezone }
    const show = await views[name].load()
    if (opened.closed) return
    const view = show(page, night)
    opened.view = view
    element.replaceChildren(...head(night), menu(night, name), h('h2', { class: 'night-view' }, () => t(views[name].name)), view.element)
    await view.ready
  })
  opened.close = () => {
    opened.closed = true
    opened.view?.close?.()
  }
  return opened
}

// What is no id is the id of nothing.
function noneIfNoId(refusal) {
  if (refusal.code !== '22P02') throw refusal
}

function head(night) {
  const { concerts: concert } = night
  return [
    h('p', {}, h('a', { class: 'quiet', href: '#/nights' }, () => `← ${t('nightsHeading')}`)),
    h('div', { class: 'night-head' },
      h('div', {},
        h('h1', { lang: languageOf(concert.title) }, concert.title),
        h('p', {}, h('strong', {}, () => `${day(night.concert_date)} ${night.concert_time.slice(0, 5)}`), ' ',
          h('span', { class: 'quiet', lang: languageOf(concert.venues.name) }, concert.venues.name), ' ',
          h('span', { class: 'quiet' }, () => `· ${t('nightZone', night.zone)}`))),
      badges(night)),
  ]
}

function menu(night, name) {
  return h('nav', { class: 'night-menu', 'aria-label': () => t('nightViews') },
    Object.entries(views).map(([path, view]) => h('a', {
      href: `#/nights/${night.id}${path && `/${path}`}`,
      'aria-current': path === name ? 'page' : null,
      hidden: () => path !== name && view.isThere && !view.isThere(night),
    }, () => t(view.name))))
}
