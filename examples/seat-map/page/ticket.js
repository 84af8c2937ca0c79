// A booking as a ticket: number, QR code, what was booked, and cancelling it.
import { h, refresh } from './dom.js'
import { qrImage } from './qr.js'
import { day, languageOf, price, t } from './words.js'

// The time as the schedule has it, at the venue: no zone moves it.
const timeAtVenue = (time) => time.slice(0, 5)

// cancel() cancels the booking and answers with its receipt, pay() goes to the
// provider's page; left out, the ticket has no such button. page tells and refuses.
export function ticket(booking, page, cancel, pay) {
  let asking = false
  const ask = (yes) => {
    asking = yes
    refresh(element)
    element.querySelector(yes ? '.sure button' : '.cancel')?.focus()
  }
  const really = async () => {
    await page.attempt(async () => {
      Object.assign(booking, await cancel())
      asking = false
      refresh(element)
      page.tell(() => t('cancelled'))
      element.querySelector('.status').focus()
    })
  }
  const isPending = () => booking.status === 'pending'
  const cancellable = () => cancel && (booking.status === 'confirmed' || isPending())
  const element = h('article', { class: () => `ticket ${booking.status}`, 'aria-label': () => t('bookingNumber') },
    h('div', { class: 'ticket-body' },
      h('p', { class: 'status', tabindex: -1 }, () => t(`status_${booking.status}`)),
      h('h3', { lang: languageOf(booking.concert_title) }, booking.concert_title),
      h('dl', {},
        h('div', {}, h('dt', {}, () => t('when')),
          h('dd', {}, () => day(booking.concert_date), ` ${timeAtVenue(booking.concert_time)}`)),
        h('div', {}, h('dt', {}, () => t('where')), h('dd', { lang: languageOf(booking.venue_name) }, booking.venue_name)),
        h('div', {}, h('dt', {}, () => t('seatsLabel')), h('dd', {}, booking.seat_numbers.join(', '))),
        h('div', {}, h('dt', {}, () => t('total')), h('dd', {}, price(booking.total_price)))),
      h('p', { class: 'refund', hidden: () => !(booking.refund_due > 0) }, () => t('refundDue', price(booking.refund_due ?? 0))),
      pay && h('button', { type: 'button', class: 'primary pay', hidden: () => !isPending(), onclick: () => page.attempt(pay) },
        () => t('pay')),
      h('button', { type: 'button', class: 'quiet-button cancel', hidden: () => !cancellable() || asking, onclick: () => ask(true) },
        () => t('cancel')),
      h('div', { class: 'sure', hidden: () => !cancellable() || !asking },
        h('p', {}, () => t('cancelSure')),
        h('button', { type: 'button', class: 'danger', onclick: really }, () => t('cancelYes')),
        h('button', { type: 'button', class: 'quiet-button', onclick: () => ask(false) }, () => t('cancelNo')))),
    h('div', { class: 'stub' },
      h('div', { role: 'img', 'aria-label': () => t('bookingCode', booking.booking_number) }, qrImage(booking.booking_number)),
      h('p', { class: 'quiet' }, () => t('bookingNumber')),
      h('p', { class: 'booking-number', translate: 'no' }, booking.booking_number)))
  return element
}
