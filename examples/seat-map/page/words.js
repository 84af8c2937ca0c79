// Every word of the page in Korean and English, and how prices, dates and
// times are written. A text with a number in it is a function.

const supported = ['ko', 'en']
let current = supported.includes(localStorage.getItem('language')) ? localStorage.getItem('language')
  : navigator.language.startsWith('ko') ? 'ko' : 'en'

export const language = () => current

export function setLanguage(name) {
  current = name
  localStorage.setItem('language', name)
}

const seatsEn = (count) => (count === 1 ? '1 seat' : `${count.toLocaleString('en')} seats`)
const seatsKo = (count) => `${count.toLocaleString('ko')}석`

export const texts = {
  title: ['좌석 예매', 'Seat booking'],
  skip: ['본문으로 건너뛰기', 'Skip to the content'],
  switchLanguage: ['English', '한국어'],
  whoAmI: ['예매자', 'Booking as'],
  guest: ['비회원', 'Guest'],
  concerts: ['공연', 'Concerts'],
  myBookings: ['예매 확인', 'Bookings'],
  loading: ['불러오는 중…', 'Loading …'],
  tryAgain: ['다시 시도', 'Try again'],

  whatsOn: ['예매할 수 있는 공연', 'On sale'],
  search: ['공연이나 출연자 찾기', 'Find a concert or an artist'],
  noConcerts: ['찾는 공연이 없습니다.', 'No concert matches.'],
  from: [(price) => `${price}부터`, (price) => `from ${price}`],
  shownOf: [(n, all) => `${all.toLocaleString('ko')}건 중 ${n.toLocaleString('ko')}건`, (n, all) => `${n.toLocaleString('en')} of ${all.toLocaleString('en')}`],
  showMore: ['더 보기', 'Show more'],
  nearest: [(date) => `가장 빠른 날 ${date}`, (date) => `next on ${date}`],

  chooseDate: ['날짜', 'Date'],
  choosePerformance: ['회차', 'Performance'],
  minutes: [(n) => `${n}분`, (n) => `${n} min`],
  left: [(n) => `${seatsKo(n)} 남음`, (n) => `${seatsEn(n)} left`],
  soldOut: ['매진', 'sold out'],
  nothingOnSale: ['지금 예매할 수 있는 회차가 없습니다.', 'No performance is on sale at the moment.'],
  opensLater: [(when) => `예매 시작 ${when}`, (when) => `on sale from ${when}`],
  openNow: ['이제 예매할 수 있습니다.', 'Booking is open now.'],
  cancelledPerformance: ['이 회차의 공연은 취소되었습니다.', 'This performance was cancelled.'],
  venueTime: [(zone) => `시각은 공연장 현지 시각(${zone})입니다.`, (zone) => `Times are local to the venue (${zone}).`],

  plan: ['좌석 배치도', 'Seat plan'],
  list: ['좌석 목록', 'Seat list'],
  stage: ['무대', 'STAGE'],
  planHelp: [
    '방향키로 좌석 사이를 움직이고 스페이스로 고릅니다. 더하기와 빼기로 확대하고 축소하며, 0으로 전체를 봅니다.',
    'Arrow keys move between seats, space selects. Plus and minus zoom, 0 shows the whole plan.'],
  zoomIn: ['확대', 'Zoom in'],
  zoomOut: ['축소', 'Zoom out'],
  wholePlan: ['전체 보기', 'Whole plan'],
  noSeats: ['이 회차에는 아직 좌석이 없습니다.', 'This performance has no seats yet.'],
  row: [(name) => `${name}열`, (name) => `row ${name}`],
  section: [(name) => `${name} 구역`, (name) => `section ${name}`],
  seat: [(number) => `${number}번 좌석`, (number) => `seat ${number}`],
  grade: [(name) => `${name}석`, (name) => `Grade ${name}`],
  free: [(n) => `${seatsKo(n)} 가능`, (n) => `${n.toLocaleString('en')} free`],

  stateFree: ['선택 가능', 'free'],
  stateSelected: ['선택함', 'selected'],
  stateMine: ['내가 선점한 좌석', 'held for you'],
  stateBooked: ['내가 예매한 좌석', 'booked by you'],
  stateHeld: ['다른 사람이 선점', 'held by somebody else'],
  stateSold: ['판매 완료', 'sold'],
  stateBlocked: ['판매하지 않음', 'not for sale'],

  yourSeats: ['선택한 좌석', 'Your seats'],
  pickSeats: ['배치도에서 좌석을 고르거나, 좋은 좌석을 찾아 드립니다.', 'Pick seats on the plan, or let us find good ones.'],
  limit: [(n) => `한 사람이 ${seatsKo(n)}까지 예매할 수 있습니다.`, (n) => `At most ${seatsEn(n)} a person.`],
  overLimit: [
    (n, over) => `한 사람이 ${seatsKo(n)}까지 예매할 수 있습니다. ${seatsKo(over)}을 빼 주세요.`,
    (n, over) => `At most ${seatsEn(n)} a person. Please remove ${seatsEn(over)}.`],
  remove: [(seat) => `${seat} 빼기`, (seat) => `Remove ${seat}`],
  total: ['합계', 'Total'],
  totalOf: [(n) => `합계 ${seatsKo(n)}`, (n) => `Total for ${seatsEn(n)}`],
  hold: [(n) => `${seatsKo(n)} 선점하기`, (n) => `Hold ${seatsEn(n)}`],
  holdNone: ['좌석을 골라 주세요', 'Select seats first'],

  bestSeats: ['좋은 좌석 찾기', 'Find the best seats'],
  howMany: ['인원', 'How many'],
  anyGrade: ['모든 등급', 'Any grade'],
  gradeLabel: ['등급', 'Grade'],
  sectionLabel: ['구역', 'Section'],
  anySection: ['모든 구역', 'Any section'],
  maxPrice: ['1석 최고 가격', 'At most, a seat'],
  anyPrice: ['제한 없음', 'Any price'],
  together: ['나란히', 'Side by side'],
  holdBest: ['찾아서 선점하기', 'Find and hold'],

  held: ['좌석을 선점했습니다', 'These seats are yours for now'],
  timeLeft: ['남은 시간', 'Time left'],
  timeLeftSpoken: [(m, s) => `남은 시간 ${m ? `${m}분 ` : ''}${s}초`, (m, s) => `${m ? `${m} minutes ` : ''}${s} seconds left`],
  extend: ['시간 연장', 'More time'],
  extended: ['시간을 연장했습니다.', 'You have more time now.'],
  notExtended: ['더 연장할 수 없습니다.', 'The time cannot be extended any further.'],
  release: ['좌석 다시 고르기', 'Other seats'],
  released: ['좌석을 돌려놓았습니다.', 'The seats were given back.'],
  lapsed: [
    '선점 시간이 끝났습니다. 좌석이 아직 비어 있으면 다시 선점할 수 있습니다.',
    'The time is over. While the seats are still free you can hold them again.'],
  taken: [
    (list) => `선택한 좌석을 다른 사람이 먼저 가져갔습니다: ${list}`,
    (list) => `Somebody else has just taken: ${list}`],

  customer: ['예매자 정보', 'Who is booking'],
  name: ['이름', 'Name'],
  phone: ['전화번호', 'Phone'],
  email: ['이메일 (선택)', 'E-mail (optional)'],
  phoneHelp: ['예매를 확인하거나 취소할 때 필요합니다.', 'You need it to look up or cancel the booking.'],
  asMember: [(name) => `${name} 님으로 예매합니다.`, (name) => `You are booking as ${name}.`],
  needName: ['이름을 입력해 주세요.', 'Please enter a name.'],
  needPhone: ['전화번호를 입력해 주세요.', 'Please enter a phone number.'],
  confirm: [(price) => `${price} 예매하기`, (price) => `Book for ${price}`],

  confirmAndPay: [(price) => `${price} 결제하기`, (price) => `Pay ${price}`],

  paying: ['결제를 기다리고 있습니다', 'Waiting for your payment'],
  payingHelp: [
    '결제가 확인되면 예매가 완료됩니다. 그때까지 좌석은 다른 사람이 살 수 없습니다.',
    'The booking is confirmed when the payment arrives. Until then nobody else can buy these seats.'],
  paidInPart: [
    (price) => `${price}이 입금되었습니다. 나머지를 결제해 주세요.`,
    (price) => `${price} has arrived. Please pay the rest.`],
  rest: ['남은 금액', 'Still to pay'],
  pay: ['결제하기', 'Pay'],
  notPaid: ['결제가 완료되지 않았습니다', 'This booking was not paid in time'],
  notPaidHelp: [
    '결제 시간이 지나 좌석을 내놓았습니다. 결제가 늦게 도착하면 좌석이 남아 있을 때는 예매되고, 아니면 전액 환불됩니다.',
    'The seats are for sale again. If your payment still arrives, you get them while they are free, or all of your money back.'],
  refundDue: [(price) => `${price}을 환불해 드립니다.`, (price) => `${price} goes back to you.`],

  booked: ['예매가 완료되었습니다', 'Your booking is confirmed'],
  bookingNumber: ['예매번호', 'Booking number'],
  bookingCode: [(number) => `예매번호 ${number}의 QR 코드`, (number) => `QR code of booking number ${number}`],
  status_pending: ['결제 대기', 'to be paid'],
  status_confirmed: ['예매 완료', 'confirmed'],
  status_expired: ['결제 시간 지남', 'not paid in time'],
  status_cancelled: ['취소됨', 'cancelled'],
  seatsLabel: ['좌석', 'Seats'],
  bookedAt: ['예매 시각', 'Booked'],
  when: ['공연 일시', 'When'],
  where: ['공연장', 'Where'],
  keepNumber: [
    '예매번호와 전화번호로 언제든 확인하고 취소할 수 있습니다.',
    'With this number and your phone number you can look it up and cancel it.'],
  bookMore: ['좌석 더 예매하기', 'Book more seats'],
  cancel: ['예매 취소', 'Cancel booking'],
  cancelSure: ['정말 취소할까요? 되돌릴 수 없습니다.', 'Cancel it for good?'],
  cancelYes: ['네, 취소합니다', 'Yes, cancel it'],
  cancelNo: ['아니요', 'No, keep it'],
  cancelled: ['예매를 취소했습니다.', 'The booking is cancelled.'],

  lookUp: ['예매 조회', 'Look up a booking'],
  lookUpHelp: ['예매번호와 예매할 때 쓴 전화번호를 입력해 주세요.', 'Enter the booking number and the phone number it was made with.'],
  find: ['조회', 'Look up'],
  mine: ['내 예매', 'My bookings'],
  noBookings: ['예매 내역이 없습니다.', 'There are no bookings yet.'],
  needNumber: ['예매번호를 입력해 주세요.', 'Please enter the booking number.'],
  connectionLost: ['연결이 끊겼습니다. 다시 연결하는 중입니다…', 'The connection is lost. Trying again …'],
  close: ['닫기', 'Close'],
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
  'PT423 schedule_cancelled': ['이 회차의 공연은 취소되었습니다.', 'This performance was cancelled.'],
  PT423: ['예매가 마감되었습니다.', 'Booking is closed.'],
  PT425: ['아직 예매가 시작되지 않았습니다.', 'Booking has not opened yet.'],
  22001: ['입력한 내용이 너무 깁니다.', 'What you have entered is too long.'],
  22004: ['필요한 내용이 빠졌습니다.', 'Something that is needed is missing.'],
  22023: ['입력한 내용을 확인해 주세요.', 'Please check what you have entered.'],
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
