// A gate on one night: takes codes from the camera, a scanner or the keyboard, asks
// the database, and the list where there is no connection.
import { serverNow } from '../frame/api.js'
import { h, refresh } from '../frame/dom.js'
import { day, languageOf, t, time } from '../frame/words.js'
import * as answers from './answer.js'
import * as api from './api.js'
import { readCode } from './code.js'
import { DoorList, fingerprint } from './list.js'
import { Camera, canScan } from './scan.js'
import * as signals from './signal.js'

const syncEveryMs = { online: 20000, offline: 5000 }
// The page's idea of the server's clock is up to two seconds ahead (frame/api.js).
const clockErrorMs = 3000
const recentCount = 6

export class Gate {
  online = true
  isOpen = true
  types = new Map()
  // What was admitted last, to take it back; what was scanned last, newest first.
  last = null
  recent = []
  // When each seat came in here, as the database has said.
  entries = new Map()
  turn = Promise.resolve()

  constructor(page, night, gate) {
    Object.assign(this, { page, night, gate, list: new DoorList(night) })
    this.element = this.draw()
    this.onOnline = () => this.sync()
    this.onKey = (event) => this.catchScanner(event)
    addEventListener('online', this.onOnline)
    document.addEventListener('keydown', this.onKey)
    this.ready = this.begin()
  }

  async begin() {
    await this.list.open()
    await this.sync()
    if (matchMedia('(pointer: fine)').matches) this.field.focus()
    await this.readTypes()
  }

  // Names for the codes of rates; without them the codes are shown.
  async readTypes() {
    try {
      for (const { code, name } of await api.priceTypes(this.night.id)) this.types.set(code, name)
    } catch (refusal) {
      if (!api.isGone(refusal)) throw refusal
    }
  }

  // -------- the list and what waits

  async sync() {
    clearTimeout(this.timer)
    try {
      await this.list.sync()
      this.online = true
    } catch (refusal) {
      if (api.isGone(refusal)) this.online = false
      else if (this.isOpen) await this.page.attempt(() => { throw refusal })
    } finally {
      // Whatever has failed, it is tried again.
      if (this.isOpen) this.timer = setTimeout(() => this.sync(), syncEveryMs[this.online ? 'online' : 'offline'])
      this.refresh()
    }
  }

  // -------- a code

  // One after the other, in the order in which they came.
  take(text) {
    return this.queue(() => this.answerTo(readCode(text)))
  }

  queue(work) {
    const done = this.turn.then(() => this.isOpen && work())
    this.turn = done.catch(() => {})
    return done
  }

  // A fault of this browser, such as a full disk, stops neither the queue nor the camera.
  async answerTo(code) {
    const answer = await this.judge(code).catch((error) => {
      reportError(error)
      return answers.broken()
    })
    if (!this.isOpen) return
    signals.signal(answer.tone === 'good')
    this.show(answer)
  }

  show(answer) {
    this.answer = answer
    this.recent = [{ at: new Date(serverNow()).toISOString(), answer }, ...this.recent].slice(0, recentCount)
    this.history.replaceChildren(...this.recent.map((one) => this.recentLine(one)))
    this.answerBox.replaceChildren(answers.draw(answer, (type) => this.types.get(type) ?? type, answer.others && this.othersButton(answer.others)))
    this.refresh()
  }

  async judge(code) {
    const print = code.ticket_code && await fingerprint(code.ticket_code)
    // Let in here, and the database does not know it yet.
    const waiting = print && this.list.waiting.get(print)
    if (waiting) return answers.again([this.list.find(print) ?? waiting], waiting, this.night.zone)
    if (this.online) {
      try {
        return await this.ask(code, print)
      } catch (refusal) {
        if (!('code' in refusal)) throw refusal
        if (!api.isGone(refusal)) return this.refused(refusal, code)
        this.loseConnection()
      }
    }
    return this.byList(code, print)
  }

  loseConnection() {
    this.online = false
    clearTimeout(this.timer)
    if (this.isOpen) this.timer = setTimeout(() => this.sync(), syncEveryMs.offline)
  }

