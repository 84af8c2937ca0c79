// The QR encoder: another program reads what it writes, also where a part of
// the picture is damaged, as far as level M promises.
import jsQR from 'jsqr'
import { encode } from '../../examples/seat-map/page/qr.js'
import { is, ok } from '../rest/tap.mjs'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U-'
const scale = 4

// Dark modules as pixels, with the white border; these modules turned over.
function picture(rows, damaged = []) {
  const width = (rows.length + 8) * scale
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
  const turned = new Set(damaged.map(([y, x]) => y * 100 + x))
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      const [row, column] = [Math.floor(y / scale) - 4, Math.floor(x / scale) - 4]
      const dark = rows[row]?.[column] ?? false
      if (dark !== turned.has(row * 100 + column)) pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return [pixels, width]
}

function reads(rows, damaged) {
  const [pixels, width] = picture(rows, damaged)
  return jsQR(pixels, width, width)?.data
}

const block = (top, left, height, width) =>
  Array.from({ length: height * width }, (_, at) => [top + Math.floor(at / width), left + at % width])

export function codes() {
  let random = 20261121
  const next = (limit) => {
    random = (random * 1103515245 + 12345) % 2147483648
    return Math.floor(random / 2147483648 * limit)
  }
  const texts = Array.from({ length: 84 }, (_, at) =>
    Array.from({ length: at % 42 + 1 }, () => alphabet[next(alphabet.length)]).join(''))
  is('what it writes is read, at every length', texts.filter((text) => reads(encode(text)) !== text), [])
  const numbers = texts.filter(({ length }) => length === 16)
  const number = encode(numbers[0])
  is('a booking number takes 25 modules', number.length, 25)
  // Eight of 44 words can be wrong. These are three to six, in four places.
  const damages = [block(9, 9, 6, 4), block(17, 10, 4, 6), block(9, 0, 4, 6), block(9, 21, 8, 4)]
  is('it is read with any of four blots', damages.filter((blot) => reads(number, blot) !== numbers[0]).length, 0)
  ok('but not with half of it gone', reads(number, block(9, 9, 16, 16)) !== numbers[0])
  let refused
  try {
    encode('x'.repeat(43))
  } catch (error) {
    refused = error.name
  }
  is('what is too long is refused', refused, 'RangeError')
}
