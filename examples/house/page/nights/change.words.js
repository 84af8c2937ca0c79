// What is said before and after a performance is postponed, cancelled or put on again.
import { addRefusals, addTexts, seatsEn, seatsKo } from '../frame/words.js'

const bookingsEn = (n) => (n === 1 ? '1 booking' : `${n.toLocaleString('en')} bookings`)
const bookingsKo = (n) => `예매 ${n.toLocaleString('ko')}건`

addTexts({
  nightPostponeWhat: ['연기하면 이렇게 됩니다', 'What postponing will do'],
  nightKeepBookings: ['새 일시로 옮겨지는 예매', 'Bookings that move along'],
  nightKeepSeats: ['그 예매의 좌석', 'Their seats'],
  nightKeepHolds: ['유지되는 선점', 'Holds that stay'],
  nightCheckInsBack: ['되돌려지는 입장 처리', 'Check-ins that are taken back'],
  nightPostponeTickets: ['입장권은 새 일시에 그대로 쓸 수 있습니다.', 'The tickets open the door at the new date.'],
  nightPostponeCloses: ['예매 마감 시각도 같은 만큼 미뤄집니다.', 'The end of booking moves by as much.'],
  nightPostponeBuyers: [
    '올 수 없는 예매자는 취소할 수 있습니다. 취소 기한과 환불 규칙은 새 일시를 기준으로 계산됩니다.',
    'Who cannot come can cancel: the cut-off and the refund rules count from the new start.'],
  nightNewDate: ['새 날짜', 'New date'],
  nightNewTime: ['새 시각', 'New time'],
  nightNeedDate: ['새 날짜를 입력해 주세요.', 'Please enter the new date.'],
  nightNeedTime: ['새 시각을 입력해 주세요.', 'Please enter the new time.'],
  nightNeedLater: [
    '새 일시는 지금보다, 그리고 원래 일시보다 늦어야 합니다.',
    'The new date has to be in the future, and later than the present one.'],
  nightPostponeNow: ['연기하기', 'Postpone it'],
  nightPostponeDone: ['공연을 연기했습니다', 'The performance is postponed'],
  nightPostponed_done: [
    (from, to, n) => `${from}에서 ${to}(으)로 옮겼습니다. ${bookingsKo(n)}이 함께 옮겨졌습니다.`,
    (from, to, n) => `It was moved from ${from} to ${to}. ${bookingsEn(n)} moved along.`],

  nightCancelWhat: ['취소하면 이렇게 됩니다', 'What cancelling will do'],
  nightEndBookings: ['취소되는 예매', 'Bookings that are cancelled'],
  nightEndSeats: ['그 예매의 좌석', 'Their seats'],
  nightEndHolds: ['풀리는 선점', 'Holds that are removed'],
  nightGoesBack: ['결제 원장에서 환불할 금액', 'Goes back by the ledger'],
  nightByHand: ['원장에 없어 직접 돌려줄 금액 (최대)', 'Not in the ledger: goes back by hand (at most)'],
  nightCancelRefund: [
    '결제한 금액은 환불 규칙과 관계없이 모두 환불됩니다.',
    'What was paid goes back in full, whatever the refund rules say.'],
  nightCancelBuyers: [
    '예매자는 할 일이 없습니다. 입장권은 쓸 수 없게 되고, 예매 확인 화면에 취소로 보입니다.',
    'Buyers need to do nothing: their tickets end, and their bookings are shown as cancelled.'],
  nightCancelAll: [
    '한 번에 모두 처리되거나 아무것도 바뀌지 않습니다. 취소를 되돌려도 예매는 되살아나지 않습니다.',
    'It is done as a whole or not at all. Putting the performance on again brings no booking back.'],
  nightNamesAfter: [
    '처리한 뒤에 안내할 예매자의 이름과 연락처 목록이 나옵니다.',
    'The names and phone numbers to tell are listed when it is done.'],
  nightCancelNow: ['이 회차 취소하기', 'Cancel this performance'],
  nightCancelDone: ['공연을 취소했습니다', 'The performance is cancelled'],
  nightCancelled_done: [
    (n, seats, money) => `${bookingsKo(n)}, ${seatsKo(seats)}을 취소했습니다. 환불할 금액은 ${money}입니다.`,
    (n, seats, money) => `${bookingsEn(n)} with ${seatsEn(seats)} cancelled. ${money} goes back.`],

  nightReinstateWhat: ['취소를 되돌리면 이렇게 됩니다', 'What putting it on again will do'],
  nightBackFree: ['다시 예매할 수 있는 좌석', 'Seats that can be booked again'],
  nightBackBlocked: ['그대로 판매하지 않는 좌석', 'Seats that stay blocked'],
  nightReinstateBookings: [
    '취소된 예매는 되살아나지 않습니다. 오려는 사람은 다시 예매해야 합니다.',
    'Cancelled bookings stay cancelled: who still wants to come books again.'],
  nightReinstateMoney: ['환불할 금액은 그대로 환불합니다.', 'What is due back stays due.'],
  nightReinstateNow: ['취소 되돌리기', 'Put it on again'],
  nightReinstateDone: ['공연을 다시 엽니다', 'The performance takes place after all'],
  nightReinstated_done: [
    (free, blocked) => `${seatsKo(free)}을 다시 예매할 수 있습니다. 판매하지 않는 좌석은 ${seatsKo(blocked)}입니다.`,
    (free, blocked) => `${seatsEn(free)} can be booked again, ${seatsEn(blocked)} blocked.`],

  nightReason: ['사유', 'Reason'],
  nightReasonKept: ['기록에 남습니다. 개인 정보는 쓰지 마세요.', 'It is kept in the log. Write nothing personal.'],
  nightNeedReason: ['사유를 입력해 주세요.', 'Please enter the reason.'],
  nightLeave: ['그만두기', 'Leave it as it is'],
  nightWorking: [
    '처리하고 있습니다. 예매가 많으면 시간이 걸립니다. 창을 닫지 마세요.',
    'It is being done. With many bookings it takes a while: keep this page open.'],
  nightChangedMeanwhile: [
    '그 사이에 예매나 공연 일시가 바뀌어 아직 처리하지 않았습니다. 위의 새 내용을 확인하고 다시 눌러 주세요.',
    'The bookings or the date have changed meanwhile, so nothing was done yet. Look at what is written above now and press again.'],
  nightOtherThanSeen: [
    '마지막으로 보여 드린 숫자와 다릅니다. 처리하는 사이에 예매가 바뀌었습니다.',
    'This is not what was shown before: bookings have changed while it was being done.'],
  nightToNight: ['판매 현황으로', 'To the sales'],
})

addRefusals({
  'PT409 date_taken': ['같은 공연의 다른 회차가 그 일시에 있습니다.', 'The concert has another performance at that date and time.'],
  'PT409 schedule_cancelled': ['취소된 회차는 연기할 수 없습니다. 먼저 취소를 되돌려 주세요.', 'It is cancelled. Put it on again first.'],
  'PT409 schedule_changing': ['지금 이 회차의 예매가 바뀌고 있습니다. 다시 시도해 주세요.', 'A booking of it is changing at this moment. Please try again.'],
  'PT409 not_cancelled': ['취소된 회차가 아닙니다.', 'The performance is not cancelled.'],
  'PT409 busy': ['다른 사람이 처리하고 있습니다. 잠시 뒤 다시 시도해 주세요.', 'Somebody else is busy with it. Please try again in a moment.'],
})
