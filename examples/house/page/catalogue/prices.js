// Prices: of the grades of one performance or of all of a concert, and the price
// types (children, seniors) that take something off.
import * as api from './api.js'
import { Form } from './form.js'
import { h } from '../frame/dom.js'
import { dayAndTime, languageOf, price, t } from '../frame/words.js'
import { ask } from './unsaved.js'
import { heading, steps, titleOf, viewOf } from './view.js'

export const open = (page, [concertId, scheduleId]) => viewOf(page, async (view) => {
  const [concert, schedules] = await Promise.all([api.concert(concertId), api.schedulesOf(concertId)])
  await new Prices(page, view, concert, schedules, schedules.find(({ id }) => id === scheduleId)).draw()
})

class Prices {
  forms = []

  constructor(page, view, concert, schedules, schedule) {
    Object.assign(this, { page, view, concert, schedules, schedule })
    this.zone = concert.venues.timezone
    this.grades = h('div', { class: 'cat-grades' })
    this.types = h('ul', { class: 'cat-list' })
    this.editing = h('div')
  }

  async draw() {
    const { view, concert, schedule } = this
    view.isDirty = () => this.forms.some((form) => form.isDirty()) || Boolean(this.typeForm?.isDirty())
    view.show(
      heading(() => t('cat.step_prices'), ' › ', titleOf(concert), schedule ? h('span', {}, () => ` › ${dayAndTime(schedule.starts_at, this.zone)}`) : ''),
      steps(concert, schedule?.id, 'prices'),
      this.chooser(),
      h('section', { class: 'panel', hidden: !schedule }, h('h2', {}, () => t('cat.gradePrices')), h('p', { class: 'quiet' }, () => t('cat.gradeHelp')), this.grades),
      h('section', { class: 'panel' }, h('h2', {}, () => t('cat.priceTypes')), h('p', { class: 'quiet' }, () => t('cat.typesHelp')), this.types, this.editing))
    await Promise.all([schedule && this.readGrades(), this.readTypes()])
  }

  chooser() {
    const here = this.schedule?.id ?? ''
    const select = h('select', { id: 'cat-performance', onchange: () => {
      const go = (id) => this.page.go(`#/catalogue/prices/${this.concert.id}${id && `/${id}`}`)
      const wanted = select.value
      if (!this.view.isDirty()) return go(wanted)
      select.value = here
      ask(() => t('cat.unsaved'), () => t('cat.leave'), () => go(wanted))
    } },
      h('option', { value: '' }, () => t('cat.wholeConcert')),
      this.schedules.map((one) => h('option', { value: one.id }, () => dayAndTime(one.starts_at, this.zone))))
    select.value = here
    return h('div', { class: 'fields cat-performance' }, h('label', { for: 'cat-performance' }, () => t('cat.performance')), select)
  }

  // -------- grades

  async readGrades() {
    const grades = await api.gradesOf(this.schedule.id)
    this.forms = grades.map((grade, at) => this.gradeForm(grade, at))
    this.grades.replaceChildren(...this.forms.map(({ element }, at) => h('div', { role: 'group', 'aria-label': () => t('cat.gradeForm', at + 1) }, element)),
      grades.length ? '' : h('p', {}, h('a', { href: `#/catalogue/hall/${this.schedule.id}` }, () => t('cat.noHall'))))
  }

  gradeForm(grade, at) {
    const form = new Form(this.page, {
      prefix: `grade-${at}-`,
      fields: [
        { name: 'seat_grade', label: 'cat.column_seat_grade', required: true, max: 20 },
        { name: 'price', label: 'cat.column_price', kind: 'number', required: true },
        { name: 'everywhere', label: 'cat.everywhere', kind: 'check' },
      ],
      row: grade,
      action: () => t('cat.changeGrade', grade.seat_count),
      save: ({ everywhere, ...values }) => this.changeGrade(grade, values, everywhere),
    })
    form.element.classList.add('cat-grade')
    return form
  }

  async changeGrade(grade, values, everywhere) {
    const ids = everywhere ? this.schedules.map(({ id }) => id) : [this.schedule.id]
    const count = await api.changeGrade(ids, grade, values)
    await this.readGrades()
    this.page.say(() => t('cat.gradeChanged', count))
  }

  // -------- price types

  async readTypes() {
    const types = await api.priceTypes(this.concert.id, this.schedule?.id)
    this.types.replaceChildren(...types.map((type) => this.typeRow(type, types)),
      types.length ? '' : h('li', { class: 'quiet' }, () => t('cat.noTypes')))
    this.edit()
  }

