// Names of what world.sql makes.
export const concert = 'c0000000-0000-7000-8000-000000000001'
export const schedule = (number) => `5c000000-0000-7000-${shardByte(number)}00-00000000000${number}`
export const seat = (number, place) => `5ea70000-0000-7000-${shardByte(number)}00-00000${number}${String(place).padStart(6, '0')}`

// WORLD_SHARDS says which schedules lie on another shard than 0, as in "4=1 5=1".
const shards = Object.fromEntries((process.env.WORLD_SHARDS ?? '').split(' ').map((pair) => pair.split('=')))
const shardByte = (number) => (128 + Number(shards[number] ?? 0)).toString(16)

// Members by their token's sub; the guest's id is a secret that the guest made.
export const people = {
  alice: 'a11ce000-0000-4000-8000-000000000001',
  bob: 'b0b00000-0000-4000-8000-000000000002',
  guest: '91000000-0000-4000-8000-000000000003',
  clerk: 'c1e40000-0000-4000-8000-000000000004',
}
