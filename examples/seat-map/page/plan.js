// The seat plan: a canvas that can be moved and zoomed, and over it an ARIA
// grid for the keyboard and the screen reader. The grid has the row of the
// active seat only, so that 5,000 seats cost no 5,000 elements.
import { Geometry } from './geometry.js'
import { h, refresh } from './dom.js'
import { t } from './words.js'

// Grades, dearest first. All of them stand out from the ground by 6:1 or more.
export const gradeColours = ['#f5c542', '#ff8496', '#5cbcff', '#71dd9f', '#caa2ff', '#ffad66', '#4fdcd6', '#e6e07a']
const ground = '#171a2e'
const ink = '#10122a'
const quiet = '#8d93b5'
const seatShare = 0.8
const tapSize = 18
const stageHeight = 28
const pulseMs = 700

// Sections and rows are named where there is room for it.
const font = (size, weight = 600) => `${weight} ${size}px Pretendard, "Noto Sans KR", NanumGothic, system-ui, sans-serif`

export class SeatPlan {
  // stateOf(index), colourOf(index), nameOf(index), toggle(index)
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
    this.element = h('div', { class: 'plan' }, this.canvas, this.grid, this.tip,
      h('div', { class: 'plan-buttons' },
        this.button('zoomIn', '+', () => this.zoom(1.5)),
        this.button('zoomOut', '−', () => this.zoom(1 / 1.5)),
        this.button('wholePlan', '⤢', () => this.fit())),
      h('p', { id: 'plan-help', class: 'visually-hidden' }, () => t('planHelp')))
    // What the canvas says is in the page's language as well.
    this.element.bindings.push(() => this.draw())
    this.sprites = new Map()
    this.pulses = new Map()
    this.calm = matchMedia('(prefers-reduced-motion: reduce)')
  }

  button(key, sign, onclick) {
    return h('button', { type: 'button', 'aria-label': () => t(key), title: () => t(key), onclick }, sign)
  }

  setSeats(seats) {
    this.seats = seats
    if (!this.geometry) this.listen()
    this.geometry = new Geometry(seats)
    this.active = Math.min(this.active ?? 0, seats.length - 1)
    this.fitted = null
    this.grid.setAttribute('aria-rowcount', this.geometry.rows.length)
    // A small hall needs no tall plan.
    const { left, right, top, bottom, pitch } = this.geometry
    this.element.style.setProperty('--shape', (bottom - top + pitch * 2) / (right - left + pitch * 3) || 1)
    this.resize()
    this.showActiveRow()
  }

  close() {
    this.observer?.disconnect()
  }

  // -------- where the plan is on the canvas

  resize() {
    const { width, height } = this.element.getBoundingClientRect()
    if (!width || !height || !this.geometry) return
    this.width = width
    this.height = height
    this.ratio = devicePixelRatio
    this.canvas.width = Math.round(width * this.ratio)
    this.canvas.height = Math.round(height * this.ratio)
    if (this.fitted === null || this.fitted) this.fit()
    else this.draw()
  }

  // Room for the stage above, for row names beside.
  fit() {
    const { left, right, top, bottom, pitch } = this.geometry
    const wide = (this.width - 24) / (right - left + pitch * 3)
    const high = (this.height - stageHeight - 40) / (bottom - top + pitch * 2)
    this.smallest = this.scale = Math.min(wide, high, 42 / pitch)
    this.centreX = (left + right) / 2
    this.centreY = (top + bottom) / 2 - (stageHeight + 10) / 2 / this.scale
    this.fitted = true
    this.draw()
  }

  // Near enough to these seats to see them among the others.
  show(indexes) {
    const mean = (values) => indexes.reduce((sum, index) => sum + values[index], 0) / indexes.length
    this.centreX = mean(this.geometry.x)
    this.centreY = mean(this.geometry.y)
    this.zoom(Math.max(1, 22 / this.seatSize()))
    this.activate(indexes[0])
  }

  // Around a point of the canvas; it stays where it is.
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const scale = Math.max(this.smallest * 0.8, Math.min(this.scale * factor, 72 / this.geometry.pitch))
    const [planX, planY] = this.toPlan(x, y)
    this.scale = scale
    this.centreX = planX - (x - this.width / 2) / scale
    this.centreY = planY - (y - this.height / 2) / scale
    this.fitted = false
    this.draw()
  }

  move(x, y) {
    const { left, right, top, bottom } = this.geometry
    this.centreX = Math.max(left, Math.min(right, this.centreX - x / this.scale))
    this.centreY = Math.max(top, Math.min(bottom, this.centreY - y / this.scale))
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

  draw() {
    // Not before it has a size: resize() draws then.
    if (this.frame || !this.geometry || !this.width) return
    this.frame = requestAnimationFrame(() => {
      this.frame = null
      this.paint()
    })
  }

  paint() {
    const { context, ratio } = this
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.fillStyle = ground
    context.fillRect(0, 0, this.canvas.width, this.canvas.height)
    if (!this.geometry.count) return
    this.paintSeats()
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.paintStage()
    this.paintNames()
    this.paintFocus()
    this.paintPulses()
  }

  paintSeats() {
    const { context, geometry, ratio, scale, canvas } = this
    const size = Math.max(2, Math.round(this.seatSize() * ratio))
    if (size !== this.spriteSize) this.sprites.clear()
    this.spriteSize = size
    const half = size / 2
    const numbered = size / ratio >= 20
    for (let index = 0; index < geometry.count; index++) {
      const x = ((geometry.x[index] - this.centreX) * scale + this.width / 2) * ratio
      const y = ((geometry.y[index] - this.centreY) * scale + this.height / 2) * ratio
      if (x < -size || y < -size || x > canvas.width + size || y > canvas.height + size) continue
      const state = this.stateOf(index)
      context.drawImage(this.sprite(state, this.colourOf(index)), Math.round(x - half), Math.round(y - half))
      if (numbered && state === 'free') this.paintNumber(index, x, y, size)
    }
  }

  paintNumber(index, x, y, size) {
    const { context, seats } = this
    context.font = font(Math.round(size * 0.42), 700)
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillStyle = ink
    context.fillText(seats[index].seat_index ?? '', x, y + size * 0.02)
  }

  // One picture for each look: copying it costs far less than drawing a path.
  sprite(state, colour) {
    const key = state + colour
    let sprite = this.sprites.get(key)
    if (!sprite) {
      sprite = document.createElement('canvas')
      sprite.width = sprite.height = this.spriteSize
      paintSeat(sprite.getContext('2d'), this.spriteSize, state, colour)
      this.sprites.set(key, sprite)
    }
    return sprite
  }

  paintStage() {
    const { context, geometry } = this
    const { left, right, top, pitch } = geometry
    const [x, front] = this.toCanvas((left + right) / 2, top - pitch * 0.9)
    const width = Math.max(120, Math.max(pitch * 6, Math.min((right - left) * 0.5, pitch * 40)) * this.scale)
    const y = front - stageHeight / 2
    context.fillStyle = '#363d6b'
    context.beginPath()
    context.roundRect(x - width / 2, front - stageHeight, width, stageHeight, [5, 5, 14, 14])
    context.fill()
    context.font = font(13, 700)
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillStyle = '#f1f2fb'
    context.fillText(t('stage'), x, y + 0.5)
  }

  paintNames() {
    if (this.seatSize() >= 9) this.paintRowNames()
    else this.paintSectionNames()
  }

  // Beyond the first seat of a row, in the direction of the row.
  paintRowNames() {
    const { context, geometry } = this
    context.font = font(Math.min(14, Math.max(9, this.seatSize() * 0.6)))
    context.fillStyle = quiet
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    for (const { label, seats } of geometry.rows) {
      if (label === null) continue
      const [first, second] = seats
      const length = second === undefined ? 0
        : Math.hypot(geometry.x[second] - geometry.x[first], geometry.y[second] - geometry.y[first])
      const x = length ? (geometry.x[second] - geometry.x[first]) / length : 1
      const y = length ? (geometry.y[second] - geometry.y[first]) / length : 0
      context.fillText(label, ...this.toCanvas(
        geometry.x[first] - x * geometry.pitch * 1.1, geometry.y[first] - y * geometry.pitch * 1.1))
    }
  }

  paintSectionNames() {
    const { context } = this
    context.font = font(12, 700)
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    for (const [name, { x, y }] of this.sectionCentres()) {
      const [atX, atY] = this.toCanvas(x, y)
      const width = context.measureText(name).width + 14
      context.fillStyle = 'rgb(16 18 42 / 0.82)'
      context.beginPath()
      context.roundRect(atX - width / 2, atY - 11, width, 22, 11)
      context.fill()
      context.fillStyle = '#fff'
      context.fillText(name, atX, atY + 0.5)
    }
  }

  sectionCentres() {
    if (this.centresOf === this.geometry) return this.centres
    const sums = new Map()
    this.seats.forEach(({ section }, index) => {
      if (section === null) return
      const sum = sums.get(section) ?? { x: 0, y: 0, count: 0 }
      sum.x += this.geometry.x[index]
      sum.y += this.geometry.y[index]
      sum.count++
      sums.set(section, sum)
    })
    this.centres = [...sums].map(([name, { x, y, count }]) => [name, { x: x / count, y: y / count }])
    this.centresOf = this.geometry
    return this.centres
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
    refresh(this.grid)
    this.draw()
  }

  // -------- mouse, pen and fingers

  listen() {
    const { grid } = this
    this.observer = new ResizeObserver(() => this.resize())
    this.observer.observe(this.element)
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
    const { left, top } = this.element.getBoundingClientRect()
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
    // Too small for a finger: come nearer first.
    if (event.pointerType === 'touch' && this.seatSize() < tapSize) {
      return this.zoom(tapSize * 1.4 / this.seatSize(), x, y)
    }
    const index = this.geometry.at(...this.toPlan(x, y))
    if (index < 0) return
    this.activate(index, false)
    this.toggle(index)
  }

  hover(x, y, pointerType) {
    const index = this.geometry && pointerType !== 'touch' ? this.geometry.at(...this.toPlan(x, y)) : -1
    this.tip.hidden = index < 0
    this.grid.style.cursor = index >= 0 && this.stateOf(index) === 'free' ? 'pointer' : 'grab'
    if (index < 0) return
    this.tip.textContent = this.nameOf(index)
    const [seatX, seatY] = this.toCanvas(this.geometry.x[index], this.geometry.y[index])
    const room = this.tip.offsetWidth / 2 + 6
    const below = seatY < 70
    this.tip.style.left = `${Math.max(room, Math.min(this.width - room, seatX))}px`
    this.tip.style.top = `${seatY + (below ? 1 : -1) * (this.seatSize() / 2 + 8)}px`
    this.tip.classList.toggle('below', below)
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
        'aria-disabled': () => String(!['free', 'selected'].includes(this.stateOf(index))),
      }, () => this.nameOf(index)))))
    this.grid.setAttribute('aria-activedescendant', `seat-${this.active}`)
  }
}

