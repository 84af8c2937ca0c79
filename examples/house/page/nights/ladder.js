// What of the price comes back, by the hours left to the start: steps of hours and per
// cent, and what the house keeps of each seat.
import './rules.words.js'
import { h, refresh } from '../frame/dom.js'
import { t } from '../frame/words.js'

let made = 0

export function ladderField() {
  const uses = h('input', { type: 'checkbox', id: 'night-ladder', onchange: () => {
    if (uses.checked && !steps.children.length) add()
    refresh(element)
  } })
  const steps = h('ul', { class: 'ladder' })
  const fee = h('input', { type: 'number', min: 0, step: 100, inputmode: 'numeric', id: 'night-fee', 'aria-describedby': 'night-fault-refund_ladder' })
  const element = h('div', {},
    h('label', { class: 'check' }, uses, h('span', {}, () => t('nightLadder'))),
    h('p', { class: 'quiet' }, () => t(uses.checked ? 'nightLadderHelp' : 'nightLadderNone')),
    h('div', { class: 'ladder-steps', hidden: () => !uses.checked }, steps,
      h('button', { type: 'button', onclick: () => add().focus() }, () => t('nightAddStep')),
      h('div', { class: 'fields' }, h('label', { for: 'night-fee' }, () => t('nightFee')), fee)))

  function add(hours = '', percent = '') {
    const number = (key, max) => h('input', { type: 'number', min: 0, max, step: 1, inputmode: 'numeric', required: true, id: `night-step-${made++}`,
      'aria-label': () => t(key), 'aria-describedby': 'night-fault-refund_ladder' })
    const [from, back] = [number('nightStepHours', 876000), number('nightStepPercent', 100)]
    from.value = hours
    back.value = percent
    const row = h('li', {}, from, h('span', {}, () => t('nightHoursLeft')), back, h('span', {}, () => t('nightPercentBack')),
      h('button', { type: 'button', class: 'icon', 'aria-label': () => t('nightRemoveStep'), onclick: () => {
        row.remove()
        uses.focus()
      } }, '×'))
    steps.append(row)
    return from
  }

  const read = () => [...steps.children].map((row) => [...row.querySelectorAll('input')])
  // Of the steps the first input that is at fault, and what it is.
  function faultOf() {
    if (!uses.checked) return null
    const rows = read().sort(([one], [other]) => one.value - other.value)
    if (!rows.length) return [uses, 'nightFaultNoStep']
    const empty = rows.flat().find(({ value, validity }) => value === '' || !validity.valid)
    if (empty) return [empty, 'nightFaultStep']
    const at = rows.findIndex(([hours], n) => n && hours.value === rows[n - 1][0].value)
    if (at > 0) return [rows[at][0], 'nightFaultHours']
    const less = rows.findIndex(([, percent], n) => n && Number(percent.value) < Number(rows[n - 1][1].value))
    if (less > 0) return [rows[less][1], 'nightFaultPercent']
    return fee.validity.rangeUnderflow ? [fee, 'nightFaultFee'] : null
  }

  return {
    get inputs() { return [uses, fee, ...read().flat()] },
    element,
    show(ladder) {
      uses.checked = Boolean(ladder)
      steps.replaceChildren()
      for (const { hours, percent } of ladder?.steps ?? []) add(hours, percent)
      fee.value = ladder?.fee ?? ''
      refresh(element)
    },
    check: () => faultOf()?.[1] ?? null,
    wrong: () => faultOf()?.[0],
    read: () => (uses.checked ? {
      steps: read().map(([hours, percent]) => ({ hours: Number(hours.value), percent: Number(percent.value) })),
      ...(fee.value && { fee: Number(fee.value) }),
    } : null),
  }
}
