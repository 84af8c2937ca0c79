// Every refusal has words in both languages, and they are those of the
// extension as it is; every text is there twice.
import { readFileSync, readdirSync } from 'node:fs'
import { is, ok } from '../rest/tap.mjs'

const top = new URL('../../', import.meta.url)
const read = (path) => readFileSync(new URL(path, top), 'utf8')

export async function words() {
  globalThis.localStorage ??= { getItem: () => null, setItem: () => {} }
  if (!globalThis.navigator) globalThis.navigator = { language: 'en' }
  const { refusals, texts, refusalWords, setLanguage, price, day } = await import('../../examples/house/page/frame/words.js')
  // Together: a key that two rooms have breaks off here.
  const folder = new URL('../../examples/house/page/', import.meta.url)
  for (const name of readdirSync(folder, { recursive: true })) {
    if (name.endsWith('words.js') && !name.startsWith('frame')) await import(new URL(name, folder))
  }

  const said = Object.entries({ ...texts, ...refusals })
  is('each text is there in two languages, and they differ', said
    .filter(([, pair]) => pair.length !== 2 || String(pair[0]) === String(pair[1])).map(([key]) => key), [])
  const hangul = (text) => /\p{Script=Hangul}/u.test(text)
  // The named ones say a number or a name, and nothing else in Korean.
  const isKorean = (text) => hangul(text) || (typeof text === 'function' && /\b(seatsKo|ko)\(/.test(text))
  is('Korean is Korean, English is not', said
    .filter(([, [ko, en]]) => !isKorean(ko) || hangul(en)).map(([key]) => key), ['switchLanguage', 'deskSeats', 'deskBy'])

  const table = read('README.md').split('| SQLSTATE')[1].split('\n\n')[0]
  const codes = table.match(/PT\d{3}/g)
  ok('README.md lists the codes', codes.length >= 8, codes)
  is('each of them has words of its own', codes.filter((code) => !refusals[code]), [])
  const sources = [...readdirSync(new URL('src', top)).filter((name) => name.endsWith('.c')).map((name) => `src/${name}`),
    ...readdirSync(new URL('sql', top)).flatMap((area) => readdirSync(new URL(`sql/${area}`, top)).map((name) => `sql/${area}/${name}`))].map(read).join('')
  const messages = Object.keys(refusals).filter((key) => key.includes(' ')).map((key) => key.slice(key.indexOf(' ') + 1))
  is('each message that has words is one of the sources', messages.filter((text) => !sources.includes(text)), [])

  const seats = [{ seat_number: 'A-1', reason: 'held' }, { seat_number: 'A-2', reason: 'reserved' }]
  setLanguage('en')
  is('a refusal names its seats', refusalWords({ code: 'PT409', message: 'seat is not available', seats }),
    'These seats are not available. A-1 (held by somebody else), A-2 (sold)')
  is('a refusal nobody has words for is told as well', refusalWords({ code: 'XX000', message: 'internal', seats: [] }),
    'Something went wrong. Please try again in a moment.')
  is('a price', price(150000), '₩150,000')
  is('a date', day('2030-12-25'), 'Wednesday, December 25, 2030')
  setLanguage('ko')
  is('the same date in Korean', day('2030-12-25'), '2030년 12월 25일 수요일')
}
