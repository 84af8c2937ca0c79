// What this browser keeps for the door, in IndexedDB: nights with their lists,
// scans that the database does not know yet, and what came of scans that were sent.
// A browser that refuses to keep anything has it in memory, as long as the page is open.
let opened

const database = () => (opened ??= new Promise((resolve, reject) => {
  const request = indexedDB.open('door', 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore('nights', { keyPath: 'id' })
    request.result.createObjectStore('scans', { keyPath: 'n', autoIncrement: true })
    request.result.createObjectStore('problems', { keyPath: 'n' })
  }
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
}))

let scans = 0
const memory = { nights: new Map(), scans: new Map(), problems: new Map() }
export const isKept = () => database().then(() => true, () => false)

// Answers when it is on the disk: a scan must survive what comes next.
async function run(name, mode, work, remembered) {
  if (!await isKept()) return remembered(memory[name])
  const transaction = (await database()).transaction(name, mode)
  const request = work(transaction.objectStore(name))
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result)
    transaction.onabort = () => reject(transaction.error)
  })
}

function remember(rows, value) {
  const key = value.id ?? value.n ?? ++scans
  rows.set(key, value.id ? value : { ...value, n: key })
  return key
}

export const get = (name, key) => run(name, 'readonly', (store) => store.get(key), (rows) => rows.get(key))
export const all = (name) => run(name, 'readonly', (store) => store.getAll(), (rows) => [...rows.values()])
export const put = (name, value) => run(name, 'readwrite', (store) => store.put(value), (rows) => remember(rows, value))
export const remove = (name, key) => run(name, 'readwrite', (store) => store.delete(key), (rows) => rows.delete(key))

export const ofNight = async (name, night) => (await all(name)).filter((one) => one.night === night)
