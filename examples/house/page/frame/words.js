// What the page says in Korean and English, and how prices, dates and times are
// written. A text with a number in it is a function.

const supported = ['ko', 'en']
let current = supported.includes(localStorage.getItem('language')) ? localStorage.getItem('language')
  : navigator.language.startsWith('ko') ? 'ko' : 'en'

export const language = () => current

export function setLanguage(name) {
  current = name
  localStorage.setItem('language', name)
}

export const seatsEn = (count) => (count === 1 ? '1 seat' : `${count.toLocaleString('en')} seats`)
export const seatsKo = (count) => `${count.toLocaleString('ko')}석`

// The frame's own, and what several rooms say; the rooms add theirs.
export const texts = {
  title: ['좌석 예매', 'Seat booking'],
  skip: ['본문으로 건너뛰기', 'Skip to the content'],
  switchLanguage: ['English', '한국어'],
  whoAmI: ['지금 사용자', 'Signed in as'],
  guest: ['비회원', 'Guest'],
  concerts: ['공연', 'Concerts'],
  wishlist: ['찜한 공연', 'Wishlist'],
  desk: ['창구', 'Desk'],
  nights: ['공연 관리', 'Nights'],
  catalogue: ['공연 등록', 'Catalogue'],
  door: ['입장', 'Door'],
  level_clerk: ['창구 직원', 'desk and door'],
  level_manager: ['공연 담당', 'catalogue'],
  level_staff: ['전체 담당', 'everything'],
  notYours: [
    (who) => `이 화면은 ${who} 권한이 있어야 볼 수 있습니다. 위에서 다른 사용자를 골라 주세요.`,
    (who) => `This page is for the level "${who}". Choose another user at the top.`],
  needMember: ['회원만 볼 수 있는 화면입니다. 위에서 회원을 골라 주세요.', 'This page is for members. Choose one at the top.'],
  roomUnread: ['화면을 불러오지 못했습니다. 연결을 확인해 주세요.', 'This page could not be loaded. Please check your connection.'],
  nothingHere: ['없는 화면입니다.', 'There is no such page.'],
  myBookings: ['예매 확인', 'Bookings'],
  loading: ['불러오는 중…', 'Loading …'],
  tryAgain: ['다시 시도', 'Try again'],
  shownOf: [(n, all) => `${all.toLocaleString('ko')}건 중 ${n.toLocaleString('ko')}건`, (n, all) => `${n.toLocaleString('en')} of ${all.toLocaleString('en')}`],
  shownOfMany: [(n, counted) => `${counted.toLocaleString('ko')}건 넘는 것 중 ${n.toLocaleString('ko')}건`, (n, counted) => `${n.toLocaleString('en')} of more than ${counted.toLocaleString('en')}`],
  showMore: ['더 보기', 'Show more'],
  connectionLost: ['연결이 끊겼습니다. 다시 연결하는 중입니다…', 'The connection is lost. Trying again …'],
  close: ['닫기', 'Close'],
  from: [(price) => `${price}부터`, (price) => `from ${price}`],
  minutes: [(n) => `${n}분`, (n) => `${n} min`],
  left: [(n) => `${seatsKo(n)} 남음`, (n) => `${seatsEn(n)} left`],
  soldOut: ['매진', 'sold out'],
  opensLater: [(when) => `예매 시작 ${when}`, (when) => `on sale from ${when}`],
  grade: [(name) => `${name}석`, (name) => `Grade ${name}`],
  section: [(name) => `${name} 구역`, (name) => `section ${name}`],
  row: [(name) => `${name}열`, (name) => `row ${name}`],
  seat: [(number) => `${number}번 좌석`, (number) => `seat ${number}`],
  status_pending: ['결제 대기', 'to be paid'],
  status_confirmed: ['예매 완료', 'confirmed'],
  status_expired: ['결제 시간 지남', 'not paid in time'],
  status_cancelled: ['취소됨', 'cancelled'],
  name: ['이름', 'Name'],
  phone: ['전화번호', 'Phone'],
  email: ['이메일 (선택)', 'E-mail (optional)'],
  needName: ['이름을 입력해 주세요.', 'Please enter a name.'],
  needPhone: ['전화번호를 입력해 주세요.', 'Please enter a phone number.'],
  total: ['합계', 'Total'],
  seatsLabel: ['좌석', 'Seats'],
  when: ['공연 일시', 'When'],
  where: ['공연장', 'Where'],
  refundDue: [(price) => `${price}을 환불해 드립니다.`, (price) => `${price} goes back to you.`],
  pay: ['결제하기', 'Pay'],
  bookingNumber: ['예매번호', 'Booking number'],
}

