// What stands still on the plan: the seats, or the sections of a large hall, with
// their names and the stage. It is painted larger than the window and copied from
// there while the plan is moved, so that 10,000 seats cost a frame one copy.
import { t } from '../frame/words.js'
import { placeLabels } from './labels.js'
import { ground, paintDimmed, paintSeat } from './seat-look.js'
import { compactPrice } from './sale.words.js'
import { hasRoom } from './sections.js'

export const stageHeight = 28
// Beyond each edge of the window, as a part of it.
const margin = 0.25
const ink = '#10122a'
const quiet = '#8d93b5'

// Sections and rows are named where there is room for it.
const font = (size, weight = 600) => `${weight} ${size}px Pretendard, "Noto Sans KR", NanumGothic, system-ui, sans-serif`

// A long name would lie on the seats.
const short = (name) => (name.length > 5 ? `${name.slice(0, 4)}…` : name)
// Below the least of these nobody reads them.
const nameSizes = [15, 14, 13, 12, 11]
const leading = 1.2
const heightOf = (lines) => lines.reduce((sum, { size }) => sum + size * leading, 0)
const nameLine = ({ name }, size) => ({ text: name, size, weight: 700, colour: '#fff' })
const factLine = (text) => ({ text, size: 10, weight: 600, colour: '#d5d8ec' })

export class PlanLayer {
  constructor(plan) {
    this.plan = plan
    this.canvas = document.createElement('canvas')
    this.context = this.canvas.getContext('2d')
    this.sprite = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    this.sprites = new Map()
  }

  // What it shows is so no longer.
  spoil() {
    this.scale = null
  }

  show(context) {
    if (!this.reaches()) this.paint()
    context.drawImage(this.canvas, ...this.offset())
  }

  // Where its corner is on the plan's canvas, in whole pixels: nothing is blurred.
  offset() {
    const { centreX, centreY, scale, ratio } = this.plan
    return [
      Math.round((this.centreX - centreX) * scale * ratio) - this.beyondX,
      Math.round((this.centreY - centreY) * scale * ratio) - this.beyondY]
  }

  reaches() {
    const { plan } = this
    if (this.scale !== plan.scale || this.ratio !== plan.ratio || this.width !== plan.width || this.height !== plan.height) return false
    const [x, y] = this.offset()
    return x <= 0 && y <= 0 && x >= -2 * this.beyondX && y >= -2 * this.beyondY
  }