  async ask(code, print) {
    const knownOf = ({ seat_id: id }) => this.entries.get(id) ?? (print && this.list.find(print)?.at)
    const askedAt = serverNow()
    const rows = await api.checkIn(code, this.gate, this.night.id)
    const entry = { at: rows.map(({ checked_in_at: at }) => at).sort().at(-1), gate: this.gate }
    // Of a booking those that came in just now.
    const seats = rows.filter(({ checked_in_at: at }) => at === entry.at).map((row) => ({
      id: row.seat_id, seat: row.seat_number, section: row.section, row: row.row_label, grade: row.seat_grade,
      type: row.price_type, name: row.customer_name,
    }))
    // The same gate gets the same answer for half a minute: it may be a second visitor.
    const isKnown = rows.some((row) => row.checked_in_at === entry.at && knownOf(row) === entry.at)
    for (const row of rows) this.entries.set(row.seat_id, row.checked_in_at)
    if (isKnown || Date.parse(entry.at) < askedAt - clockErrorMs) return answers.again(seats, entry, this.night.zone)
    const { id, name, ...ticket } = seats[0]
    if (print) this.list.change(print, { ...ticket, ...entry })
    else this.sync()
    this.last = { ...code, ...(code.booking_number && { seat_ids: seats.map((seat) => seat.id) }), print, seats }
    return answers.admitted(seats)
  }

  async refused(refusal, code) {
    const other = refusal.reason === 'other_schedule' ? await this.otherNight(refusal.scheduleId) : null
    const answer = answers.refused(refusal, this.night.zone, other)
    if (code.booking_number && answer.kind === 'already') answer.others = await this.others(refusal, code)
    return answer
  }

  async otherNight(id) {
    try {
      return api.nightOf(await api.schedule(id))
    } catch (refusal) {
      if (!api.isGone(refusal)) throw refusal
      return null
    }
  }

  // A booking of which some are inside: those that are not.
  async others({ seats }, { booking_number: number }) {
    const inside = new Set(seats.map(({ seat_id: id }) => id))
    try {
      const booking = await api.findBooking(number)
      const ids = booking.seats.filter((seat) => seat.active && !inside.has(seat.seat_id)).map((seat) => seat.seat_id)
      return ids.length ? { booking_number: number, seat_ids: ids } : null
    } catch (refusal) {
      if (!api.isGone(refusal)) throw refusal
      return null
    }
  }

  async byList({ ticket_code: code }, print) {
    if (!code) return answers.needTicketCode()
    const ticket = this.list.find(print)
    if (!ticket) return answers.notInList()
    const entry = this.list.entryOf(print)
    if (entry) return answers.already([ticket], entry, this.night.zone)
    await this.list.admit(code, print, this.gate)
    this.last = { ticket_code: code, print, seats: [ticket] }
    return answers.admittedByList([ticket])
  }

  // Once, however often it is pressed: then another gate may have let it in.
  undo() {
    const { last } = this
    this.last = null
    this.refresh()
    return last && this.queue(() => this.takeBack(last))
  }

  async takeBack(last) {
    const { print, seats, ...tickets } = last
    const isDone = await this.page.attempt(async () => {
      // It may be on its way.
      await this.list.syncing?.catch(() => {})
      if (!(print && await this.list.takeBack(print))) {
        await api.undoCheckIn(Object.fromEntries(Object.entries(tickets).filter(([, value]) => value)))
        if (print) this.list.change(print, { at: null, gate: null })
        else await this.sync()
      }
      this.show(answers.takenBack(seats))
      this.focusField()
    })
    if (isDone) return
    this.last ??= last
    this.refresh()
  }

  // -------- what the clerk does

  // A scanner types wherever the focus is; a checkbox takes no letters.
  catchScanner({ key, ctrlKey, metaKey, altKey, target }) {
    if (key.length !== 1 || key === ' ' || ctrlKey || metaKey || altKey) return
    if (!target.closest('input:not([type=checkbox]), select, textarea, dialog')) this.field.focus()
  }

