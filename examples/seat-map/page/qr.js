// A small QR encoder: bytes, error correction level M, versions 1 to 3 (up to
// 42 characters), which is ample for a booking number. Names are those of
// ISO/IEC 18004.

// data and error correction codewords (one block), centre of the alignment pattern
const versions = [
  { size: 21, data: 16, correction: 10, alignment: null },
  { size: 25, data: 28, correction: 16, alignment: 18 },
  { size: 29, data: 44, correction: 26, alignment: 22 },
]

// GF(256) with the polynomial x^8 + x^4 + x^3 + x^2 + 1
const exponent = new Uint8Array(510)
const logarithm = new Uint8Array(256)
for (let i = 0, value = 1; i < 255; i++) {
  exponent[i] = exponent[i + 255] = value
  logarithm[value] = i
  value = (value << 1) ^ (value & 128 ? 0x11d : 0)
}
const multiply = (a, b) => (a && b ? exponent[logarithm[a] + logarithm[b]] : 0)

function correctionWords(data, count) {
  let generator = [1]
  for (let i = 0; i < count; i++) {
    generator = [...generator, 0].map((factor, at) => factor ^ multiply(generator[at - 1] ?? 0, exponent[i]))
  }
  const rest = [...data, ...new Array(count).fill(0)]
  for (let i = 0; i < data.length; i++) {
    const lead = rest[i]
    generator.forEach((factor, at) => { rest[i + at] ^= multiply(factor, lead) })
  }
  return rest.slice(data.length)
}

// Mode "bytes", the length, the bytes, the end, padding.
function dataWords(bytes, count) {
  const bits = []
  const put = (value, width) => {
    for (let i = width - 1; i >= 0; i--) bits.push((value >> i) & 1)
  }
  put(4, 4)
  put(bytes.length, 8)
  bytes.forEach((byte) => put(byte, 8))
  put(0, 4)
  const words = []
  for (let i = 0; i < bits.length; i += 8) words.push(parseInt(bits.slice(i, i + 8).join(''), 2))
  for (let pad = 0xec; words.length < count; pad ^= 0xec ^ 0x11) words.push(pad)
  return words
}

class Matrix {
  constructor(size) {
    this.size = size
    this.dark = Array.from({ length: size }, () => new Array(size).fill(false))
    this.fixed = Array.from({ length: size }, () => new Array(size).fill(false))
  }

  fix(row, column, dark) {
    if (row < 0 || column < 0 || row >= this.size || column >= this.size) return
    this.dark[row][column] = Boolean(dark)
    this.fixed[row][column] = true
  }

  // A finder with its white border, or an alignment pattern, around its centre.
  square(row, column, reach, isDark) {
    for (let y = -reach; y <= reach; y++) {
      for (let x = -reach; x <= reach; x++) this.fix(row + y, column + x, isDark(Math.max(Math.abs(x), Math.abs(y))))
    }
  }
}

function drawPatterns(matrix, alignment) {
  const last = matrix.size - 1
  for (let i = 0; i <= last; i++) {
    matrix.fix(6, i, i % 2 === 0)
    matrix.fix(i, 6, i % 2 === 0)
  }
  for (const [row, column] of [[3, 3], [3, last - 3], [last - 3, 3]]) {
    matrix.square(row, column, 4, (ring) => ring !== 2 && ring !== 4)
  }
  if (alignment) matrix.square(alignment, alignment, 2, (ring) => ring !== 1)
  drawFormat(matrix, 0)
}

