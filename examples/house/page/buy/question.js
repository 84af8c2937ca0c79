// What is asked of the list of concerts: in the address, in the database's words, and
// as conditions of which each can be taken off. What an address has that is no question is left out.
import { day, language, languageOf, price, t } from '../frame/words.js'

export const orders = ['popularity', 'latest', 'date', 'price']
const longestSearch = 100
const longestName = 50
export const highestPrice = 99_999_999

// The day in the house's city, wherever the reader is.
export const today = () => new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Seoul' }).format(Date.now())

const utc = (date) => new Date(`${date}T00:00:00Z`)

// Also whether the calendar has it: 30 February is none.
const isDate = (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(utc(text).getTime()) && utc(text).toISOString().startsWith(text)

// Control characters are no words, and a database refuses some of them.
const words = (text, longest) => (text ?? '').replace(/\p{Cc}/gu, '').slice(0, longest)
const date = (text) => (isDate(text ?? '') ? text : '')
export const amount = (text) => (/^\d+$/.test(text ?? '') ? Math.min(Number(text), highestPrice) : null)

export const nothingAsked = { search: '', genre: '', region: '', from: '', to: '', low: null, high: null, sale: false, sort: orders[0] }

export function questionOf(query) {
  return inOrder({
    search: words(query.get('search'), longestSearch),
    genre: words(query.get('genre'), longestName),
    region: words(query.get('region'), longestName),
    from: date(query.get('from')),
    to: date(query.get('to')),
    low: amount(query.get('low')),
    high: amount(query.get('high')),
    sale: query.has('sale'),
    sort: orders.find((order) => order === query.get('sort')) ?? orders[0],
  })
}

// From less to more, in whichever order they were given.
export function inOrder(question) {
  const { from, to, low, high } = question
  if (from && to && from > to) Object.assign(question, { from: to, to: from })
  if (low !== null && high !== null && low > high) Object.assign(question, { low: high, high: low })
  return question
}

export const addressOf = (question) => ({
  ...question, search: question.search.trim(), sale: question.sale && 1, sort: question.sort === orders[0] ? '' : question.sort,
})

// What is over is not listed; what can be booked is not over.
export function searchOf({ search, genre, region, from, to, low, high, sale, sort }) {
  const earliest = from > today() ? from : sale ? '' : today()
  const wanted = {
    search_text: search.trim(), genre, region, date_from: earliest, date_to: to, price_from: low, price_to: high, bookable_only: sale, sort_by: sort,
  }
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== '' && value !== null && value !== false))
}

// -------- genres and regions
// No function lists them: these are the usual ones, by the words that concerts and addresses have.

const regionNames = {
  서울: 'Seoul', 부산: 'Busan', 대구: 'Daegu', 인천: 'Incheon', 광주광역시: 'Gwangju', 대전: 'Daejeon', 울산: 'Ulsan', 세종특별자치시: 'Sejong',
  경기: 'Gyeonggi', 강원: 'Gangwon', 충청북도: 'North Chungcheong', 충청남도: 'South Chungcheong', 전북: 'North Jeolla', 전라남도: 'South Jeolla',
  경상북도: 'North Gyeongsang', 경상남도: 'South Gyeongsang', 제주: 'Jeju',
}
const genreNames = {
  Pop: '팝', Rock: '록', Jazz: '재즈', 'K-POP': 'K-POP', 뮤지컬: 'Musical', 클래식: 'Classical', 인디: 'Indie', 발라드: 'Ballad', 힙합: 'Hip-hop',
  트로트: 'Trot', 국악: 'Korean traditional', 오페라: 'Opera', 어린이: 'For children',
}
export const regions = Object.keys(regionNames)
export const genres = Object.keys(genreNames)

// Data are Korean or not; what has no other name stays as it is.
const inBoth = (names) => (name) => ((languageOf(name) === 'ko') === (language() === 'ko') ? name : names[name] ?? name)
export const regionName = inBoth(regionNames)
export const genreName = inBoth(genreNames)

// -------- conditions

const short = (date) => day(date, { year: date.slice(0, 4) === today().slice(0, 4) ? undefined : 'numeric', month: 'short', day: 'numeric', weekday: 'short' })

export function datesText({ from, to }) {
  if (from && from === to) return short(from)
  if (from && to) return t('datesBetween', short(from), short(to))
  return from ? t('datesFrom', short(from)) : t('datesTo', short(to))
}

function pricesText({ low, high }) {
  if (low !== null && high !== null) return t('pricesBetween', price(low), price(high))
  return low !== null ? t('pricesFrom', price(low)) : t('pricesTo', price(high))
}

// Each with what takes it off.
const conditions = [
  { name: 'search', without: { search: '' }, isSet: ({ search }) => search.trim(), text: ({ search }) => t('searchFor', search.trim()) },
  { name: 'genre', without: { genre: '' }, isSet: ({ genre }) => genre, text: ({ genre }) => genreName(genre) },
  { name: 'dates', without: { from: '', to: '' }, isSet: ({ from, to }) => from || to, text: datesText },
  { name: 'region', without: { region: '' }, isSet: ({ region }) => region, text: ({ region }) => regionName(region) },
  { name: 'prices', without: { low: null, high: null }, isSet: ({ low, high }) => low !== null || high !== null, text: pricesText },
  { name: 'sale', without: { sale: false }, isSet: ({ sale }) => sale, text: () => t('onSaleOnly') },
]

export const conditionsOf = (question) => conditions.filter(({ isSet }) => isSet(question))

// What is searched for is seen in its field.
export const filtersOf = (question) => conditionsOf(question).filter(({ name }) => name !== 'search')
