// The sale of one performance on the page: the plan, the list, the legend, and
// a panel that goes from choosing over holding to the ticket.
import * as api from './api.js'
import { h, refresh } from './dom.js'
import { SeatList } from './list.js'
import { gradeColours, SeatPlan, seatPicture } from './plan.js'
import { Sale } from './sale.js'
import { ticket } from './ticket.js'
import { countdown, dayAndTime, languageOf, price, t } from './words.js'

const stateKeys = {
  free: 'stateFree', selected: 'stateSelected', mine: 'stateMine', booked: 'stateBooked',
  held: 'stateHeld', sold: 'stateSold', blocked: 'stateBlocked',
}

// what: the concert, its venue and the schedule that is sold
export function saleView(page, what) {
  const view = new SaleView(page, what)
  return {
    element: view.element,
    ready: page.attempt(() => view.sale.open()),
    close: () => view.close(),
    giveBack: () => view.sale.held.length && view.sale.release(),
  }
}

class SaleView {
  constructor(page, what) {
    Object.assign(this, { page, what })
    this.sale = new Sale(what.schedule, {
      seats: () => this.showSeats(),
      changed: (indexes) => this.changed(indexes),
      ticked: (seconds) => this.tick(seconds),
      opened: () => {
        this.refreshPanel()
        page.tell(() => t('openNow'))
      },
      taken: (numbers) => page.warn(() => t('taken', numbers.join(', '))),
      lapsed: () => page.warn(() => t('lapsed')),
      connected: (yes) => page.connected(yes),
    })
    this.colours = new Map()
    const seats = {
      stateOf: (index) => this.sale.stateOf(index),
      colourOf: (index) => this.colours.get(this.sale.seats[index].seat_grade),
      nameOf: (index) => this.nameOf(index),
      toggle: (index) => this.sale.toggle(index),
      locked: () => this.sale.held.length > 0 || this.sale.payment !== null || this.sale.booking !== null,
    }
    this.plan = new SeatPlan(seats)
    this.list = new SeatList(seats)
    this.legend = h('ul', { class: 'legend' })
    this.states = h('ul', { class: 'legend' }, ['selected', 'mine', 'held', 'sold'].map((state) =>
      h('li', {}, seatPicture(state, '#a9afd0'), h('span', {}, () => t(stateKeys[state])))))
    this.empty = h('p', { class: 'quiet', hidden: true }, () => t('noSeats'))
    this.shown = 'plan'
    this.panel = h('div', { class: 'panel' })
    this.element = h('div', { class: 'sale' },
      h('div', { class: 'seats' },
        h('div', { class: 'seats-head' },
          h('div', { class: 'tabs', role: 'group', 'aria-label': () => t('plan') }, this.tab('plan'), this.tab('list'))),
        this.legend, this.plan.element, this.list.element, this.states, this.empty),
      this.panel)
    this.show('plan')
  }

  close() {
    this.sale.close()
    this.plan.close()
  }

  tab(name) {
    return h('button', { type: 'button', 'aria-pressed': () => String(this.shown === name), onclick: () => this.show(name) },
      () => t(name))
  }

  show(name) {
    this.shown = name
    this.plan.element.hidden = name !== 'plan'
    this.list.element.hidden = name !== 'list'
    this.list.changed()
    refresh(this.element.querySelector('.tabs'))
  }

  // Row B, seat 12: for screen readers, the list and the hint under the mouse.
  nameOf(index) {
    const seat = this.sale.seats[index]
    const place = seat.row_label === null || seat.seat_index === null ? [t('seat', seat.seat_number)]
      : [seat.section !== null && t('section', seat.section), t('row', seat.row_label), t('seat', seat.seat_index)]
    return [...place, t('grade', seat.seat_grade), price(seat.price), t(stateKeys[this.sale.stateOf(index)])]
      .filter(Boolean).join(', ')
  }

  // -------- what the sale tells

  showSeats() {
    this.sale.grades().forEach(({ name }, at) => this.colours.set(name, gradeColours[at % gradeColours.length]))
    this.plan.setSeats(this.sale.seats)
    this.list.setSeats(this.plan.geometry.rows)
    this.empty.hidden = this.sale.seats.length > 0
    this.showLegend()
    this.showPanel()
  }

