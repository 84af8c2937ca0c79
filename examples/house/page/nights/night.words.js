// What one performance says whichever view is open.
import { addTexts } from '../frame/words.js'

addTexts({
  nightViews: ['회차 메뉴', 'Views of this performance'],
  nightSales: ['판매 현황', 'Sales'],
  nightRules: ['예매 규칙', 'Rules of sale'],
  nightLog: ['기록', 'Log'],
  nightBlock: ['좌석 차단', 'Block seats'],
  nightTell: ['안내할 예매', 'Whom to tell'],
  nightPostpone: ['연기', 'Postpone'],
  nightCancel: ['공연 취소', 'Cancel'],
  nightReinstate: ['취소 되돌리기', 'Put on again'],
  nightZone: [(zone) => `공연장 현지 시각 (${zone})`, (zone) => `Local time of the venue (${zone})`],
  nightMember: [(id) => `회원 ${id}…`, (id) => `Member ${id}…`],
})
