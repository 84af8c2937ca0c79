// What the calendar says.
import { addTexts } from './words.js'

addTexts({
  calendarPrevious: ['이전 달 보기', 'Show the previous month'],
  calendarNext: ['다음 달 보기', 'Show the next month'],
})
