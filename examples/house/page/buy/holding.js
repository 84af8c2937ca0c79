// Second step: the seats are held, and whoever buys says who they are. Where the
// sale was given a checkout of its own (the desk), that form comes instead.
import * as api from '../frame/api.js'
import { h } from '../frame/dom.js'
import { languageOf, price, t } from '../frame/words.js'
import { listLook, seatPicture } from './seat-look.js'

export function holding(view) {
  const { sale, page } = view
  view.showSelection = null
  return [
    h('h2', {}, () => t('held')),
    view.countdown(() => true),
    h('ul', listLook(sale.held.length), sale.held.map((seat) => heldSeat(sale, seat))),
    sale.types.known.some(({ max_per_booking: most }) => most !== null) && typeLimits(sale),
    sale.types.known.length > 0 && discounts(sale),
    h('p', { class: 'total', role: 'status' },
      h('span', {}, () => t('totalOf', sale.held.length)), h('strong', {}, () => price(sale.total()))),
    h('div', { class: 'row' },
      h('button', { type: 'button', class: 'quiet-button extend', disabled: () => sale.busy, onclick: () => extend(view) },
        () => t('extend')),
      h('button', { type: 'button', class: 'quiet-button release', disabled: () => sale.busy, onclick: () =>
        page.attempt(async () => {
          await sale.release()
          page.tell(() => t('released'))
        }) }, () => t('release'))),
    (view.what.checkout ?? customerForm)(view),
  ].filter(Boolean)
}

// What it costs, and where there are price types, at which one. The hold tells its
// price anew when it has changed.
function heldSeat(sale, seat) {
  const now = () => sale.held.find(({ seat_id: id }) => id === seat.seat_id) ?? seat
  const line = h('li', {},
    seatPicture('mine', '#fff'), h('strong', {}, seat.seat_number),
    h('span', { class: 'quiet' }, () => t('grade', seat.seat_grade)),
    h('span', { class: 'amount' }, () => price(sale.types.priceOf(now()))))
  if (sale.types.known.length) line.append(typeMenu(sale, seat, now))
  return line
}

function typeMenu(sale, seat, now) {
  const offOf = ({ percent_off: percent, amount_off: amount }) => (amount === null ? `${percent}%` : price(amount))
  const menu = h('select', {
    class: 'price-type',
    'aria-label': () => t('priceType', seat.seat_number),
    disabled: () => sale.busy,
    onchange: () => sale.choosePriceType(seat, menu.value),
  },
  h('option', { value: '' }, () => t('fullPrice')),
  sale.types.known.map((type) => h('option', {
    value: type.code,
    lang: languageOf(type.name),
    hidden: () => !sale.types.onSale().includes(type),
    disabled: () => !sale.types.onSale().includes(type) || !sale.types.isLeft(type, now(), sale.held),
  }, () => t('typeOff', type.name, offOf(type)))))
  const show = () => { menu.value = sale.types.of(seat)?.code ?? '' }
  menu.bindings.push(show)
  show()
  return menu
}

function typeLimits(sale) {
  return h('ul', { class: 'type-limits quiet' }, sale.types.known.filter(({ max_per_booking: most }) => most !== null).map((type) =>
    h('li', { hidden: () => !sale.types.onSale().includes(type) },
      h('span', { lang: languageOf(type.name) }, type.name), () => t('typeMost', type.max_per_booking))))
}

// What the total is made of: the full prices, less each discount by its name.
function discounts(sale) {
  const line = (name, amount, isHidden) => h('li', { hidden: isHidden }, h('span', {}, ...name), h('span', { class: 'amount' }, amount))
  const discountOf = ({ name }) => sale.types.discounts(sale.held).find((one) => one.name === name) ?? { name, count: 0, amount: 0 }
  return h('ul', { class: 'made-of', hidden: () => !sale.priceTypes() },
    line([() => t('fullPrices', sale.held.length)], () => price(sale.held.reduce((sum, seat) => sum + seat.price, 0)), () => false),
    sale.types.known.map((type) => line(
      [h('span', { lang: languageOf(type.name) }, type.name), () => t('discountSeats', discountOf(type).count)], () => `−${price(discountOf(type).amount)}`,
      () => discountOf(type).count === 0)))
}

function extend(view) {
  return view.page.attempt(async () => {
    const longer = await view.sale.extend()
    view.page.tell(() => t(longer ? 'extended' : 'notExtended'))
    view.fullTerm = view.sale.secondsLeft()
    view.tick(view.fullTerm)
  })
}

export function customerForm(view) {
  const { sale, page } = view
  const member = api.signedInMember()
  // Kept while the seats change under the form.
  const field = (id, properties) => {
    const input = h('input', { id, ...properties, value: view.entered?.[id] ?? '', oninput: () => {
      view.entered = { ...view.entered, [id]: input.value }
    } })
    return input
  }
  const name = field('customer-name', { maxlength: 100, autocomplete: 'name', required: !member })
  const phone = field('customer-phone', { type: 'tel', maxlength: 20, autocomplete: 'tel', required: !member, 'aria-describedby': 'phone-help' })
  const email = field('customer-email', { type: 'email', maxlength: 255, autocomplete: 'email' })
  const guestFields = h('div', { class: 'fields two' },
    h('div', {}, h('label', { for: 'customer-name' }, () => t('name')), name),
    h('div', {}, h('label', { for: 'customer-phone' }, () => t('phone')), phone),
    h('p', { id: 'phone-help', class: 'quiet wide' }, () => t('phoneHelp')),
    h('div', { class: 'wide' }, h('label', { for: 'customer-email' }, () => t('email')), email))
  return h('form', { class: 'customer', novalidate: true, onsubmit: (event) => {
    event.preventDefault()
    if (!member && !page.complete([[name, 'needName'], [phone, 'needPhone']])) return
    page.attempt(() => sale.confirm(member ? {} : {
      customer_name: name.value.trim(),
      customer_phone: phone.value.trim(),
      customer_email: email.value.trim() || null,
    }))
  } },
  h('h3', {}, () => t('customer')),
  member ? h('p', {}, () => t('asMember', page.nameOf(member))) : guestFields,
  h('button', { class: 'primary confirm', disabled: () => sale.busy },
    () => t(sale.isPaid ? 'confirmAndPay' : 'confirm', price(sale.total()))))
}
