// A list that comes in pages: what there is in all is told beside it, and a
// button brings the next page.
import { h, refresh } from './dom.js'
import { t } from './words.js'

// read(last, count) answers with the rows behind these, the first of them with
// total_count; draw(row) makes an element; nothing() says that there is none. A list
// that is whole says no more than its rows.
export class PagedList {
  rows = []
  total = 0
  reads = 0
  isRead = false

  constructor(page, list, read, draw, nothing) {
    Object.assign(this, { page, list, read, draw })
    this.none = h('p', { class: 'quiet', role: 'status' }, () => (this.isRead && !this.rows.length ? nothing() : ''))
    this.element = h('div', { class: 'more', hidden: () => this.rows.length >= this.total },
      h('span', { class: 'quiet', role: 'status' }, () => t('shownOf', this.rows.length, this.total)),
      h('button', { type: 'button', class: 'secondary', onclick: () => this.load() }, () => t('showMore')))
  }

  // From the beginning again.
  begin() {
    return this.load(true)
  }

  load(fromTheBeginning = false) {
    const mine = ++this.reads
    const before = fromTheBeginning ? [] : this.rows
    return this.page.attempt(async () => {
      const rows = await this.read(before.at(-1), before.length)
      // An earlier question can be answered later.
      if (mine !== this.reads) return
      if (!before.length) this.total = rows[0]?.total_count ?? 0
      this.isRead = true
      this.rows = [...before, ...rows]
      // A row can have gone meanwhile: what comes no more is not waited for.
      if (!rows.length) this.total = this.rows.length
      if (!before.length) this.list.replaceChildren()
      this.list.append(...rows.map(this.draw))
      refresh(this.none)
      refresh(this.element)
      // Where the keyboard goes on.
      if (before.length) this.list.children[before.length]?.querySelector('a, [tabindex]')?.focus()
    })
  }
}
