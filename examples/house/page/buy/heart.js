// The heart that puts a concert on a member's wishlist and takes it off. It shows at once
// what was wanted, and goes back when the database refuses.
import { addWishlist, removeWishlist } from './api.js'
import { signedIn, signedInMember } from '../frame/api.js'
import { h, refresh } from '../frame/dom.js'
import { t } from '../frame/words.js'
import './heart.words.js'

// isWishlisted: as the database has it; changed(yes): after it was changed; describedBy: the
// id of the concert's title, where a page has several hearts. Staff have no wishlist, and no heart.
export function heart(page, { concertId, isWishlisted, changed = () => {}, describedBy }) {
  let isOn = isWishlisted
  let isBusy = false
  const element = h('button', {
    type: 'button',
    class: 'heart',
    hidden: () => Boolean(signedIn()) && !signedInMember(),
    'aria-pressed': () => String(isOn),
    'aria-describedby': describedBy,
    onclick: press,
  }, h('span', { 'aria-hidden': 'true', class: 'heart-sign' }, () => (isOn ? '♥' : '♡')), h('span', {}, () => t('heart')))

  // Not disabled meanwhile: that would take the focus away.
  async function press() {
    if (!signedInMember()) return page.warn(() => t('heartForMembers'))
    if (isBusy) return
    isBusy = true
    const wanted = !isOn
    show(wanted)
    const done = await page.attempt(() => (wanted ? addWishlist(concertId) : removeWishlist(concertId)))
    isBusy = false
    if (!done) return show(!wanted)
    page.tell(() => t(wanted ? 'heartOn' : 'heartOff'))
    changed(wanted)
  }

  function show(yes) {
    isOn = yes
    refresh(element)
  }

  return element
}
