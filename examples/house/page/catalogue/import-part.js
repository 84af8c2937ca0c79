// A plan from a file or pasted: its columns are matched, its lines judged, and
// what comes of it is shown before it is sent.
import { columns, guessColumns, mostErrors, needed, readText, seatsFrom } from './import.js'
import { Preview } from './preview.js'
import { h, refresh } from '../frame/dom.js'
import { languageOf, t } from '../frame/words.js'

const shownRows = 5
const example = 'seat_number,seat_grade,price,section,row_label,seat_index\nA-1,R,150000,1F,A,1\nA-2,R,150000,1F,A,2'

export class ImportPart {
  text = ''
  seats = []
  errors = []

  constructor(hall) {
    this.hall = hall
    this.preview = new Preview()
    this.area = h('textarea', { id: 'cat-import', rows: 8, spellcheck: 'false', placeholder: example, 'aria-describedby': 'cat-import-help', oninput: () => this.later() })
    this.file = h('input', { id: 'cat-file', type: 'file', accept: '.csv,.tsv,.txt,.json,text/csv,application/json', onchange: () => this.load() })
    this.mapping = h('div', { class: 'cat-numbers' })
    this.faults = h('ul', { class: 'cat-faults' })
    this.sample = h('tbody')
    this.heads = h('tr')
    this.element = h('form', { class: 'panel cat-import', novalidate: true, onsubmit: (event) => this.submit(event) },
      h('p', { id: 'cat-import-help' }, () => t('cat.importHelp')),
      h('div', { class: 'fields' }, h('label', { for: 'cat-file' }, () => t('cat.file')), this.file),
      h('div', { class: 'fields' }, h('label', { for: 'cat-import' }, () => t('cat.paste')), this.area),
      h('fieldset', { hidden: () => !this.header?.length }, h('legend', {}, () => t('cat.columns')), this.mapping),
      h('section', { hidden: () => !this.errors.length }, h('h2', { class: 'cat-fault' }, h('span', { role: 'status' }, () => t('cat.lineErrors', this.errors.length))), this.faults),
      h('section', { hidden: () => !this.isReady() },
        h('h2', {}, h('span', { role: 'status' }, () => t('cat.readSeats', this.seats.length))),
        h('div', { class: 'table-frame', tabindex: 0, role: 'region', 'aria-label': () => t('cat.sample') }, h('table', {}, h('thead', {}, this.heads), this.sample)),
        this.preview.element),
      h('div', { class: 'cat-submit' },
        h('button', { class: 'primary', disabled: () => hall.isBusy || !this.isReady() }, () => t('cat.sendHall', this.isReady() ? this.seats.length : 0))))
  }

  close() {
    this.preview.close()
    clearTimeout(this.typing)
  }

  isReady = () => this.seats.length > 0 && !this.errors.length
  isDirty = () => this.area.value !== this.text

  async load() {
    const [file] = this.file.files
    if (!file) return
    this.area.value = await file.text()
    this.read()
  }

  later() {
    clearTimeout(this.typing)
    this.typing = setTimeout(() => this.read(), 200)
  }

  read() {
    this.table = readText(this.area.value)
    this.chosen = guessColumns(this.table.header)
    // The same columns keep what was chosen for them.
    if (JSON.stringify(this.header) !== JSON.stringify(this.table.header)) {
      this.header = this.table.header
      this.mapping.replaceChildren(...Object.keys(columns).map((column) => this.column(column)))
    }
    this.judge()
  }

  column(column) {
    const id = `cat-column-${column}`
    const select = h('select', { id, onchange: () => this.judge() },
      h('option', { value: -1 }, () => t('cat.noColumn')), this.header.map((name, at) => h('option', { value: at, lang: languageOf(name) }, name)))
    select.value = String(this.chosen[column])
    return h('div', { class: 'fields' },
      h('label', { for: id }, () => t(`cat.column_${column}`), needed.includes(column) ? h('span', { class: 'quiet' }, () => ` ${t('cat.needed')}`) : null), select)
  }

  judge() {
    const mapping = Object.fromEntries(Object.keys(columns).map((column) => [column, Number(this.mapping.querySelector(`#cat-column-${column}`)?.value ?? -1)]))
    const missing = this.table.rows.length ? needed.filter((column) => mapping[column] < 0) : []
    const { seats, errors } = missing.length ? { seats: [], errors: missing.map((column) => [1, 'cat.noSuchColumn', `cat.column_${column}`]) } : seatsFrom(this.table, mapping)
    Object.assign(this, { seats, errors })
    this.draw(Object.keys(mapping).filter((column) => mapping[column] >= 0))
  }

  draw(shown) {
    const words = ([line, key, ...values]) => `${t('cat.line', line)} ${t(key, ...values.map((value) => (String(value).startsWith('cat.column_') ? t(value) : value)))}`
    this.faults.replaceChildren(...this.errors.slice(0, mostErrors).map((error) => h('li', {}, () => words(error))),
      ...(this.errors.length > mostErrors ? [h('li', {}, () => t('cat.andMore', this.errors.length - mostErrors))] : []))
    this.heads.replaceChildren(...shown.map((column) => h('th', { scope: 'col' }, () => t(`cat.column_${column}`))))
    this.sample.replaceChildren(...this.seats.slice(0, shownRows).map((seat) => h('tr', {}, shown.map((column) =>
      h('td', { lang: languageOf(String(seat[column] ?? '')) }, String(seat[column] ?? ''))))))
    this.preview.show([this.isReady() ? this.seats : []])
    refresh(this.element)
  }

  async submit(event) {
    event.preventDefault()
    clearTimeout(this.typing)
    this.read()
    if (!this.isReady()) return
    if (await this.hall.send(this.seats)) this.text = this.area.value
  }
}
