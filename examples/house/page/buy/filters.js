// The filters of the list: beside each other where there is room, behind one button
// on a phone. Each change is asked at once.
import { h, refresh } from '../frame/dom.js'
import { languageOf, t } from '../frame/words.js'
import { amount, datesText, genreName, genres, highestPrice, regionName, regions } from './question.js'

const phone = matchMedia('(max-width: 760px)')

// question() is what is asked now, change(part) asks anew; count() says how many there are.
export class Filters {
  constructor({ question, change, count }) {
    Object.assign(this, { question, change })
    this.genre = this.choice('genre', 'anyGenre', genres, genreName)
    this.region = this.choice('region', 'anyRegion', regions, regionName)
    this.form = h('form', { class: 'filters', 'aria-label': () => t('list_filters'), onsubmit: (event) => event.preventDefault() },
      this.genre, this.dates(), this.region,
      h('div', { class: 'field-pair' }, this.amount('low', 'lowPrice'), this.amount('high', 'highPrice')),
      h('label', { class: 'check' },
        h('input', { type: 'checkbox', checked: () => question().sale, onchange: ({ target }) => change({ sale: target.checked }) }),
        h('span', {}, () => t('onSaleOnly'))))
    this.beside = h('div', { class: 'beside' })
    this.sheet = h('dialog', { class: 'sheet', 'aria-labelledby': 'filters-title',
      onclick: (event) => event.target === this.sheet && this.sheet.close() },
    this.body = h('div', { class: 'sheet-body' },
      h('h2', { id: 'filters-title' }, () => t('list_filters')),
      h('button', { type: 'button', class: 'primary', onclick: () => this.sheet.close() }, () => `${t('showConcerts')} · ${count()}`)))
    this.element = h('div', {}, this.beside, this.sheet)
    this.place = () => this.putForm()
    phone.addEventListener('change', this.place)
    this.place()
    this.refresh()
  }

  open() {
    this.sheet.showModal()
  }

  putForm() {
    this.sheet.close()
    if (phone.matches) this.body.lastChild.before(this.form)
    else this.beside.append(this.form)
  }

  choice(name, any, values, nameOf) {
    const select = h('select', { id: `filter-${name}`, value: () => this.question()[name], onchange: () => this.change({ [name]: select.value }) },
      h('option', { value: '' }, () => t(any)))
    this.options ??= {}
    this.options[name] = (value) => {
      if ([...select.options].some((option) => option.value === value)) return
      const isKnown = values.includes(value)
      select.append(h('option', { value, lang: isKnown ? null : languageOf(value) }, () => nameOf(value)))
    }
    values.forEach(this.options[name])
    return h('div', { class: 'field' }, h('label', { for: `filter-${name}` }, () => t(`list_${name}`)), select)
  }

  // Also what an address asks for, and what the concerts have.
  knowGenres(concerts) {
    concerts.map(({ genre }) => genre).filter(Boolean).forEach(this.options.genre)
    refresh(this.form)
  }

  dates() {
    return h('div', { class: 'field' },
      h('span', { id: 'filter-dates', class: 'label' }, () => t('list_dates')),
      h('button', { type: 'button', id: 'filter-dates-button', 'aria-haspopup': 'dialog', 'aria-labelledby': 'filter-dates filter-dates-button',
        onclick: () => this.chooseDates() }, () => {
        const { from, to } = this.question()
        return from || to ? datesText({ from, to }) : t('anyDates')
      }))
  }

  async chooseDates() {
    const { chooseDates } = await import('./dates.js')
    const { from, to } = this.question()
    chooseDates(this.element, { from, to }, this.change)
  }

  amount(name, label) {
    const input = h('input', {
      type: 'number', id: `filter-${name}`, min: 0, max: highestPrice, step: 10000, inputmode: 'numeric',
      placeholder: () => t('list_anyPrice'), value: () => this.question()[name] ?? '',
      onchange: () => this.change({ [name]: amount(input.value) }),
    })
    return h('div', { class: 'field' }, h('label', { for: `filter-${name}` }, () => t(label)), input)
  }

  refresh() {
    const { genre, region } = this.question()
    if (genre) this.options.genre(genre)
    if (region) this.options.region(region)
    refresh(this.element)
  }

  close() {
    phone.removeEventListener('change', this.place)
  }
}