// Of a room: a key that is there already would change another room's words.
export const addTexts = (more) => add(texts, more)
export const addRefusals = (more) => add(refusals, more)

function add(all, more) {
  for (const key of Object.keys(more)) {
    if (key in all) throw new Error(`the words for ${key} are there already`)
  }
  Object.assign(all, more)
}

export function t(key, ...values) {
  const [ko, en] = texts[key]
  const text = current === 'ko' ? ko : en
  return typeof text === 'function' ? text(...values) : text
}

// -------- refusals

// By code and reason, or code and message, where one code has several; else by code.
export const refusals = {
  PT401: [
    '누가 예매하는지 알 수 없습니다. 다시 로그인해 주세요.',
    'We do not know who is booking. Please sign in again.'],
  PT402: ['결제해야 예매할 수 있습니다.', 'These seats are sold only when they are paid for.'],
  PT404: ['찾을 수 없습니다. 다시 불러와 주세요.', 'It could not be found. Please load the page again.'],
  'PT404 no such booking': [
    '그런 예매가 없습니다. 예매번호와 전화번호를 확인해 주세요.',
    'There is no such booking. Check the number and the phone number.'],
  'PT404 no such seat': [
    '없는 좌석입니다. 배치도를 다시 불러왔습니다.',
    'There is no such seat. The plan was loaded again.'],
  'PT404 no such schedule': ['없는 회차입니다.', 'There is no such performance.'],
  'PT404 no such concert': ['없는 공연입니다.', 'There is no such concert.'],
  'PT404 no such hold': ['선점한 좌석이 아닙니다.', 'You do not hold these seats.'],
  PT409: ['고른 좌석을 예매할 수 없습니다.', 'These seats are not available.'],
  'PT409 not enough seats are free': [
    '조건에 맞는 좌석이 부족합니다. 인원이나 등급을 바꾸거나 따로 앉는 좌석을 찾아 보세요.',
    'Not enough seats match. Try fewer seats, another grade, or seats apart.'],
  'PT409 a payment is under way': [
    '결제를 기다리는 예매가 이미 있습니다. 먼저 결제하거나 취소해 주세요.',
    'A booking of yours is waiting to be paid for. Pay for it first, or give it up.'],
  PT410: [
    '선점 시간이 끝난 좌석이 있어 예매하지 않았습니다. 다시 선점해 주세요.',
    'The hold on some seats is over, so nothing was booked. Please hold them again.'],
  'PT410 there is no live hold': [
    '선점 시간이 끝나 예매하지 않았습니다. 좌석을 다시 선점해 주세요.',
    'The hold is over, so nothing was booked. Please hold the seats again.'],
  PT412: [
    '취소할 수 있는 시간이 지났습니다. 공연장에 문의해 주세요.',
    'It is too late to cancel. Please ask the box office.'],
  PT422: ['예매 규칙에 맞지 않는 선택입니다.', 'The selection breaks a rule of this sale.'],
  'PT422 too many seats for one booker': [
    '한 사람이 예매할 수 있는 좌석 수를 넘었습니다.',
    'That is more seats than one person may book.'],
  'PT422 the seats belong to more than one schedule': [
    '좌석은 한 회차에서만 고를 수 있습니다.',
    'The seats must be of one performance.'],
  'PT422 the idempotency key was used for another booking': [
    '이 선점은 이미 다른 정보로 예매되었습니다. 예매 확인에서 확인해 주세요.',
    'These seats were booked already, with other details. See your bookings.'],
  'PT422 the total is not the expected one': [
    '가격이 바뀌어 예매하지 않았습니다. 새 금액을 확인하고 다시 예매해 주세요.',
    'The price has changed, so nothing was booked. Look at the new total and book again.'],
  'PT422 price_type': [
    '지금은 고를 수 없는 권종이 있어 예매하지 않았습니다. 권종과 금액을 확인하고 다시 예매해 주세요.',
    'A price type cannot be had now, so nothing was booked. Look at the price types and the total, and book again.'],
  'PT423 schedule_cancelled': ['이 회차의 공연은 취소되었습니다.', 'This performance was cancelled.'],
  PT423: ['예매가 마감되었습니다.', 'Booking is closed.'],
  PT425: ['아직 예매가 시작되지 않았습니다.', 'Booking has not opened yet.'],
  22001: ['입력한 내용이 너무 깁니다.', 'What you have entered is too long.'],
  22004: ['필요한 내용이 빠졌습니다.', 'Something that is needed is missing.'],
  22023: ['입력한 내용을 확인해 주세요.', 'Please check what you have entered.'],
  22003: ['숫자가 너무 큽니다.', 'A number is too large.'],
  '22P02': ['입력한 내용을 읽을 수 없습니다. 숫자와 날짜를 확인해 주세요.', 'Something you have entered cannot be read. Check the numbers and dates.'],
  22007: ['날짜나 시각이 올바르지 않습니다.', 'A date or time is not right.'],
  22008: ['날짜나 시각이 범위를 벗어났습니다.', 'A date or time is out of range.'],
  23514: ['규칙에 맞지 않는 값이 있습니다.', 'A value breaks a rule.'],
  42501: ['허락되지 않은 요청입니다.', 'This is not allowed.'],
  54000: ['한 번에 고를 수 있는 좌석 수를 넘었습니다.', 'That is more seats than can be taken at once.'],
  PGRST301: ['로그인이 만료되었습니다. 다시 로그인해 주세요.', 'You were signed out. Please sign in again.'],
  offline: [
    '서버에 연결할 수 없습니다. 다시 시도해 주세요. 같은 예매가 두 번 되지는 않습니다.',
    'The server cannot be reached. Try again: nothing will be booked twice.'],
  unknown: ['문제가 생겼습니다. 잠시 뒤 다시 시도해 주세요.', 'Something went wrong. Please try again in a moment.'],
}

