// One concert: its dates, its performances, and the sale of the chosen one.
import * as api from './api.js'
import { poster } from './concerts.js'
import { h, refresh } from './dom.js'
import { saleView } from './sale-view.js'
import { day, dayAndTime, languageOf, price, t, time } from './words.js'

export function concertView(page, concertId, scheduleId) {
  const element = h('section', { class: 'concert' }, h('p', { class: 'quiet' }, () => t('loading')))
  const view = { element }
  view.ready = page.attempt(async () => {
    const [detail, dates] = await Promise.all([api.concertDetail(concertId), api.availableDates(concertId)])
    if (!view.closed) new Chooser(page, view, detail, dates).show(scheduleId)
  })
  view.close = () => {
    view.closed = true
    view.sale?.close()
  }
  view.giveBack = () => view.sale?.giveBack()
  return view
}

class Chooser {
  constructor(page, view, detail, dates) {
    Object.assign(this, { page, view, detail, dates })
    this.zone = detail.venue.timezone
    this.dateList = h('div', { class: 'chips', role: 'group', 'aria-labelledby': 'dates' })
    this.scheduleList = h('div', { class: 'chips', role: 'group', 'aria-labelledby': 'performances' })
    this.saleBox = h('div')
  }

  show(scheduleId) {
    const { detail, dates } = this
    const { concert, venue } = detail
    const facts = [concert.performers, concert.running_time && (() => t('minutes', concert.running_time)), concert.rating]
    this.view.element.replaceChildren(
      h('div', { class: 'concert-head' }, poster(concert),
        h('div', { class: 'concert-title' },
          h('h1', { lang: languageOf(concert.title) }, concert.title),
          h('p', { class: 'quiet' }, h('span', { lang: languageOf(venue.name) }, venue.name), ' · ',
            h('span', { lang: languageOf(venue.address) }, venue.address)),
          h('p', { class: 'quiet facts' }, facts.filter(Boolean).map((fact) => h('span', {}, fact))),
          this.zone !== Intl.DateTimeFormat().resolvedOptions().timeZone
            && h('p', { class: 'quiet' }, () => t('venueTime', this.zone)) || null),
        h('div', { class: 'choice' },
          h('div', {}, h('h2', { id: 'dates' }, () => t('chooseDate')), this.dateList),
          h('div', {}, h('h2', { id: 'performances' }, () => t('choosePerformance')), this.scheduleList))),
      this.saleBox)

    const chosen = detail.schedules.find(({ id }) => id === scheduleId)
    if (dates.length) {
      this.dateList.append(...dates.map((date) => this.dateChip(date)))
    } else {
      this.dateList.append(h('p', { class: 'quiet' }, () => t('nothingOnSale')))
    }
    for (const schedule of detail.schedules) this.addUpcoming(schedule)
    const date = chosen?.concert_date ?? dates[0]?.available_date
    return chosen && !chosen.is_bookable ? this.sell(chosen) : date && this.chooseDate(date, scheduleId)
  }

  dateChip({ available_date: date, available_seats: left }) {
    return h('button', {
      type: 'button',
      class: 'chip',
      'aria-pressed': () => String(this.date === date),
      onclick: () => this.chooseDate(date),
    }, h('strong', {}, () => day(date, { month: 'short', day: 'numeric', weekday: 'short' })),
    h('span', {}, () => (left ? t('left', left) : t('soldOut'))))
  }

  // Not on sale yet: shown with the hour at which it will be.
  addUpcoming(schedule) {
    if (!schedule.is_booking_open || !schedule.booking_opens_at || api.secondsUntil(schedule.booking_opens_at) === 0) return
    this.dateList.append(h('button', {
      type: 'button',
      class: 'chip upcoming',
      'aria-pressed': () => String(this.scheduleId === schedule.id),
      onclick: () => this.sell(schedule),
    }, h('strong', {}, () => day(schedule.concert_date, { month: 'short', day: 'numeric', weekday: 'short' })),
    h('span', {}, () => t('opensLater', dayAndTime(schedule.booking_opens_at, this.zone)))))
  }

  // The performance that was asked for, or the first one.
  chooseDate(date, scheduleId) {
    this.date = date
    return this.page.attempt(async () => {
      const schedules = await api.schedulesOn(this.detail.concert.id, date)
      if (this.view.closed || this.date !== date) return
      this.scheduleList.replaceChildren(...schedules.map((schedule) => this.scheduleChip(schedule)))
      const chosen = schedules.find(({ concert_schedule_id: id }) => id === scheduleId) ?? schedules[0]
      if (chosen) await this.sell(this.bookable(chosen, date))
    })
  }

  // A row of schedules_on() in the form of concert_detail()'s schedules, which
  // may have been read before this one was there.
  bookable({ concert_schedule_id: id, concert_time: time }, date) {
    const { max_seats_per_booker: limit = null, payment_required: isPaid = false } =
      this.detail.schedules.find((schedule) => schedule.id === id) ?? {}
    return { id, concert_date: date, concert_time: time, max_seats_per_booker: limit, payment_required: isPaid }
  }

  scheduleChip(schedule) {
    const { concert_schedule_id: id, starts_at: start, available_seats: left, is_sold_out: soldOut, lowest_price: lowest } = schedule
    return h('button', {
      type: 'button',
      class: 'chip',
      'aria-pressed': () => String(this.scheduleId === id),
      onclick: () => this.sell(this.bookable(schedule, this.date)),
    }, h('strong', {}, () => time(start, this.zone)),
    h('span', {}, () => [soldOut ? t('soldOut') : t('left', left), lowest !== null && t('from', price(lowest))]
      .filter(Boolean).join(' · ')))
  }

  async sell(schedule) {
    if (this.scheduleId === schedule.id) return
    this.scheduleId = schedule.id
    history.replaceState(null, '', `#/concert/${this.detail.concert.id}/${schedule.id}`)
    refresh(this.view.element)
    this.view.sale?.close()
    const { concert, venue } = this.detail
    const sale = saleView(this.page, { concert, venue, schedule })
    this.view.sale = sale
    this.saleBox.replaceChildren(sale.element)
    await sale.ready
  }
}
