// A performance is postponed, cancelled or put on again. What it will do is asked of
// the database first; if that has changed when it is to be done, it is told and asked
// again.
import * as api from './api.js'
import './change.words.js'
import { number } from './state.js'
import { tellList } from './tell.js'
import { h, refresh } from '../frame/dom.js'
import { dayAndTime, price, t } from '../frame/words.js'

// The bookings that would be cancelled are those that would be moved.
async function ask(id) {
  const [would, report, { status, starts_at: startsAt }] = await Promise.all([api.wouldCancel(id), api.scheduleReport(id), api.night(id)])
  const { checked_in_seats: checkedIn, amount } = report.at(-1)
  return { ...would, checkedIn, amount, status, startsAt }
}

// What the decision rests on: holds come and go.
const basis = ({ removed_holds: holds, ...facts }) => JSON.stringify(facts)

export const postponeView = (page, night) => new Change(page, night, {
  name: 'Postpone',
  fields: () => newStart(night),
  facts: (seen) => [
    ['nightKeepBookings', seen.cancelled_bookings], ['nightKeepSeats', seen.cancelled_seats],
    ['nightKeepHolds', seen.removed_holds], ['nightCheckInsBack', seen.checkedIn]],
  notes: ['nightPostponeTickets', night.booking_closes_at ? 'nightPostponeCloses' : null, 'nightPostponeBuyers', 'nightNamesAfter'],
  act: (reason, [date, time]) => api.postponeNight(night.id, date, time, reason),
  refused: { 22023: 'nightNeedLater' },
  done: (answer, seen) => ({
    text: t('nightPostponed_done', dayAndTime(answer.previous_starts_at, night.zone), dayAndTime(answer.starts_at, night.zone), answer.affected_bookings),
    differs: answer.affected_bookings !== seen.cancelled_bookings,
  }),
  tells: true,
}).view()

export const cancelView = (page, night) => new Change(page, night, {
  name: 'Cancel',
  facts: (seen) => [
    ['nightEndBookings', seen.cancelled_bookings], ['nightEndSeats', seen.cancelled_seats],
    ['nightEndHolds', seen.removed_holds], ['nightGoesBack', seen.refund_due, price],
    ['nightByHand', Math.max(0, seen.amount - seen.refund_due), price]],
  notes: ['nightCancelRefund', 'nightCancelBuyers', 'nightCancelAll', 'nightNamesAfter'],
  act: (reason) => api.cancelNight(night.id, reason),
  done: (answer, seen) => ({
    text: t('nightCancelled_done', answer.cancelled_bookings, answer.cancelled_seats, price(answer.refund_due)),
    differs: ['cancelled_bookings', 'cancelled_seats', 'removed_holds', 'refund_due'].some((name) => answer[name] !== seen[name]),
  }),
  tells: true,
}).view()

export const reinstateView = (page, night) => new Change(page, night, {
  name: 'Reinstate',
  facts: () => [['nightBackFree', night.seats.free], ['nightBackBlocked', night.seats.blocked]],
  notes: ['nightReinstateBookings', 'nightReinstateMoney'],
  act: (reason) => api.reinstateNight(night.id, reason),
  done: (answer) => ({ text: t('nightReinstated_done', answer.available_seats, answer.blocked_seats), differs: false }),
}).view()

// Date and time, as the venue's clock will show them.
function newStart(night) {
  const date = h('input', { id: 'night-new-date', type: 'date', min: night.concert_date, required: true })
  const time = h('input', { id: 'night-new-time', type: 'time', required: true })
  time.value = night.concert_time.slice(0, 5)
  return {
    inputs: [[date, 'nightNeedDate'], [time, 'nightNeedTime']],
    element: h('div', { class: 'fields two' },
      h('div', { class: 'fields' }, h('label', { for: 'night-new-date' }, () => t('nightNewDate')), date),
      h('div', { class: 'fields' }, h('label', { for: 'night-new-time' }, () => t('nightNewTime')), time),
      h('p', { class: 'quiet wide' }, () => t('nightZone', night.zone))),
  }
}

// kind: name; facts(what was seen) as [words, count, how it is written]; notes; fields()
// before the reason; act(reason, values); refused, words of a code; done(answer, what was
// seen) in words.
class Change {
  seen = null

