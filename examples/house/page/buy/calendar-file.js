// A performance as a calendar file (RFC 5545), for whatever calendar the buyer has.

// 2030-06-01T10:00:00+00:00 becomes 20300601T100000Z: an instant, which no zone moves.
const stamp = (instant) => new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '')
const escaped = (text) => text.replace(/[\\;,]/g, '\\$&').replace(/\r\n?|\n/g, '\\n')

// Lines have at most 75 bytes; what is longer goes on behind a space. No letter is cut.
function folded(line) {
  const parts = ['']
  let bytes = 0
  for (const letter of line) {
    const size = new TextEncoder().encode(letter).length
    if (bytes + size > 75) {
      parts.push(' ')
      bytes = 1
    }
    parts[parts.length - 1] += letter
    bytes += size
  }
  return parts.join('\r\n')
}

// event: id, title, starts_at, minutes (null: nobody has said), venue, address, description
export function calendarFile({ id, title, starts_at: start, minutes, venue, address, description }) {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//concert_booking//house//EN',
    'BEGIN:VEVENT',
    `UID:${id}@concert-booking`,
    `DTSTAMP:${stamp(Date.now())}`,
    `DTSTART:${stamp(start)}`,
    ...(minutes ? [`DURATION:PT${minutes}M`] : []),
    `SUMMARY:${escaped(title)}`,
    `LOCATION:${escaped([venue, address].filter(Boolean).join(', '))}`,
    `DESCRIPTION:${escaped(description)}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ].map((line) => `${folded(line)}\r\n`).join('')
}

// Hands a text over as a file.
export function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60000)
}
