// What the wishlist says.
import { addTexts } from '../frame/words.js'

addTexts({
  wishlistNone: ['찜한 공연이 없습니다. 공연 화면에서 하트를 누르면 여기에 모입니다.', 'Nothing here yet. Press the heart on a concert\'s page, and it is kept here.'],
  wishlistConcerts: ['공연 둘러보기', 'Look at the concerts'],
  wishlistNext: [(date) => `가장 빠른 날 ${date}`, (date) => `next on ${date}`],
  wishlistOver: ['예정된 회차가 없습니다', 'no performance to come'],
  wishlist_cancelled: ['공연이 취소되었습니다', 'cancelled'],
  wishlist_postponed: ['공연이 연기되었습니다', 'postponed'],
  wishlistRemoved: ['해제했습니다. 하트를 다시 누르면 되돌립니다.', 'Removed. Press the heart again to undo it.'],
})
