// Nobody loses what was typed: before a page with unsaved changes is left, by a
// link of ours or by closing the window, somebody is asked.
import './catalogue.words.js'
import { h } from '../frame/dom.js'
import { t } from '../frame/words.js'

// isDirty() says whether something would be lost. stop() when the view is closed.
export function guard(isDirty) {
  const unload = (event) => isDirty() && event.preventDefault()
  const click = (event) => {
    const link = event.target.closest?.('a[href^="#"]')
    if (!link || !isDirty()) return
    event.preventDefault()
    ask(() => t('cat.unsaved'), () => t('cat.leave'), () => { location.hash = link.getAttribute('href') })
  }
  addEventListener('beforeunload', unload)
  document.addEventListener('click', click, true)
  return () => {
    removeEventListener('beforeunload', unload)
    document.removeEventListener('click', click, true)
  }
}

// A question before what cannot be taken back; yes() is done when it is answered so.
export function ask(question, answer, yes) {
  const dialog = h('dialog', { 'aria-labelledby': 'cat-question', onclose: () => dialog.remove() },
    h('p', { id: 'cat-question' }, question),
    h('div', { class: 'actions cat-answers' },
      h('button', { type: 'button', class: 'danger', onclick: () => { dialog.close(); yes() } }, answer),
      h('button', { type: 'button', onclick: () => dialog.close() }, () => t('cat.stay'))))
  document.body.append(dialog)
  dialog.showModal()
}
