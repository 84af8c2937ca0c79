// Where the seats stand: coordinates, the distance between neighbours, which
// seat is at a point or beside another one. No drawing here.

export class Geometry {
  constructor(seats) {
    this.count = seats.length
    this.x = new Float64Array(this.count)
    this.y = new Float64Array(this.count)
    this.rowOf = new Int32Array(this.count)
    this.rows = []
    this.findRows(seats)
    this.place(seats)
    this.measure()
    this.sortRows()
  }

  // Rows in the order of the seats; a label belongs to its section.
  findRows(seats) {
    const known = new Map()
    seats.forEach(({ section, row_label: label }, index) => {
      const key = JSON.stringify([section, label])
      let row = known.get(key)
      if (row === undefined) {
        row = this.rows.length
        known.set(key, row)
        this.rows.push({ section, label, seats: [] })
      }
      this.rows[row].seats.push(index)
      this.rowOf[index] = row
    })
  }

  // A plan without positions is drawn by rows and places in the row.
  place(seats) {
    const positioned = seats.every(({ position_x: x, position_y: y }) => x !== null && y !== null)
    seats.forEach((seat, index) => {
      const row = this.rowOf[index]
      this.x[index] = positioned ? seat.position_x : seat.seat_index ?? this.rows[row].seats.indexOf(index)
      this.y[index] = positioned ? seat.position_y : row * 1.2
    })
  }

  // The pitch is the least distance between two seats. In steps, so that each
  // seat is compared with those near it only.
  measure() {
    let pitch = Infinity
    for (const { seats } of this.rows) {
      for (let at = 1; at < seats.length; at++) pitch = this.closer(pitch, seats[at - 1], seats[at])
    }
    this.pitch = pitch === Infinity ? 1 : pitch
    this.fillCells()
    for (let index = 0; index < this.count; index++) {
      for (const other of this.near(this.x[index], this.y[index])) {
        if (other > index) pitch = this.closer(pitch, index, other)
      }
    }
    if (pitch < this.pitch) {
      this.pitch = pitch
      this.fillCells()
    }
    this.left = this.x.reduce((least, x) => Math.min(least, x), Infinity)
    this.right = this.x.reduce((most, x) => Math.max(most, x), -Infinity)
    this.top = this.y.reduce((least, y) => Math.min(least, y), Infinity)
    this.bottom = this.y.reduce((most, y) => Math.max(most, y), -Infinity)
  }

  closer(pitch, a, b) {
    const distance = Math.hypot(this.x[a] - this.x[b], this.y[a] - this.y[b])
    return distance > 0 && distance < pitch ? distance : pitch
  }

  fillCells() {
    this.cells = new Map()
    for (let index = 0; index < this.count; index++) {
      const key = this.cellKey(this.x[index], this.y[index])
      if (!this.cells.has(key)) this.cells.set(key, [])
      this.cells.get(key).push(index)
    }
  }

  cellKey(x, y, right = 0, down = 0) {
    // A number, because a text for each seat and neighbour takes ten times as long.
    return (Math.floor(x / this.pitch) + right) * 2 ** 26 + Math.floor(y / this.pitch) + down
  }

  * near(x, y) {
    for (let down = -1; down <= 1; down++) {
      for (let right = -1; right <= 1; right++) yield* this.cells.get(this.cellKey(x, y, right, down)) ?? []
    }
  }

  // Each row from left to right.
  sortRows() {
    for (const { seats } of this.rows) seats.sort((a, b) => this.x[a] - this.x[b] || this.y[a] - this.y[b])
  }

  // The seat at a point, or -1.
  at(x, y) {
    let best = -1
    let least = this.pitch * 0.55
    for (const index of this.near(x, y)) {
      const distance = Math.hypot(this.x[index] - x, this.y[index] - y)
      if (distance < least) {
        least = distance
        best = index
      }
    }
    return best
  }

  // The next seat to the right (1, 0), below (0, 1) and so on: what lies ahead,
  // rather straight than near. Itself where there is none.
  beside(index, right, down) {
    let best = index
    let least = Infinity
    for (let other = 0; other < this.count; other++) {
      const x = this.x[other] - this.x[index]
      const y = this.y[other] - this.y[index]
      const ahead = x * right + y * down
      const aside = Math.abs(x * down) + Math.abs(y * right)
      if (ahead < this.pitch * 0.3 || aside > ahead * 1.5) continue
      const cost = ahead + 2 * aside
      if (cost < least) {
        least = cost
        best = other
      }
    }
    return best
  }
}
