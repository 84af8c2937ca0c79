// What the list of bookings and the look-up say.
import { addTexts, seatsEn } from '../frame/words.js'

addTexts({
  lookUp: ['예매 조회', 'Look up a booking'],
  lookUpHelp: ['예매번호와 예매할 때 쓴 전화번호를 입력해 주세요.', 'Enter the booking number and the phone number it was made with.'],
  find: ['조회', 'Look up'],
  mine: ['내 예매', 'My bookings'],
  mineHere: ['이 브라우저에서 한 예매', 'Booked in this browser'],
  needNumber: ['예매번호를 입력해 주세요.', 'Please enter the booking number.'],
  bookingsPeriod: ['기간', 'Period'],
  bookingsAnyPeriod: ['전체 기간', 'Any date'],
  bookings_upcoming: ['다가오는 공연', 'Upcoming'],
  bookings_past: ['지난 공연', 'Past'],
  bookingsStatus: ['상태', 'State'],
  bookingsAnyStatus: ['모든 상태', 'Any state'],
  bookingsOrder: ['순서', 'Order'],
  bookings_latest: ['최근 예매순', 'Last booked first'],
  bookings_date: ['공연 날짜순', 'By date'],
  bookingsSearch: ['공연 제목 찾기', 'Find a title'],
  bookingsPayBy: [(time) => `${time}까지 결제`, (time) => `pay by ${time}`],
  bookings_postponed: ['공연 연기', 'postponed'],
  bookings_cancelled: ['주최 측 취소', 'by the house'],
  bookingSeats: [(n) => `${n}석`, (n) => seatsEn(n)],
  noBookings: ['아직 예매가 없습니다.', 'There are no bookings yet.'],
  noBookingsMatch: ['조건에 맞는 예매가 없습니다.', 'No booking matches.'],
  showAllBookings: ['모든 예매 보기', 'Show all bookings'],
  seeConcerts: ['공연 보러 가기', 'See the concerts'],
})
