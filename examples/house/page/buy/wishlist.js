// The concerts that a member has marked, last marked first: when they are next, what is
// left, from which price; and taking one off, which can be undone while it is shown.
import { secondsUntil } from '../frame/api.js'
import { h, refresh } from '../frame/dom.js'
import { PagedList } from '../frame/more.js'
import { day, dayAndTime, languageOf, price, t } from '../frame/words.js'
import * as api from './api.js'
import { heart } from './heart.js'
import { poster } from './poster.js'
import './wishlist.words.js'

export function open(page) {
  const cards = h('ul', { class: 'cards' })
  // What was taken off here is in the database's count no longer.
  const removed = new Set()
  const list = new PagedList(page, cards, async (last, count) =>
    (await api.myWishlist(count - removed.size)), (wish) => card(page, wish, removed), () => t('wishlistNone'))
  const none = h('p', { hidden: () => !list.isRead || list.rows.length > 0 }, h('a', { href: '#/' }, () => t('wishlistConcerts')))
  const ready = list.begin().then(() => refresh(none))
  return { element: h('section', { class: 'wishlist' }, h('h1', {}, () => t('wishlist')), list.none, none, cards, list.element), ready }
}

function card(page, wish, removed) {
  const { concert_id: id, title } = wish
  let isOn = true
  let offer = null
  const mark = heart(page, { concertId: id, isWishlisted: true, describedBy: `wish-${id}`, changed: (yes) => {
    isOn = yes
    if (yes) removed.delete(id)
    else removed.add(id)
    refresh(element)
  } })
  const element = h('li', { class: () => (isOn ? 'wish' : 'wish off') },
    h('a', { class: 'card', href: `#/concert/${id}` }, poster(wish),
      h('div', { class: 'card-text' },
        h('h2', { id: `wish-${id}`, lang: languageOf(title) }, title),
        h('p', { class: 'quiet', lang: languageOf(wish.venue_name) }, wish.venue_name),
        h('p', { class: 'quiet' }, () => (wish.nearest_date
          ? t('wishlistNext', day(wish.nearest_date, { month: 'short', day: 'numeric', weekday: 'short' })) : t('wishlistOver'))),
        wish.status === 'active' ? null : h('p', {}, h('span', { class: 'badge bad' }, () => t(`wishlist_${wish.status}`))),
        h('p', { class: 'opens offer' }, () => offer?.() ?? ''),
        wish.min_price === null ? null : h('p', { class: 'price' }, () => t('from', price(wish.min_price))))),
    h('div', { class: 'wish-actions' },
      h('p', { class: 'quiet' }, () => (isOn ? '' : t('wishlistRemoved'))), mark))
  if (wish.status === 'active' && wish.nearest_date) {
    readOffer(wish).then((found) => {
      offer = found
      refresh(element)
    })
  }
  return element
}

// What is left of the performances that can be booked, or from when on. The wishlist
// itself does not tell; without a connection the card does without.
async function readOffer({ concert_id: id }) {
  const { schedules, venue } = await api.concertDetail(id).catch(() => ({ schedules: [] }))
  const left = schedules.filter(({ is_bookable: now }) => now).reduce((sum, { available_seats: seats }) => sum + seats, 0)
  if (schedules.some(({ is_bookable: now }) => now)) return () => (left ? t('left', left) : t('soldOut'))
  const [opens] = schedules.map(({ opens_at: at }) => at).filter((at) => at && secondsUntil(at) > 0).sort((a, b) => Date.parse(a) - Date.parse(b))
  return opens ? () => t('opensLater', dayAndTime(opens, venue.timezone)) : null
}