  async enter(event) {
    event.preventDefault()
    const text = this.field.value
    this.field.value = ''
    if (text.trim()) await this.take(text)
    this.field.focus()
  }

  // On a phone the keyboard would cover the camera's picture.
  focusField() {
    if (!this.camera.isWanted) this.field.focus()
  }

  async switchCamera() {
    if (this.camera.isWanted) return this.camera.stop()
    await this.page.attempt(async () => {
      try {
        await this.camera.start()
      } catch ({ name }) {
        this.camera.stop()
        this.page.warn(() => t(name === 'NotAllowedError' ? 'doorCameraForbidden' : 'doorNoCamera'))
      }
    })
  }

  async forget() {
    await this.list.forget()
    this.page.go('#/door')
  }

  close() {
    this.isOpen = false
    clearTimeout(this.timer)
    removeEventListener('online', this.onOnline)
    document.removeEventListener('keydown', this.onKey)
    this.camera.close()
  }

  // -------- the screen

  refresh() {
    this.figures = this.list.counts()
    this.gateCounts.replaceChildren(...this.figures.gates.map(([gate, count]) => h('li', { class: 'badge' },
      h('span', { lang: languageOf(gate) }, () => gate ?? t('doorNoGate')), h('strong', {}, () => t('doorCount', count)))))
    this.problemList.replaceChildren(...this.list.problems.map((one) => this.problemLine(one)))
    refresh(this.element)
  }

  draw() {
    const { night, gate } = this
    this.figures = this.list.counts()
    this.field = h('input', {
      id: 'door-code', class: 'door-code', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', enterkeyhint: 'go', lang: 'en', maxlength: 200,
    })
    this.video = h('video', { playsinline: true, 'aria-label': () => t('doorCameraPicture') })
    this.video.muted = true
    this.camera = new Camera(this.video, (text) => this.take(text), () => refresh(this.element))
    this.answerBox = h('div', { class: 'door-answers', role: 'alert', 'aria-atomic': 'true' },
      h('div', { class: 'door-answer waiting' }, h('span', { class: 'door-sign', 'aria-hidden': 'true' }, '⌁'),
        h('p', { class: 'door-head' }, () => t('doorReady'))))
    this.history = h('ol', { class: 'door-history' })
    this.gateCounts = h('ul', { class: 'chips door-gates' })
    this.problemList = h('ul', { class: 'door-problem-list' })
    return h('section', { class: 'door' },
      h('div', { class: 'door-top' },
        h('div', {},
          h('h1', { lang: languageOf(night.title) }, night.title),
          h('p', { class: 'quiet' }, () => `${day(night.date)} ${night.time} · `, h('span', { lang: languageOf(night.venue) }, night.venue))),
        h('p', { class: 'door-gate' }, () => t('doorGate'), ' ', h('strong', { lang: languageOf(gate) }, gate), ' ',
          h('a', { href: '#/door' }, () => t('doorChange')))),
      h('div', { class: 'door-offline', role: 'status' },
        h('p', { hidden: () => this.online }, () => t('doorOffline', this.readAtWords(), this.list.waiting.size))),
      h('div', { class: 'door-main' },
        h('div', { class: 'door-work' },
          this.answerBox,
          h('div', { class: 'door-camera', hidden: () => !this.camera?.stream }, this.video, h('span', { class: 'door-aim' })),
          this.tools()),
        h('div', { class: 'door-side' }, this.countPanel(), this.problemPanel(),
          h('div', { class: 'panel', hidden: () => !this.recent.length }, h('h2', {}, () => t('doorRecent')), this.history),
          this.listPanel())))
  }

