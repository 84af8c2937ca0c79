// One seat, drawn: colour is never the only difference between two states. The
// plan copies these pictures, the legend and the lists show them.
import { h } from '../frame/dom.js'
import { t } from '../frame/words.js'

// Grades, dearest first. All of them stand out from the ground by 6:1 or more.
export const gradeColours = ['#f5c542', '#ff8496', '#5cbcff', '#71dd9f', '#caa2ff', '#ffad66', '#4fdcd6', '#e6e07a']
export const ground = '#171a2e'

// Dimmed, because another grade is lit up: small and dark, whatever its state.
export function paintDimmed(context, size, state, colour) {
  context.globalAlpha = 0.4
  context.fillStyle = state === 'free' ? colour : '#6d749c'
  context.beginPath()
  context.arc(size / 2, size / 2, Math.max(0.7, size * 0.2), 0, 2 * Math.PI)
  context.fill()
}

export function paintSeat(context, size, state, colour) {
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
    if (size >= 10 && state === 'sold') paintCross(context, size, '#6d749c')
    else if (size >= 10) paintBar(context, size, '#6d749c')
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

// Nobody has it: it is kept off sale.
function paintBar(context, size, colour) {
  context.strokeStyle = colour
  context.lineWidth = Math.max(1, size * 0.11)
  context.beginPath()
  context.moveTo(size * 0.26, size * 0.5)
  context.lineTo(size * 0.74, size * 0.5)
  context.stroke()
}

// Of a list of so many seats without a button in it: what scrolls can be scrolled by the keyboard.
export const listLook = (count) => (count > 5 ? { class: 'chosen', tabindex: 0, 'aria-label': () => t('seatsLabel') } : { class: 'chosen few' })

// The same picture for the legend.
export function seatPicture(state, colour) {
  const size = 18
  const canvas = h('canvas', { class: 'seat-picture', 'aria-hidden': 'true', width: size * 2, height: size * 2 })
  paintSeat(canvas.getContext('2d'), size * 2, state, colour)
  return canvas
}
