// What was scanned or typed: a ticket's code, or a booking number. A scanner is a
// keyboard: where the machine is set to Korean, the code's letters arrive as
// Hangul, put together to syllables.

// a ... f on a Korean keyboard; decomposed, a letter has one form before the vowel and
// another one after it.
const typed = {
  a: '\u1106\u11b7', b: '\u1172', c: '\u110e\u11be', d: '\u110b\u11bc', e: '\u1103\u11ae\u1104', f: '\u1105\u11af', fa: '\u11b1',
}
const latin = new Map(Object.entries(typed).flatMap(([letters, forms]) => [...forms].map((form) => [form, letters])))

const fromHangul = (text) => [...text.normalize('NFKD')].map((sign) => latin.get(sign) ?? sign).join('')

const ticketForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

// {ticket_code}, else {booking_number}
export function readCode(text) {
  const code = fromHangul(text.trim()).toLowerCase()
  return ticketForm.test(code) ? { ticket_code: code } : { booking_number: text.trim().slice(0, 50) }
}