  tools() {
    const sound = h('input', { type: 'checkbox', checked: () => signals.isOn(), onchange: () => signals.turn(sound.checked) })
    return h('div', { class: 'panel door-tools' },
      h('form', { class: 'door-form', onsubmit: (event) => this.enter(event) },
        h('label', { for: 'door-code' }, () => t('doorCode')),
        h('div', { class: 'row' }, this.field, h('button', { class: 'door-check' }, () => t('doorCheck'))),
        h('p', { class: 'quiet' }, () => t('doorCodeHelp'))),
      h('div', { class: 'actions' },
        canScan() ? h('button', { type: 'button', class: 'door-camera-switch', 'aria-pressed': () => String(Boolean(this.camera.stream)), onclick: () => this.switchCamera() },
          () => t(this.camera.stream ? 'doorCameraOff' : 'doorCameraOn')) : null,
        h('button', { type: 'button', class: 'door-undo', disabled: () => !this.last, onclick: () => this.undo() },
          () => (this.last ? t('doorUndo', this.last.seats.map(({ seat }) => seat).join(', ')) : t('doorUndoNothing'))),
        h('label', { class: 'check' }, sound, h('span', {}, () => t('doorSignal')))),
      canScan() ? null : h('p', { class: 'quiet door-no-camera' }, () => t('doorCannotScan')))
  }

  countPanel() {
    const part = () => ({ inside: this.figures.inside, expected: this.figures.expected })
    return h('div', { class: 'panel door-counts' },
      h('h2', {}, () => t('doorCounts')),
      h('p', { class: 'door-big' }, h('strong', {}, () => part().inside.toLocaleString('en')), ' / ',
        h('span', {}, () => t('doorExpected', part().expected))),
      h('progress', { max: () => Math.max(1, part().expected), value: () => part().inside, 'aria-label': () => t('doorCounts') }),
      h('p', { class: 'quiet' }, () => t('doorStillOut', part().expected - part().inside)),
      this.gateCounts)
  }

  problemPanel() {
    const clear = async () => {
      await this.list.clearProblems()
      this.refresh()
    }
    return h('div', { class: 'panel door-problems', hidden: () => !this.list.problems.length },
      h('h2', {}, () => t('doorProblems', this.list.problems.length)),
      h('p', { class: 'quiet' }, () => t('doorProblemsHelp')),
      this.problemList,
      h('button', { type: 'button', class: 'secondary', onclick: clear }, () => t('doorProblemsSeen')))
  }

  problemLine({ seat, seenAt, seenBy, outcome, at, gate }) {
    const { zone } = this.night
    return h('li', {}, h('strong', {}, seat), ' ',
      h('span', {}, () => t(`doorProblem_${outcome}`, at && time(at, zone), gate)), ' ',
      h('span', { class: 'quiet' }, () => t('doorProblemHere', time(seenAt, zone), seenBy)))
  }

  recentLine({ at, answer }) {
    return h('li', {}, h('span', { class: 'quiet' }, () => time(at, this.night.zone)), ' ',
      h('strong', {}, answer.seats.map(({ seat }) => seat).join(', ')), ' ',
      h('span', { class: `badge ${answer.tone === 'good' ? 'good' : answer.tone === 'bad' ? 'bad' : ''}` }, answer.head))
  }

  readAtWords = () => (this.list.readAt ? time(this.list.readAt, this.night.zone) : t('doorNever'))

  listPanel() {
    return h('div', { class: 'panel door-list' },
      h('h2', {}, () => t('doorList')),
      h('p', { class: 'quiet' }, () => t('doorListHelp', this.readAtWords(), this.list.tickets.size)),
      h('p', { class: 'door-not-kept', role: 'status', hidden: () => this.list.isKept }, () => t('doorNotKept')),
      h('p', { hidden: () => !this.list.waiting.size }, () => t('doorWaiting', this.list.waiting.size)),
      h('div', { class: 'actions' },
        h('button', { type: 'button', class: 'door-sync', onclick: () => this.sync() }, () => t('doorSync')),
        h('button', { type: 'button', class: 'door-forget', disabled: () => this.list.waiting.size > 0, onclick: () => this.forget() }, () => t('doorForget'))))
  }

  othersButton(tickets) {
    return h('button', {
      type: 'button', class: 'door-others', onclick: () => {
        this.queue(() => this.answerTo(tickets))
        this.focusField()
      },
    }, () => t('doorAdmitOthers', tickets.seat_ids.length))
  }
}
