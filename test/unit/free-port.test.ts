import { expect, test } from 'vitest'
import { freePort, listenOn, PLACES, portOf } from '../support/network/free-port.ts'

const anywhere = () => Math.floor(PLACES * Math.random())
/** Names this place first. */
const firstly = (place: number) => {
  const places = [place]
  return () => places.pop() ?? anywhere()
}

test('a port is given once, also while nobody listens on it', async () => {
  const chosen: number[] = []
  const port = await freePort(() => {
    chosen.push(anywhere())
    return chosen.at(-1)!
  })
  // Nothing in this process remembers the first one, so another process meets the same.
  expect(await freePort(firstly(chosen.at(-1)!))).not.toBe(port)
})

test('a port on which another program listens is not given', async () => {
  for (;;) {
    const place = anywhere()
    const other = await listenOn(portOf(place))
    if (other === undefined) continue
    expect(await freePort(firstly(place))).not.toBe(portOf(place))
    return other.close()
  }
})