  constructor(page, night, kind) {
    Object.assign(this, { page, night, kind })
    this.list = h('dl', { class: 'night-facts' })
    this.warning = h('p', { class: 'night-warning', role: 'alert', hidden: true }, () => t('nightChangedMeanwhile'))
    this.reason = h('textarea', { id: 'night-reason', rows: 2, maxlength: 1000, required: true })
    this.fields = kind.fields?.()
    this.button = h('button', { class: 'danger', disabled: true }, () => t(`night${kind.name}Now`))
    this.working = h('p', { class: 'night-working', role: 'status', hidden: true },
      h('progress', { 'aria-label': () => t('nightWorking') }), h('span', {}, () => t('nightWorking')))
    this.element = h('div', { class: 'night-change' })
  }

  view() {
    const { kind, page } = this
    this.form = h('form', { class: 'panel', novalidate: true, onsubmit: (event) => {
      event.preventDefault()
      this.submit()
    } },
    h('h3', {}, () => t(`night${kind.name}What`)), this.list,
    h('ul', { class: 'night-notes' }, kind.notes.filter(Boolean).map((key) => h('li', {}, () => t(key)))),
    this.warning, this.fields?.element ?? null,
    h('div', { class: 'fields' }, h('label', { for: 'night-reason' }, () => t('nightReason')), this.reason,
      h('p', { class: 'quiet' }, () => t('nightReasonKept'))),
    h('div', { class: 'actions' }, this.button, h('a', { href: `#/nights/${this.night.id}` }, () => t('nightLeave'))),
    this.working)
    this.element.append(this.form)
    return { element: this.element, ready: page.attempt(async () => this.show(await ask(this.night.id))) }
  }

  show(seen) {
    this.seen = seen
    this.list.replaceChildren(...this.kind.facts(seen).map(([key, count, write = number]) =>
      h('div', { class: key }, h('dt', {}, () => t(key)), h('dd', { class: 'amount' }, () => write(count)))))
    this.button.disabled = false
  }

  async submit() {
    const inputs = [...this.fields?.inputs ?? [], [this.reason, 'nightNeedReason']]
    if (this.button.disabled || !this.page.complete(inputs)) return
    this.busy(true)
    await this.page.attempt(() => this.lookThenAct())
    this.busy(false)
  }

  async lookThenAct() {
    const now = await ask(this.night.id)
    // Once: where the sale goes on, it changes for ever.
    if (basis(now) !== basis(this.seen) && this.warning.hidden) {
      if (now.startsAt !== this.seen.startsAt) await this.lookAgain()
      this.warning.hidden = false
      return this.show(now)
    }
    const values = (this.fields?.inputs ?? []).map(([input]) => input.value)
    const answer = await this.kind.act(this.reason.value.trim(), values).catch((refusal) => {
      const words = this.kind.refused?.[refusal.code]
      if (!words) throw refusal
      this.page.warn(() => t(words))
    })
    if (!answer) return
    await this.lookAgain()
    await this.told(answer, this.seen)
  }

  // The page has this night's date and state in several places.
  async lookAgain() {
    Object.assign(this.night, await api.night(this.night.id), { seats: await api.seatsOf(this.night.id) })
    refresh(this.element.closest('.night'))
  }

  busy(yes) {
    this.button.disabled = yes
    this.working.hidden = !yes
  }

  // What was done stays on the page, and below it who has to hear of it.
  async told(answer, seen) {
    const { kind, page, night } = this
    const list = kind.tells && tellList(page, night)
    const heading = h('h3', {}, () => t(`night${kind.name}Done`))
    this.element.replaceChildren(h('div', { class: 'panel night-done' }, heading,
      h('p', {}, () => kind.done(answer, seen).text),
      h('p', { class: 'night-warning', hidden: !kind.done(answer, seen).differs }, () => t('nightOtherThanSeen')),
      h('div', { class: 'actions' }, h('a', { href: `#/nights/${night.id}` }, () => t('nightToNight')))),
    ...(list ? [list.element] : []))
    heading.tabIndex = -1
    heading.focus()
    refresh(this.element.closest('.night'))
    await list?.ready
  }
}
