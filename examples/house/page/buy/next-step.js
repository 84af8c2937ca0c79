// The bar at the bottom of a phone: what is chosen, what it costs, how long it is
// held, and the next step. On a larger window the panel beside the plan says all that.
import { h, refresh } from '../frame/dom.js'
import { countdown, price, t } from '../frame/words.js'

// What each step says and does; prepared and shown by the sale's view.
const steps = {
  choosing: {
    sum: ({ sale }) => (sale.selected.size ? t('selectedSum', sale.selected.size) : t('holdNone')),
    amount: ({ sale }) => (sale.selected.size ? price(sale.selection().reduce((sum, seat) => sum + seat.price, 0)) : ''),
    label: ({ sale }) => (sale.selected.size ? 'nextHold' : 'nextFind'),
    act: (view) => (view.sale.selected.size ? view.page.attempt(() => view.sale.hold()) : reach(view, 'form.best input')),
  },
  holding: {
    sum: ({ sale }) => t('heldSum', sale.held.length),
    amount: ({ sale }) => price(sale.total()),
    label: () => 'nextBook',
    act: (view) => reach(view, view.panel.querySelector('form :invalid') ? 'form :invalid' : 'form button'),
  },
  paying: {
    sum: () => t('rest'),
    amount: ({ sale }) => price(sale.payment ? sale.toPay() : 0),
    label: () => 'nextPay',
    act: (view) => view.page.attempt(() => view.sale.pay()),
  },
}

export function nextStep(view) {
  const { sale } = view
  const now = () => steps[view.stage()]
  const isOver = () => !now() || !sale.seats.length || (sale.payment && sale.payment.status !== 'pending')
  const left = h('span', { class: 'next-time', 'aria-hidden': 'true', hidden: true })
  const bar = h('section', { class: 'next-step', 'aria-label': () => t('nextStep'), hidden: () => Boolean(isOver()) },
    h('p', {}, h('span', {}, () => now()?.sum(view)), h('strong', {}, () => now()?.amount(view))), left,
    h('button', { type: 'button', class: 'primary', disabled: () => Boolean(sale.busy), onclick: () => now().act(view) },
      () => now() && t(now().label(view))))
  return {
    element: bar,
    refresh: () => {
      if (!sale.held.length && !sale.payment) left.hidden = true
      refresh(bar)
    },
    tick: (seconds) => {
      left.hidden = false
      left.textContent = countdown(seconds)
    },
  }
}

// Scrolls to the part of the panel, which the bar does not cover, and goes there.
function reach(view, selector) {
  const field = view.panel.querySelector(selector)
  field.scrollIntoView({ block: 'center' })
  field.focus({ preventScroll: true })
}
