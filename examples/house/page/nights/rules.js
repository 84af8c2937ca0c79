// The rules of a performance's sale, as a form: only what was changed is written, and
// only over what it was. Times are the venue's: the database is sent them with the zone.
import * as api from './api.js'
import { ladderField } from './ladder.js'
import './rules.words.js'
import { localAt } from '../frame/clock.js'
import { h, refresh } from '../frame/dom.js'
import { t } from '../frame/words.js'

const units = { minute: 1, hour: 60, day: 1440 }

// '00:10:00', '2 days' as [amount, unit]; null: it is no number of one of the units.
function durationOf(text) {
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = text?.match(/^(?:(\d+) days?)? ?(?:(\d+):(\d\d):(\d\d))?$/) ?? [null, 0, 0, 0, 1]
  const total = Number(days) * 1440 + Number(hours) * 60 + Number(minutes)
  if (Number(seconds)) return null
  if (Number(days) && !(total % 1440)) return [total / 1440, 'day']
  return total && !(total % 60) ? [total / 60, 'hour'] : [total, 'minute']
}

// What refuses a column, by the words of PostgreSQL.
const faults = [
  [/chk_concert_schedules_window/, 'booking_closes_at', 'nightFaultWindow'],
  [/chk_concert_schedules_hold/, 'hold_duration', 'nightFaultHold'],
  [/chk_concert_schedules_payment/, 'payment_window', 'nightFaultHold'],
  [/chk_concert_schedules_cancel/, 'cancel_until', 'nightFaultCancel'],
  [/chk_concert_schedules_max_seats|smallint/, 'max_seats_per_booker', 'nightFaultLimit'],
  [/argument has an invalid value/, 'refund_ladder', 'nightFaultLadder'],
]

export function rulesView(page, night) {
  const form = new Rules(page, night)
  return { element: form.element, ready: undefined }
}

class Rules {
  constructor(page, night) {
    Object.assign(this, { page, night })
    this.fields = {
      is_booking_open: this.check('is_booking_open'),
      booking_opens_at: this.instant('booking_opens_at'),
      booking_closes_at: this.instant('booking_closes_at'),
      max_seats_per_booker: this.limit('max_seats_per_booker'),
      hold_duration: this.duration('hold_duration', 'nightUsualHold'),
      payment_required: this.check('payment_required'),
      payment_window: this.duration('payment_window', 'nightUsualPayment'),
      cancel_until: this.duration('cancel_until', 'nightUsualCancel'),
      refund_ladder: ladderField(),
    }
    this.conflict = h('p', { class: 'night-warning', role: 'alert', hidden: true }, () => t('nightRulesChanged'))
    this.button = h('button', { class: 'primary' }, () => t('nightSave'))
    const part = (heading, ...names) => h('fieldset', { class: 'panel' }, h('legend', {}, () => t(heading)), names.map((name) => this.fields[name].element))
    this.element = h('form', { class: 'night-rules', novalidate: true, onsubmit: (event) => {
      event.preventDefault()
      this.save()
    } },
    part('nightRulesSale', 'is_booking_open', 'booking_opens_at', 'booking_closes_at', 'max_seats_per_booker'),
    part('nightRulesHold', 'hold_duration', 'payment_required', 'payment_window'),
    part('nightRulesCancel', 'cancel_until', 'refund_ladder'), this.conflict, this.button)
    for (const [name, field] of Object.entries(this.fields)) {
      field.fault = h('p', { class: 'fault', id: `night-fault-${name}` }, () => (field.faultKey ? t(field.faultKey) : ''))
      field.element.append(field.fault)
    }
    this.fill()
  }

  // -------- fields: each has element, inputs, show(column's value) and read()

  check(name) {
    const input = h('input', { type: 'checkbox', id: `night-${name}` })
    return {
      inputs: [input],
      element: h('div', {}, h('label', { class: 'check' }, input, h('span', {}, () => t(`night_${name}`)))),
      show: (value) => { input.checked = value },
      read: () => input.checked,
    }
  }

