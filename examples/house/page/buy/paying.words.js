// What has become of a payment, and of the booking.
import { addTexts } from '../frame/words.js'

addTexts({
  payRefused: ['카드가 거절되었습니다', 'The card was refused'],
  payRefusedHelp: [
    '결제된 금액은 없습니다. 남은 시간 안에 다시 결제하면 좌석은 그대로입니다.',
    'Nothing was paid. The seats are still yours: try again in the time that is left.'],
  payWaiting: ['결제 확인을 기다리고 있습니다', 'Waiting for the confirmation'],
  payWaitingHelp: [
    '결제사의 확인이 오면 예매가 저절로 완료됩니다. 이 화면을 닫아도 됩니다. 결제하지 않고 돌아왔다면 다시 결제해 주세요.',
    'The booking is confirmed by itself as soon as the payment is. You may close this page. If you came back without paying, pay again.'],
  payOnceMore: ['결제 화면 다시 열기', 'Open the payment page again'],
  payPart: ['일부만 결제되었습니다', 'Paid in part'],
  payRest: ['나머지 결제하기', 'Pay the rest'],
  payTooLate: ['결제가 너무 늦게 도착했습니다', 'The payment came too late'],
  payTooLateHelp: [
    '결제 시간이 지난 뒤에 도착했고, 그사이 좌석을 다른 사람이 가져갔습니다. 결제한 금액은 모두 돌려 드립니다.',
    'It came after the time to pay, and somebody else has the seats. All of your money goes back to you.'],
  payWentBack: [(price) => `${price}을 돌려드렸습니다.`, (price) => `${price} has gone back to you.`],
  payGivenUp: ['결제를 그만두었습니다', 'This booking was given up'],
  payGivenUpHelp: ['다른 화면에서 이 예매를 취소했습니다. 좌석은 다시 판매 중입니다.', 'It was cancelled on another page. The seats are for sale again.'],
  bookedCancelled: ['예매를 취소했습니다', 'This booking is cancelled'],
  inYourBookings: ['예매 확인에서 언제든 다시 볼 수 있습니다.', 'You find it again under Bookings.'],
})
