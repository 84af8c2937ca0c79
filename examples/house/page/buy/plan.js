// The seat plan: a canvas that can be moved and zoomed, and over it an ARIA
// grid for the keyboard and the screen reader. The grid has the row of the
// active seat only, so that 5,000 seats cost no 5,000 elements.
import { Geometry } from './geometry.js'
import { h, refresh } from '../frame/dom.js'
import { languageOf, price, t } from '../frame/words.js'
import { PlanLayer, stageHeight } from './plan-layer.js'
import { ground } from './seat-look.js'
import { Sections } from './sections.js'
import './sale.words.js'

const ink = '#10122a'
const seatShare = 0.8
// Large enough for a finger; below the other one a narrow plan shows sections instead.
const tapSize = 18
const sectionSize = 12
const narrow = 620
// Large enough to tell a seat from its neighbours at a glance.
const nearSize = 22
// Around the seats there are the stage, the names of rows, and a little air.
const around = { side: 12, top: stageHeight + 25, bottom: 15 }
const pulseMs = 700

export class SeatPlan {
  // stateOf(index), colourOf(index), nameOf(index), toggle(index), and isChoosable(index)
  // where others than free seats can be chosen, isDimmed(index) where some can be lit up
  constructor(options) {
    Object.assign(this, options)
    this.canvas = h('canvas', { 'aria-hidden': 'true' })
    this.context = this.canvas.getContext('2d')
    this.tip = h('div', { class: 'tip', 'aria-hidden': 'true', hidden: true })
    this.grid = h('div', {
      class: 'plan-grid',
      role: 'grid',
      tabindex: 0,
      'aria-label': () => t('plan'),
      'aria-describedby': 'plan-help',
      'aria-multiselectable': 'true',
    })
    this.box = h('div', { class: 'plan' }, this.canvas, this.grid, this.tip,
      h('p', { id: 'plan-help', class: 'visually-hidden' }, () => t('planHelp')))
    this.tools = h('div', { class: 'plan-tools' })
    this.element = h('div', { class: 'plan-frame' }, this.tools, this.box)
    // What the canvas says is in the page's language as well.
    this.element.bindings.push(() => this.repaint())
    this.layer = new PlanLayer(this)
    this.pulses = new Map()
    this.calm = matchMedia('(prefers-reduced-motion: reduce)')
  }

  button(key, sign, onclick) {
    return h('button', { type: 'button', 'aria-label': () => t(key), title: () => t(key), onclick }, sign)
  }

  // Above the plan, never on it: no seat is under a button.
  makeTools() {
    const { areas } = this.sections
    this.tools.replaceChildren(...[
      h('button', { type: 'button', class: 'plan-back', hidden: () => !this.sectionsFirst || this.isOverview(), onclick: () => this.fit() },
        () => t('allSections')),
      areas.length > 1 && this.sectionMenu(areas),
      h('p', { class: 'plan-hint', hidden: () => !this.isOverview() }, () => t('sectionHint')),
      h('div', { class: 'plan-buttons' },
        this.button('zoomIn', '+', () => this.zoom(1.5)),
        this.button('zoomOut', '−', () => this.zoom(1 / 1.5)),
        this.button('wholePlan', '⤢', () => this.fit()))].filter(Boolean))
  }

  // The same sections for the keyboard and the screen reader.
  sectionMenu(areas) {
    const menu = h('select', {
      class: 'plan-sections',
      'aria-label': () => t('goToSection'),
      value: () => this.section ?? '',
      onchange: () => (menu.value ? this.enter(this.sections.named(menu.value)) : this.fit()),
    },
    h('option', { value: '' }, () => t('goToSection')),
    areas.map((area) => h('option', { value: area.name, lang: languageOf(area.name) }, () => this.nameOfArea(area))))
    return menu
  }

  nameOfArea(area) {
    const { free, lowest } = this.factsOf(area)
    return [t('section', area.name), free ? t('free', free) : t('soldOut'), free && t('from', price(lowest))].filter(Boolean).join(', ')
  }