  labelled(name, input, help, ...more) {
    return h('div', { class: 'fields' }, h('label', { for: input.id }, () => t(`night_${name}`)),
      h('div', { class: 'row' }, input, more), h('p', { class: 'quiet', id: `${input.id}-help` }, () => t(help, this.night.zone)))
  }

  instant(name) {
    const input = h('input', { type: 'datetime-local', id: `night-${name}`, max: '9999-12-31T23:59', 'aria-describedby': `night-${name}-help night-fault-${name}` })
    return {
      inputs: [input],
      element: this.labelled(name, input, `night_${name}_help`),
      show: (value) => { input.value = value ? localAt(value, this.night.zone) : '' },
      read: () => (input.value ? `${input.value.replace('T', ' ')} ${this.night.zone}` : null),
    }
  }

  limit(name) {
    const input = h('input', { type: 'number', min: 1, step: 1, inputmode: 'numeric', id: `night-${name}`, 'aria-describedby': `night-${name}-help night-fault-${name}` })
    return {
      inputs: [input],
      element: this.labelled(name, input, `night_${name}_help`),
      show: (value) => { input.value = value ?? '' },
      read: () => (input.value ? Number(input.value) : null),
    }
  }

  duration(name, help) {
    const input = h('input', { type: 'number', min: 0, step: 1, inputmode: 'numeric', id: `night-${name}`, 'aria-describedby': `night-${name}-help night-fault-${name}` })
    const unit = h('select', { 'aria-label': () => t('nightUnit', t(`night_${name}`)) },
      Object.keys(units).map((one) => h('option', { value: one }, () => t(`night_${one}`))))
    let other = null
    return {
      inputs: [input, unit],
      element: this.labelled(name, input, help, unit),
      show(value) {
        const [amount, of] = (value && durationOf(value)) ?? ['', 'minute']
        // Neither minutes nor hours nor days: it stays as it is until a number is entered.
        other = value && amount === '' ? value : null
        input.placeholder = other ?? ''
        input.value = amount
        unit.value = of
      },
      read: () => (input.value ? `${input.value} ${unit.value}s` : other),
    }
  }

  // -------- what was there, what is written

  fill() {
    for (const [name, field] of Object.entries(this.fields)) field.show(this.night[name])
    this.was = this.read()
  }

  read = () => Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, field.read()]))

  blame(name, key) {
    const field = this.fields[name]
    field.faultKey = key
    refresh(field.fault)
    const input = field.wrong?.() ?? field.inputs[0]
    input.setAttribute('aria-invalid', 'true')
    input.focus()
  }

  forgive() {
    this.conflict.hidden = true
    for (const field of Object.values(this.fields)) {
      field.faultKey = null
      refresh(field.fault)
      for (const input of field.inputs) input.removeAttribute('aria-invalid')
    }
  }

  // What is no number or no date reads as if nothing were entered.
  unreadable() {
    return Object.entries(this.fields).find(([, { inputs }]) => inputs.some(({ validity }) => validity?.badInput))?.[0]
  }

  async save() {
    if (this.button.disabled) return
    this.forgive()
    const unreadable = this.unreadable()
    if (unreadable) return this.blame(unreadable, 'nightFaultUnreadable')
    const fault = this.fields.refund_ladder.check()
    if (fault) return this.blame('refund_ladder', fault)
    const now = this.read()
    const changed = Object.fromEntries(Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(this.was[name])))
    if (!Object.keys(changed).length) return this.page.say(() => t('nightNothingChanged'))
    this.button.disabled = true
    await this.page.attempt(() => this.write(changed))
    this.button.disabled = false
  }

  async write(changed) {
    const [row] = await api.changeRules(this.night.id, this.night, changed).catch((refusal) => {
      const fault = faults.find(([words]) => words.test(refusal.message))
      if (!fault) throw refusal
      this.blame(fault[1], fault[2])
      return [null]
    })
    if (row === null) return
    Object.assign(this.night, row ?? await api.night(this.night.id))
    this.fill()
    refresh(this.element.closest('.night'))
    if (row) this.page.say(() => t('nightSaved'))
    else this.conflict.hidden = false
  }
}
