// The first view: the concerts to come, by words, filters and orders. What is asked
// stands in the address, and the way back leads to the same place of the list.
import { secondsUntil } from '../frame/api.js'
import * as api from './api.js'
import './concerts.words.js'
import { poster } from './poster.js'
import { addressOf, conditionsOf, filtersOf, genreName, inOrder, nothingAsked, orders, questionOf, searchOf } from './question.js'
import { h, refresh } from '../frame/dom.js'
import { PagedList } from '../frame/more.js'
import { day, dayAndTime, languageOf, price, t } from '../frame/words.js'

// While somebody types.
const pauseMs = 200
// More are not brought back at once.
const mostBroughtBack = 240
const longestTimerMs = 2 ** 31 - 1

export function open(page, rest, query) {
  return new Concerts(page, query)
}

class Concerts {
  constructor(page, query) {
    this.page = page
    this.question = questionOf(query)
    this.left = history.state?.list
    this.results = h('ul', { class: 'cards' })
    this.list = new PagedList(page, this.results, (last) => this.read(last), (concert) => this.card(concert), () => '', api.countedConcerts)
    this.filterPlace = h('div', { class: 'filter-place' })
    this.chips = h('div', { class: 'chips conditions' })
    this.count = h('p', { class: 'quiet', role: 'status', tabindex: -1 }, () => (this.list.isRead ? this.counted() : t('loading')))
    this.empty = h('div', { class: 'panel no-match', hidden: true })
    this.element = h('section', { class: 'concerts' },
      h('div', { class: 'heading' }, h('h1', {}, () => t('whatsOn')), this.searchForm()),
      this.filterPlace,
      h('div', { class: 'summary' }, this.filterButton(), this.chips,
        this.count, this.orderChoice()),
      this.empty, this.results, this.list.element)
    this.remember = (event) => this.rememberPlace(event)
    document.addEventListener('click', this.remember, true)
    addEventListener('pagehide', this.remember)
    this.drawConditions()
    refresh(this.element)
    this.hasFilters = this.loadFilters()
    this.ready = this.begin().then(() => {
      this.list.follow()
      this.loadMarks()
    })
  }

  // The first cards wait neither for the filters nor for the marks.
  async loadFilters() {
    const { Filters } = await import('./filters.js')
    if (this.isClosed) return
    this.filters = new Filters({ question: () => this.question, change: (part) => this.change(part), count: () => this.counted() })
    this.filters.knowGenres(this.list.rows)
    this.filterPlace.replaceChildren(this.filters.element)
  }

  async loadMarks() {
    const { Marker, marksOf } = await import('./marks.js')
    if (this.isClosed) return
    this.marker = new Marker((item, detail) => this.mark(item, detail, marksOf))
    for (const item of this.results.children) this.marker.watch(item)
  }

  searchForm() {
    // What somebody types is not written over.
    const typed = () => this.box && document.activeElement === this.box
    this.box = h('input', {
      type: 'search', 'aria-label': () => t('search'), placeholder: () => t('search'), maxlength: 100, enterkeyhint: 'search',
      value: () => (typed() ? this.box.value : this.question.search),
      oninput: () => {
        clearTimeout(this.typing)
        this.typing = setTimeout(() => this.change({ search: this.box.value }), pauseMs)
      },
    })
    return h('form', { role: 'search', onsubmit: (event) => {
      event.preventDefault()
      this.change({ search: this.box.value })
    } }, this.box)
  }

  orderChoice() {
    const select = h('select', { 'aria-label': () => t('list_order'), value: () => this.question.sort, onchange: () => this.change({ sort: select.value }) },
      orders.map((order) => h('option', { value: order }, () => t(`order_${order}`))))
    return select
  }

  filterButton() {
    const set = () => filtersOf(this.question).length
    return h('button', { type: 'button', class: 'open-filters', 'aria-haspopup': 'dialog', onclick: async () => {
      await this.hasFilters
      this.filters.open()
    } }, () => (set() ? t('list_filtersSet', set()) : t('list_filters')))
  }

  counted() {
    const { total, countedTo } = this.list
    return total > countedTo ? t('manyConcerts', countedTo) : t('concertCount', total)
  }

  // -------- the question

  change(part) {
    clearTimeout(this.typing)
    this.left = null
    this.question = inOrder({ ...this.question, ...part })
    this.page.keepQuery(addressOf(this.question))
    this.drawConditions()
    this.filters?.refresh()
    refresh(this.element)
    return this.begin()
  }

  async begin() {
    this.results.setAttribute('aria-busy', 'true')
    const isAnswered = await this.list.begin()
    // The answer to a newer question is under way.
    if (this.list.isReading) return
    this.results.removeAttribute('aria-busy')
    if (!isAnswered) return this.offerAgain()
    this.filters?.knowGenres(this.list.rows)
    this.waitForOpening()
    await this.helpWhereEmpty()
    refresh(this.element)
  }

  // As many as there were, for who comes back.
  read(last) {
    const count = last || !this.left ? undefined : Math.min(Math.max(this.left.count, api.concertsPage), mostBroughtBack)
    return api.concerts(searchOf(this.question), last, count)
  }

  drawConditions() {
    const conditions = filtersOf(this.question)
    this.chips.replaceChildren(...conditions.map((condition) => this.off(condition)), ...(conditions.length > 1 ? [this.allOff()] : []))
  }

