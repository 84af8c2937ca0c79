// The picture of a hall that is being made: every seat in the colour of its
// grade, the block that is worked on outlined. A block can be dragged with the mouse; the fields beside it do the same by key.
import './catalogue.words.js'
import { gradeColours } from '../buy/seat-look.js'
import { h, refresh } from '../frame/dom.js'
import { languageOf, price, t } from '../frame/words.js'

const stageRoom = 46
const font = '600 13px Pretendard, "Noto Sans KR", NanumGothic, system-ui, sans-serif'

export class Preview {
  blocks = []
  chosen = -1

  // choose(block), moved(block, right, down) in steps of the plan, if blocks can be moved.
  constructor({ choose, moved } = {}) {
    Object.assign(this, { choose, moved })
    this.canvas = h('canvas', { role: 'img', 'aria-label': () => t('cat.preview', this.count()) })
    this.legend = h('ul', { class: 'cat-legend' })
    this.element = h('div', { class: 'cat-preview' }, this.canvas, this.legend)
    this.element.bindings.push(() => this.draw())
    if (moved) this.listen()
    this.observer = new ResizeObserver(() => this.draw())
    this.observer.observe(this.canvas)
  }

  close() {
    this.observer.disconnect()
  }

  count = () => this.blocks.reduce((sum, seats) => sum + seats.length, 0)

  // Lists of seats, one a block; a seat without a position stands in its row.
  show(blocks, chosen = -1) {
    Object.assign(this, { blocks: blocks.map(placed), chosen })
    const grades = new Map()
    for (const seat of this.blocks.flat()) {
      const key = `${seat.seat_grade} ${seat.price}`
      if (!grades.has(key)) grades.set(key, { ...seat, count: 0 })
      grades.get(key).count++
    }
    const listed = [...grades.values()].sort((a, b) => b.price - a.price)
    this.colours = new Map(listed.map(({ seat_grade: grade }, at) => [grade, gradeColours[at % gradeColours.length]]))
    this.legend.replaceChildren(...listed.slice(0, 12).map((seat) => this.legendRow(seat)))
    refresh(this.element)
  }

  legendRow({ seat_grade: grade, price: amount, count }) {
    const sign = h('span', { class: 'cat-sign' })
    sign.style.background = this.colours.get(grade)
    return h('li', {}, sign, h('span', { lang: languageOf(grade) }, () => t('grade', grade)),
      h('span', {}, () => price(amount)), h('span', {}, () => t('cat.seats', count)))
  }

  // -------- where things are on the canvas

  measure() {
    const { clientWidth: width, clientHeight: height } = this.canvas
    const seats = this.blocks.flat()
    const [left, right] = range(seats, 'position_x')
    const [top, bottom] = range(seats, 'position_y')
    // While a block is dragged, nothing else moves.
    if (!this.grip) {
      this.pitch = this.blocks.some((block) => block.isInRows) ? 1 : 10
      const scale = Math.min((width - 24) / (right - left + this.pitch * 2), (height - stageRoom - 24) / (bottom - top + this.pitch * 2), 26 / this.pitch)
      this.view = { scale, x: width / 2 - (left + right) / 2 * scale, y: stageRoom + 12 + (height - stageRoom - 24) / 2 - (top + bottom) / 2 * scale, stage: top }
    }
    return { width, height }
  }

  at = ({ position_x: x, position_y: y }) => [this.view.x + x * this.view.scale, this.view.y + y * this.view.scale]

  draw() {
    if (this.frame) return
    this.frame = requestAnimationFrame(() => {
      this.frame = null
      if (this.canvas.clientWidth) this.paint()
    })
  }