  changed(indexes) {
    if (!this.sale.seats.length) return
    this.plan.changed(indexes)
    if (this.shown === 'list') this.list.changed()
    this.grades = this.sale.grades()
    refresh(this.legend)
    const stage = this.stage()
    if (stage !== this.stageShown) this.showPanel()
    else this.refreshPanel()
  }

  showLegend() {
    this.grades = this.sale.grades()
    this.legend.replaceChildren(...this.grades.map(({ name }, at) => this.legendGrade(name, at)))
  }

  legendGrade(name, at) {
    const grade = () => this.grades[at] ?? this.grades[0]
    return h('li', {}, seatPicture('free', this.colours.get(name)),
      h('strong', {}, () => t('grade', name)),
      h('span', {}, () => (grade().lowest === grade().highest ? price(grade().lowest)
        : `${price(grade().lowest)} – ${price(grade().highest)}`)),
      h('span', { class: 'quiet' }, () => t('free', grade().free)))
  }

  // -------- the panel

  stage() {
    if (this.sale.booking) return 'booked'
    if (this.sale.payment) return 'paying'
    return this.sale.held.length ? 'holding' : 'choosing'
  }

  showPanel() {
    const before = this.stageShown
    this.stageShown = this.stage()
    const content = {
      choosing: () => this.choosing(), holding: () => this.holding(), paying: () => this.paying(), booked: () => this.booked(),
    }
    this.panel.replaceChildren(...content[this.stageShown]())
    this.refreshPanel()
    if (before && before !== this.stageShown) this.page.focus(this.panel)
  }

  refreshPanel() {
    this.showSelection?.()
    refresh(this.panel)
  }

  // -------- choosing

  choosing() {
    const { sale } = this
    const list = h('ul', { class: 'chosen' })
    let shown = ''
    this.showSelection = () => {
      const seats = sale.selection()
      const now = seats.map(({ seat_id: id }) => id).join()
      if (now === shown) return
      shown = now
      list.replaceChildren(...seats.map((seat) => this.chosen(seat)))
    }
    const sum = () => sale.selection().reduce((total, seat) => total + seat.price, 0)
    // Told beforehand; what counts is what the booker has when the seats are held.
    const limit = this.what.schedule.max_seats_per_booker
    return [
      h('h2', {}, () => t('yourSeats')),
      sale.opensLater() && h('p', { class: 'opens', hidden: () => !sale.opensLater() },
        () => t('opensLater', dayAndTime(this.what.schedule.opens_at, this.what.venue.timezone))),
      limit !== null && h('p', { class: () => (sale.selected.size > limit ? 'limit over' : 'limit'), role: 'status' },
        () => (sale.selected.size > limit ? t('overLimit', limit, sale.selected.size - limit) : t('limit', limit))),
      h('p', { class: 'quiet', hidden: () => sale.selected.size > 0 }, () => t('pickSeats')),
      list,
      h('p', { class: 'total', hidden: () => sale.selected.size === 0, role: 'status' },
        h('span', {}, () => t('totalOf', sale.selected.size)), h('strong', {}, () => price(sum()))),
      h('button', {
        type: 'button',
        class: 'primary hold',
        disabled: () => sale.selected.size === 0 || sale.busy,
        onclick: () => this.page.attempt(() => sale.hold()),
      }, () => (sale.selected.size ? t('hold', sale.selected.size) : t('holdNone'))),
      this.bestSeats(),
    ].filter(Boolean)
  }

  chosen(seat) {
    const index = this.sale.indexOf.get(seat.seat_id)
    return h('li', {}, seatPicture('free', this.colours.get(seat.seat_grade)),
      h('strong', {}, seat.seat_number), h('span', { class: 'quiet' }, () => t('grade', seat.seat_grade)),
      h('span', { class: 'amount' }, price(seat.price)),
      h('button', { type: 'button', class: 'icon', 'aria-label': () => t('remove', seat.seat_number), onclick: () => {
        this.sale.toggle(index)
        this.page.focus(this.panel)
      } }, '×'))
  }

