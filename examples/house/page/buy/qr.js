// A text as a QR code, drawn as SVG so that it prints as sharp as the printer is.
import { correction, generate } from '../vendor/qr.js'

const svg = 'http://www.w3.org/2000/svg'
const border = 4

export function qrImage(text) {
  const code = generate(text, { minCorrectionLevel: correction.M })
  let path = ''
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`
  }
  const image = document.createElementNS(svg, 'svg')
  const width = code.size + 2 * border
  image.setAttribute('class', 'qr')
  image.setAttribute('viewBox', `${-border} ${-border} ${width} ${width}`)
  image.setAttribute('shape-rendering', 'crispEdges')
  const modules = document.createElementNS(svg, 'path')
  modules.setAttribute('d', path)
  image.append(modules)
  return image
}
