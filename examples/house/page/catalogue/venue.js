// A venue: made, and changed.
import * as api from './api.js'
import { Form } from './form.js'
import { h } from '../frame/dom.js'
import { languageOf, t } from '../frame/words.js'
import { heading, sayThere, viewOf } from './view.js'

const fields = () => [
  { name: 'name', label: 'cat.venueName', required: true, max: 200 },
  { name: 'timezone', label: 'cat.timezone', required: true, help: 'cat.timezoneHelp', list: Intl.supportedValuesOf('timeZone') },
  { name: 'address', label: 'cat.address', required: true, max: 1000, wide: true, help: 'cat.addressHelp' },
  { name: 'location_lat', label: 'cat.latitude', kind: 'number', decimals: true, least: -90, most: 90 },
  { name: 'location_lng', label: 'cat.longitude', kind: 'number', decimals: true, least: -180, most: 180 },
]

export const open = (page, [id]) => viewOf(page, async (view) => {
  const isNew = id === 'new'
  const row = isNew ? { timezone: 'Asia/Seoul' } : await api.venue(id)
  const form = new Form(page, {
    fields: fields(), row,
    action: () => t(isNew ? 'cat.make' : 'cat.save'),
    save: async (values, changed) => {
      if (isNew) {
        const [made] = await api.add('venues', values)
        form.begin(made)
        sayThere(() => t('cat.venueMade'))
        page.go(`#/catalogue/concert/new?venue=${made.id}`)
      } else {
        form.begin(Object.keys(changed).length ? await api.change('venues', form.row, changed) : form.row)
        page.say(() => t('cat.saved'))
      }
    },
  })
  view.isDirty = form.isDirty
  view.show(
    heading(isNew ? () => t('cat.newVenue') : h('span', { lang: languageOf(row.name) }, row.name)),
    h('div', { class: 'panel' }, form.element),
    ...(isNew ? [] : [h('p', {}, h('a', { class: 'cat-button', href: `#/catalogue/concert/new?venue=${id}` }, () => t('cat.newConcertHere')))]))
})
