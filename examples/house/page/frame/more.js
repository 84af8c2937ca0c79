// A list that comes in pages: what there is in all is told beside it, and a
// button brings the next page.
import { h, refresh } from './dom.js'
import { t } from './words.js'

// read(last, count) answers with the rows behind these, the first of them with
// total_count; draw(row) makes an element; nothing() says that there is none. A list
// that is whole says no more than its rows. countedTo: a greater total means only "more".
export class PagedList {
  rows = []
  total = 0
  reads = 0
  isRead = false
  isReading = false
  isPressed = false

  constructor(page, list, read, draw, nothing, countedTo = Infinity) {
    Object.assign(this, { page, list, read, draw, countedTo })
    this.none = h('p', { class: 'quiet', role: 'status' }, () => (this.isRead && !this.rows.length ? nothing() : ''))
    this.element = h('div', { class: 'more', hidden: () => this.rows.length >= this.total },
      h('span', { class: 'quiet', role: 'status' }, () => this.shown()),
      h('button', { type: 'button', class: 'secondary', onclick: () => this.more() }, () => t('showMore')))
  }

  shown() {
    const { total, countedTo, rows } = this
    return total > countedTo ? t('shownOfMany', rows.length, countedTo) : t('shownOf', rows.length, total)
  }

  // Pages come as one scrolls to the end; the button is there all the same.
  follow() {
    this.watcher = new IntersectionObserver(([end]) => {
      if (end.isIntersecting && !this.isReading) this.load()
    }, { rootMargin: '300px' })
    this.watcher.observe(this.element)
  }

  close() {
    this.watcher?.disconnect()
  }

  // From the beginning again.
  begin() {
    return this.load(true)
  }

  // By the button: the keyboard goes on with the first that is new.
  more() {
    this.isPressed = true
    if (!this.isReading) this.load()
  }

  async load(fromTheBeginning = false) {
    const mine = ++this.reads
    const before = fromTheBeginning ? [] : this.rows
    this.isReading = true
    const isGood = await this.page.attempt(async () => {
      const rows = await this.read(before.at(-1), before.length)
      // An earlier question can be answered later.
      if (mine === this.reads) this.take(before, rows)
    })
    if (mine !== this.reads) return false
    this.isReading = this.isPressed = false
    if (isGood) this.lookAgain()
    return isGood
  }

  take(before, rows) {
    if (!before.length) {
      const counted = rows[0]?.total_count ?? 0
      this.total = counted > this.countedTo ? Infinity : counted
    }
    this.isRead = true
    this.rows = [...before, ...rows]
    // A row can have gone meanwhile: what comes no more is not waited for.
    if (!rows.length) this.total = this.rows.length
    if (!before.length) this.list.replaceChildren()
    this.list.append(...rows.map(this.draw))
    // A button that is gone has no focus either.
    const isLeft = this.rows.length >= this.total && this.element.contains(document.activeElement)
    if (this.isPressed || isLeft) this.list.children[before.length]?.querySelector('a, [tabindex]')?.focus()
    refresh(this.none)
    refresh(this.element)
  }

  // The end can be in sight still, of which no watcher tells again.
  lookAgain() {
    this.watcher?.unobserve(this.element)
    this.watcher?.observe(this.element)
  }
}
