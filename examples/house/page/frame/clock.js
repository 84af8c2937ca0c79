// Dates and times of a venue, whatever the zone of the device is.
import { serverNow } from './api.js'

const parts = (instant, timeZone) => Object.fromEntries(new Intl.DateTimeFormat('en', {
  timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
}).formatToParts(new Date(instant)).map(({ type, value }) => [type, value]))

export function dateAt(instant, zone) {
  const { year, month, day } = parts(instant, zone)
  return `${year}-${month}-${day}`
}

export const hourAt = (instant, zone) => Number(parts(instant, zone).hour)

// As an input of date and time has it. What is sent is this and the zone's name: the
// database makes the instant of it.
export function localAt(instant, zone) {
  const { hour, minute } = parts(instant, zone)
  return `${dateAt(instant, zone)}T${hour}:${minute}`
}

export const todayAt = (zone) => dateAt(serverNow(), zone)