  // How many are free, and from which price; counted once for each change of states.
  factsOf(area) {
    if (!this.facts.has(area)) {
      const free = area.indexes.filter((index) => ['free', 'selected'].includes(this.stateOf(index)))
      this.facts.set(area, {
        free: free.length,
        lowest: free.reduce((least, index) => Math.min(least, this.seats[index].price), Infinity),
        isDimmed: area.indexes.every((index) => this.isDimmed(index)),
      })
    }
    return this.facts.get(area)
  }

  // The sections need no more height than they have, their seats as much as there is.
  stretch(isNear) {
    this.box.classList.toggle('near', isNear)
  }

  // Only what depends on where the plan is, and only when that has become otherwise.
  showTools() {
    if (this.isOverview()) this.section = null
    const now = `${this.isOverview()} ${this.section}`
    if (now !== this.toolsShown) refresh(this.tools)
    this.stretch(Boolean(this.sectionsFirst) && !this.isOverview())
    this.toolsShown = now
  }

  setSeats(seats) {
    this.seats = seats
    if (!this.geometry) this.listen()
    this.geometry = new Geometry(seats)
    this.sections = new Sections(this.geometry, seats)
    this.facts = new Map()
    this.section = null
    this.active = Math.max(0, Math.min(this.active ?? 0, seats.length - 1))
    this.fitted = null
    this.grid.setAttribute('aria-rowcount', this.geometry.rows.length)
    // A small hall needs no tall plan.
    const { left, right, top, bottom, pitch } = this.geometry
    this.box.style.setProperty('--shape', (bottom - top + pitch * 2) / (right - left + pitch * 3) || 1)
    this.layer.spoil()
    this.makeTools()
    this.resize()
    this.showActiveRow()
  }

  close() {
    this.observer?.disconnect()
  }

  // -------- where the plan is on the canvas

  resize() {
    const { width, height } = this.box.getBoundingClientRect()
    if (!width || !height || !this.geometry) return
    if (width === this.width && height === this.height && this.ratio === devicePixelRatio && this.fitted !== null) return
    this.width = width
    this.height = height
    this.ratio = devicePixelRatio
    this.canvas.width = Math.round(width * this.ratio)
    this.canvas.height = Math.round(height * this.ratio)
    if (this.fitted === null || this.fitted) return this.fit()
    this.centre(this.centreX, this.centreY)
    this.draw()
  }

  // Room for the stage above, for row names beside.
  fit() {
    const { left, right, top, bottom, pitch } = this.geometry
    const wide = (this.width - 2 * around.side) / (right - left + pitch * 3)
    const high = (this.height - around.top - around.bottom) / (bottom - top + pitch * 2)
    this.smallest = this.scale = Math.min(wide, high, 42 / pitch)
    this.centre(0, 0)
    this.fitted = true
    this.section = null
    // Too small for a finger: the sections come first.
    this.sectionsFirst = this.width <= narrow && this.sections.areas.length > 1 && this.seatSize() < sectionSize
    this.draw()
  }

  isOverview() {
    return Boolean(this.sectionsFirst) && this.seatSize() < sectionSize
  }

  // All of the section if its seats are large enough then, else its middle.
  enter(area) {
    const { pitch } = this.geometry
    this.fitted = false
    this.stretch(Boolean(this.sectionsFirst))
    this.resize()
    const whole = Math.min((this.width - 24) / (area.width + pitch * 2), (this.height - 24) / (area.height + pitch))
    this.scale = Math.max(this.smallest, Math.min(42 / pitch, Math.max(whole, tapSize / seatShare / pitch)))
    this.centre(area.x, area.y)
    this.section = area.name
    this.activate(area.middle, false)
    this.draw()
  }