  bestSeats() {
    const { sale } = this
    const option = (value, text) => h('option', { value }, text)
    const field = (id, label, input) => [h('label', { for: id }, () => t(label)), input]
    const count = h('input', { id: 'best-count', type: 'number', min: 1, max: 20, value: '2', inputmode: 'numeric' })
    const grade = h('select', { id: 'best-grade' }, option('', () => t('anyGrade')),
      sale.grades().map(({ name }) => option(name, () => t('grade', name))))
    const section = h('select', { id: 'best-section' }, option('', () => t('anySection')),
      sale.sections().map((name) => option(name, name)))
    const prices = [...new Set(sale.seats.map((seat) => seat.price))].sort((a, b) => a - b)
    const most = h('select', { id: 'best-price' }, option('', () => t('anyPrice')),
      prices.map((amount) => option(amount, price(amount))))
    const together = h('input', { id: 'best-together', type: 'checkbox', checked: true })
    return h('form', { class: 'best', onsubmit: (event) => {
      event.preventDefault()
      this.page.attempt(async () => {
        await sale.holdBest({
          seat_count: count.valueAsNumber || null,
          seat_grade: grade.value || null,
          section: section.value || null,
          max_price: most.value ? Number(most.value) : null,
          adjacent: together.checked,
        })
        if (sale.mine.size) this.plan.show([...sale.mine])
      })
    } },
    h('h3', {}, () => t('bestSeats')),
    h('div', { class: 'fields two' },
      h('div', {}, field('best-count', 'howMany', count)),
      h('div', {}, field('best-grade', 'gradeLabel', grade)),
      h('div', { hidden: sale.sections().length === 0 }, field('best-section', 'sectionLabel', section)),
      h('div', {}, field('best-price', 'maxPrice', most))),
    h('label', { class: 'check', for: 'best-together' }, together, h('span', {}, () => t('together'))),
    h('button', { class: 'secondary', disabled: () => sale.busy }, () => t('holdBest')))
  }

  // -------- holding

  holding() {
    const { sale, page } = this
    this.showSelection = null
    const told = ({ seat_id: id, price: before }) => sale.held.find((hold) => hold.seat_id === id)?.price ?? before
    return [
      h('h2', {}, () => t('held')),
      this.countdown(() => true),
      h('ul', { class: 'chosen' }, sale.held.map((seat) => h('li', {},
        seatPicture('mine', '#fff'), h('strong', {}, seat.seat_number),
        h('span', { class: 'quiet' }, () => t('grade', seat.seat_grade)),
        h('span', { class: 'amount' }, () => price(told(seat)))))),
      h('p', { class: 'total' }, h('span', {}, () => t('totalOf', sale.held.length)), h('strong', {}, () => price(sale.total()))),
      h('div', { class: 'row' },
        h('button', { type: 'button', class: 'quiet-button extend', disabled: () => sale.busy, onclick: () => this.extend() },
          () => t('extend')),
        h('button', { type: 'button', class: 'quiet-button release', disabled: () => sale.busy, onclick: () =>
          page.attempt(async () => {
            await sale.release()
            page.tell(() => t('released'))
          }) }, () => t('release'))),
      this.customer(),
    ]
  }

  countdown(isShown) {
    this.timer = h('span', { class: 'timer-digits' })
    this.timerBar = h('span', { class: 'timer-bar' })
    this.spoken = h('span', { class: 'visually-hidden', role: 'timer', 'aria-live': 'polite' })
    this.announced = null
    this.fullTerm = this.sale.secondsLeft()
    this.tick(this.fullTerm)
    return h('div', { class: 'timer', hidden: () => !isShown() }, h('span', { 'aria-hidden': 'true' }, () => t('timeLeft')),
      h('span', { 'aria-hidden': 'true' }, this.timer), this.spoken, this.timerBar)
  }

  tick(seconds) {
    if (!this.timer) return
    this.timer.textContent = countdown(seconds)
    this.fullTerm = Math.max(this.fullTerm, seconds)
    this.timerBar.style.setProperty('--left', seconds / this.fullTerm)
    this.timer.closest('.timer')?.classList.toggle('urgent', seconds <= 60)
    // Spoken where it matters, not every second.
    const due = [300, 120, 60, 30, 10].find((mark) => seconds === mark)
    if (this.announced !== null && due === undefined) return
    this.announced = seconds
    this.spoken.textContent = t('timeLeftSpoken', Math.floor(seconds / 60), seconds % 60)
  }

  extend() {
    return this.page.attempt(async () => {
      const longer = await this.sale.extend()
      this.page.tell(() => t(longer ? 'extended' : 'notExtended'))
      this.fullTerm = this.sale.secondsLeft()
      this.tick(this.fullTerm)
    })
  }

