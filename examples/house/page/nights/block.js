// Seats of a performance that are not for sale: the desk's plan, for a manager.
import * as api from './api.js'
import { blockView } from '../desk/block.js'
import { h } from '../frame/dom.js'

export function seatsView(page, { id }) {
  const element = h('div')
  const opened = { element }
  opened.ready = page.attempt(async () => {
    const [detail] = await Promise.all([api.scheduleDetail(id), page.style('desk/desk.css')])
    if (opened.closed) return
    opened.view = blockView(page, detail)
    element.replaceChildren(opened.view.element)
    await opened.view.ready
  })
  opened.close = () => {
    opened.closed = true
    opened.view?.close?.()
  }
  return opened
}
