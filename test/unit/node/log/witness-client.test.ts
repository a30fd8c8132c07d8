import { expect, test } from 'vitest'
import { utf8 } from '../../../../src/codec/bytes.ts'
import { ed25519PublicKey, signEd25519 } from '../../../../src/crypto/ed25519.ts'
import { parseAddCheckpoint } from '../../../../src/log/add-checkpoint.ts'
import { cosignerKey } from '../../../../src/log/cosignature.ts'
import { type AskWitness, WitnessClient } from '../../../../src/node/log/witness-client.ts'
import { systemClock } from '../../../../src/process/clock.ts'
import { openLog } from '../../../../src/telemetry/log.ts'
import { WitnessStore } from '../../../../src/witness/store.ts'
import { Witness } from '../../../../src/witness/witness.ts'
import { History, ORIGIN, POLICY } from '../../../support/log/two-histories.ts'
import { testFolder } from '../../../support/shared/test-folder.ts'
import { until } from '../../../support/shared/until.ts'

const SEED = new Uint8Array(32).fill(9)
const KEY = { ...cosignerKey('witness.example/1', ed25519PublicKey(SEED)), url: 'http://witness.example' }
const history = new History('abcdefghij')

/** A client of a witness, whose timers fire when the test says so. */
function clientOf(ask: AskWitness, read = history.read) {
  const cosigned: number[] = []
  const timers: (() => void)[] = []
  const client = new WitnessClient({
    witness: KEY,
    ask,
    read,
    clock: { ...systemClock, after: (_, run) => timers.push(run) as never, cancel: () => undefined },
    log: openLog('node', 'silent'),
    cosigned: (size) => cosigned.push(size),
  })
  return {
    client,
    cosigned,
    timers,
    show: (size: number) => client.show({ size, note: history.noteAt(size) }),
  }
}

/** A witness behind `ask`, and the old sizes that it was asked with. */
function witness() {
  const log = openLog('witness', 'silent')
  const policies = new Map([[ORIGIN, POLICY]])
  const sign = (message: Uint8Array) => signEd25519(SEED, message)
  const store = new WitnessStore(testFolder('witness-client'))
  const server = new Witness({ key: KEY, sign, policies, store, log, now: Date.now })
  const oldSizes: number[] = []
  const ask: AskWitness = async (_, body) => {
    oldSizes.push(parseAddCheckpoint(utf8(body)).oldSize)
    return server.addCheckpoint(utf8(body))
  }
  return { ask, oldSizes }
}

test('a node shows each checkpoint with a proof from the last, and asks a witness that it does not know for its size', async () => {
  const { ask, oldSizes } = witness()
  const first = clientOf(ask)
  for (const size of [3, 5]) {
    first.show(size)
    await until(() => first.cosigned.includes(size))
  }
  const second = clientOf(ask)
  second.show(8)
  await until(() => second.cosigned.includes(8))
  expect(oldSizes).toEqual([0, 3, 0, 5])
  expect(second.client.last?.size).toBe(8)
  // The witness is ahead of what this node has: nothing is asked a second time.
  const third = clientOf(ask)
  third.show(4)
  await until(() => oldSizes.length === 5)
  expect([third.cosigned, third.client.failure]).toEqual([[], undefined])
})

test('of the checkpoints that come while a witness is asked, the newest is shown next, and one request runs at a time', async () => {
  const { ask } = witness()
  const waiting: (() => void)[] = []
  let running = 0
  const slow: AskWitness = async (url, body) => {
    running += 1
    expect(running).toBe(1)
    await new Promise<void>((resolve) => waiting.push(resolve))
    running -= 1
    return ask(url, body)
  }
  const { show, cosigned } = clientOf(slow)
  for (const size of [3, 4, 5, 9]) show(size)
  await until(() => waiting.length === 1)
  waiting[0]!()
  await until(() => waiting.length === 2)
  waiting[1]!()
  await until(() => cosigned.length === 2)
  expect(cosigned).toEqual([3, 9])
})

test('a witness that fails is asked again after a pause, and the status says why', async () => {
  const { ask } = witness()
  const other = new History('abXdefghij')
  let reply: AskWitness = () => Promise.reject(new Error('no answer'))
  const { client, show, cosigned, timers } = clientOf((url, body) => reply(url, body))
  show(3)
  await until(() => timers.length === 1)
  expect(client.failure).toBe('no answer')
  // Its cosignature is checked.
  reply = async (url, body) => ({ ...(await ask(url, body)), body: '— witness.example/1 AAAAAAAA\n' })
  timers[0]!()
  await until(() => timers.length === 2)
  expect(client.failure).toBe('the answer has no cosignature of its key')
  reply = ask
  timers[1]!()
  await until(() => cosigned.length === 1)
  expect([cosigned, client.failure]).toEqual([[3], undefined])
  client.show({ size: 3, note: other.noteAt(3) })
  await until(() => timers.length === 3)
  expect(client.failure).toMatch(/^409: split view: at size 3/)
})
