// Which labels of sections have room: none touches another one. First come the names,
// those of large sections before others, then what else is told of them. No drawing here.

const gap = 2

// items: {area, x, y: the middle of the label, blocks: {width, height} of one line, of
// two and so on}; hasRoom(item, block): whether it lies within its section. Answers those
// that are shown, each with the block that it has got.
export function placeLabels(items, hasRoom = () => true) {
  const placed = []
  const isFree = (item, block) => placed.every((other) => other === item || !touch(item, block, other, other.block))
  for (const item of items.toSorted((a, b) => sizeOf(b) - sizeOf(a))) {
    if (isFree(item, item.blocks[0])) placed.push({ ...item, block: item.blocks[0] })
  }
  // Another line for most of them or for none: one alone would look as if it were special.
  for (let lines = 1; lines < Math.max(...items.map(({ blocks }) => blocks.length)); lines++) {
    const tell = placed.filter(({ blocks }) => blocks[lines])
    const roomy = tell.filter((item) => item.block === item.blocks[lines - 1] && hasRoom(item, item.blocks[lines]))
    if (roomy.length < tell.length / 2) break
    for (const item of roomy) {
      if (isFree(item, item.blocks[lines])) item.block = item.blocks[lines]
    }
  }
  return placed
}

const sizeOf = ({ area }) => area.width * area.height

const touch = (a, blockA, b, blockB) => Math.abs(a.x - b.x) < (blockA.width + blockB.width) / 2 + gap
  && Math.abs(a.y - b.y) < (blockA.height + blockB.height) / 2 + gap