  off({ text, without }) {
    const { question } = this
    return h('button', { type: 'button', class: 'chip condition', onclick: () => this.takeOff(without) },
      h('strong', { lang: () => languageOf(text(question)) }, () => text(question)),
      h('span', { class: 'visually-hidden' }, () => t('takeOff')), h('span', { 'aria-hidden': 'true' }, '×'))
  }

  allOff() {
    return h('button', { type: 'button', class: 'quiet-link', onclick: () => this.takeOff(nothingAsked) }, () => t('takeOffAll'))
  }

  // What was pressed is gone with its condition: the keyboard goes on beside it.
  takeOff(without) {
    const { sort } = this.question
    const asked = this.change({ ...without, sort })
    const next = this.chips.hidden ? null : this.chips.querySelector('button')
    ;(next ?? this.count).focus({ preventScroll: true })
    return asked
  }

  // -------- nothing found

  offerAgain() {
    this.empty.hidden = false
    this.empty.replaceChildren(h('h2', {}, () => t('listFailed')),
      h('button', { type: 'button', class: 'secondary', onclick: () => this.begin() }, () => t('tryAgain')))
  }

  async helpWhereEmpty() {
    this.empty.hidden = this.list.rows.length > 0
    // There they stand where the eye is.
    this.chips.hidden = !this.empty.hidden
    if (this.empty.hidden) return
    const { question } = this
    const conditions = conditionsOf(question)
    const offers = h('div', { class: 'actions' })
    this.empty.replaceChildren(
      h('h2', {}, () => t(conditions.length ? 'noMatch' : 'noConcerts')),
      ...(conditions.length ? [h('p', { class: 'quiet' }, () => t('noMatchHelp')),
        h('div', { class: 'chips' }, conditions.map((condition) => this.off(condition)), this.allOff()), offers] : []))
    if (conditions.length > 1) await this.offerNearby(conditions, question, offers)
  }

  // What one condition less would bring, where it brings something.
  async offerNearby(conditions, question, offers) {
    await this.page.attempt(async () => {
      const counts = await Promise.all(conditions.map(({ without }) => api.concertCount(searchOf({ ...question, ...without }))))
      if (question !== this.question) return
      offers.replaceChildren(...conditions.flatMap(({ name, without }, at) => (counts[at] ? [h('button', {
        type: 'button', onclick: () => this.takeOff(without),
      }, () => t('withoutIt', t(`condition_${name}`), counts[at]))] : [])))
    })
  }

  // -------- cards

  card(concert) {
    const facts = { concert, zone: undefined, marks: h('p', { class: 'marks' }) }
    const { genre, opens_at: opens } = concert
    const item = h('li', {},
      h('a', { class: 'card', href: `#/concert/${concert.concert_id}` },
        poster(concert),
        h('div', { class: 'card-text' },
          h('h2', { lang: languageOf(concert.title) }, concert.title),
          h('p', { class: 'quiet', lang: languageOf(concert.venue_name) }, concert.venue_name),
          h('p', { class: 'quiet' }, () => t('nearest', day(concert.nearest_date, { month: 'short', day: 'numeric', weekday: 'short' }))),
          opens && h('p', { class: 'opens' }, () => (secondsUntil(opens) > 0 ? t('opensLater', dayAndTime(opens, facts.zone)) : t('cardOpenNow'))),
          h('p', { class: 'price' }, () => t('from', price(concert.min_price))),
          facts.marks,
          genre && h('p', { class: 'visually-hidden' }, () => genreName(genre)))))
    item.facts = facts
    this.marker?.watch(item)
    return item
  }

  // Its detail is there: the hours are the venue's, as on its own page.
  mark(item, detail, marksOf) {
    const { facts } = item
    facts.zone = detail.venue.timezone
    facts.marks.replaceChildren(...marksOf(detail, this.question).map(([kind, text]) => h('span', { class: `badge ${kind}` }, text)))
    refresh(item)
  }

  // At the hour at which a sale opens its card says so.
  waitForOpening() {
    clearTimeout(this.opening)
    const next = Math.min(...this.list.rows.map(({ opens_at: at }) => (at && secondsUntil(at)) || Infinity)) * 1000
    if (next > longestTimerMs) return
    this.opening = setTimeout(() => {
      refresh(this.results)
      this.waitForOpening()
    }, next)
  }

  // -------- the way back

  rememberPlace({ target }) {
    const card = target.closest?.('.card') ?? document.activeElement.closest('.card')
    const at = card?.getAttribute('href') ?? null
    history.replaceState({ ...history.state, list: { count: this.list.rows.length, top: scrollY, at } }, '')
  }

  comeBack() {
    const { left } = this
    this.left = null
    if (!left?.top && !left?.at) return false
    scrollTo(0, left.top)
    this.results.querySelector(`[href="${left.at}"]`)?.focus({ preventScroll: true })
    return true
  }

  close() {
    this.isClosed = true
    clearTimeout(this.typing)
    clearTimeout(this.opening)
    document.removeEventListener('click', this.remember, true)
    removeEventListener('pagehide', this.remember)
    this.list.close()
    this.marker?.close()
    this.filters?.close()
  }
}