  paint() {
    const { context, canvas } = this
    const { centreX, centreY, scale, ratio, width, height } = this.plan
    Object.assign(this, { centreX, centreY, scale, ratio, width, height })
    this.beyondX = Math.round(width * margin * ratio)
    this.beyondY = Math.round(height * margin * ratio)
    const wide = this.plan.canvas.width + 2 * this.beyondX
    const high = this.plan.canvas.height + 2 * this.beyondY
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide
      canvas.height = high
      this.image = context.createImageData(wide, high)
      this.pixels = new Uint32Array(this.image.data.buffer)
    }
    if (this.plan.isOverview()) this.paintAreas()
    else this.paintSeats()
    this.inPlan()
    this.paintStage()
    if (this.plan.isOverview()) this.paintAreaNames()
    else if (this.plan.seatSize() >= 9) this.paintRowNames()
    else this.paintSectionNames()
  }

  // From here on the context counts as the plan's canvas does.
  inPlan() {
    const { context, ratio, beyondX, beyondY } = this
    context.setTransform(ratio, 0, 0, ratio, beyondX, beyondY)
    context.textAlign = 'center'
    context.textBaseline = 'middle'
  }

  // -------- seats: copied pixel by pixel, which costs less than 10,000 calls of the canvas

  paintSeats() {
    const { plan, canvas, pixels, ratio, beyondX, beyondY } = this
    const { geometry } = plan
    const size = Math.max(2, Math.round(plan.seatSize() * ratio))
    if (size !== this.spriteSize) this.sprites.clear()
    this.spriteSize = size
    pixels.fill(this.spriteOf('', '', false).at(0))
    const numbered = []
    for (let index = 0; index < geometry.count; index++) {
      const [x, y] = plan.toCanvas(geometry.x[index], geometry.y[index])
      const left = Math.round(x * ratio + beyondX - size / 2)
      const top = Math.round(y * ratio + beyondY - size / 2)
      if (left < 0 || top < 0 || left + size > canvas.width || top + size > canvas.height) continue
      const state = plan.stateOf(index)
      const dimmed = plan.isDimmed(index)
      const sprite = this.spriteOf(state, plan.colourOf(index), dimmed)
      for (let row = 0, from = 0, to = top * canvas.width + left; row < size; row++, from += size, to += canvas.width) {
        pixels.set(sprite.subarray(from, from + size), to)
      }
      if (state === 'free' && !dimmed) numbered.push([index, x, y])
    }
    this.context.putImageData(this.image, 0, 0)
    this.inPlan()
    if (size / ratio >= 20) this.paintNumbers(numbered, size / ratio)
  }

  // The pixels of one look on the ground.
  spriteOf(state, colour, dimmed) {
    const key = state + colour + dimmed
    if (!this.sprites.has(key)) {
      const { sprite: context, spriteSize: size } = this
      context.canvas.width = context.canvas.height = size
      context.fillStyle = ground
      context.fillRect(0, 0, size, size)
      if (state) (dimmed ? paintDimmed : paintSeat)(context, size, state, colour)
      this.sprites.set(key, new Uint32Array(context.getImageData(0, 0, size, size).data.buffer))
    }
    return this.sprites.get(key)
  }

  paintNumbers(places, size) {
    const { context, plan } = this
    context.font = font(size * 0.42, 700)
    context.fillStyle = ink
    for (const [index, x, y] of places) context.fillText(plan.seats[index].seat_index ?? '', x, y + size * 0.02)
  }

  // -------- the stage and the names

  paintStage() {
    const { context, plan } = this
    const { left, right, top, pitch } = plan.geometry
    const [x, front] = plan.toCanvas((left + right) / 2, top - pitch * 0.9)
    const width = Math.max(120, Math.max(pitch * 6, Math.min((right - left) * 0.5, pitch * 40)) * plan.scale)
    context.fillStyle = '#363d6b'
    context.beginPath()
    context.roundRect(x - width / 2, front - stageHeight, width, stageHeight, [5, 5, 14, 14])
    context.fill()
    context.font = font(13, 700)
    context.fillStyle = '#f1f2fb'
    context.fillText(t('stage'), x, front - stageHeight / 2 + 0.5)
  }

  // Beyond the first seat of a row, in the direction of the row.
  paintRowNames() {
    const { context, plan } = this
    const { geometry } = plan
    context.font = font(Math.min(14, Math.max(9, plan.seatSize() * 0.6)))
    context.fillStyle = quiet
    for (const { label, seats } of geometry.rows) {
      if (label === null) continue
      const [first, second] = seats
      const length = second === undefined ? 0
        : Math.hypot(geometry.x[second] - geometry.x[first], geometry.y[second] - geometry.y[first])
      const x = length ? (geometry.x[second] - geometry.x[first]) / length : 1
      const y = length ? (geometry.y[second] - geometry.y[first]) / length : 0
      context.fillText(short(label), ...plan.toCanvas(
        geometry.x[first] - x * geometry.pitch * 1.1, geometry.y[first] - y * geometry.pitch * 1.1))
    }
  }

  paintSectionNames() {
    const { context, plan } = this
    const labels = placeLabels(plan.sections.areas.map((area) => {
      const { width, height, ...block } = this.block([nameLine(area, 12)])
      return this.labelOf(area, [{ ...block, width: width + 14, height: height + 8 }])
    }))
    for (const label of labels) {
      const { x, y, block: { width, height } } = label
      context.fillStyle = 'rgb(16 18 42 / 0.82)'
      context.beginPath()
      context.roundRect(x - width / 2, y - height / 2, width, height, height / 2)
      context.fill()
      this.paintLabel(label)
    }
  }

  labelOf(area, blocks) {
    const [x, y] = this.plan.toCanvas(...area.label)
    return { area, x, y, blocks }
  }

  // Lines below each other, and how large they are together.
  block(lines) {
    const widths = lines.map(({ text, size, weight }) => {
      this.context.font = font(size, weight)
      return this.context.measureText(text).width
    })
    return { lines, width: Math.max(...widths), height: heightOf(lines) }
  }

  paintLabel({ x, y, block: { lines } }) {
    const { context } = this
    let top = y - heightOf(lines) / 2
    for (const { text, size, weight, colour } of lines) {
      context.font = font(size, weight)
      context.fillStyle = colour
      context.fillText(text, x, top + size * leading / 2 + 0.5)
      top += size * leading
    }
  }

  // -------- sections first

  paintAreas() {
    const { context, canvas, plan } = this
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.fillStyle = ground
    context.fillRect(0, 0, canvas.width, canvas.height)
    this.inPlan()
    context.lineJoin = 'round'
    for (const area of plan.sections.fromBelow) {
      const { free, isDimmed } = plan.factsOf(area)
      context.globalAlpha = isDimmed ? 0.35 : 1
      context.beginPath()
      for (const [x, y] of area.outline) context.lineTo(...plan.toCanvas(x, y))
      context.closePath()
      context.fillStyle = free ? '#2b3054' : '#1f2340'
      context.fill()
      context.lineWidth = free ? 2 : 1
      context.strokeStyle = free ? plan.colourOf(area.middle) : '#4c5379'
      context.stroke()
    }
    context.globalAlpha = 1
  }

  // The name, how many are free, the lowest price: as many of them as there is room for.
  paintAreaNames() {
    const { context, plan } = this
    const size = this.nameSize()
    const labels = placeLabels(plan.sections.areas.map((area) => {
      const { free, lowest } = plan.factsOf(area)
      const lines = [
        nameLine(area, size),
        factLine(free ? t('freeShort', free) : t('soldOut')),
        free && factLine(compactPrice(lowest))].filter(Boolean)
      return this.labelOf(area, lines.map((line, at) => this.block(lines.slice(0, at + 1))))
    }), ({ area }, block) => this.isWithin(area, block))
    for (const label of labels) {
      context.globalAlpha = plan.factsOf(label.area).isDimmed ? 0.5 : 1
      this.paintLabel(label)
    }
    context.globalAlpha = 1
  }

  // One for all of them: the largest at which each name lies in its own section.
  nameSize() {
    return nameSizes.find((size) => this.plan.sections.areas.every((area) => this.isWithin(area, this.block([nameLine(area, size)]))))
      ?? nameSizes.at(-1)
  }

  isWithin(area, { width, height }) {
    const { scale } = this.plan
    return hasRoom(area, (width + 2) / scale, height / scale)
  }
}
