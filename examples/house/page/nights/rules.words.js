// What the form of a performance's rules says.
import { addRefusals, addTexts } from '../frame/words.js'

addTexts({
  nightRulesSale: ['예매 기간', 'When it can be booked'],
  nightRulesHold: ['선점과 결제', 'Holding and paying'],
  nightRulesCancel: ['취소와 환불', 'Cancelling and refunds'],
  night_is_booking_open: ['예매를 받습니다', 'Booking is open'],
  night_booking_opens_at: ['예매 시작', 'Booking opens'],
  night_booking_opens_at_help: [
    (zone) => `공연장 현지 시각(${zone}). 비우면 바로 시작합니다.`,
    (zone) => `Local time of the venue (${zone}). Empty: at once.`],
  night_booking_closes_at: ['예매 마감', 'Booking closes'],
  night_booking_closes_at_help: [
    (zone) => `공연장 현지 시각(${zone}). 비우면 공연이 시작할 때 마감합니다.`,
    (zone) => `Local time of the venue (${zone}). Empty: when the performance begins.`],
  night_max_seats_per_booker: ['한 사람이 예매할 수 있는 좌석 수', 'Seats that one person may book'],
  night_max_seats_per_booker_help: ['비우면 제한이 없습니다.', 'Empty: no limit.'],
  night_hold_duration: ['선점 시간', 'How long a hold lasts'],
  nightUsualHold: ['비우면 서버의 기본값(보통 10분)입니다.', 'Empty: as set on the server, usually 10 minutes.'],
  night_payment_required: ['결제해야만 예매됩니다', 'Sold against payment only'],
  night_payment_window: ['결제를 기다리는 시간', 'How long seats are kept for a payment'],
  nightUsualPayment: ['비우면 서버의 기본값(보통 35분)입니다.', 'Empty: as set on the server, usually 35 minutes.'],
  night_cancel_until: ['취소 기한 (공연 시작 전)', 'Cancelling ends before the start by'],
  nightUsualCancel: ['비우면 서버의 기본값(보통 시작할 때까지)입니다.', 'Empty: as set on the server, usually at the start.'],
  nightUnit: [(field) => `${field}: 단위`, (field) => `${field}: unit`],
  night_minute: ['분', 'minutes'],
  night_hour: ['시간', 'hours'],
  night_day: ['일', 'days'],
  nightLadder: ['남은 시간에 따라 환불률을 정합니다', 'What comes back depends on the time left'],
  nightLadderHelp: [
    '예매는 결제할 때의 규칙을 따릅니다. 어느 단계보다도 늦게 취소하면 환불되지 않습니다.',
    'A booking keeps the rule of when it was paid. Later than all steps, nothing comes back.'],
  nightLadderNone: ['취소 기한 안에는 모두 환불됩니다.', 'Until cancelling ends, the whole price comes back.'],
  nightStepHours: ['공연 전 남은 시간', 'Hours left to the start'],
  nightStepPercent: ['환불률', 'Per cent that comes back'],
  nightHoursLeft: ['시간 전까지', 'hours before:'],
  nightPercentBack: ['% 환불', '% back'],
  nightAddStep: ['단계 추가', 'Add a step'],
  nightRemoveStep: ['이 단계 빼기', 'Remove this step'],
  nightFee: ['좌석마다 빼는 수수료 (원)', 'Fee that the house keeps of each seat (won)'],
  nightSave: ['저장', 'Save'],
  nightSaved: ['저장했습니다.', 'Saved.'],
  nightNothingChanged: ['바뀐 내용이 없습니다.', 'Nothing has changed.'],
  nightRulesChanged: [
    '그 사이에 다른 사람이 규칙을 바꿔 저장하지 않았습니다. 지금 규칙을 불러왔습니다.',
    'Somebody else has changed the rules meanwhile, so nothing was saved. These are the rules as they are now.'],
  nightFaultUnreadable: ['날짜나 숫자를 끝까지 입력해 주세요.', 'Please enter the whole date or number.'],
  nightFaultWindow: ['예매 마감은 예매 시작보다 늦어야 합니다.', 'Booking has to close after it opens.'],
  nightFaultHold: ['0보다 길고 1년을 넘지 않아야 합니다.', 'It has to be more than nothing, and a year at most.'],
  nightFaultCancel: ['100년을 넘을 수 없습니다.', 'It is a hundred years at most.'],
  nightFaultLimit: ['1 이상 32,767 이하의 정수를 입력해 주세요.', 'Please enter a whole number from 1 to 32,767.'],
  nightFaultLadder: ['환불 규칙을 확인해 주세요.', 'Please check the refund rules.'],
  nightFaultNoStep: ['단계를 하나 이상 넣어 주세요.', 'Please add a step.'],
  nightFaultStep: ['시간은 0 이상의 정수, 환불률은 0~100의 정수로 입력해 주세요.', 'Hours are whole numbers from 0, per cents whole numbers from 0 to 100.'],
  nightFaultHours: ['같은 시간이 두 번 있습니다.', 'The same number of hours is there twice.'],
  nightFaultPercent: ['더 일찍 취소할 때의 환불률이 더 낮을 수는 없습니다.', 'Cancelling earlier cannot bring less.'],
  nightFaultFee: ['수수료는 0 이상이어야 합니다.', 'A fee cannot be less than 0.'],
})

addRefusals({
  22015: ['입력한 시간이 너무 깁니다.', 'A duration is too long.'],
})
