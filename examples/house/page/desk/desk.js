// The desk: what waits for a clerk, and the way to a booking, to a sale and to the
// seats of a night. Each of these is a view of its own.
import { open as block } from './block.js'
import { open as booking } from './booking.js'
import { open as sell } from './counter.js'
import './desk.words.js'
import { night, start } from './find.js'
import { h } from '../frame/dom.js'
import { t } from '../frame/words.js'

const views = { booking, night, sell, block }
const isId = (text) => /^[0-9a-f-]{36}$/i.test(text ?? '')

export function open(page, [name, id]) {
  if (!name) return start(page)
  if (views[name] && isId(id)) return views[name](page, id)
  return { element: h('section', {}, h('h1', {}, () => t('nothingHere'))) }
}
