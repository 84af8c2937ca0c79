// A concert: made, changed, and taken off the list.
import * as api from './api.js'
import { Form } from './form.js'
import { h } from '../frame/dom.js'
import { t } from '../frame/words.js'
import { heading, sayThere, steps, titleOf, viewOf } from './view.js'

const genres = ['클래식', '오페라', '뮤지컬', '재즈', '국악', '록', 'K-POP', '인디', '발레']
const statuses = ['active', 'postponed', 'cancelled']

const fields = (venues, isNew) => [
  { name: 'title', label: 'cat.title', required: true, max: 300, wide: true },
  { name: 'venue_id', label: 'cat.venue', kind: 'select', required: true,
    options: [['', () => t('cat.chooseVenue')], ...venues.map(({ id, name }) => [id, name])] },
  { name: 'performers', label: 'cat.performers', max: 2000 },
  { name: 'genre', label: 'cat.genre', max: 50, list: genres },
  { name: 'rating', label: 'cat.rating', max: 20, help: 'cat.ratingHelp' },
  { name: 'running_time', label: 'cat.runningTime', kind: 'number', least: 1, most: 100000 },
  { name: 'status', label: 'cat.status', kind: 'select', required: true, help: 'cat.statusHelp',
    options: statuses.map((status) => [status, () => t(`cat.status_${status}`)]) },
  { name: 'description', label: 'cat.description', kind: 'area', max: 20000 },
  { name: 'poster_url', label: 'cat.poster', kind: 'address', max: 2000, wide: true, help: 'cat.posterHelp' },
  ...(isNew ? [] : [{ name: 'is_deleted', label: 'cat.isDeleted', kind: 'check', wide: true, help: 'cat.isDeletedHelp' }]),
]

export const open = (page, [id], query) => viewOf(page, async (view) => {
  const isNew = id === 'new'
  const [venues, row] = await Promise.all([api.allVenues(), isNew ? { status: 'active' } : api.concert(id)])
  const form = new Form(page, {
    fields: fields(venues, isNew), row,
    action: () => t(isNew ? 'cat.makeConcert' : 'cat.save'),
    save: async (values, changed) => {
      if (isNew) {
        const [made] = await api.add('concerts', values)
        form.begin(made)
        sayThere(() => t('cat.concertMade'))
        page.go(`#/catalogue/performances/${made.id}`)
      } else {
        if (Object.keys(changed).length) form.begin(await api.change('concerts', form.row, changed))
        page.say(() => t('cat.saved'))
      }
    },
  })
  // Who comes from a venue makes a concert there.
  if (isNew) form.field('venue_id').write(query.get('venue') ?? '')
  view.isDirty = form.isDirty
  view.show(
    heading(isNew ? () => t('cat.newConcert') : titleOf(row)),
    isNew ? '' : steps(row, null, 'concert'),
    h('div', { class: 'panel' },
      form.element,
      isNew ? h('p', { class: 'quiet' }, () => t('cat.venueMissing'), ' ', h('a', { href: '#/catalogue/venue/new' }, () => t('cat.newVenue'))) : ''))
})
