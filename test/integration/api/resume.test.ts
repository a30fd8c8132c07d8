import { beforeAll, describe, expect, it } from 'vitest'
import { KEEP_ALIVE_MS } from '../../../src/api/http/event-stream.ts'
import { SILENCE_MS } from '../../../src/client/subscribe.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
const bea = eddsaKey('bea')
let world: ApiWorld
let lot: bigint

beforeAll(async () => {
  world = await ApiWorld.open()
  lot = await world.lot(ann, 'LOT-1', 1_000n)
})
const give = () => world.chain.commit([world.move(ann, ann.account, bea.account, lot, 1n)])

interface StreamEvent {
  id: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for
  data: any
}

/** What an EventSource does: GET, the id of each event, and Last-Event-ID when it comes back. */
async function* eventSource(query: string, lastEventId?: string): AsyncGenerator<StreamEvent> {
  const response = await world.api.yoga.fetch(`http://api/graphql?query=${encodeURIComponent(query)}`, {
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  })
  let text = ''
  for await (const part of response.body!) {
    text += new TextDecoder().decode(part)
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = text.slice(0, end)
      text = text.slice(end + 2)
      const data = /^data: (.*)$/m.exec(event)?.[1]
      if (data) yield { id: /^id: (.*)$/m.exec(event)?.[1], data: JSON.parse(data) }
    }
  }
}

async function take(stream: AsyncGenerator<StreamEvent>, count: number): Promise<StreamEvent[]> {
  const events: StreamEvent[] = []
  for (let i = 0; i < count; i++) {
    const { value, done } = await stream.next()
    if (!done) events.push(value)
  }
  return events
}

describe('an EventSource that reconnects', () => {
  it.each([
    ['blocks', 'subscription { blocks(after: 0) { height } }'],
    [
      'blocks, in a fragment',
      'subscription { ...A } fragment A on Subscription { blocks(after: "0") { height } }',
    ],
    [
      'transfers, whose ids are cursors',
      'subscription { transfers(filter: { asset: "LOT-1" }) { node { position } } }',
    ],
    [
      'a holding',
      `subscription { holding(address: "${encodeAddress(bea.account)}", asset: "LOT-1", after: 2) { balance } }`,
    ],
  ])('continues where it was cut off: %s', async (_name, query) => {
    const whole = eventSource(query)
    const opened = whole.next()
    await give()
    await give()
    await give()
    const [first] = [(await opened).value as StreamEvent]
    const rest = await take(whole, 2)
    expect(first.id).toBeDefined()
    const again = eventSource(query, first.id)
    expect(await take(again, 2)).toEqual(rest)
    await Promise.all([whole.return(undefined), again.return(undefined)])
  })

  it('continues with the height before the last one where a block makes several events', async () => {
    const query = `subscription { holdings(address: "${encodeAddress(bea.account)}") { balance height } }`
    const stream = eventSource(query)
    const [now] = await take(stream, 1)
    expect(now!.id).toBeUndefined()
    await give()
    const [changed] = await take(stream, 1)
    expect(changed!.id).toBe(String(world.chain.header.height - 1))
    const again = eventSource(query, changed!.id)
    expect(await take(again, 1)).toEqual([changed])
    await Promise.all([stream.return(undefined), again.return(undefined)])
  })

  it('begins anew where there is nothing to continue', async () => {
    const stream = eventSource('subscription { chain { finalizedHeight } }', '0')
    const [event] = await take(stream, 1)
    expect(event).toMatchObject({ id: undefined, data: { data: { chain: {} } } })
    await stream.return(undefined)
  })

  it('learns that its Last-Event-ID is none', async () => {
    const [event] = await take(eventSource('subscription { transfers { cursor } }', 'nonsense'), 1)
    expect(event!.data.errors).toMatchObject([{ extensions: { code: 'BAD_CURSOR' } }])
  })
})

describe('silence', () => {
  it('means a lost connection only after several comments that keep it alive', () => {
    expect([KEEP_ALIVE_MS, SILENCE_MS]).toEqual([10_000, 30_000])
  })
})

describe('a query with Inpigritas-Min-Height', () => {
  const ask = async (height: string, accept = 'application/json') => {
    const response = await world.api.yoga.fetch('http://api/graphql?query={chain{finalizedHeight}}', {
      headers: { accept, 'inpigritas-min-height': height },
    })
    return { status: response.status, headers: response.headers, answer: await response.json() }
  }

  it('waits for the block and sees it', async () => {
    const next = world.chain.header.height + 1
    const asked = ask(String(next))
    await world.chain.commit([])
    expect(await asked).toMatchObject({
      status: 200,
      answer: { data: { chain: { finalizedHeight: String(next) } } },
    })
    expect((await ask('0')).status).toBe(200)
  })

  it('fails with a code if the block does not come, or if the height is none', async () => {
    const still = await ApiWorld.open()
    const heights = { current: 7, above: async () => undefined }
    Object.assign(still.api.services, { heights })
    const response = await still.api.yoga.fetch('http://api/graphql?query={chain{name}}', {
      headers: { accept: 'application/json', 'inpigritas-min-height': '9' },
    })
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'HEIGHT_NOT_REACHED', data: { height: 9, newest: 7 } } }],
    })
    for (const height of ['-1', 'x', '1'.repeat(20)])
      expect(await ask(height)).toMatchObject({
        status: 400,
        answer: { errors: [{ extensions: { code: 'BAD_INPUT' } }] },
      })
  })
})
