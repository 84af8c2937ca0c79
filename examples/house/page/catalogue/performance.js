// One performance: its date and the rules of its sale, changed.
import * as api from './api.js'
import { Form } from './form.js'
import { h } from '../frame/dom.js'
import { dayAndTime, t } from '../frame/words.js'
import { terms } from './terms.js'
import { heading, steps, titleOf, viewOf } from './view.js'

const fields = (zone) => {
  const [opens, ...others] = terms(zone)
  return [
    { name: 'concert_date', label: 'cat.date', kind: 'date', required: true },
    { name: 'concert_time', label: 'cat.time', kind: 'time', required: true },
    opens,
    { name: 'booking_closes_at', label: 'cat.closesAt', kind: 'moment', zone, help: 'cat.closesAtHelp' },
    { name: 'is_booking_open', label: 'cat.isOpen', kind: 'check', wide: true, help: 'cat.isOpenHelp' },
    ...others,
  ]
}

export const open = (page, [id]) => viewOf(page, async (view) => {
  const row = await api.schedule(id)
  const concert = row.concerts
  const zone = concert.venues.timezone
  const form = new Form(page, {
    fields: fields(zone), row,
    action: () => t('cat.save'),
    save: async (values, changed) => {
      if (Object.keys(changed).length) form.begin(await api.change('concert_schedules', form.row, changed))
      page.say(() => t('cat.saved'))
    },
  })
  view.isDirty = form.isDirty
  view.show(
    heading(() => dayAndTime(row.starts_at, zone), ' › ', titleOf(concert)),
    steps(concert, id, 'performance'),
    h('p', { class: 'quiet' }, () => t('cat.moveInNights'), ' ', h('a', { href: `#/nights/${id}` }, () => t('cat.step_night'))),
    h('div', { class: 'panel' }, form.element))
})