  customer() {
    const { sale, page } = this
    const member = api.signedInMember()
    // Kept while the seats change under the form.
    const field = (id, properties) => {
      const input = h('input', { id, ...properties, value: this.entered?.[id] ?? '', oninput: () => {
        this.entered = { ...this.entered, [id]: input.value }
      } })
      return input
    }
    const name = field('customer-name', { maxlength: 100, autocomplete: 'name', required: !member })
    const phone = field('customer-phone', { type: 'tel', maxlength: 20, autocomplete: 'tel', required: !member, 'aria-describedby': 'phone-help' })
    const email = field('customer-email', { type: 'email', maxlength: 255, autocomplete: 'email' })
    const guestFields = h('div', { class: 'fields two' },
      h('div', {}, h('label', { for: 'customer-name' }, () => t('name')), name),
      h('div', {}, h('label', { for: 'customer-phone' }, () => t('phone')), phone),
      h('p', { id: 'phone-help', class: 'quiet wide' }, () => t('phoneHelp')),
      h('div', { class: 'wide' }, h('label', { for: 'customer-email' }, () => t('email')), email))
    return h('form', { class: 'customer', novalidate: true, onsubmit: (event) => {
      event.preventDefault()
      if (!member && !page.complete([[name, 'needName'], [phone, 'needPhone']])) return
      page.attempt(() => sale.confirm(member ? {} : {
        customer_name: name.value.trim(),
        customer_phone: phone.value.trim(),
        customer_email: email.value.trim() || null,
      }))
    } },
    h('h3', {}, () => t('customer')),
    member ? h('p', {}, () => t('asMember', page.memberName(member))) : guestFields,
    h('button', { class: 'primary confirm', disabled: () => sale.busy },
      () => t(sale.isPaid ? 'confirmAndPay' : 'confirm', price(sale.total()))))
  }

  // -------- paying

  paying() {
    const { sale, page } = this
    this.showSelection = null
    // Still shown for a moment after the payment has arrived.
    let payment = sale.payment
    const now = () => {
      payment = sale.payment ?? payment
      return payment
    }
    const isPending = () => now().status === 'pending'
    const isPart = () => isPending() && now().paid > 0
    return [
      h('h2', {}, () => t(isPending() ? 'paying' : 'notPaid')),
      this.countdown(isPending),
      h('p', { class: 'payment-state', role: 'status' }, () => (isPart() ? t('paidInPart', price(now().paid))
        : t(isPending() ? 'payingHelp' : 'notPaidHelp'))),
      h('p', { class: 'refund', role: 'status', hidden: () => !(now().due > 0) }, () => t('refundDue', price(now().due ?? 0))),
      h('ul', { class: 'chosen' }, payment.seats.map((seat) => h('li', {}, seatPicture('mine', '#fff'),
        h('strong', {}, seat.seat_number), h('span', { class: 'amount' }, price(seat.price))))),
      h('p', { class: 'total', hidden: () => !isPending() }, h('span', {}, () => t(isPart() ? 'rest' : 'total')),
        h('strong', {}, () => price(sale.payment ? sale.toPay() : 0))),
      h('button', { type: 'button', class: 'primary pay', hidden: () => !isPending(), disabled: () => sale.busy,
        onclick: () => page.attempt(() => sale.pay()) }, () => t('pay')),
      h('button', { type: 'button', class: 'quiet-button give-up', disabled: () => sale.busy, onclick: () =>
        page.attempt(async () => {
          const { refund_due: due } = await sale.giveUpPayment()
          if (due > 0) page.warn(() => t('refundDue', price(due)))
          else page.tell(() => t('released'))
        }) }, () => t('release')),
    ]
  }

  // -------- booked

  booked() {
    const { sale, what } = this
    this.showSelection = null
    this.entered = null
    const booking = {
      ...sale.booking,
      concert_title: what.concert.title,
      concert_date: what.schedule.concert_date,
      concert_time: what.schedule.concert_time,
      venue_name: what.venue.name,
    }
    const cancel = async () => {
      const receipt = await api.cancelBooking(booking.booking_id)
      sale.booked.clear()
      sale.pollNow()
      return receipt
    }
    return [
      h('h2', {}, () => t('booked')),
      ticket(booking, this.page, cancel),
      api.signedInMember() ? null : h('p', { class: 'quiet' }, () => t('keepNumber')),
      h('button', { type: 'button', class: 'secondary', onclick: () => sale.bookMore() }, () => t('bookMore')),
    ].filter(Boolean)
  }
}
