import { describe, expect, it } from 'vitest'
import { Clients } from '../../../../src/api/budget/clients.ts'

const limits = { bucket: 100, refillPerSecond: 10, clients: 3 }

function clients() {
  const clock = { ms: 0 }
  return { clock, clients: new Clients(limits, () => clock.ms) }
}

describe('the bucket of a client', () => {
  it('is empty when its cost is spent, says when it will do, and refills up to its size', () => {
    const { clock, clients: all } = clients()
    const client = all.of('a')
    expect(client.take(70)).toBe(0)
    expect(client.left).toBe(30)
    expect(client.take(50)).toBe(2_000)
    expect(client.left).toBe(30)
    clock.ms += 2_000
    expect(client.take(50)).toBe(0)
    clock.ms += 3_600_000
    expect(client.left).toBe(100)
  })

  it('lets an operation pass that costs more than a full bucket, once it is full', () => {
    const { clients: all } = clients()
    expect(all.of('a').take(1_000)).toBe(0)
    expect(all.of('a').take(1)).toBe(100)
  })

  it('is below zero after a cost that was known only afterwards, and the next operation waits until it is paid back', () => {
    const { clock, clients: all } = clients()
    const client = all.of('a')
    client.charge(110)
    expect(client.left).toBe(-10)
    expect(client.take(50)).toBe(6_000)
    clock.ms += 6_000
    expect(client.take(50)).toBe(0)
  })

  it('makes an event wait until it can be paid for, or its subscription ends', async () => {
    const { clients: all } = clients()
    const client = all.of('a')
    client.take(100)
    const abort = new AbortController()
    const paid = client.pay(50, abort.signal)
    abort.abort()
    expect(await paid).toBe(false)
    expect(await all.of('b').pay(50, new AbortController().signal)).toBe(true)
  })
})

describe('the map of clients', () => {
  it('has at most its number of clients; idle ones make room', () => {
    const { clients: all } = clients()
    for (let i = 0; i < 1_000; i++) all.of(`client ${i}`)
    expect(all.size).toBe(3)
  })

  it('lets further clients share an account while none is idle', () => {
    const { clock, clients: all } = clients()
    for (const name of ['a', 'b', 'c']) all.of(name).take(100)
    all.of('a').open.sockets = 1
    expect(all.of('d')).toBe(all.of('e'))
    expect(all.size).toBe(3)
    clock.ms += 60_000 // b and c are idle again, a has a socket
    expect(all.of('d')).not.toBe(all.of('e'))
    expect(all.of('a').open.sockets).toBe(1)
    expect(all.size).toBe(3)
  })
})
