// Money at the counter: cash or card, and the number of the receipt, by which the
// ledger counts it once.
import { field } from './asking.js'
import { h } from '../frame/dom.js'
import { t } from '../frame/words.js'

let made = 0

// changed(): another one was chosen.
export function methodField(methods = ['cash', 'card'], changed = () => {}) {
  const name = `desk-method-${++made}`
  let chosen = methods[0]
  const choice = (method) => h('label', { class: 'desk-method' },
    h('input', { type: 'radio', name, value: method, checked: method === chosen, onchange: () => {
      chosen = method
      changed()
    } }), h('span', {}, () => t(`desk_${method}`)))
  return {
    element: h('fieldset', { class: 'desk-methods' }, h('legend', {}, () => t('deskHow')), methods.map(choice)),
    value: () => chosen,
  }
}

export const receiptField = () => field('deskReceipt', { maxlength: 100, autocomplete: 'off', spellcheck: 'false' })

// Without a number of its own it has that of the booking: entered twice, it counts once.
export const referenceOf = (input, number) => input.value.trim() || `desk ${number}`
