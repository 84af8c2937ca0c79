// The sections of a large hall as areas: an outline around the seats of each, a
// place for its name, and which one is at a point. No drawing here.

export class Sections {
  constructor(geometry, seats) {
    const byName = new Map()
    seats.forEach(({ section }, index) => {
      if (section === null) return
      if (!byName.has(section)) byName.set(section, [])
      byName.get(section).push(index)
    })
    this.areas = [...byName].map(([name, indexes]) => areaOf(name, indexes, geometry))
    // One that lies within another one's outline is above it.
    this.fromBelow = [...this.areas].sort((a, b) => b.width * b.height - a.width * a.height)
  }

  named(name) {
    return this.areas.find((area) => area.name === name)
  }

  at(x, y) {
    return this.fromBelow.findLast(({ outline }) => isInside(outline, x, y))
  }
}

function areaOf(name, indexes, { x, y, pitch }) {
  const edge = pitch * 0.55
  const corners = ([atX, atY]) => [[-edge, -edge], [edge, -edge], [edge, edge], [-edge, edge]].map(([a, b]) => [atX + a, atY + b])
  // The hull of the seats first: few of them are left whose corners count.
  const outline = hull(hull(indexes.map((index) => [x[index], y[index]])).flatMap(corners))
  const [left, right] = extremes(outline.map(([atX]) => atX))
  const [top, bottom] = extremes(outline.map(([, atY]) => atY))
  const centre = [mean(indexes, x), mean(indexes, y)]
  const middle = nearest(indexes, x, y, centre)
  return {
    name, indexes, outline, width: right - left, height: bottom - top, x: (left + right) / 2, y: (top + bottom) / 2,
    middle,
    // For its name: also of a section that lies around another one it is among its seats.
    label: Math.hypot(x[middle] - centre[0], y[middle] - centre[1]) < pitch ? centre : [x[middle], y[middle]],
  }
}

const extremes = (values) => [Math.min(...values), Math.max(...values)]

const mean = (indexes, values) => indexes.reduce((sum, index) => sum + values[index], 0) / indexes.length

function nearest(indexes, x, y, [toX, toY]) {
  const distance = (index) => Math.hypot(x[index] - toX, y[index] - toY)
  return indexes.reduce((best, index) => (distance(index) < distance(best) ? index : best))
}

// Andrew's monotone chain.
function hull(points) {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  if (sorted.length < 3) return sorted
  const turn = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
  const half = (all) => {
    const chain = []
    for (const point of all) {
      while (chain.length > 1 && turn(chain.at(-2), chain.at(-1), point) <= 0) chain.pop()
      chain.push(point)
    }
    return chain.slice(0, -1)
  }
  return [...half(sorted), ...half(sorted.reverse())]
}

// Whether a text of this size lies within the outline.
export const hasRoom = ({ outline, label: [x, y] }, width, height) =>
  [[-1, -1], [1, -1], [1, 1], [-1, 1]].every(([right, down]) => isInside(outline, x + right * width / 2, y + down * height / 2))

function isInside(outline, x, y) {
  return outline.every(([fromX, fromY], at) => {
    const [toX, toY] = outline[(at + 1) % outline.length]
    return (toX - fromX) * (y - fromY) - (toY - fromY) * (x - fromX) >= 0
  })
}
