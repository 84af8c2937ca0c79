// What the list of performances says, and what all views of one share.
import { addTexts } from '../frame/words.js'

const ko = (n) => n.toLocaleString('ko')
const en = (n) => n.toLocaleString('en')

addTexts({
  nightsHeading: ['회차 관리', 'Performances'],
  nightWhich: ['기간', 'Which performances'],
  nightComing: ['오늘부터', 'From today'],
  nightPast: ['지난 회차', 'Past'],
  night_text: ['공연 이름', 'Concert'],
  night_from: ['시작일', 'From'],
  night_to: ['종료일', 'To'],
  nightNone: ['조건에 맞는 회차가 없습니다. 공연 이름이나 날짜를 바꿔 보세요.', 'No performance matches. Try another title or other dates.'],
  nightCatalogue: ['공연 정보', 'Catalogue'],
  nightOnSale: ['예매 중', 'On sale'],
  nightOpens: [(when) => `예매 시작 ${when}`, (when) => `On sale from ${when}`],
  nightClosed: ['예매 마감', 'Closed'],
  nightSoldOut: ['매진', 'Sold out'],
  nightCancelled: ['취소됨', 'Cancelled'],
  nightPostponed: ['연기됨', 'Postponed'],
  nightPostponedFrom: [(when) => `연기됨 (원래 ${when})`, (when) => `Postponed (was ${when})`],
  nightBegun: ['공연 시작됨', 'Has begun'],
  nightWithoutSeats: ['좌석 없음', 'No seats yet'],
  night_sold: [(n) => `판매 ${ko(n)}`, (n) => `${en(n)} sold`],
  night_held: [(n) => `선점 ${ko(n)}`, (n) => `${en(n)} held`],
  night_blocked: [(n) => `판매 안 함 ${ko(n)}`, (n) => `${en(n)} blocked`],
  night_free: [(n) => `남음 ${ko(n)}`, (n) => `${en(n)} free`],
})
