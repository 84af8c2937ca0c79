// What tickets, and the giving back of seats, say.
import { addTexts, seatsEn, seatsKo } from '../frame/words.js'

addTexts({
  tickets: [(n) => `티켓 ${n}장`, (n) => (n === 1 ? '1 ticket' : `${n} tickets`)],
  ticketOf: [(at, n) => `${n}장 중 ${at}번째`, (at, n) => `${at} of ${n}`],
  ticketBefore: ['이전 티켓', 'Previous ticket'],
  ticketAfter: ['다음 티켓', 'Next ticket'],
  ticketCode: [(seat) => `${seat} 좌석의 QR 코드`, (seat) => `QR code of seat ${seat}`],
  ticketInside: ['입장함', 'inside'],
  ticketFullPrice: ['일반', 'full price'],
  ticketZone: [(zone) => `(공연장 현지 시각, ${zone})`, (zone) => `(local to the venue, ${zone})`],
  ticketNotRead: ['예매를 불러오지 못했습니다.', 'The booking could not be read.'],
  ticketTitle: ['예매 내역', 'Your booking'],
  allBookings: ['모든 예매', 'All bookings'],
  toCalendar: ['캘린더에 추가', 'Add to calendar'],
  printTickets: ['티켓 인쇄', 'Print tickets'],
  houseCancelled: [
    '주최 측이 이 공연을 취소했습니다. 결제한 금액은 모두 환불됩니다.',
    'The house has cancelled this performance. All that you have paid goes back to you.'],
  housePostponed: [
    (before) => `공연이 연기되었습니다. 원래 일시는 ${before}입니다. 티켓은 새 날짜에 그대로 쓸 수 있습니다.`,
    (before) => `This performance was postponed; it was to be on ${before}. Your tickets are good for the new date.`],
  postponedFree: ['올 수 없다면 수수료 없이 취소할 수 있습니다.', 'If you cannot come, you can give them back free of charge.'],
  postponedFee: [
    (fee) => `올 수 없다면 취소할 수 있습니다. 지금 취소하면 수수료는 ${fee}입니다.`,
    (fee) => `If you cannot come, you can give them back; at present ${fee} of the price is kept.`],
  cancelReason: ['취소 사유:', 'Reason:'],
  lateSaved: [
    '결제가 늦게 도착했지만 좌석이 남아 있어 예매되었습니다.',
    'Your payment came late, but the seats were still free: they are yours.'],
  lateGivenBack: [
    (price) => `결제가 너무 늦게 도착했고 좌석은 이미 팔렸습니다. ${price}을 환불해 드립니다.`,
    (price) => `Your payment came too late, and the seats were taken. ${price} goes back to you.`],
  paidTwice: [
    (price) => `필요한 금액보다 더 결제되었습니다. ${price}을 환불해 드립니다.`,
    (price) => `More was paid than it costs. ${price} goes back to you.`],
  refunded: [(price) => `${price}을 환불해 드렸습니다.`, (price) => `${price} has gone back to you.`],
  ticketExpired: [
    '결제 시간이 지나 예매되지 않았습니다. 결제가 늦게 도착하면 좌석이 남아 있을 때는 예매되고, 아니면 모두 환불됩니다.',
    'It was not paid in time. If your payment still arrives, you get the seats while they are free, or all of your money back.'],
  ticketSeeConcert: ['공연 다시 보기', 'See the concert again'],
  cardRefused: ['카드가 거절되었습니다. 결제된 금액은 없습니다.', 'The card was refused. Nothing was paid.'],
  waitingForConfirmation: [
    '결제 확인을 기다리고 있습니다. 결제하지 않고 돌아왔다면 다시 결제해 주세요.',
    'Waiting for the confirmation. If you came back without paying, pay again.'],
  paidInPartHere: [
    (paid, rest) => `${paid}이 결제되었습니다. 나머지 ${rest}을 결제해 주세요.`,
    (paid, rest) => `${paid} has arrived. Please pay the rest, ${rest}.`],
  payWithin: ['결제할 수 있는 시간', 'Time left to pay'],
  cancel: ['예매 취소', 'Cancel booking'],
  giveUp: ['결제하지 않고 취소', 'Cancel without paying'],
  cancelUntil: [(when) => `${when}까지 취소할 수 있습니다.`, (when) => `You can cancel until ${when}.`],
  cancelTooLate: [
    (when) => `${when}까지 취소할 수 있었습니다. 이제는 공연장에 문의해 주세요.`,
    (when) => `It could be cancelled until ${when}. Please ask the box office now.`],
  cancelInside: ['이미 입장한 좌석은 취소할 수 없습니다.', 'Seats whose guests are inside cannot be cancelled.'],
  cancelSure: ['예매를 취소할까요?', 'Cancel this booking?'],
  giveUpSure: ['결제하지 않고 예매를 취소할까요?', 'Cancel without paying?'],
  cancelWhich: ['취소할 좌석', 'Which seats'],
  quoteRefund: ['환불 금액', 'Goes back to you'],
  quoteFee: ['취소 수수료', 'Kept as a fee'],
  quoteNothing: ['온라인으로 결제한 금액이 없어 환불할 금액도 없습니다.', 'Nothing was paid online, so nothing goes back.'],
  noQuote: [
    '모든 좌석이 취소됩니다. 환불 금액은 취소한 뒤에 알려 드립니다. 되돌릴 수 없습니다.',
    'All seats are cancelled. What goes back to you is told after it. It cannot be undone.'],
  quoteChanged: [
    (price) => `그사이 환불 금액이 ${price}으로 바뀌었습니다. 확인하고 다시 눌러 주세요.`,
    (price) => `What goes back has changed to ${price} meanwhile. Look at it, and press again.`],
  cancelledMeanwhile: ['이 예매나 좌석은 다른 곳에서 이미 취소되었습니다.', 'This booking, or some of its seats, was cancelled elsewhere meanwhile.'],
  notCancellable: ['이제 취소할 수 없습니다.', 'It cannot be cancelled any more.'],
  cancelYes: ['네, 모두 취소합니다', 'Yes, cancel it'],
  cancelSome: [(n) => `${seatsKo(n)} 취소하기`, (n) => `Cancel ${seatsEn(n)}`],
  cancelNo: ['아니요', 'No, keep it'],
  cancelled: ['예매를 취소했습니다.', 'The booking is cancelled.'],
  seatsCancelled: ['고른 좌석을 취소했습니다.', 'These seats are cancelled.'],
})
