// What the list of those to tell says.
import { addTexts } from '../frame/words.js'

const ko = (n) => n.toLocaleString('ko')
const en = (n) => n.toLocaleString('en')

addTexts({
  nightTellHeading: ['안내할 예매', 'Whom to tell'],
  nightTellHelp: [
    '마지막 연기나 취소에 걸린 예매입니다. 회원의 연락처는 회원 정보에 있습니다.',
    'Bookings that the last change concerns. How to reach a member is known where members sign up.'],
  nightNobodyToTell: ['안내할 예매가 없습니다.', 'There is nobody to tell.'],
  nightEmail: ['이메일', 'E-mail'],
  nightMemberId: ['회원 ID', 'Member ID'],
  nightState: ['예매 상태', 'State'],
  nightStartBefore: ['원래 일시', 'Start before'],
  nightStart: ['공연 일시', 'Start'],
  nightTellMoney: ['환불할 금액', 'Goes back'],
  nightWalkIn: ['현장 구매', 'Walk-in'],
  nightSaveCsv: ['CSV로 저장', 'Save as CSV'],
  nightCopy: ['복사', 'Copy'],
  nightCopied: [(n) => `${ko(n)}건을 복사했습니다.`, (n) => (n === 1 ? '1 booking copied.' : `${en(n)} bookings copied.`)],
  nightRead: [(n, all) => `${ko(all)}건 중 ${ko(n)}건 읽음`, (n, all) => `${en(n)} of ${en(all)} read`],
})
