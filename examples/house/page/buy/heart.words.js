// What the heart says.
import { addTexts } from '../frame/words.js'

addTexts({
  heart: ['찜하기', 'Wishlist'],
  heartOn: ['찜한 공연에 담았습니다.', 'It is on your wishlist now.'],
  heartOff: ['찜한 공연에서 뺐습니다.', 'It is off your wishlist.'],
  heartForMembers: [
    '찜하기는 회원만 할 수 있습니다. 위에서 회원을 골라 로그인해 주세요.',
    'Only members have a wishlist. Choose a member at the top to sign in.'],
})