  typeRow(type, types) {
    const isHidden = type.concert_id && types.some((other) => other.concert_schedule_id && other.code === type.code)
    const facts = () => [
      type.percent_off !== null ? t('cat.percentOff', type.percent_off) : t('cat.amountOff', price(type.amount_off)),
      type.concert_id ? t('cat.ofConcert') : t('cat.ofPerformance'),
      type.max_per_booking && t('cat.perBooking', type.max_per_booking),
      type.sale_from && t('cat.fromThen', dayAndTime(type.sale_from, this.zone)),
      type.sale_until && t('cat.untilThen', dayAndTime(type.sale_until, this.zone)),
      isHidden && t('cat.hiddenType'),
    ].filter(Boolean).join(' · ')
    return h('li', { class: 'cat-row cat-type' },
      h('div', {},
        h('p', {}, h('strong', { lang: languageOf(type.name) }, type.name), ' ', h('code', { lang: languageOf(type.code) }, type.code)),
        h('p', { class: 'quiet' }, facts)),
      h('div', { class: 'actions' },
        this.typeButton(type, 'change', () => this.edit(type).field('name').input.focus()),
        this.typeButton(type, 'delete', () => this.remove(type))))
  }

  // Read aloud with what it is about.
  typeButton({ code }, name, onclick) {
    return h('button', { type: 'button', class: `cat-${name}`, onclick }, () => t(`cat.${name}`),
      h('span', { class: 'visually-hidden', lang: languageOf(code) }, ` ${code}`))
  }

  // A new one, or one that is there.
  edit(type) {
    const row = type ? {
      ...type, place: type.concert_id ? 'concert' : 'performance',
      kind: type.percent_off === null ? 'amount' : 'percent', rate: type.percent_off ?? type.amount_off,
    } : { kind: 'percent', place: 'concert' }
    const places = [['concert', () => t('cat.ofConcert')], ...(this.schedule ? [['performance', () => t('cat.ofPerformance')]] : [])]
    const form = new Form(this.page, {
      prefix: 'type-',
      fields: [
        { name: 'name', label: 'cat.typeName', required: true, max: 100, help: 'cat.typeNameHelp' },
        { name: 'code', label: 'cat.typeCode', required: true, max: 50, help: 'cat.typeCodeHelp' },
        { name: 'kind', label: 'cat.typeKind', kind: 'select', required: true, options: [['percent', () => t('cat.percent')], ['amount', () => t('cat.amount')]] },
        { name: 'rate', label: 'cat.rate', kind: 'number', required: true },
        { name: 'place', label: 'cat.place', kind: 'select', required: true, options: places },
        { name: 'max_per_booking', label: 'cat.maxPerBooking', kind: 'number', least: 1, most: 32767 },
        { name: 'sale_from', label: 'cat.saleFrom', kind: 'moment', zone: this.zone },
        { name: 'sale_until', label: 'cat.saleUntil', kind: 'moment', zone: this.zone },
      ],
      row,
      action: () => t(type ? 'cat.save' : 'cat.makeType'),
      save: (values) => this.saveType(type, values),
    })
    this.typeForm = form
    this.editing.replaceChildren(
      h('div', { class: 'cat-edit-head' }, h('h3', {}, type ? () => t('cat.changeType', type.code) : () => t('cat.newType')),
        type ? h('button', { type: 'button', onclick: () => this.edit() }, () => t('cat.newInstead')) : ''),
      form.element)
    return form
  }

  async saveType(type, { kind, rate, place, ...values }) {
    const row = {
      ...values,
      percent_off: kind === 'percent' ? rate : null, amount_off: kind === 'amount' ? rate : null,
      concert_id: place === 'concert' ? this.concert.id : null,
      concert_schedule_id: place === 'performance' ? this.schedule.id : null,
    }
    if (type) await api.change('price_types', type, row)
    else await api.add('price_types', row)
    await this.readTypes()
    this.page.say(() => t(type ? 'cat.saved' : 'cat.typeMade', values.code))
  }

  remove(type) {
    ask(() => t('cat.deleteType', type.code), () => t('cat.delete'), () => this.page.attempt(async () => {
      await api.removePriceType(type.id)
      await this.readTypes()
      this.page.say(() => t('cat.typeDeleted', type.code))
    }))
  }
}
