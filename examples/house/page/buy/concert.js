// One concert: what it is, its performances, and the sale of the chosen one. Everything but
// the seats comes from one call, concert_detail(), which is asked again from time to time.
import { Refusal, signedIn, signedInMember } from '../frame/api.js'
import * as api from './api.js'
import { About } from './about.js'
import { Chooser } from './chooser.js'
import './concert.words.js'
import { heart } from './heart.js'
import { dateIn, firstOf, isToCome, movedFrom, stateOf } from './performances.js'
import { poster } from './poster.js'
import { h } from '../frame/dom.js'
import { saleView } from './sale-view.js'
import { day, dayRange, languageOf, price, t, time } from '../frame/words.js'

const readAgainMs = 30000

export function open(page, [concertId, scheduleId]) {
  const element = h('section', { class: 'concert' }, h('p', { class: 'quiet' }, () => t('loading')))
  const view = { element }
  const read = async () => {
    countLook(concertId)
    const shown = await page.attempt(async () => {
      const detail = await detailOf(concertId)
      if (view.closed) return
      if (!detail) return element.replaceChildren(unknown())
      view.concert = new ConcertPage(page, view, detail)
      view.concert.show(scheduleId)
    })
    if (!shown && !view.concert) element.replaceChildren(unread(() => read().then(() => page.focus(element))))
  }
  view.ready = read()
  view.close = () => {
    view.closed = true
    view.concert?.close()
  }
  view.giveBack = () => view.concert?.sale?.giveBack()
  return view
}

// A look counts towards the concert's popularity, once in a visit; staff's do not. Nobody
// waits for it, and nothing is lost with it.
const looked = new Set()
function countLook(concertId) {
  if (!concertId || looked.has(concertId) || (signedIn() && !signedInMember())) return
  looked.add(concertId)
  api.recordInterest(concertId).catch((error) => { if (!(error instanceof Refusal)) throw error })
}

// Null: there is no such concert (or its id is none). A member's has is_wishlisted, which a
// cache would keep as it was before the heart was pressed.
async function detailOf(concertId) {
  if (!concertId) return null
  try {
    return await api.concertDetail(concertId, Boolean(signedInMember()))
  } catch (error) {
    if (error instanceof Refusal && ['PT404', '22P02'].includes(error.code)) return null
    throw error
  }
}

const toTheList = () => h('p', {}, h('a', { href: '#/' }, () => t('toConcerts')))
const unknown = () => h('div', { class: 'lost' },
  h('h1', {}, () => t('unknownConcert')), h('p', {}, () => t('unknownConcertHelp')), toTheList())
const unread = (again) => h('div', { class: 'lost' },
  h('h1', {}, () => t('concertUnread')), h('div', {}, h('button', { type: 'button', onclick: again }, () => t('tryAgain'))), toTheList())

class ConcertPage {
  constructor(page, view, detail) {
    Object.assign(this, { page, view, detail })
    this.zone = detail.venue.timezone
    this.notice = h('div', { class: 'night-notice', role: 'status', hidden: true })
    this.saleBox = h('div', { class: 'sale-box' })
  }

  show(scheduleId) {
    const { schedules } = this.detail
    const stop = this.wholeNotice()
    this.about = new About(this.detail, Boolean(stop))
    this.chooser = stop ? null : new Chooser({
      schedules, zone: this.zone,
      choose: (schedule) => this.choose(schedule),
      toSale: () => {
        this.saleBox.scrollIntoView()
        this.page.focus(this.saleBox)
      },
    })
    this.view.element.replaceChildren(
      h('div', { class: 'concert-body' },
        h('div', { class: 'concert-main' }, this.head(Boolean(stop)), stop ?? this.chooser.element), this.about.element),
      this.notice, this.saleBox)
    if (stop) return
    this.timer = setInterval(() => this.chooser.tick(), 1000)
    this.reader = setInterval(() => this.readAgain(), readAgainMs)
    this.begin(scheduleId)
  }

  close() {
    clearInterval(this.timer)
    clearInterval(this.reader)
    this.sale?.close()
  }

  // With the performance of the address; with the first one that has seats where it names none.
  // Nobody waits for the seats: by then the reader may be somewhere else already.
  begin(scheduleId) {
    const asked = this.detail.schedules.find(({ concert_schedule_id: id }) => id === scheduleId)
    const wanted = asked ?? firstOf(this.detail.schedules)
    if (wanted) this.choose(wanted)
    else this.say([() => t('nothingOnSale')], 'closed')
    if (scheduleId && !asked) this.page.warn(() => t('unknownPerformance'))
  }

  // -------- what the concert is

  head(isStopped) {
    const { concert, venue, is_wishlisted: isWishlisted } = this.detail
    const data = (text) => text && h('span', { lang: languageOf(text) }, text)
    const facts = [data(concert.genre), data(concert.performers),
      concert.running_time && h('span', {}, () => t('minutes', concert.running_time)), data(concert.rating)]
    return h('div', { class: 'concert-head' }, poster(concert),
      h('div', { class: 'concert-title' },
        h('h1', { id: 'concert-title', lang: languageOf(concert.title) }, concert.title),
        h('p', { class: 'quiet facts' }, facts.filter(Boolean)),
        h('p', { class: 'quiet' }, h('span', { lang: languageOf(venue.name) }, venue.name), ' · ',
          h('span', { lang: languageOf(venue.address) }, venue.address), ' ', map(venue)),
        h('p', { class: 'quiet', hidden: () => !this.period() }, () => this.period()),
        this.zone !== Intl.DateTimeFormat().resolvedOptions().timeZone
          && h('p', { class: 'quiet' }, () => t('venueTime', this.zone)) || null,
        h('p', { class: 'concert-offer' }, isStopped ? null : h('strong', { class: 'price' }, () => this.prices()),
          heart(this.page, { concertId: concert.concert_id, isWishlisted, describedBy: 'concert-title' }))))
  }

