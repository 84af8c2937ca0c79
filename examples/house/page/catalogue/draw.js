// A hall from blocks: rows of a section, straight or in an arc, with aisles, put
// somewhere and turned. Numbers in, seats out: no element here.

// One step of a position is a tenth of the distance between two seats.
const pitch = 10
const rowPitch = 12
export const mostSeats = 100000
export const mostRows = 500
const longestNumber = 20

export const newBlock = (values = {}) => ({
  section: '', seat_grade: '', price: '', rows: '5', first_label: 'A', seats: '10', first_seat: '1',
  aisles: '', arc: '0', x: '0', y: '0', turn: '0', ...values,
})

// As row_labels() names them: letters count like the columns of a spreadsheet.
export function rowLabels(count, first) {
  if (/^\d{1,9}$/.test(first)) return Array.from({ length: count }, (_, at) => String(Number(first) + at))
  const place = [...first].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)
  return Array.from({ length: count }, (_, at) => lettersOf(place + at))
}

function lettersOf(number) {
  let label = ''
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) label = String.fromCharCode(65 + (rest - 1) % 26) + label
  return label
}

export const isFirstLabel = (text) => /^([A-Z]{1,3}|\d{1,9})$/.test(text)

// After these seats of a row an aisle goes: a seat's width each.
export const isAisles = (text) => /^\s*(\d{1,3}(\s*[, ]\s*\d{1,3})*)?\s*$/.test(text)
const aislesOf = (text) => new Set((text.match(/\d+/g) ?? []).map(Number))

export const numberOf = (section, row, seat) => [section, row, seat].filter((part) => part !== '').join('-')

// block: as newBlock(), with numbers where there are numbers.
export function seatsOf(block) {
  const places = placesOf(block)
  const width = places.at(-1) - places[0]
  return rowLabels(block.rows, block.first_label).flatMap((label, row) => places.map((place, at) => {
    const { x, y } = turned(block, bent(block.arc, width, place, row))
    const index = block.first_seat + at
    return {
      seat_number: numberOf(block.section, label, index), seat_grade: block.seat_grade, price: block.price,
      section: block.section || null, row_label: label, seat_index: index, position_x: x, position_y: y,
    }
  }))
}

// Along a row, from its middle.
function placesOf({ seats, aisles }) {
  const gaps = aislesOf(aisles)
  const places = []
  let place = 0
  for (let seat = 1; seat <= seats; seat++) {
    places.push(place * pitch)
    place += gaps.has(seat) ? 2 : 1
  }
  const middle = places.at(-1) / 2
  return places.map((at) => at - middle)
}

// An arc lies around the stage: its rows are parts of circles with one centre in
// front of the block. Its first row is as long as a straight one.
function bent(arc, width, place, row) {
  if (!arc || !width) return { x: place, y: row * rowPitch }
  const angle = arc * Math.PI / 180
  const first = width / angle
  const radius = first + row * rowPitch
  const at = place / first
  return { x: radius * Math.sin(at), y: radius * Math.cos(at) - first }
}

function turned({ x: right, y: down, turn }, { x, y }) {
  const angle = turn * Math.PI / 180
  return {
    x: Math.round(right * pitch + x * Math.cos(angle) - y * Math.sin(angle)),
    y: Math.round(down * pitch + x * Math.sin(angle) + y * Math.cos(angle)),
  }
}

// What is wrong with the seats of all blocks together: a number that is there
// twice, one that no ticket has room for, seats that stand on one another. The
// block is named by its place in the list.
export function faultsOf(blocks) {
  const numbers = new Map()
  const faults = blocks.map(() => null)
  blocks.forEach((seats, block) => {
    for (const { seat_number: number } of seats) {
      if ([...number].length > longestNumber) faults[block] ??= ['cat.numberTooLong', number, longestNumber]
      if (numbers.has(number)) faults[block] ??= ['cat.numberTwice', number]
      numbers.set(number, block)
    }
  })
  overlaps(blocks).forEach((count, block) => { if (count) faults[block] ??= ['cat.overlap', count] })
  return faults
}

// How many seats of a block stand less than seven tenths of a seat from one of a
// block before it. Only the seats near by are compared.
function overlaps(blocks) {
  const nearest = 7
  const cells = new Map()
  const key = (x, y) => x * 4194304 + y
  const cell = (at) => Math.floor(at / nearest)
  const isTaken = ({ position_x: x, position_y: y }) => {
    for (let right = -1; right <= 1; right++) {
      for (let down = -1; down <= 1; down++) {
        const others = cells.get(key(cell(x) + right, cell(y) + down)) ?? []
        if (others.some((other) => Math.hypot(other.position_x - x, other.position_y - y) < nearest)) return true
      }
    }
    return false
  }
  return blocks.map((seats) => {
    const count = seats.filter(isTaken).length
    for (const seat of seats) {
      const at = key(cell(seat.position_x), cell(seat.position_y))
      if (!cells.has(at)) cells.set(at, [])
      cells.get(at).push(seat)
    }
    return count
  })
}
