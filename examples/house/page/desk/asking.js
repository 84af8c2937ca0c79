// Asks before something is done that cannot be undone, and for what it needs: a
// window with a form. What is refused is told in it.
import { Refusal } from '../frame/api.js'
import { h, refresh } from '../frame/dom.js'
import { refusalWords, t } from '../frame/words.js'

// title, yes: words; body: elements; needed(): a list of [input, words] that must not
// be empty; work() does it, or answers words: why it was not done yet. Whoever is refused
// can try again.
export function ask({ title, yes, danger, body, needed = () => [], work }) {
  let wrong = () => ''
  let busy = false
  const say = (text) => {
    wrong = text
    refresh(dialog)
  }
  const submit = async () => {
    for (const [input] of needed()) input.removeAttribute('aria-invalid')
    const empty = needed().find(([input]) => !input.value.trim())
    if (empty) {
      empty[0].setAttribute('aria-invalid', 'true')
      empty[0].focus()
      return say(() => t(empty[1]))
    }
    if (busy) return
    busy = true
    say(() => '')
    try {
      const words = await work()
      if (words) say(words)
      else dialog.close()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      say(() => refusalWords(error))
    } finally {
      busy = false
      refresh(dialog)
    }
  }
  const close = () => dialog.close()
  const dialog = h('dialog', { class: 'desk-ask', 'aria-labelledby': 'desk-ask-title', onclose: () => {
    removeEventListener('hashchange', close)
    dialog.remove()
  } },
  h('form', { novalidate: true, onsubmit: (event) => {
    event.preventDefault()
    submit()
  } },
  h('h2', { id: 'desk-ask-title' }, title), body,
  h('p', { class: 'wrong', role: 'alert' }, () => wrong()),
  h('div', { class: 'actions' },
    h('button', { class: danger ? 'danger' : 'primary', disabled: () => busy }, yes),
    h('button', { type: 'button', class: 'quiet-button', onclick: close }, () => t('deskNotNow')))))
  addEventListener('hashchange', close)
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}

let made = 0

// A field with its label: [label, input], both for h().
export function field(label, properties, tag = 'input', ...children) {
  const id = `desk-field-${++made}`
  const input = h(tag, { id, ...properties }, ...children)
  return { input, both: [h('label', { for: id }, () => t(label)), input] }
}