  paint() {
    const { width, height } = this.measure()
    const ratio = devicePixelRatio
    this.canvas.width = width * ratio
    this.canvas.height = height * ratio
    const context = this.canvas.getContext('2d')
    context.scale(ratio, ratio)
    if (!this.count()) return
    this.paintStage(context, width)
    const size = Math.max(1.2, this.pitch * this.view.scale * 0.8)
    this.blocks.forEach((seats) => {
      for (const seat of seats) {
        const [x, y] = this.at(seat)
        context.fillStyle = this.colours.get(seat.seat_grade)
        context.beginPath()
        if (size < 4) context.rect(x - size / 2, y - size / 2, size, size)
        else context.roundRect(x - size / 2, y - size / 2, size, size, size * 0.26)
        context.fill()
      }
    })
    if (this.blocks[this.chosen]?.length && this.moved) this.paintFrame(context, size)
  }

  paintStage(context, width) {
    const y = Math.max(8, this.at({ position_x: 0, position_y: this.view.stage })[1] - stageRoom)
    context.fillStyle = '#363d6b'
    context.beginPath()
    context.roundRect(width / 2 - 80, y, 160, 26, [4, 4, 12, 12])
    context.fill()
    context.font = font
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillStyle = '#f1f2fb'
    context.fillText(t('cat.stage'), width / 2, y + 13)
  }

  paintFrame(context, size) {
    const { left, top, right, bottom } = this.boxOf(this.blocks[this.chosen])
    context.strokeStyle = '#fff'
    context.lineWidth = 2
    context.setLineDash([6, 4])
    context.strokeRect(left - size, top - size, right - left + 2 * size, bottom - top + 2 * size)
    context.setLineDash([])
  }

  boxOf(seats) {
    const [left, right] = range(seats, 'position_x')
    const [top, bottom] = range(seats, 'position_y')
    const [x, y] = this.at({ position_x: left, position_y: top })
    return { left: x, top: y, right: x + (right - left) * this.view.scale, bottom: y + (bottom - top) * this.view.scale }
  }

  // -------- a block in the mouse's hand

  listen() {
    this.canvas.addEventListener('pointerdown', (event) => this.take(event))
    this.canvas.addEventListener('pointermove', (event) => this.drag(event))
    for (const name of ['pointerup', 'pointercancel']) this.canvas.addEventListener(name, () => this.drop())
  }

  // A finger scrolls the page.
  take(event) {
    if (event.pointerType === 'touch' || event.button || !this.view) return
    const { offsetX: x, offsetY: y } = event
    const reach = Math.max(6, this.pitch * this.view.scale * 0.7)
    const found = this.blocks.findLastIndex((seats) => seats.some((seat) => {
      const [seatX, seatY] = this.at(seat)
      return Math.abs(seatX - x) < reach && Math.abs(seatY - y) < reach
    }))
    if (found < 0) return
    this.canvas.setPointerCapture(event.pointerId)
    this.grip = { x, y, block: found }
    this.choose(found)
  }

  // Whole and half seats: what is beside one another can be put in line.
  drag({ offsetX: x, offsetY: y }) {
    if (!this.grip) return
    const step = this.view.scale * 5
    const right = Math.round((x - this.grip.x) / step)
    const down = Math.round((y - this.grip.y) / step)
    if (!right && !down) return
    this.grip.x += right * step
    this.grip.y += down * step
    this.moved(this.grip.block, right / 2, down / 2)
  }

  drop() {
    this.grip = null
    this.draw()
  }
}

// Without positions: rows below one another, seats by their number.
function placed(seats) {
  if (seats.every(({ position_x: x, position_y: y }) => Number.isFinite(x) && Number.isFinite(y))) return seats
  const rows = new Map()
  const inRows = seats.map((seat) => {
    const row = JSON.stringify([seat.section, seat.row_label])
    if (!rows.has(row)) rows.set(row, { at: rows.size, count: 0 })
    const { at } = rows.get(row)
    return { ...seat, position_x: seat.seat_index ?? rows.get(row).count++, position_y: at * 1.2 }
  })
  inRows.isInRows = true
  return inRows
}

function range(seats, name) {
  let [least, most] = [Infinity, -Infinity]
  for (const { [name]: at } of seats) {
    if (at < least) least = at
    if (at > most) most = at
  }
  return seats.length ? [least, most] : [0, 0]
}
