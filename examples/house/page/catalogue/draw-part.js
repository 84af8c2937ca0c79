// A hall drawn from blocks: a list of forms that the keyboard does all with, and
// beside it the picture, in which the mouse can move a block.
import { faultsOf, isAisles, isFirstLabel, mostRows, mostSeats, newBlock, seatsOf } from './draw.js'
import { fault, numberValue, textValue } from './form.js'
import { Preview } from './preview.js'
import { h, refresh } from '../frame/dom.js'
import { t } from '../frame/words.js'

const number = (options) => (text) => numberValue(text, { required: true, ...options })
const place = number({ least: -2000, most: 2000, decimals: true })

// What a block has: how it is read, and where help is written.
const inputs = {
  section: { read: (text) => textValue(text, { max: 17 }) ?? '' },
  seat_grade: { read: (text) => textValue(text, { required: true, max: 20 }) },
  price: { read: number({}), mode: 'numeric' },
  rows: { read: number({ least: 1, most: mostRows }), mode: 'numeric' },
  seats: { read: number({ least: 1, most: mostRows }), mode: 'numeric' },
  first_label: { read: (text) => (isFirstLabel(text.trim()) ? text.trim() : fault('cat.notLabel')) },
  first_seat: { read: number({ most: 1000000 }), mode: 'numeric' },
  aisles: { read: (text) => (isAisles(text) ? text : fault('cat.notAisles')), help: true },
  arc: { read: number({ most: 180 }), mode: 'numeric', help: true },
  x: { read: place },
  y: { read: place },
  turn: { read: number({ least: -180, most: 180 }) },
}

const presets = {
  plain: [{ section: '', rows: '10', seats: '20', aisles: '10' }],
  theatre: [
    { section: '1F', rows: '12', seats: '24', aisles: '6, 18', arc: '40' },
    { section: '2F', rows: '5', seats: '28', aisles: '7, 21', arc: '45', y: '20' }],
  arena: [
    { section: 'F', rows: '10', seats: '20', aisles: '10' },
    { section: 'W', rows: '6', seats: '14', x: '-20', y: '7', turn: '75' },
    { section: 'E', rows: '6', seats: '14', x: '20', y: '7', turn: '-75' },
    { section: 'S', rows: '8', seats: '30', y: '17', aisles: '10, 20', arc: '60' }],
}

export class DrawPart {
  blocks = []
  made = 0

  constructor(hall) {
    this.hall = hall
    // What was sent last for this concert can be drawn on: of seats no blocks can be made again.
    this.key = `hall ${hall.concert.id}`
    this.last = JSON.parse(localStorage.getItem(this.key))
    this.preview = new Preview({ choose: (at) => this.choose(at), moved: (at, right, down) => this.moved(at, right, down) })
    this.list = h('ol', { class: 'cat-blocks' })
    this.element = h('form', { class: 'cat-draw', novalidate: true, onsubmit: (event) => this.submit(event) },
      h('div', { class: 'cat-drawing' },
        h('div', { class: 'cat-picture' }, this.preview.element,
          h('p', { role: 'status' }, h('strong', {}, () => t('cat.inAll', this.count())), ' ', h('span', { class: 'quiet' }, () => t('cat.dragHelp')))),
        h('div', { class: 'cat-sheet' },
          h('div', { class: 'actions' }, h('span', { class: 'quiet' }, () => t('cat.beginWith')),
            Object.entries({ ...(this.last && { last: this.last }), ...presets }).map(([name, blocks]) =>
              h('button', { type: 'button', onclick: () => this.begin(blocks) }, () => t(`cat.preset_${name}`)))),
          this.list,
          h('button', { type: 'button', class: 'secondary cat-add-block', onclick: () => this.add() }, () => t('cat.addBlock')),
          h('div', { class: 'cat-submit' }, h('button', { class: 'primary', disabled: () => hall.isBusy }, () => t('cat.sendHall', this.count()))))))
    this.begin([{ section: '', rows: '5', seats: '10' }])
    this.saved = this.raw()
  }

  close() {
    this.preview.close()
    cancelAnimationFrame(this.frame)
  }

  raw = () => JSON.stringify(this.blocks.map(({ values }) => values))
  isDirty = () => this.raw() !== this.saved
  count = () => this.blocks.reduce((sum, { seats }) => sum + seats.length, 0)

  begin(blocks) {
    this.list.replaceChildren()
    this.blocks = []
    for (const values of blocks) this.append(newBlock(values))
    this.chosen = 0
    this.compute()
  }

  // Behind the last one, of the same grade, where nothing stands yet.
  add(values = {}) {
    const { seat_grade: grade, price } = this.blocks.at(-1).values
    const block = this.append(newBlock({ seat_grade: grade, price, y: this.below(), ...values }))
    this.chosen = this.blocks.length - 1
    this.compute()
    block.element.querySelector('input').focus()
  }

  below() {
    const bottom = this.blocks.flatMap(({ seats }) => seats).reduce((most, seat) => Math.max(most, seat.position_y), -30)
    return String(Math.ceil(bottom / 10) + 3)
  }

  append(values) {
    const block = { values, faults: {}, seats: [], id: ++this.made }
    block.element = this.fieldset(block)
    this.blocks.push(block)
    this.list.append(block.element)
    return block
  }

  // -------- the form of a block

