// The page of the pretend provider: what is to be paid, and a choice of everything
// that can come of it. Korean or English, as the shop has asked for it.

// What is paid, and when and how often the shop is told.
export const outcomes = {
  paid: { pays: 'all', webhook: 'at once' },
  slow: { pays: 'all', webhook: 'slow' },
  refused: { pays: 'nothing', webhook: 'at once' },
  half: { pays: 'half', webhook: 'at once' },
  double: { pays: 'double', webhook: 'at once' },
  twice: { pays: 'all', webhook: 'twice' },
  never: { pays: 'all', webhook: 'never' },
  transfer: { pays: 'all', webhook: 'transfer' },
  late: { pays: 'all', webhook: 'late' },
}

const texts = {
  ko: {
    title: '모의 결제',
    pretend: '연습용 결제 화면입니다. 실제로 돈이 나가지 않습니다.',
    amount: '결제할 금액',
    paid: ['결제하기', '결제되고, 바로 확인됩니다.'],
    others: '다른 결과 시험하기',
    slow: ['확인이 느린 결제', '결제되지만, 몇 초 뒤에 확인됩니다.'],
    refused: ['카드 거절', '결제되지 않고 돌아갑니다.'],
    half: ['절반만 결제', '나머지는 다시 결제해야 합니다.'],
    double: ['두 번 결제', '같은 금액이 두 번 나갑니다. 한 번은 돌려받습니다.'],
    twice: ['알림이 두 번', '한 번 결제되고, 확인이 두 번 갑니다.'],
    never: ['알림이 오지 않음', '결제되지만, 확인은 가지 않습니다.'],
    transfer: ['계좌 이체', '돈이 20초 뒤에 들어옵니다.'],
    late: ['늦은 입금', '결제 시간이 끝난 뒤에 들어옵니다.'],
    left: '결제하지 않고 돌아가기',
  },
  en: {
    title: 'Pretend Pay',
    pretend: 'A page to try things out. No money moves here.',
    amount: 'To pay',
    paid: ['Pay', 'Paid, and confirmed at once.'],
    others: 'Try another outcome',
    slow: ['Slow confirmation', 'Paid, and confirmed some seconds later.'],
    refused: ['Card refused', 'Nothing is paid.'],
    half: ['Half of it', 'The rest has to be paid as well.'],
    double: ['Paid twice', 'The amount is taken twice. One of them goes back.'],
    twice: ['Told twice', 'Paid once, and the shop is told twice.'],
    never: ['Never told', 'Paid, and the shop is not told.'],
    transfer: ['Bank transfer', 'The money arrives 20 seconds later.'],
    late: ['Late payment', 'The money arrives after the time to pay.'],
    left: 'Go back without paying',
  },
}

const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)

const choice = ([what, says], key) => `
<button name="outcome" value="${key}"${key === 'paid' ? ' class="pay"' : ''}><strong>${what}</strong><span>${says}</span></button>`

export function paymentPage({ amount, language, return_url: returnUrl, left_url: leftUrl }) {
  const name = language === 'ko' ? 'ko' : 'en'
  const words = texts[name]
  const others = Object.keys(outcomes).filter((key) => key !== 'paid')
  return `<!doctype html>
<html lang="${name}"><head><meta charset="utf-8"><title>${words.title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
<style>${style}</style></head>
<body><main>
<h1>${words.title}</h1>
<p class="quiet">${words.pretend}</p>
<p class="amount"><span>${words.amount}</span><strong>₩${amount.toLocaleString('en')}</strong></p>
<form method="post">${choice(words.paid, 'paid')}
<h2>${words.others}</h2>
<div class="others">${others.map((key) => choice(words[key], key)).join('')}
</div></form>
<p class="left"><a href="${escaped(leftUrl ?? returnUrl)}">${words.left}</a></p>
</main></body></html>`
}

// Colours of its own: nobody should take it for the shop.
const style = `
:root { color-scheme: light dark; --ground: #eef5f3; --surface: #fff; --ink: #10231f; --quiet: #4a635d; --line: #c9dbd6; --pay: #00665a; --on-pay: #fff;
  font-family: Pretendard, "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", system-ui, sans-serif; line-height: 1.5; word-break: keep-all; }
@media (prefers-color-scheme: dark) { :root { --ground: #0b1715; --surface: #15241f; --ink: #e6f2ee; --quiet: #a3bcb5; --line: #30463f; --pay: #6fe0cb; --on-pay: #00201b; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; background: var(--ground); color: var(--ink); }
main { max-width: 27rem; margin: 0 auto; padding: 1.4rem 1.2rem; border-radius: 20px; background: var(--surface); border: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.35rem; color: var(--pay); }
h2 { margin: 1.4rem 0 0.6rem; font-size: 0.95rem; color: var(--quiet); }
p { margin: 0.3rem 0; }
.quiet { color: var(--quiet); font-size: 0.9rem; }
.amount { display: flex; justify-content: space-between; align-items: baseline; margin: 1.1rem 0; padding: 0.9rem 1rem; border-radius: 14px; background: var(--ground); }
.amount strong { font-size: 1.7rem; font-variant-numeric: tabular-nums; }
button { display: grid; gap: 0.1rem; width: 100%; min-height: 56px; padding: 0.55rem 0.9rem; border: 1px solid var(--line); border-radius: 14px; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
button span { font-size: 0.85rem; color: var(--quiet); }
button:hover { border-color: var(--pay); }
button.pay { justify-items: center; border-color: var(--pay); background: var(--pay); color: var(--on-pay); }
button.pay strong { font-size: 1.15rem; }
button.pay span { color: inherit; }
.others { display: grid; gap: 0.5rem; }
@media (min-width: 420px) { .others { grid-template-columns: 1fr 1fr; } }
.left { margin-top: 1.3rem; text-align: center; }
a { color: var(--pay); }
:focus-visible { outline: 3px solid var(--pay); outline-offset: 2px; }`