// -------- one seat; colour is never the only difference between two states

function paintSeat(context, size, state, colour) {
  const radius = size * 0.26
  const box = (inset) => {
    context.beginPath()
    context.roundRect(inset, inset, size - 2 * inset, size - 2 * inset, Math.max(0, radius - inset))
  }
  if (state === 'free') {
    context.fillStyle = colour
    box(0)
    context.fill()
  } else if (state === 'selected' || state === 'mine' || state === 'booked') {
    context.fillStyle = state === 'selected' ? '#ffffff' : '#8b6cff'
    box(0)
    context.fill()
    paintCheck(context, size, state === 'selected' ? '#4a2fd0' : '#ffffff')
  } else if (state === 'held') {
    const line = Math.max(1, size * 0.11)
    context.strokeStyle = colour
    context.globalAlpha = 0.75
    context.lineWidth = line
    box(line / 2)
    context.stroke()
    context.fillStyle = colour
    context.beginPath()
    context.arc(size / 2, size / 2, size * 0.14, 0, 2 * Math.PI)
    context.fill()
  } else {
    context.fillStyle = '#343a5c'
    box(0)
    context.fill()
    if (size >= 10) paintCross(context, size, state === 'sold' ? '#6d749c' : '#4c5379')
  }
}

function paintCheck(context, size, colour) {
  context.strokeStyle = colour
  context.lineWidth = Math.max(1.5, size * 0.14)
  context.lineCap = context.lineJoin = 'round'
  context.beginPath()
  context.moveTo(size * 0.27, size * 0.53)
  context.lineTo(size * 0.44, size * 0.69)
  context.lineTo(size * 0.74, size * 0.34)
  context.stroke()
}

function paintCross(context, size, colour) {
  context.strokeStyle = colour
  context.lineWidth = Math.max(1, size * 0.09)
  context.lineCap = 'round'
  context.beginPath()
  context.moveTo(size * 0.34, size * 0.34)
  context.lineTo(size * 0.66, size * 0.66)
  context.moveTo(size * 0.66, size * 0.34)
  context.lineTo(size * 0.34, size * 0.66)
  context.stroke()
}

// The same picture for the legend.
export function seatPicture(state, colour) {
  const size = 18
  const canvas = h('canvas', { class: 'seat-picture', 'aria-hidden': 'true', width: size * 2, height: size * 2 })
  paintSeat(canvas.getContext('2d'), size * 2, state, colour)
  return canvas
}
