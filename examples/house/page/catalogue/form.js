// A form over the columns of one row: it checks what a browser can check, sends
// what was changed, and says at its field what the database has refused.
import { Refusal } from '../frame/api.js'
import './catalogue.words.js'
import { localAt } from '../frame/clock.js'
import { h, refresh } from '../frame/dom.js'
import { languageOf, t } from '../frame/words.js'

export const largestInteger = 2147483647
const lettersOf = (text) => [...text].length

// -------- what is typed, as a value; a fault is thrown

class Fault extends Error {
  constructor(key, ...values) {
    super(key)
    this.words = () => t(key, ...values)
  }
}
export const fault = (key, ...values) => { throw new Fault(key, ...values) }

export function textValue(text, { required, max }) {
  const value = text.trim()
  if (!value && required) fault('cat.required')
  if (max && lettersOf(value) > max) fault('cat.tooLong', max, lettersOf(value))
  return value || null
}

export function numberValue(text, { required, least = 0, most = largestInteger, decimals }) {
  const value = text.trim().replace(/,(?=\d{3}(?!\d))/g, '')
  if (!value) return required ? fault('cat.required') : null
  if (!(decimals ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/).test(value)) fault(decimals ? 'cat.notNumber' : 'cat.notWhole')
  if (Number(value) < least || Number(value) > most) fault('cat.between', least, most)
  return Number(value)
}

const kinds = {
  text: { read: textValue },
  area: { read: textValue },
  address: {
    read: (text, field) => {
      const value = textValue(text, field)
      return !value || /^https?:\/\/\S+$/.test(value) ? value : fault('cat.notAddress')
    },
  },
  number: { read: numberValue },
  select: { read: textValue },
  date: { read: textValue },
  time: { read: textValue, write: (value) => value?.slice(0, 5) ?? '' },
  // The database reads a wall clock in a zone.
  moment: {
    read: (text, { zone }) => (text ? `${text.replace('T', ' ')} ${zone}` : null),
    write: (value, { zone }) => (value ? localAt(value, zone) : ''),
  },
  // An interval of whole minutes or hours; another one is shown as the database writes it.
  term: {
    read: (text, field) => {
      const number = numberValue(text, field)
      return number === null ? null : `${number} ${field.unit}`
    },
    write: (value, { unit }) => {
      const [all, days, hours, minutes] = /^(?:(\d+) days? ?)?(?:(\d+):(\d\d):00)?$/.exec(value ?? '') ?? []
      const inAll = Number(days ?? 0) * 1440 + Number(hours ?? 0) * 60 + Number(minutes ?? 0)
      return all === undefined ? value ?? '' : !all ? '' : String(unit === 'hours' ? inAll / 60 : inAll)
    },
  },
}

// -------- one field

const inputTypes = { date: 'date', time: 'time', moment: 'datetime-local' }

const optionOf = ([value, words]) => h('option', { value, lang: typeof words === 'string' ? languageOf(words) : null }, words)

// {name, label, kind, help, ...}: label and help are keys of texts; options of a
// select are [value, words()]; list are suggestions; part makes a field of several inputs: {element, input, raw(), read(), write(value)}.
class Field {
  constructor(form, options) {
    Object.assign(this, { kind: 'text' }, options)
    this.id = `cat-${form.prefix}${this.name}`
    this.part = options.part?.(this)
    this.input = this.part?.input ?? this.makeInput(() => form.typed(this))
    const describedBy = [this.help && `${this.id}-help`, `${this.id}-fault`].filter(Boolean).join(' ')
    this.input.setAttribute('aria-describedby', describedBy)
    this.element = h('div', { class: this.wide || this.part || this.kind === 'area' ? 'fields wide' : 'fields' },
      this.part ? this.part.element : this.labelled(),
      this.help && h('p', { class: 'quiet', id: `${this.id}-help` }, () => t(this.help)),
      h('p', { class: 'cat-fault', id: `${this.id}-fault`, hidden: () => !this.fault }, () => this.fault?.() ?? ''))
  }

  labelled() {
    if (this.kind === 'check') return [h('label', { class: 'check' }, this.input, h('span', {}, () => t(this.label)))]
    return [h('label', { for: this.id }, () => t(this.label), this.required ? h('span', { class: 'quiet' }, () => ` ${t('cat.needed')}`) : null),
      this.input, this.list && h('datalist', { id: `${this.id}-list` }, this.list.map((value) => h('option', { value })))]
  }

  makeInput(typed) {
    const shared = { id: this.id, oninput: typed, 'aria-required': this.required ? 'true' : null }
    if (this.kind === 'check') return h('input', { ...shared, type: 'checkbox' })
    if (this.kind === 'area') return h('textarea', { ...shared, rows: 4 })
    if (this.kind === 'select') return h('select', { ...shared, onchange: typed }, this.options.map(optionOf))
    const isNumber = this.kind === 'number' || this.kind === 'term'
    return h('input', {
      ...shared, type: inputTypes[this.kind] ?? 'text', autocomplete: 'off',
      inputmode: isNumber && !(this.least < 0) ? (this.decimals ? 'decimal' : 'numeric') : null,
      list: this.list ? `${this.id}-list` : null,
    })
  }

  choices(options) {
    this.input.replaceChildren(...options.map(optionOf))
  }

  raw() {
    if (this.part) return this.part.raw()
    return this.kind === 'check' ? this.input.checked : this.input.value
  }

  read() {
    if (this.part) return this.part.read()
    if (this.kind === 'check') return this.input.checked
    if (this.input.validity.badInput) fault('cat.notMoment')
    return kinds[this.kind].read(this.input.value, this)
  }

