// The sale of one performance on the page: its seats, the legend of grades, and
// a panel that goes from choosing over holding to the ticket, a file for each step.
import { h, refresh } from '../frame/dom.js'
import { countdown, price, t } from '../frame/words.js'
import { booked } from './booked.js'
import { choosing } from './choosing.js'
import { holding } from './holding.js'
import { nextStep } from './next-step.js'
import { paying } from './paying.js'
import { Sale } from './sale.js'
import { seatPicture } from './seat-look.js'
import { SeatViews } from './seat-views.js'
import './sale.words.js'

// what: the concert, its venue and the schedule that is sold; checkout(view), if the form
// of the second step is another one than the buyer's; besides(view), if something comes
// below the selected seats
export function saleView(page, what) {
  const view = new SaleView(page, what)
  return {
    element: view.element,
    ready: view.open(),
    close: () => view.close(),
    giveBack: () => view.sale.giveBack(),
  }
}

const steps = { choosing, holding, paying, booked }

class SaleView {
  constructor(page, what) {
    Object.assign(this, { page, what })
    this.sale = new Sale(what.schedule, {
      seats: () => this.showSeats(),
      changed: (indexes) => this.changed(indexes),
      ticked: (seconds) => this.tick(seconds),
      opening: () => this.refreshPanel(),
      opened: () => {
        this.refreshPanel()
        page.tell(() => t('openNow'))
      },
      taken: (numbers) => page.warn(() => t('taken', numbers.join(', '))),
      lapsed: () => page.warn(() => t('lapsed')),
      answerLost: () => page.attempt(() => this.confirm(this.sale.unanswered)),
      connected: (yes) => page.connected(yes),
    })
    // A checkout of its own has its own way.
    this.confirm = (customer) => this.sale.confirm(customer)
    this.seatViews = new SeatViews(this.sale, {
      inLegend: ['selected', 'mine', 'held', 'sold'],
      isDimmed: (index) => this.isDimmed(index),
      locked: () => this.sale.held.length > 0 || this.sale.payment !== null || this.sale.booking !== null,
    })
    this.legend = h('ul', { class: 'legend grade-lights' })
    this.litGrade = null
    this.empty = h('p', { class: 'quiet', hidden: true }, () => t('noSeats'))
    this.panel = h('div', { class: 'panel' })
    this.next = nextStep(this)
    const { head, plan, list, legend } = this.seatViews
    this.element = h('div', { class: 'selling' }, h('div', { class: 'sale' },
      h('div', { class: 'seats', onkeydown: ({ key }) => key === 'Escape' && this.lightUp(null) },
        head, this.legend, plan.element, list.element, legend, this.empty),
      this.panel), this.next.element)
  }

  // Where the seats cannot be read one can try again: the sale itself polls what it has.
  async open() {
    if (await this.page.attempt(() => this.sale.open()) || this.sale.clock || this.sale.closed) return
    this.panel.replaceChildren(h('h2', {}, () => t('seatsUnread')), h('button', {
      type: 'button', class: 'secondary', onclick: () => this.open().then(() => this.page.focus(this.panel)),
    }, () => t('tryAgain')))
  }

  close() {
    this.sale.close()
    this.seatViews.close()
    this.ticket?.close()
  }

  // -------- the seats of one grade among the others

  lightUp(grade) {
    if (this.litGrade === grade) return
    this.litGrade = grade
    refresh(this.legend)
    this.seatViews.repaint()
  }

  isDimmed(index) {
    return this.litGrade !== null && this.sale.seats[index].seat_grade !== this.litGrade
      && !['selected', 'mine', 'booked'].includes(this.sale.stateOf(index))
  }

  // -------- what the sale tells

  showSeats() {
    this.seatViews.setSeats()
    this.empty.hidden = this.sale.seats.length > 0
    this.showLegend()
    this.showPanel()
  }

  changed(indexes) {
    if (!this.sale.seats.length) return
    this.seatViews.changed(indexes)
    this.grades = this.sale.grades()
    refresh(this.legend)
    if (this.panelKey() !== this.panelShown) this.showPanel()
    else this.refreshPanel()
  }

  showLegend() {
    this.grades = this.sale.grades()
    this.legend.replaceChildren(...this.grades.map(({ name }, at) => this.legendGrade(name, at)))
  }

  legendGrade(name, at) {
    const grade = () => this.grades[at] ?? this.grades[0]
    return h('li', {}, h('button', {
      type: 'button',
      title: () => t('lightUp', name),
      'aria-pressed': () => String(this.litGrade === name),
      onclick: () => this.lightUp(this.litGrade === name ? null : name),
    },
    seatPicture('free', this.seatViews.colours.get(name)),
    h('strong', {}, () => t('grade', name)),
    h('span', {}, () => (grade().lowest === grade().highest ? price(grade().lowest)
      : `${price(grade().lowest)} – ${price(grade().highest)}`)),
    h('span', { class: 'quiet' }, () => t('free', grade().free))))
  }

  // -------- the panel

  stage() {
    if (this.sale.booking) return 'booked'
    if (this.sale.payment) return 'paying'
    return this.sale.held.length ? 'holding' : 'choosing'
  }

  // Held seats and their price types are rows of the panel: others make another panel.
  panelKey() {
    const { held, types } = this.sale
    return JSON.stringify([this.stage(), held.map(({ seat_id: id }) => id), types.known])
  }

  showPanel() {
    const before = this.stageShown
    this.stageShown = this.stage()
    this.panelShown = this.panelKey()
    const focused = this.panel.contains(document.activeElement) && document.activeElement.id
    this.panel.replaceChildren(...steps[this.stageShown](this))
    this.refreshPanel()
    // Seats that change under the form take nobody away from it.
    if (focused && before === this.stageShown) document.getElementById(focused)?.focus()
    if (before && before !== this.stageShown) this.page.focus(this.panel)
  }

  refreshPanel() {
    this.showSelection?.()
    refresh(this.panel)
    this.next.refresh()
  }

  // -------- the countdown of a hold, or of the time to pay

  countdown(isShown) {
    this.timer = h('span', { class: 'timer-digits' })
    this.timerBar = h('span', { class: 'timer-bar' })
    this.announced = null
    this.spoken = h('span', { class: 'visually-hidden', role: 'timer', 'aria-live': 'polite' },
      () => (this.announced === null ? '' : t('timeLeftSpoken', Math.floor(this.announced / 60), this.announced % 60)))
    this.fullTerm = this.sale.secondsLeft()
    this.tick(this.fullTerm)
    return h('div', { class: 'timer', hidden: () => !isShown() }, h('span', { 'aria-hidden': 'true' }, () => t('timeLeft')),
      h('span', { 'aria-hidden': 'true' }, this.timer), this.spoken, this.timerBar)
  }

  tick(seconds) {
    this.next.tick(seconds)
    if (!this.timer) return
    this.timer.textContent = countdown(seconds)
    this.fullTerm = Math.max(this.fullTerm, seconds)
    this.timerBar.style.setProperty('--left', seconds / this.fullTerm)
    this.timer.closest('.timer')?.classList.toggle('urgent', seconds <= 60)
    // Spoken where it matters, not every second.
    const due = [300, 120, 60, 30, 10].find((mark) => seconds === mark)
    if (this.announced !== null && due === undefined) return
    this.announced = seconds
    refresh(this.spoken)
  }
}
