// Third step, where the performance asks for it: the booking waits for its payment, and
// tells what has become of it: refused, on its way, in part, too late, given back.
import { h } from '../frame/dom.js'
import { price, t } from '../frame/words.js'
import { paymentAnswer } from './payment-answer.js'
import './paying.words.js'
import { listLook, seatPicture } from './seat-look.js'

const headings = {
  pay: 'paying', refused: 'payRefused', waiting: 'payWaiting', part: 'payPart', over: 'notPaid', tooLate: 'payTooLate', cancelled: 'payGivenUp',
}

export function paying(view) {
  const { sale, page } = view
  view.showSelection = null
  // Still shown for a moment after the payment has arrived.
  let payment = sale.payment
  const now = () => {
    payment = sale.payment ?? payment
    return payment
  }
  const isPending = () => now().status === 'pending'
  // Which of them it is.
  const state = () => {
    const { status, paid = 0, refunded = 0, due = 0, booking_id: id } = now()
    if (status === 'cancelled') return 'cancelled'
    if (status !== 'pending') return due > 0 || refunded > 0 ? 'tooLate' : 'over'
    const credit = paid - refunded - due
    const answer = paymentAnswer(id, credit)
    if (answer === 'refused' || answer === 'waiting') return answer
    return credit > 0 ? 'part' : 'pay'
  }
  const help = {
    pay: () => t('payingHelp'),
    refused: () => t('payRefusedHelp'),
    waiting: () => t('payWaitingHelp'),
    part: () => t('paidInPart', price(now().paid)),
    over: () => t('notPaidHelp'),
    tooLate: () => t('payTooLateHelp'),
    cancelled: () => t('payGivenUpHelp'),
  }
  return [
    h('h2', {}, () => t(headings[state()])),
    h('p', { class: () => `payment-state ${state()}`, role: 'status' }, () => help[state()]()),
    view.countdown(isPending),
    h('p', { class: 'refund', role: 'status', hidden: () => !(now().due > 0) }, () => t('refundDue', price(now().due ?? 0))),
    h('p', { class: 'refunded', role: 'status', hidden: () => !(now().refunded > 0) }, () => t('payWentBack', price(now().refunded ?? 0))),
    h('ul', listLook(payment.seats.length), payment.seats.map((seat) => h('li', {}, seatPicture('mine', '#fff'),
      h('strong', {}, seat.seat_number), h('span', { class: 'amount' }, price(seat.price))))),
    h('p', { class: 'total', hidden: () => !isPending() }, h('span', {}, () => t(now().paid > 0 ? 'rest' : 'total')),
      h('strong', {}, () => price(sale.payment ? sale.toPay() : 0))),
    h('button', { type: 'button', class: () => (state() === 'waiting' ? 'secondary pay' : 'primary pay'), hidden: () => !isPending(), disabled: () => sale.busy,
      onclick: () => page.attempt(() => sale.pay()) }, () => t({ refused: 'tryAgain', waiting: 'payOnceMore', part: 'payRest' }[state()] ?? 'pay')),
    h('button', { type: 'button', class: 'quiet-button give-up', disabled: () => sale.busy, onclick: () =>
      page.attempt(async () => {
        const { refund_due: due } = await sale.giveUpPayment()
        if (due > 0) page.warn(() => t('refundDue', price(due)))
        else page.tell(() => t('released'))
      }) }, () => t('release')),
  ]
}