  // Near enough to these seats to see them among the others; where they are seen already
  // nothing moves.
  show(indexes) {
    if (this.seatSize() < nearSize || !indexes.every((index) => this.isInSight(index))) {
      const mean = (values) => indexes.reduce((sum, index) => sum + values[index], 0) / indexes.length
      this.scale = Math.max(this.scale, nearSize / seatShare / this.geometry.pitch)
      this.centre(mean(this.geometry.x), mean(this.geometry.y))
      this.fitted = false
    }
    this.activate(indexes[0])
  }

  isInSight(index) {
    const [x, y] = this.toCanvas(this.geometry.x[index], this.geometry.y[index])
    const half = this.seatSize() / 2
    return x >= half && y >= half && x <= this.width - half && y <= this.height - half
  }

  // As near to this point as the hall fills the window; in its middle where all of it is seen.
  centre(x, y) {
    const { left, right, top, bottom, pitch } = this.geometry
    const { scale } = this
    const within = (at, from, to, size) => {
      const half = size / scale / 2
      return to - from <= half * 2 ? (from + to) / 2 : Math.max(from + half, Math.min(to - half, at))
    }
    this.centreX = within(x, left - pitch * 1.5 - around.side / scale, right + pitch * 1.5 + around.side / scale, this.width)
    this.centreY = within(y, top - pitch - around.top / scale, bottom + pitch + around.bottom / scale, this.height)
  }

