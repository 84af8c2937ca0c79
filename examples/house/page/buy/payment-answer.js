// Who goes to the provider's page leaves this one; what it answers with stands in the
// address that it comes back to (?payment=refused or left). Read before any room writes
// the address anew, and kept for this tab through a reload.
const answer = new URLSearchParams(location.hash.split('?')[1]).get('payment')
if (sessionStorage.getItem('payment') && ['refused', 'left'].includes(answer)) sessionStorage.setItem('payment-answer', answer)

// paid: what had been paid in part before.
export function leaveToPay(id, paid) {
  sessionStorage.setItem('payment', id)
  sessionStorage.setItem('payment-before', paid)
  sessionStorage.setItem('payment-answer', 'waiting')
}

// refused, left, waiting (nothing was told, and no more was paid since), or null: this
// booking's buyer was not there.
export function paymentAnswer(id, paid = 0) {
  if (sessionStorage.getItem('payment') !== id) return null
  const told = sessionStorage.getItem('payment-answer')
  return told === 'waiting' && paid !== Number(sessionStorage.getItem('payment-before')) ? null : told
}
