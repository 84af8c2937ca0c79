// A table as a file that a spreadsheet opens, made in the browser.

// A spreadsheet would run a cell that begins so as a formula, and a buyer chooses his name.
const isFormula = (text) => /^[=+\-@\t\r]/.test(text)

function safely(value) {
  const text = String(value ?? '')
  return isFormula(text) ? `'${text}` : text
}

function cell(value) {
  const safe = safely(value)
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

// The mark at the beginning tells a spreadsheet that it is UTF-8.
export const csv = (rows) => `\ufeff${rows.map((cells) => cells.map(cell).join(',')).join('\r\n')}\r\n`

// As a spreadsheet takes it from the clipboard, where a cell ends at a tab or a line.
export const tabbed = (rows) => rows.map((cells) => cells.map((value) => safely(value).replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n')

export function save(name, text) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