// Level M and the mask, protected by a BCH code, twice.
function drawFormat(matrix, mask) {
  const last = matrix.size - 1
  let rest = mask << 10
  for (let i = 14; i >= 10; i--) rest ^= ((rest >> i) & 1) * (0x537 << (i - 10))
  const format = ((mask << 10) | rest) ^ 0x5412
  for (let i = 0; i < 15; i++) {
    const bit = (format >> i) & 1
    if (i < 6) matrix.fix(i, 8, bit)
    else if (i < 8) matrix.fix(i + 1, 8, bit)
    else if (i < 9) matrix.fix(8, 7, bit)
    else matrix.fix(8, 14 - i, bit)
    if (i < 8) matrix.fix(8, last - i, bit)
    else matrix.fix(last - 14 + i, 8, bit)
  }
  matrix.fix(last - 7, 8, true)
}

// Up and down in columns of two, from the right, around the timing column.
function drawWords(matrix, words) {
  const last = matrix.size - 1
  let at = 0
  let up = false
  for (let right = last; right > 0; right -= 2) {
    if (right === 6) right = 5
    up = !up
    for (let step = 0; step <= last; step++) {
      const row = up ? last - step : step
      for (const column of [right, right - 1]) {
        if (matrix.fixed[row][column]) continue
        matrix.dark[row][column] = Boolean((words[at >> 3] >> (7 - (at & 7))) & 1)
        at++
      }
    }
  }
}

const masks = [
  (y, x) => (y + x) % 2,
  (y) => y % 2,
  (y, x) => x % 3,
  (y, x) => (y + x) % 3,
  (y, x) => ((y >> 1) + Math.floor(x / 3)) % 2,
  (y, x) => ((y * x) % 2) + ((y * x) % 3),
  (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2,
  (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2,
]

function applyMask(matrix, mask) {
  for (let y = 0; y < matrix.size; y++) {
    for (let x = 0; x < matrix.size; x++) {
      if (!matrix.fixed[y][x] && masks[mask](y, x) === 0) matrix.dark[y][x] = !matrix.dark[y][x]
    }
  }
}

// How hard the pattern is to read: long runs, blocks, what looks like a finder,
// an unequal share of dark.
function penalty({ dark, size }) {
  const columns = dark.map((_, x) => dark.map((row) => row[x]))
  let sum = 0
  let count = 0
  for (const line of [...dark, ...columns]) {
    const text = line.map((on) => (on ? '1' : '0')).join('')
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) sum += run.length - 2
    sum += 40 * (text.match(/(?=10111010000|00001011101)/g) ?? []).length
  }
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      count += dark[y][x]
      if (y && x && dark[y][x] === dark[y - 1][x] && dark[y][x] === dark[y][x - 1]
        && dark[y][x] === dark[y - 1][x - 1]) sum += 3
    }
  }
  return sum + 10 * Math.floor(Math.abs(count * 20 - size * size * 10) / (size * size))
}

// Rows of booleans, true is dark; without the white border of four modules.
export function encode(text) {
  const bytes = [...new TextEncoder().encode(text)]
  const version = versions.find(({ data }) => bytes.length <= data - 2)
  if (!version) throw new RangeError(`${bytes.length} bytes do not fit into the largest code`)
  const data = dataWords(bytes, version.data)
  const words = [...data, ...correctionWords(data, version.correction)]
  let best
  for (let mask = 0; mask < 8; mask++) {
    const matrix = new Matrix(version.size)
    drawPatterns(matrix, version.alignment)
    drawWords(matrix, words)
    applyMask(matrix, mask)
    drawFormat(matrix, mask)
    const score = penalty(matrix)
    if (!best || score < best.score) best = { score, dark: matrix.dark }
  }
  return best.dark
}

// An SVG element, with the border.
export function qrImage(text) {
  const rows = encode(text)
  const side = rows.length + 8
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  path.setAttribute('d', rows.flatMap((row, y) => row.map((on, x) => (on ? `M${x + 4} ${y + 4}h1v1h-1z` : ''))).join(''))
  svg.setAttribute('viewBox', `0 0 ${side} ${side}`)
  svg.setAttribute('shape-rendering', 'crispEdges')
  svg.setAttribute('aria-hidden', 'true')
  svg.classList.add('qr')
  svg.append(path)
  return svg
}
