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

    const chosen = detail.schedules.find(({ concert_schedule_id: id }) => id === scheduleId)
    if (dates.length) {
      this.dateList.append(...dates.map((date) => this.dateChip(date)))
    } else {
      this.dateList.append(h('p', { class: 'quiet' }, () => t('nothingOnSale')))
    }
    if (chosen?.status === 'cancelled') return this.saleBox.replaceChildren(h('p', { class: 'cancelled-performance' }, () => t('cancelledPerformance')))
    const date = chosen?.concert_date ?? dates[0]?.available_date
    const isListed = dates.some(({ available_date: listed }) => listed === date)
    return chosen && !isListed ? this.sell(chosen) : date && this.chooseDate(date, scheduleId)
  }

  // What opens later is shown with the hour at which it will.
  opensLater({ opens_at: at }) {
    return at && api.secondsUntil(at) > 0 ? () => t('opensLater', dayAndTime(at, this.zone)) : null
  }

  chip(row, isPressed, choose, heading, facts) {
    const opens = this.opensLater(row)
    return h('button', {
      type: 'button',
      class: opens ? 'chip upcoming' : 'chip',
      'aria-pressed': () => String(isPressed()),
      onclick: choose,
    }, h('strong', {}, heading), h('span', {}, opens ?? facts))
  }

  dateChip(row) {
    const { available_date: date, available_seats: left } = row
    return this.chip(row, () => this.date === date, () => this.chooseDate(date),
      () => day(date, { month: 'short', day: 'numeric', weekday: 'short' }), () => (left ? t('left', left) : t('soldOut')))
  }

  // The performance that was asked for, or the first one.
  chooseDate(date, scheduleId) {
    this.date = date
    return this.page.attempt(async () => {
      const schedules = await api.schedulesOn(this.detail.concert.concert_id, date)
      if (this.view.closed || this.date !== date) return
      this.scheduleList.replaceChildren(...schedules.map((schedule) => this.scheduleChip(schedule)))
      const chosen = schedules.find(({ concert_schedule_id: id }) => id === scheduleId) ?? schedules[0]
      if (chosen) await this.sell(this.onSale(chosen, date))
    })
  }

  // A row of schedules_on() in the form of concert_detail()'s schedules, which
  // may have been read before this one was there.
  onSale({ concert_schedule_id: id, concert_time: time, opens_at: opensAt }, date) {
    const { max_seats_per_booker: limit = null, payment_required: isPaid = false } =
      this.detail.schedules.find((schedule) => schedule.concert_schedule_id === id) ?? {}
    return {
      concert_schedule_id: id, concert_date: date, concert_time: time, opens_at: opensAt,
      max_seats_per_booker: limit, payment_required: isPaid,
    }
  }

  scheduleChip(row) {
    const { concert_schedule_id: id, starts_at: start, available_seats: left, is_sold_out: soldOut, lowest_price: lowest } = row
    return this.chip(row, () => this.scheduleId === id, () => this.sell(this.onSale(row, this.date)),
      () => time(start, this.zone),
      () => [soldOut ? t('soldOut') : t('left', left), lowest !== null && t('from', price(lowest))].filter(Boolean).join(' · '))
  }

  async sell(schedule) {
    const { concert_schedule_id: id } = schedule
    if (this.scheduleId === id) return
    this.scheduleId = id
    history.replaceState(null, '', `#/concert/${this.detail.concert.concert_id}/${id}`)
    refresh(this.view.element)
    this.view.sale?.close()
    const { concert, venue } = this.detail
    const sale = saleView(this.page, { concert, venue, schedule })
    this.view.sale = sale
    this.saleBox.replaceChildren(sale.element)
    await sale.ready
  }
}