const reasons = {
  held: ['다른 사람이 선점', 'held by somebody else'],
  reserved: ['판매 완료', 'sold'],
  blocked: ['판매하지 않음', 'not for sale'],
  not_held: ['선점 시간 끝남', 'hold is over'],
  unknown: ['없는 좌석', 'no such seat'],
  checked_in: ['이미 입장', 'inside already'],
  cancelled: ['취소한 좌석', 'given back'],
  not_booked: ['이 예매의 좌석이 아님', 'not of this booking'],
}

const pick = ([ko, en]) => (current === 'ko' ? ko : en)

// A refusal in words, with each seat that it names.
export function refusalWords({ code, message, seats, reason: why }) {
  const words = pick(refusals[`${code} ${why}`] ?? refusals[`${code} ${message}`] ?? refusals[code] ?? refusals.unknown)
  const named = seats.map(({ seat_number: number, reason }) => {
    const why = reasons[reason] ? pick(reasons[reason]) : reason
    return number ? `${number} (${why})` : why
  })
  return named.length ? `${words} ${named.join(', ')}` : words
}

// -------- prices, dates, times

const won = new Intl.NumberFormat('ko-KR', { style: 'currency', currency: 'KRW' })
export const price = (amount) => won.format(amount)

// A date of the venue's calendar, without a time: no zone can move it.
export function day(date, style = { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' }) {
  return new Intl.DateTimeFormat(current, { ...style, timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`))
}

// From a day to a later one, each part that both have written once.
export function dayRange(first, last) {
  const utc = (date) => new Date(`${date}T00:00:00Z`)
  return new Intl.DateTimeFormat(current, { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' }).formatRange(utc(first), utc(last))
}

export function time(instant, timeZone) {
  return new Intl.DateTimeFormat(current, { hour: 'numeric', minute: '2-digit', timeZone }).format(new Date(instant))
}

export function dayAndTime(instant, timeZone) {
  return new Intl.DateTimeFormat(current, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(new Date(instant))
}

export function countdown(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

// Titles and names are data in their own language, whichever the page has.
export const languageOf = (text) => (/\p{Script=Hangul}/u.test(text ?? '') ? 'ko' : null)
