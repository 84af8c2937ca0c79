// The rules of a performance's sale as fields: opening, limits, terms, refunds.
import { fault, numberValue } from './form.js'
import { h, refresh } from '../frame/dom.js'
import { t } from '../frame/words.js'

const longest = { year: 525600, century: 876000 }

// What many performances and one have alike.
export const terms = (zone) => [
  { name: 'booking_opens_at', label: 'cat.opensAt', kind: 'moment', zone, help: 'cat.opensAtHelp' },
  { name: 'max_seats_per_booker', label: 'cat.limit', kind: 'number', least: 1, most: 32767, help: 'cat.limitHelp' },
  { name: 'hold_duration', label: 'cat.holdDuration', kind: 'term', unit: 'minutes', least: 1, most: longest.year, help: 'cat.holdHelp' },
  { name: 'cancel_until', label: 'cat.cancelUntil', kind: 'term', unit: 'hours', least: 0, most: longest.century, help: 'cat.cancelHelp' },
  { name: 'payment_required', label: 'cat.paymentRequired', kind: 'check', wide: true, help: 'cat.paymentHelp' },
  { name: 'payment_window', label: 'cat.paymentWindow', kind: 'term', unit: 'minutes', least: 1, most: longest.year, help: 'cat.windowHelp' },
  { name: 'refund_ladder', label: 'cat.ladder', part: ladder },
]

// The longest time first. A longer one cannot bring less, and each stands there once.
function inOrder(steps) {
  const sorted = steps.toSorted((a, b) => b.hours - a.hours)
  sorted.slice(1).forEach(({ hours, percent }, at) => {
    if (hours === sorted[at].hours) fault('cat.hoursTwice')
    if (percent > sorted[at].percent) fault('cat.lessForLonger')
  })
  return sorted
}

// What comes back of the price, by the hours left: as many steps as there are, and a fee.
function ladder(field) {
  const list = h('ul', { class: 'cat-ladder' })
  const add = h('button', { type: 'button', onclick: () => addStep('', '').focus() }, () => t('cat.addStep'))
  const fee = h('input', { id: `${field.id}-fee`, inputmode: 'numeric', autocomplete: 'off' })
  const element = h('fieldset', {}, h('legend', {}, () => t('cat.ladder')), h('p', { class: 'quiet' }, () => t('cat.ladderHelp')), list,
    h('div', { class: 'cat-fee' }, add, h('label', { for: fee.id }, () => t('cat.fee')), fee))

  function addStep(hours, percent) {
    const input = (key, value) => h('input', { inputmode: 'numeric', autocomplete: 'off', value, 'aria-label': () => t(key) })
    const first = input('cat.stepHours', hours)
    const item = h('li', {}, first, h('span', {}, () => t('cat.stepHoursUnit')), input('cat.stepPercent', percent), h('span', {}, () => t('cat.stepPercentUnit')),
      h('button', { type: 'button', class: 'icon', 'aria-label': () => t('cat.removeStep'), onclick: () => { item.remove(); add.focus() } }, '×'))
    list.append(item)
    return first
  }

  const raw = () => [[...list.children].map((item) => [...item.querySelectorAll('input')].map(({ value }) => value.trim())), fee.value.trim()]
  return {
    element, input: fee, raw,
    read() {
      const [steps, kept] = raw()
      if (!steps.length) return kept ? fault('cat.feeAlone') : null
      return {
        steps: inOrder(steps.map(([hours, percent]) => ({
          hours: numberValue(hours, { required: true, most: longest.century }), percent: numberValue(percent, { required: true, most: 100 }),
        }))),
        ...(kept && { fee: numberValue(kept, { most: 1000000000 }) }),
      }
    },
    write(value) {
      list.replaceChildren()
      for (const { hours, percent } of value?.steps ?? []) addStep(hours, percent)
      fee.value = value?.fee ?? ''
      refresh(element)
    },
  }
}
