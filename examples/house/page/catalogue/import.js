// A plan from elsewhere: text of a spreadsheet or JSON becomes the list that
// import_seats() takes, and every line that cannot is told by its number.

const longest = 20
export const mostErrors = 50

// What a column may be called; the first one is what the database calls it.
export const columns = {
  seat_number: ['seat_number', 'seat number', 'number', 'seat', '좌석번호', '좌석 번호', '좌석'],
  seat_grade: ['seat_grade', 'grade', '등급', '좌석등급', '좌석 등급'],
  price: ['price', '가격', '금액'],
  section: ['section', 'block', '구역', '블록'],
  row_label: ['row_label', 'row', '열', '행'],
  seat_index: ['seat_index', 'index', 'seat in row', '열 번호', '순번', '번호'],
  position_x: ['position_x', 'x'],
  position_y: ['position_y', 'y'],
  status: ['status', '상태'],
}
export const needed = ['seat_number', 'seat_grade', 'price']
const whole = new Set(['price', 'seat_index', 'position_x', 'position_y'])

// {header, rows: [{line, cells}], errors: [[line, key, ...]]}
export function readText(text) {
  const trimmed = text.replace(/^\uFEFF/, '')
  return /^\s*[[{]/.test(trimmed) ? readJson(trimmed) : readCsv(trimmed)
}

function readJson(text) {
  let list
  try {
    list = JSON.parse(text)
  } catch {
    return { header: [], rows: [], errors: [[1, 'cat.notJson']] }
  }
  list = Array.isArray(list) ? list : list.seats
  if (!Array.isArray(list)) return { header: [], rows: [], errors: [[1, 'cat.notList']] }
  const errors = list.flatMap((seat, at) => (seat && typeof seat === 'object' && !Array.isArray(seat) ? [] : [[at + 1, 'cat.notObject']]))
  const objects = errors.length ? [] : list
  const header = [...new Set(objects.flatMap(Object.keys))]
  return { header, errors, rows: objects.map((seat, at) => ({ line: at + 1, cells: header.map((name) => String(seat[name] ?? '')) })) }
}

// RFC 4180: quotes keep separators and line ends, two quotes are one.
function readCsv(text) {
  const separator = separatorOf(text.split(/\r?\n/, 1)[0])
  const rows = []
  const errors = []
  let cells = []
  let cell = ''
  let line = 1
  let begins = 1
  let quote = 0
  const endCell = () => { cells.push(cell.trim()); cell = '' }
  const endRow = () => {
    endCell()
    if (cells.some(Boolean)) rows.push({ line: begins, cells })
    cells = []
    begins = line + 1
  }
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (quote) {
      if (letter === '\n') line++
      if (letter !== '"') cell += letter
      else if (text[at + 1] === '"') cell += text[++at]
      else quote = 0
    } else if (letter === '"' && !cell.trim()) {
      quote = line
      cell = ''
    } else if (letter === separator) endCell()
    else if (letter === '\n') {
      endRow()
      line++
    } else if (letter !== '\r') cell += letter
  }
  if (quote) errors.push([quote, 'cat.openQuote'])
  endRow()
  const [{ cells: header } = { cells: [] }, ...rest] = rows
  for (const row of rest) {
    if (row.cells.length > header.length) errors.push([row.line, 'cat.tooManyCells', row.cells.length, header.length])
  }
  return { header, rows: rest, errors }
}

function separatorOf(line) {
  const count = (sign) => line.split(sign).length
  return ['\t', ';', ','].reduce((best, sign) => (count(sign) > count(best) ? sign : best), ',')
}

// Which column of the text is which of ours, or -1.
export function guessColumns(header) {
  const names = header.map((name) => name.trim().toLowerCase())
  return Object.fromEntries(Object.entries(columns).map(([column, known]) =>
    [column, known.map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1]))
}

// The seats, and each line that is none: [line, key of words, ...values].
export function seatsFrom({ rows, errors: before }, mapping) {
  const errors = [...before]
  const lineOf = new Map()
  const seats = rows.map(({ line, cells }) => {
    const seat = {}
    for (const [column, at] of Object.entries(mapping)) {
      const text = at < 0 ? '' : (cells[at] ?? '').trim()
      if (!text) {
        if (needed.includes(column)) errors.push([line, 'cat.lineMissing', `cat.column_${column}`])
      } else seat[column] = valueOf(column, text, (...why) => errors.push([line, ...why]))
    }
    const number = seat.seat_number
    if (number && lineOf.has(number)) errors.push([line, 'cat.lineTwice', number, lineOf.get(number)])
    else lineOf.set(number, line)
    return seat
  })
  return { seats, errors: errors.sort((a, b) => a[0] - b[0]) }
}

function valueOf(column, text, wrong) {
  if (whole.has(column)) return wholeOf(column, text, wrong)
  if (column === 'status') return statusOf(text, wrong)
  if ((column === 'seat_number' || column === 'seat_grade') && [...text].length > longest) wrong('cat.lineTooLong', `cat.column_${column}`, longest)
  return text
}

// 150,000 and ₩150,000 are prices as people write them.
function wholeOf(column, text, wrong) {
  const bare = column === 'price' ? text.replace(/[₩원\s]|,(?=\d{3}(?!\d))/g, '') : text
  const value = Number(bare)
  if (!/^-?\d+$/.test(bare) || Math.abs(value) > 2147483647) wrong('cat.lineNotWhole', `cat.column_${column}`, text)
  else if (column === 'price' && value < 0) wrong('cat.linePrice', text)
  return value
}

const statuses = { available: 'available', unavailable: 'unavailable', 판매: 'available', 차단: 'unavailable', '판매 안 함': 'unavailable' }
function statusOf(text, wrong) {
  const status = statuses[text.toLowerCase()]
  if (!status) wrong('cat.lineStatus', text)
  return status
}
