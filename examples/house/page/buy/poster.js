// The poster of a concert, drawn from its title.
import { h } from '../frame/dom.js'
import { languageOf } from '../frame/words.js'

// The poster is drawn here: the real one is another host's, and the page does
// without any.
export function poster(concert) {
  let hash = 0
  for (const letter of concert.title) hash = Math.imul(hash ^ letter.codePointAt(0), 0x9e3779b1)
  const art = h('div', { class: 'poster', 'aria-hidden': 'true' },
    h('span', { lang: languageOf(concert.performers ?? concert.title) }, concert.performers ?? concert.title))
  art.style.setProperty('--hue', (hash >>> 8) % 360)
  art.style.setProperty('--lean', (hash >>> 4) % 30)
  return art
}
