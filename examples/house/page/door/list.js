// The list of a night as this gate has it: who is expected, who is in, and the
// scans that the database does not know yet. It decides while there is no connection.
//
// Of a ticket it keeps a fingerprint of its code and the seat: no name, no booking
// number, and no code that would open the door. Only a scan that waits
// has its code, until it is sent.
import { serverNow } from '../frame/api.js'
import * as api from './api.js'
import * as store from './store.js'

export async function fingerprint(code) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(code.toLowerCase()))
  return btoa(String.fromCharCode(...new Uint8Array(digest, 0, 12)))
}

export class DoorList {
  tickets = new Map()
  waiting = new Map()
  problems = []
  readAt = null
  isKept = true
  // What was admitted and taken back while the list was being read: it may not
  // have it.
  meanwhile = []
  // Of the list that was read last, so that each code is hashed once. In memory only.
  prints = new Map()

  constructor(night) {
    this.night = night
  }

  // What this browser has kept.
  async open() {
    const kept = await store.get('nights', this.night.id)
    if (kept) {
      this.tickets = new Map(kept.tickets)
      this.readAt = kept.readAt
    }
    for (const scan of await store.ofNight('scans', this.night.id)) this.wait(scan)
    this.problems = await store.ofNight('problems', this.night.id)
  }

  // The list as it is now, and what waits is sent. Refused if there is no connection. A
  // list that is being read may be older than what made somebody ask: then it is read again.
  sync() {
    if (this.syncing) {
      this.next ??= this.syncing.catch(() => {}).then(() => {
        this.next = null
        return this.sync()
      })
      return this.next
    }
    this.syncing = this.readAndSend().finally(() => { this.syncing = null })
    return this.syncing
  }

  async readAndSend() {
    this.meanwhile = []
    const at = new Date(serverNow()).toISOString()
    const rows = await api.doorList(this.night.id)
    this.tickets = await this.read(rows)
    this.readAt = at
    for (const [print, change] of this.meanwhile) this.apply(print, change)
    await this.send()
    if (!this.forgotten) await this.keepList()
  }

  // A full disk is no reason to be without the list.
  async keepList() {
    const { night, readAt, tickets } = this
    this.isKept = await store.put('nights', { ...night, readAt, tickets: [...tickets] }).then(store.isKept, () => false)
  }

  async read(rows) {
    const prints = new Map()
    for (const { ticket_code: code } of rows) prints.set(code, this.prints.get(code) ?? fingerprint(code))
    this.prints = prints
    return new Map(await Promise.all(rows.map(async (row) => [await prints.get(row.ticket_code), {
      seat: row.seat_number, section: row.section, row: row.row_label, grade: row.seat_grade, type: row.price_type,
      at: row.checked_in_at, gate: row.gate,
    }])))
  }

  // The list that was just read tells of a ticket that another gate let in after this one: the
  // database takes the earlier scan and has no word for the later one.
  async send() {
    const scans = [...this.waiting.values()]
    if (!scans.length) return
    const outcomes = await api.reconcile(this.night.id, scans.map(({ code, gate, at }) => ({ ticket_code: code, gate, at })))
    for (const [index, { outcome, checked_in_at: at, gate }] of outcomes.entries()) {
      const scan = scans[index]
      const ticket = this.tickets.get(scan.print)
      const other = ticket?.at && ticket.gate !== scan.gate && outcome === 'recorded'
      if (other || !['recorded', 'repeated'].includes(outcome)) {
        const { n, seat, at: seenAt, gate: seenBy } = scan
        await this.keep({ n, seat, seenAt, seenBy, outcome: other ? 'also' : outcome, at: other ? ticket.at : at, gate: other ? ticket.gate : gate })
      }
      if (ticket && at) Object.assign(ticket, { at, gate })
      await store.remove('scans', scan.n)
      this.waiting.delete(scan.print)
    }
  }

  // By the number of the scan: what is sent twice is told once.
  async keep(problem) {
    this.problems = [...this.problems.filter(({ n }) => n !== problem.n), problem]
    await store.put('problems', { ...problem, night: this.night.id })
  }

  async clearProblems() {
    for (const { n } of this.problems) await store.remove('problems', n)
    this.problems = []
  }

  // -------- one ticket

  find = (print) => this.tickets.get(print)

  change(print, change) {
    this.meanwhile.push([print, change])
    this.apply(print, change)
  }

  // It can be one that was sold or renewed after the list was read.
  apply(print, change) {
    this.tickets.set(print, { ...this.tickets.get(print), ...change })
  }

  // Without a connection: noted with the instant, by the server's clock.
  async admit(code, print, gate) {
    const { seat } = this.tickets.get(print)
    const scan = { night: this.night.id, code, print, seat, gate, at: new Date(serverNow()).toISOString() }
    this.wait({ ...scan, n: await store.put('scans', scan) })
    return scan.at
  }

  wait(scan) {
    this.waiting.set(scan.print, scan)
  }

  // Of a scan that waits; whether there was one.
  async takeBack(print) {
    const scan = this.waiting.get(print)
    if (!scan) return false
    await store.remove('scans', scan.n)
    this.waiting.delete(print)
    return true
  }

  // -------- figures

  // Of a ticket: when and where it came in, as far as this gate knows.
  entryOf(print) {
    return this.waiting.get(print) ?? (this.tickets.get(print)?.at ? this.tickets.get(print) : null)
  }

  counts() {
    const gates = new Map()
    for (const print of this.tickets.keys()) {
      const entry = this.entryOf(print)
      if (entry) gates.set(entry.gate, (gates.get(entry.gate) ?? 0) + 1)
    }
    const inside = [...gates.values()].reduce((sum, count) => sum + count, 0)
    return { expected: this.tickets.size, inside, gates: [...gates].sort(([a], [b]) => (a ?? '').localeCompare(b ?? '')) }
  }

  // Off this browser, but for scans that wait.
  async forget() {
    this.forgotten = true
    await store.remove('nights', this.night.id)
  }
}

// What this browser keeps: of each night how long its list is, how many scans wait and how
// many problems nobody has put away.
export async function kept() {
  const [nights, scans, problems] = await Promise.all(['nights', 'scans', 'problems'].map(store.all))
  const count = (list, { id }) => list.filter(({ night }) => night === id).length
  return nights.map(({ tickets, readAt, ...night }) => ({
    night, tickets: tickets.length, waiting: count(scans, night), problems: count(problems, night),
  }))
}

// What is over goes; what waits is sent, whichever night is open.
export async function tidy() {
  for (const { night, waiting, problems } of await kept()) {
    if (waiting) {
      const list = new DoorList(night)
      await list.open()
      await list.sync()
    } else if (!problems && api.isOver(night)) await store.remove('nights', night.id)
  }
}
