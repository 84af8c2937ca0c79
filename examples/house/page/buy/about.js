// What one reads before buying: the description, the prices of the chosen performance with
// its price types, and the rules of its sale with what comes back when a booking is cancelled.
import * as api from './api.js'
import { secondsUntil } from '../frame/api.js'
import { h, refresh } from '../frame/dom.js'
import { day, dayAndTime, languageOf, price, t } from '../frame/words.js'
import { refundRows } from './refunds.js'

const longText = 220

export class About {
  // isStopped: nothing is sold, and prices and rules are nobody's
  constructor({ concert, venue }, isStopped) {
    this.zone = venue.timezone
    this.prices = h('div', { class: 'about-text' }, h('p', { class: 'quiet' }, () => t('chooseFirst')))
    this.rules = h('div', { class: 'about-text' }, h('p', { class: 'quiet' }, () => t('chooseFirst')))
    // A phone shows the headings, and of the parts the one that somebody opens.
    const isWide = matchMedia('(min-width: 900px)').matches
    const part = (name, content, isOpen) => h('details', { class: `about-${name}`, name: 'about', open: isOpen },
      h('summary', {}, h('h2', {}, () => t(`about_${name}`))), content)
    this.element = h('div', { class: 'about', hidden: isStopped && !concert.description },
      concert.description ? part('description', description(concert.description), isWide) : null,
      isStopped ? [] : [part('prices', this.prices, isWide && !concert.description), part('rules', this.rules, false)])
  }

  // Of the chosen performance.
  async showNight(schedule) {
    this.shown = schedule
    this.showPrices(schedule, [])
    this.showRules(schedule)
    const types = await api.priceTypes(schedule.concert_schedule_id)
    if (types.length && this.shown === schedule) this.showPrices(schedule, types)
  }

  // -------- prices

  showPrices({ grades }, types) {
    if (!grades.length) return this.prices.replaceChildren(h('p', { class: 'quiet' }, () => t('noPrices')))
    this.prices.replaceChildren(
      h('ul', { class: 'pairs grade-prices' }, grades.map(({ seat_grade: name, min_price: least, max_price: most }) => h('li', {},
        h('span', { lang: languageOf(name) }, () => t('grade', name)),
        h('strong', { class: 'amount' }, least === most ? price(least) : `${price(least)} – ${price(most)}`)))),
      ...(types.length ? [h('h3', {}, () => t('reductions')), h('ul', { class: 'pairs price-types' }, types.map((type) => this.type(type)))] : []))
  }

  type({ name, percent_off: percent, amount_off: amount, max_per_booking: most, sale_from: from, sale_until: until }) {
    const limits = [
      most !== null && (() => t('typeLimit', most)),
      from && secondsUntil(from) > 0 && (() => t('typeFrom', dayAndTime(from, this.zone))),
      until && (() => t('typeUntil', dayAndTime(until, this.zone))),
    ].filter(Boolean)
    return h('li', {},
      h('span', {}, h('span', { lang: languageOf(name) }, name), limits.map((limit) => h('small', { class: 'quiet' }, limit))),
      h('strong', { class: 'amount' }, () => (percent !== null ? t('percentOff', percent) : t('amountOff', price(amount)))))
  }

  // -------- rules

  showRules(schedule) {
    const { max_seats_per_booker: limit, payment_required: isPaid, booking_closes_at: closes } = schedule
    this.rules.replaceChildren(
      h('ul', { class: 'rules' },
        h('li', {}, () => (limit === null ? t('ruleNoLimit') : t('ruleLimit', limit))),
        h('li', {}, () => t(isPaid ? 'rulePaid' : 'ruleNotPaid')),
        closes ? h('li', {}, () => t('ruleCloses', dayAndTime(closes, this.zone))) : null),
      h('h3', {}, () => t('refundRules', day(schedule.concert_date, { month: 'long', day: 'numeric', weekday: 'short' }))),
      ...this.refunds(schedule))
  }

  refunds(schedule) {
    const toCome = refundRows(schedule).filter(({ until }) => secondsUntil(until) > 0)
    if (!toCome.length) return [h('p', {}, () => t('refundOver'))]
    const fee = schedule.refund_ladder?.fee
    return [
      h('ol', { class: 'pairs refunds' }, toCome.map((row, at) => this.refund(row, at === 0))),
      h('p', { class: 'quiet' }, () => t('refundAfter')),
      fee ? h('p', { class: 'quiet' }, () => t('refundFee', price(fee))) : null,
    ].filter(Boolean)
  }

  refund({ until, percent, hours }, isNow) {
    return h('li', { 'aria-current': isNow ? 'true' : null },
      h('span', {}, () => t('refundUntil', dayAndTime(until, this.zone)),
        h('small', { class: 'quiet' }, () => (hours ? t('beforeStart', hours) : ''), ' ',
          isNow ? h('span', { class: 'badge good' }, () => t('refundNow')) : null)),
      h('strong', { class: 'amount' }, () => (percent === 100 ? t('refundAll') : percent ? t('refundPart', percent) : t('refundNone'))))
  }
}

// A text of several lines stays one; a long one is folded.
function description(text) {
  const isLong = text.length > longText || text.split('\n').length > 6
  let isFolded = isLong
  const body = h('p', { class: () => (isFolded ? 'description folded' : 'description'), lang: languageOf(text) }, text)
  const box = h('div', { class: 'about-text' }, body)
  if (isLong) {
    box.append(h('button', { type: 'button', class: 'unfold', 'aria-expanded': () => String(!isFolded), onclick: () => {
      isFolded = !isFolded
      refresh(box)
    } }, () => t(isFolded ? 'unfold' : 'fold')))
  }
  return box
}
