import { expect, test } from 'vitest'
import { Handshakes, MAX_STRANGERS, RATES } from '../../../src/network/handshakes.ts'

const world = () => {
  const evicted: string[] = []
  const handshakes = new Handshakes<{ name: string }>(({ name }) => evicted.push(name))
  const enter = (name: string, ip: string, nowMs = 0) => handshakes.enter({ name }, ip, nowMs)
  return { evicted, handshakes, enter }
}

test('a flood from a few addresses displaces its own handshakes, not those of another address', () => {
  const { evicted, enter } = world()
  enter('honest', '10.0.0.9')
  for (let i = 0; i < 60; i++) enter(`flood ${i}`, `10.0.0.${i % 4}`)
  expect(evicted).toHaveLength(60 + 1 - MAX_STRANGERS)
  expect(evicted).not.toContain('honest')
})

test('one address is refused when it comes too often, and all strangers together are; later there is room again', () => {
  const { enter } = world()
  const taken = (ip: (i: number) => string, nowMs: number) =>
    Array.from({ length: 100 }, (_, i) => enter('', ip(i), nowMs)).filter(Boolean).length
  expect(taken(() => '10.0.0.1', 0)).toBe(RATES.stranger.burst)
  expect(taken((i) => `10.0.1.${i}`, 0)).toBe(RATES.strangers.burst - RATES.stranger.burst)
  expect(taken(() => '10.0.0.1', 1_000)).toBe(RATES.stranger.perSecond)
})

test('an address that a peer has come from has places and a rate that strangers do not touch', () => {
  const { evicted, handshakes, enter } = world()
  handshakes.proven('key', '10.0.0.9')
  for (let i = 0; i < 200; i++) enter('stranger', `10.0.1.${i}`)
  expect(enter('peer', '10.0.0.9')).toBe(true)
  for (let i = 0; i < 200; i++) enter('stranger', `10.0.2.${i}`, 60_000)
  expect(evicted).not.toContain('peer')
})

test('the addresses of an IPv6 network of 64 bits count as one', () => {
  const { enter } = world()
  const taken = Array.from({ length: 100 }, (_, i) => enter('', `2001:db8::${i}`)).filter(Boolean)
  expect(taken).toHaveLength(RATES.stranger.burst)
})
