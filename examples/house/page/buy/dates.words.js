// What the choice of dates says.
import { addTexts } from '../frame/words.js'

addTexts({
  chooseDates: ['언제 볼까요?', 'When?'],
  quickToday: ['오늘', 'Today'],
  quickWeekend: ['이번 주말', 'This weekend'],
  quickMonth: ['이번 달', 'This month'],
  quickNextMonth: ['다음 달', 'Next month'],
  chooseFirstDay: ['첫날을 고르세요.', 'Choose the first day.'],
  chooseLastDay: [(date) => `${date}부터입니다. 마지막 날을 고르세요.`, (date) => `From ${date}. Now choose the last day.`],
  chosenDates: [(dates) => `고른 날짜: ${dates}`, (dates) => `Chosen: ${dates}`],
})