  write(value) {
    if (this.part) return this.part.write(value)
    if (this.kind === 'check') this.input.checked = Boolean(value)
    else this.input.value = kinds[this.kind].write?.(value, this) ?? String(value ?? '')
  }

  say(words) {
    this.fault = words
    if (words) this.input.setAttribute('aria-invalid', 'true')
    else this.input.removeAttribute('aria-invalid')
    refresh(this.element)
  }
}

// -------- the form

export class Form {
  isBusy = false

  // fields; row: what they begin with; action: the button's words; save(values, changed)
  // with all values and those that differ; element(fields, button) may arrange them.
  constructor(page, { fields, row = {}, action, save, prefix = '', onchange = () => {} }) {
    Object.assign(this, { page, save, prefix, onchange })
    this.fields = fields.map((options) => new Field(this, options))
    this.button = h('button', { class: 'primary', disabled: () => this.isBusy }, action)
    this.element = h('form', { class: 'cat-form', novalidate: true, onsubmit: (event) => this.submit(event) },
      h('div', { class: 'cat-fields' }, this.fields.map(({ element }) => element)),
      h('div', { class: 'cat-submit' }, this.button))
    this.begin(row)
  }

  field = (name) => this.fields.find((field) => field.name === name)
  raw = () => JSON.stringify(this.fields.map((field) => field.raw()))
  isDirty = () => this.raw() !== this.saved

  begin(row) {
    this.row = row
    for (const field of this.fields) {
      field.write(row[field.name])
      field.was = JSON.stringify(field.raw())
    }
    this.saved = this.raw()
  }

  typed(field) {
    if (field.fault) field.say(null)
    this.onchange(field)
  }

  // The values, or null: then each field that is wrong says so.
  values() {
    const values = {}
    for (const field of this.fields) {
      field.say(null)
      // What was not touched is not judged anew.
      try {
        values[field.name] = field.read()
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        if (JSON.stringify(field.raw()) !== field.was || field.required) field.say(error.words)
      }
    }
    const wrong = this.fields.filter((field) => field.fault)
    if (!wrong.length) return values
    this.point(wrong[0])
    return null
  }

  point(field) {
    field.input.focus()
    this.page.warn(() => `${t(field.label)}: ${field.fault?.() ?? ''}`)
  }

  async submit(event) {
    event.preventDefault()
    const values = !this.isBusy && this.values()
    if (!values) return
    const changed = Object.fromEntries(this.fields.filter((field) => JSON.stringify(field.raw()) !== field.was)
      .map(({ name }) => [name, values[name]]))
    this.busy(true)
    await this.page.attempt(() => this.send(values, changed))
    this.busy(false)
  }

  busy(isBusy) {
    this.isBusy = isBusy
    refresh(this.element)
  }

  async send(values, changed) {
    try {
      await this.save(values, changed)
    } catch (error) {
      const named = error instanceof Refusal && refusedField(error, values)
      const field = named && this.field(named.name)
      if (!field) throw error
      field.say(() => t(named.key, ...named.values ?? []))
      this.point(field)
    }
  }
}

// -------- which field a refusal is about

const constraints = {
  chk_concerts_running_time: ['running_time', 'cat.moreThanNothing'],
  concerts_venue_id_fkey: ['venue_id', 'cat.venueGone'],
  unique_concert_schedule: ['concert_time', 'cat.twice'],
  chk_concert_schedules_window: ['booking_closes_at', 'cat.closesFirst'],
  chk_concert_schedules_max_seats: ['max_seats_per_booker', 'cat.moreThanNothing'],
  chk_concert_schedules_hold_bounds: ['hold_duration', 'cat.holdBounds'],
  chk_concert_schedules_cancel_bounds: ['cancel_until', 'cat.cancelBounds'],
  chk_concert_schedules_payment_bounds: ['payment_window', 'cat.holdBounds'],
  unique_price_type_concert: ['code', 'cat.codeTaken'],
  unique_price_type_schedule: ['code', 'cat.codeTaken'],
  chk_price_types_code: ['code', 'cat.required'],
  chk_price_types_percent: ['rate', 'cat.percentBounds'],
  chk_price_types_amount: ['rate', 'cat.notNegative'],
  chk_price_types_max: ['max_per_booking', 'cat.moreThanNothing'],
  chk_price_types_window: ['sale_until', 'cat.closesFirst'],
  chk_seats_price: ['price', 'cat.notNegative'],
}

function refusedField({ code, message, details, reason }, values) {
  const constraint = constraints[/constraint "(\w+)"/.exec(message)?.[1]]
  if (constraint) return { name: constraint[0], key: constraint[1] }
  if (code === '23502') return { name: /column "(\w+)"/.exec(message)?.[1], key: 'cat.required' }
  if (message === 'time zone is not known') return { name: 'timezone', key: 'cat.unknownZone' }
  if (reason === 'has_bookings') return { name: 'concert_date', key: 'cat.hasBookings' }
  if (code === '22023') return { name: /argument is "(\w+)"/.exec(details)?.[1], key: 'cat.wrongValue' }
  if (code === '22001') return tooLong(message, values)
  // The value that could not be read is named by what it was.
  const value = /(?:: |^value )"(.*)"/s.exec(message)?.[1]
  const [name] = Object.entries(values).find(([, sent]) => sent !== null && String(sent) === value) ?? []
  return name && { name, key: 'cat.wrongValue' }
}

function tooLong(message, values) {
  const limit = Number(/\((\d+)\)/.exec(message)?.[1])
  const [name] = Object.entries(values).find(([, sent]) => typeof sent === 'string' && lettersOf(sent) > limit) ?? []
  return name && { name, key: 'cat.tooLongAtAll', values: [limit] }
}
