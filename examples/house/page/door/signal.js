// What the clerk hears and feels while looking at the visitor: one high tone for
// "in", two low ones for everything else. A switch of this browser.
let audio

export const isOn = () => localStorage.getItem('door_signal') !== 'off'
export const turn = (on) => localStorage.setItem('door_signal', on ? 'on' : 'off')

function tone(frequency, from, seconds) {
  const oscillator = audio.createOscillator()
  oscillator.frequency.value = frequency
  oscillator.connect(audio.destination)
  oscillator.start(audio.currentTime + from)
  oscillator.stop(audio.currentTime + from + seconds)
}

export function signal(isGood) {
  if (!isOn()) return
  navigator.vibrate?.(isGood ? 80 : [200, 100, 200])
  audio ??= new AudioContext()
  if (isGood) return tone(1320, 0, 0.12)
  tone(220, 0, 0.18)
  tone(220, 0.26, 0.18)
}