  fieldset(block) {
    const at = () => this.blocks.indexOf(block)
    const button = (key, sign, onclick, disabled = false) => h('button', {
      type: 'button', class: 'icon', 'aria-label': () => t(key, at() + 1), title: () => t(key, at() + 1), onclick, disabled,
    }, sign)
    return h('li', {}, h('fieldset', { class: () => (at() === this.chosen ? 'cat-block chosen' : 'cat-block'), onfocusin: () => this.choose(at()) },
      h('legend', {}, () => t('cat.block', at() + 1, block.values.section), h('span', { class: 'quiet' }, () => ` ${t('cat.seats', block.seats.length)}`)),
      h('div', { class: 'cat-tools' },
        button('cat.blockUp', '↑', () => this.move(block, -1), () => at() === 0),
        button('cat.blockDown', '↓', () => this.move(block, 1), () => at() === this.blocks.length - 1),
        button('cat.blockCopy', '+', () => {
          this.add({ ...block.values, section: '', y: this.below() })
        }),
        button('cat.blockRemove', '×', () => this.remove(block), () => this.blocks.length === 1)),
      h('div', { class: 'cat-numbers' }, Object.entries(inputs).map(([name, input]) => this.input(block, name, input))),
      h('p', { class: 'cat-fault', role: 'status', hidden: () => !block.fault }, () => (block.fault ? t(...block.fault) : ''))))
  }

  input(block, name, { mode, help }) {
    const id = `cat-block-${block.id}-${name}`
    const fault = () => block.faults[name]
    return h('div', { class: 'fields' }, h('label', { for: id }, () => t(`cat.block_${name}`)),
      h('input', {
        id, name, value: () => block.values[name], autocomplete: 'off', inputmode: mode ?? null,
        'aria-invalid': () => (fault() ? 'true' : null), 'aria-describedby': [help && `${id}-help`, `${id}-fault`].filter(Boolean).join(' '),
        oninput: ({ target }) => {
          block.values[name] = target.value
          this.compute()
        },
      }),
      help ? h('p', { class: 'quiet', id: `${id}-help` }, () => t(`cat.block_${name}_help`)) : null,
      h('p', { class: 'cat-fault', id: `${id}-fault`, hidden: () => !fault() }, () => fault()?.() ?? ''))
  }

  move(block, by) {
    const at = this.blocks.indexOf(block)
    this.blocks.splice(at, 1)
    this.blocks.splice(at + by, 0, block)
    this.list.replaceChildren(...this.blocks.map(({ element }) => element))
    this.chosen = at + by
    this.compute()
    block.element.querySelector('input').focus()
  }

  remove(block) {
    const at = this.blocks.indexOf(block)
    this.blocks.splice(at, 1)
    block.element.remove()
    this.chosen = Math.max(0, at - 1)
    this.compute()
    this.blocks[this.chosen].element.querySelector('input').focus()
  }

  choose(at) {
    if (this.chosen === at) return
    this.chosen = at
    this.show()
  }

  moved(at, right, down) {
    const { values } = this.blocks[at]
    values.x = String(Number(values.x) + right)
    values.y = String(Number(values.y) + down)
    this.compute()
  }

  // -------- from what is typed to seats

  compute() {
    const parsed = this.blocks.map((block) => this.parse(block))
    const tooMany = parsed.reduce((sum, block) => sum + (block ? block.rows * block.seats : 0), 0) > mostSeats
    this.blocks.forEach((block, at) => { block.seats = parsed[at] && !tooMany ? seatsOf(parsed[at]) : [] })
    const faults = faultsOf(this.blocks.map(({ seats }) => seats))
    this.blocks.forEach((block, at) => { block.fault = tooMany ? ['cat.tooManySeats', mostSeats] : faults[at] })
    this.show()
  }

  // Null where a value cannot be read. A grade or price that is not there yet
  // hides no seat from the picture.
  parse(block) {
    const values = {}
    block.faults = {}
    for (const [name, { read }] of Object.entries(inputs)) {
      try {
        values[name] = read(block.values[name])
      } catch (error) {
        if (!error.words) throw error
        block.faults[name] = error.words
      }
    }
    const missing = ['seat_grade', 'price'].filter((name) => !block.values[name].trim())
    for (const name of missing) {
      values[name] = name === 'price' ? 0 : ''
      if (!this.isSent) delete block.faults[name]
    }
    block.isComplete = !Object.keys(block.faults).length && !missing.length
    return Object.keys(block.faults).some((name) => !missing.includes(name)) ? null : values
  }

  show() {
    this.preview.show(this.blocks.map(({ seats }) => seats), this.chosen)
    refresh(this.element)
  }

  async submit(event) {
    event.preventDefault()
    this.isSent = true
    this.compute()
    const wrong = this.blocks.find((block) => !block.isComplete || block.fault)
    if (wrong) {
      const input = wrong.element.querySelector('[aria-invalid]') ?? wrong.element.querySelector('input')
      input.focus()
      const words = wrong.faults[input.name] ?? (() => t(...wrong.fault))
      return this.hall.page.warn(() => `${t('cat.block', this.blocks.indexOf(wrong) + 1, wrong.values.section)}: ${words()}`)
    }
    if (!await this.hall.send(this.blocks.flatMap(({ seats }) => seats))) return
    this.saved = this.raw()
    localStorage.setItem(this.key, this.saved)
  }
}