  // The days from the first to the last performance to come.
  period() {
    const dates = this.detail.schedules.filter((schedule) => isToCome(schedule) && schedule.status !== 'cancelled')
      .map(({ concert_date: date }) => date)
    if (!dates.length) return ''
    return dayRange(dates[0], dates.at(-1))
  }

  prices() {
    const { grades } = this.detail
    if (!grades.length) return ''
    const lowest = Math.min(...grades.map(({ min_price: least }) => least))
    const highest = Math.max(...grades.map(({ max_price: most }) => most))
    return lowest === highest ? price(lowest) : `${price(lowest)} – ${price(highest)}`
  }

  // In place of the chooser: why nothing of this concert can be booked. Null: something can.
  wholeNotice() {
    const { concert, schedules } = this.detail
    const toCome = schedules.filter(isToCome)
    if (concert.status === 'cancelled' || (toCome.length && toCome.every(({ status }) => status === 'cancelled'))) {
      return this.stop('concertCancelled', concert.status === 'cancelled' ? 'concertCancelledHelp' : 'nightsCancelledHelp', toCome)
    }
    if (concert.status === 'postponed') return this.stop('concertPostponed', 'concertPostponedHelp', toCome)
    return toCome.length ? null : this.stop('nothingToCome', 'nothingToComeHelp', [])
  }

  stop(heading, help, nights) {
    return h('div', { class: 'whole-notice' },
      h('h2', {}, () => t(heading)), h('p', {}, () => t(help)),
      h('ul', { class: 'stopped-nights' }, nights.slice(0, 12).map(({ starts_at: start }) => h('li', {}, () => this.moment(start)))),
      h('div', { class: 'actions' }, h('a', { href: '#/bookings' }, () => t('toBookings')), h('a', { href: '#/' }, () => t('toConcerts'))))
  }

  moment(instant) {
    return `${day(dateIn(this.zone, instant))} ${time(instant, this.zone)}`
  }

  // -------- the chosen performance

  async choose(schedule) {
    const id = schedule?.concert_schedule_id ?? null
    this.chooser.show(schedule)
    if (this.scheduleId === id) return
    this.scheduleId = id
    this.clear()
    if (!schedule) return
    history.replaceState(null, '', `#/concert/${this.detail.concert.concert_id}/${id}`)
    this.showNotice(schedule)
    await Promise.all([this.page.attempt(() => this.about.showNight(schedule)), this.sell(schedule)])
  }

  clear() {
    this.sale?.close()
    this.sale = null
    this.saleBox.replaceChildren()
    this.notice.hidden = true
    this.noticeOf = null
  }

  // What happened to the performance, above its seats: for whoever has its old link above all.
  showNotice(schedule) {
    const state = stateOf(schedule)
    const before = movedFrom(schedule)
    const said = {
      cancelled: [() => t('cancelledPerformance'), () => t('nightsCancelledHelp')],
      over: [() => t('pastNight', this.moment(schedule.starts_at))],
      closed: [() => t('closedNight')],
    }[state] ?? (before && [() => t('movedNight', this.moment(before), this.moment(schedule.starts_at)), () => t('movedNightHelp')])
    // Told once: a screen reader would read the same again.
    const now = [schedule.concert_schedule_id, state, before].join()
    if (now !== this.noticeOf) this.say(said ?? [], state)
    this.noticeOf = now
  }

  say(texts, look) {
    this.notice.hidden = !texts.length
    this.notice.className = `night-notice ${look}`
    this.notice.replaceChildren(...texts.map((text, at) => h(at ? 'p' : 'strong', {}, text)),
      h('a', { href: '#/bookings' }, () => t('toBookings')))
  }

  async sell(schedule) {
    if (['cancelled', 'over'].includes(stateOf(schedule))) return
    const { concert, venue } = this.detail
    const sale = saleView(this.page, { concert, venue, schedule })
    this.sale = sale
    this.saleBox.replaceChildren(h('h2', { class: 'sale-night' }, () => this.moment(schedule.starts_at)), sale.element)
    await sale.ready
  }

  // What is left changes, nights are moved and cancelled. A page that is not looked at asks
  // nothing; one that could not be read is as it was, for the sale tells of a lost connection.
  async readAgain() {
    if (document.hidden) return
    try {
      const detail = await detailOf(this.detail.concert.concert_id)
      if (this.view.closed || !detail) return
      this.detail = detail
      this.chooser.setSchedules(detail.schedules)
      this.chooser.drawAgain()
      const chosen = detail.schedules.find(({ concert_schedule_id: id }) => id === this.scheduleId)
      if (chosen) this.showNotice(chosen)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }
}

function map({ address, location_lat: latitude, location_lng: longitude }) {
  const place = latitude !== null && longitude !== null
    ? `?${new URLSearchParams({ mlat: latitude, mlon: longitude })}#map=17/${latitude}/${longitude}`
    : `search?${new URLSearchParams({ query: address })}`
  return h('a', { class: 'map', href: `https://www.openstreetmap.org/${place}`, target: '_blank', rel: 'noreferrer' }, () => t('map'))
}
