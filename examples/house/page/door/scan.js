// The camera: reads QR codes where the browser can (BarcodeDetector). It is off
// while nobody sees the page.
export const canScan = () => Boolean(globalThis.BarcodeDetector && navigator.mediaDevices?.getUserMedia)

const lookEveryMs = 120
const sameScanMs = 1000

export class Camera {
  stream = null
  isWanted = false
  // code: when it was seen last
  sights = new Map()

  // found(text): a code has come into view; changed(): it went on or off
  constructor(video, found, changed) {
    Object.assign(this, { video, found, changed })
    this.onVisible = () => (document.hidden ? this.rest() : this.isWanted && this.begin().catch(() => this.stop()))
    document.addEventListener('visibilitychange', this.onVisible)
  }

  // Refused (NotAllowedError and others) where there is none, or nobody may use it.
  async start() {
    this.isWanted = true
    await this.begin()
  }

  async begin() {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
    // Somebody may have left meanwhile.
    if (!this.isWanted || document.hidden || this.stream) return stream.getTracks().forEach((track) => track.stop())
    this.stream = stream
    this.video.srcObject = stream
    this.changed()
    await this.video.play()
    this.look(stream)
  }

  async look(stream) {
    const detector = new BarcodeDetector({ formats: ['qr_code'] })
    while (this.stream === stream) {
      // A frame that cannot be read is no reason to stop.
      const codes = await detector.detect(this.video).catch(() => [])
      await this.see(codes.map(({ rawValue }) => rawValue))
      await new Promise((done) => { setTimeout(done, lookEveryMs) })
    }
  }

  // A code that stays in view is one scan, also where it flickers.
  async see(codes) {
    for (const [seen, at] of this.sights) {
      if (!codes.includes(seen) && performance.now() - at > sameScanMs) this.sights.delete(seen)
    }
    for (const code of codes) {
      if (!this.sights.has(code) && this.stream) await this.found(code)
      this.sights.set(code, performance.now())
    }
  }

  rest() {
    this.stream?.getTracks().forEach((track) => track.stop())
    this.stream = this.video.srcObject = null
    this.changed()
  }

  stop() {
    this.isWanted = false
    this.rest()
  }

  close() {
    document.removeEventListener('visibilitychange', this.onVisible)
    this.stop()
  }
}