  // Around a point of the canvas; it stays where it is, as far as the hall goes.
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const scale = Math.max(this.smallest * 0.8, Math.min(this.scale * factor, 72 / this.geometry.pitch))
    const [planX, planY] = this.toPlan(x, y)
    this.scale = scale
    this.centre(planX - (x - this.width / 2) / scale, planY - (y - this.height / 2) / scale)
    this.fitted = false
    this.draw()
  }

  move(x, y) {
    this.centre(this.centreX - x / this.scale, this.centreY - y / this.scale)
    this.fitted = false
    this.draw()
  }

  toPlan(x, y) {
    return [this.centreX + (x - this.width / 2) / this.scale, this.centreY + (y - this.height / 2) / this.scale]
  }

  toCanvas(x, y) {
    return [this.width / 2 + (x - this.centreX) * this.scale, this.height / 2 + (y - this.centreY) * this.scale]
  }

  seatSize() {
    return this.geometry.pitch * this.scale * seatShare
  }

  // -------- drawing, once a frame however often it is asked for

  // The states, the language or what is lit up have changed.
  repaint() {
    this.facts?.clear()
    this.layer.spoil()
    this.draw()
  }

  draw() {
    // Not before it has a size: resize() draws then.
    if (this.frame || !this.geometry || !this.width) return
    this.frame = requestAnimationFrame(() => {
      this.frame = null
      this.paint()
    })
  }

  // The layer has all that stands still; over it what does not.
  paint() {
    const { context, ratio } = this
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.fillStyle = ground
    context.fillRect(0, 0, this.canvas.width, this.canvas.height)
    if (!this.geometry.count) return
    this.layer.show(context)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.paintFocus()
    this.paintPulses()
    this.showTools()
  }

  paintFocus() {
    if (document.activeElement !== this.grid) return
    const { context, geometry } = this
    const [x, y] = this.toCanvas(geometry.x[this.active], geometry.y[this.active])
    const size = Math.max(12, this.seatSize() + 7)
    context.strokeStyle = ink
    context.lineWidth = 5
    context.beginPath()
    context.roundRect(x - size / 2, y - size / 2, size, size, size * 0.28)
    context.stroke()
    context.strokeStyle = '#fff'
    context.lineWidth = 2.5
    context.stroke()
  }

  // A ring that grows around a seat whose state has changed.
  paintPulses() {
    const { context, geometry } = this
    const now = performance.now()
    for (const [index, start] of this.pulses) {
      const age = Math.max(0, now - start) / pulseMs   // the clock may be set back
      if (age >= 1) {
        this.pulses.delete(index)
        continue
      }
      const [x, y] = this.toCanvas(geometry.x[index], geometry.y[index])
      context.strokeStyle = `rgb(255 255 255 / ${(1 - age) * 0.9})`
      context.lineWidth = 2
      context.beginPath()
      context.arc(x, y, this.seatSize() * (0.6 + age * 0.9), 0, 2 * Math.PI)
      context.stroke()
    }
    if (this.pulses.size) this.draw()
  }

  // Of these seats the states have changed (of all, where none are named).
  changed(indexes = []) {
    if (!this.calm.matches && indexes.length <= 60) {
      for (const index of indexes) this.pulses.set(index, performance.now())
    }
    this.repaint()
    refresh(this.grid)
    refresh(this.tools)
  }

  // -------- mouse, pen and fingers

  listen() {
    const { grid } = this
    this.observer = new ResizeObserver(() => this.resize())
    this.observer.observe(this.box)
    this.pointers = new Map()
    grid.addEventListener('pointerdown', (event) => this.press(event))
    grid.addEventListener('pointermove', (event) => this.drag(event))
    grid.addEventListener('pointerup', (event) => this.lift(event))
    grid.addEventListener('pointercancel', ({ pointerId }) => this.pointers.delete(pointerId))
    grid.addEventListener('pointerleave', () => { this.tip.hidden = true })
    grid.addEventListener('wheel', (event) => {
      event.preventDefault()
      const [x, y] = this.point(event)
      this.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), x, y)
    }, { passive: false })
    grid.addEventListener('keydown', (event) => this.key(event))
    grid.addEventListener('focus', () => this.draw())
    grid.addEventListener('blur', () => this.draw())
  }

  point({ clientX, clientY }) {
    const { left, top } = this.box.getBoundingClientRect()
    return [clientX - left, clientY - top]
  }

  press(event) {
    if (event.button > 0) return
    this.grid.setPointerCapture(event.pointerId)
    this.pointers.set(event.pointerId, this.point(event))
    this.travelled = this.pointers.size > 1 ? Infinity : 0
  }

  drag(event) {
    const [x, y] = this.point(event)
    const before = this.pointers.get(event.pointerId)
    if (!before) return this.hover(x, y, event.pointerType)
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1]
    if (other) {
      const distance = (a) => Math.hypot(a[0] - other[0], a[1] - other[1])
      this.zoom(distance([x, y]) / Math.max(1, distance(before)), (x + other[0]) / 2, (y + other[1]) / 2)
    }
    this.travelled += Math.hypot(x - before[0], y - before[1])
    // A finger that only taps moves a little as well.
    if (this.travelled > 6) this.move((x - before[0]) / this.pointers.size, (y - before[1]) / this.pointers.size)
    if (this.travelled <= 6) return
    this.pointers.set(event.pointerId, [x, y])
    this.tip.hidden = true
  }

  lift(event) {
    const pressed = this.pointers.delete(event.pointerId)
    if (!pressed || this.travelled > 6) return
    const [x, y] = this.point(event)
    if (this.isOverview()) return this.enterAt(x, y)
    // Too small for a finger: come nearer first.
    if (event.pointerType === 'touch' && this.seatSize() < tapSize) {
      return this.zoom(tapSize * 1.4 / this.seatSize(), x, y)
    }
    const index = this.geometry.at(...this.toPlan(x, y))
    if (index < 0) return
    this.activate(index, false)
    this.toggle(index)
  }

  enterAt(x, y) {
    const area = this.sections.at(...this.toPlan(x, y))
    if (area) this.enter(area)
  }

  hover(x, y, pointerType) {
    if (this.isOverview()) return this.hoverArea(x, y, pointerType)
    const index = this.geometry && pointerType !== 'touch' ? this.geometry.at(...this.toPlan(x, y)) : -1
    this.tip.hidden = index < 0
    this.grid.style.cursor = index >= 0 && this.isChoosable(index) ? 'pointer' : 'grab'
    if (index < 0) return
    this.showTip(this.nameOf(index), ...this.toCanvas(this.geometry.x[index], this.geometry.y[index]))
  }

  hoverArea(x, y, pointerType) {
    const area = pointerType !== 'touch' && this.sections.at(...this.toPlan(x, y))
    this.tip.hidden = !area
    this.grid.style.cursor = area ? 'pointer' : 'grab'
    if (area) this.showTip(this.nameOfArea(area), x, y)
  }

  // Moving on within a seat changes nothing.
  showTip(text, seatX, seatY) {
    const shown = [text, seatX, seatY, this.seatSize(), this.width].join()
    if (this.shownTip === shown) return
    this.shownTip = shown
    this.tip.textContent = text
    const room = this.tip.offsetWidth / 2 + 6
    const below = seatY < 70
    this.tip.style.left = `${Math.max(room, Math.min(this.width - room, seatX))}px`
    this.tip.style.top = `${seatY + (below ? 1 : -1) * (this.seatSize() / 2 + 8)}px`
    this.tip.classList.toggle('below', below)
  }

  isChoosable(index) {
    return ['free', 'selected'].includes(this.stateOf(index))
  }

  isDimmed() {
    return false
  }

  // -------- keyboard

  key(event) {
    const { geometry, active } = this
    if (event.ctrlKey || event.metaKey || event.altKey || !geometry.count) return
    const row = geometry.rows[geometry.rowOf[active]].seats
    const keys = {
      ArrowLeft: () => this.activate(geometry.beside(active, -1, 0)),
      ArrowRight: () => this.activate(geometry.beside(active, 1, 0)),
      ArrowUp: () => this.activate(geometry.beside(active, 0, -1)),
      ArrowDown: () => this.activate(geometry.beside(active, 0, 1)),
      Home: () => this.activate(row[0]),
      End: () => this.activate(row[row.length - 1]),
      ' ': () => this.toggle(active),
      Enter: () => this.toggle(active),
      '+': () => this.zoom(1.5),
      '=': () => this.zoom(1.5),
      '-': () => this.zoom(1 / 1.5),
      0: () => this.fit(),
    }
    if (!keys[event.key]) return
    event.preventDefault()
    keys[event.key]()
  }

  activate(index, intoView = true) {
    const row = this.geometry.rowOf[this.active]
    this.active = index
    if (this.geometry.rowOf[index] !== row) this.showActiveRow()
    this.grid.setAttribute('aria-activedescendant', `seat-${index}`)
    if (intoView) this.reveal(index)
    this.draw()
  }

  reveal(index) {
    if (this.isOverview()) return this.show([index])
    const [x, y] = this.toCanvas(this.geometry.x[index], this.geometry.y[index])
    const edge = 50
    const beyond = (at, size) => (at < edge ? edge - at : at > size - edge ? size - edge - at : 0)
    if (beyond(x, this.width) || beyond(y, this.height)) this.move(beyond(x, this.width), beyond(y, this.height))
  }

  // The row of the active seat as elements, for screen readers.
  showActiveRow() {
    const { geometry } = this
    if (!geometry.count) return this.grid.replaceChildren()
    const at = geometry.rowOf[this.active]
    const { seats } = geometry.rows[at]
    this.grid.setAttribute('aria-colcount', Math.max(...geometry.rows.map((row) => row.seats.length)))
    this.grid.replaceChildren(h('div', { role: 'row', 'aria-rowindex': at + 1, class: 'visually-hidden' },
      seats.map((index, place) => h('span', {
        role: 'gridcell',
        id: `seat-${index}`,
        'aria-colindex': place + 1,
        'aria-selected': () => String(['selected', 'mine', 'booked'].includes(this.stateOf(index))),
        'aria-disabled': () => String(!this.isChoosable(index)),
      }, () => this.nameOf(index)))))
    this.grid.setAttribute('aria-activedescendant', `seat-${this.active}`)
  }
}
