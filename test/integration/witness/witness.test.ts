import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { quorum } from '../../../src/consensus/quorum.ts'
import { ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { chainIdOf } from '../../../src/ledger/genesis.ts'
import { formatAddCheckpoint, MAX_REQUEST_BYTES } from '../../../src/log/add-checkpoint.ts'
import { parseCheckpoint } from '../../../src/log/checkpoint.ts'
import { cosignerKey } from '../../../src/log/cosignature.ts'
import { originOf, quorumPolicy } from '../../../src/log/cosigned.ts'
import { formatNote, parseNote, parseSignatures } from '../../../src/log/note.ts'
import { judgeCheckpoint, type Policy } from '../../../src/log/policy.ts'
import { askWitness } from '../../../src/node/log/ask-witness.ts'
import { openLog } from '../../../src/telemetry/log.ts'
import { CONNECTIONS, serveWitness, type WitnessServer } from '../../../src/witness/server.ts'
import { WitnessStore } from '../../../src/witness/store.ts'
import { TURN_LIMITS } from '../../../src/witness/turns.ts'
import { VISITOR_LIMITS } from '../../../src/witness/visitors.ts'
import { Witness } from '../../../src/witness/witness.ts'
import { History, ORIGIN, POLICY } from '../../support/log/two-histories.ts'
import { chainNow, nodeFolder, startTestNode } from '../../support/node/test-node.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { until } from '../../support/shared/until.ts'
import { emptyDatabase } from '../../support/storage/postgres.ts'

const log = openLog('witness', 'silent')
const keyOf = (i: number) => new Uint8Array(32).fill(50 + i)
let servers: WitnessServer[] = []
beforeEach(() => {
  servers = []
})
afterEach(async () => {
  for (const server of servers) await server.stop()
})

/** A witness with its own key and memory, on a port of its own. */
async function startWitness(
  i: number,
  origin: string,
  policy: Policy,
  limits = VISITOR_LIMITS,
  turnLimits = TURN_LIMITS,
) {
  const key = cosignerKey(`witness.example/${i}`, ed25519PublicKey(keyOf(i)))
  const witness = new Witness({
    key,
    sign: (message) => signEd25519(keyOf(i), message),
    policies: new Map([[origin, policy]]),
    store: new WitnessStore(testFolder('witness')),
    log,
    now: Date.now,
  })
  const server = await serveWitness(witness, { host: '127.0.0.1', port: 0, log, limits, turnLimits })
  servers.push(server)
  return { ...key, url: server.url }
}

test('a node has its witnesses cosign, and serves what a policy that requires them believes', async () => {
  const genesis = chainNow()
  const origin = originOf(fieldToHex(chainIdOf(genesis)))
  const keys = genesis.validators.map(({ logKey }) => logKey)
  const validators = { origin, quorum: quorum(keys.length) }
  const witnesses = await Promise.all(
    [0, 1].map((i) => startWitness(i, origin, quorumPolicy(validators, keys))),
  )
  const named = new Map(witnesses.map((witness) => [witness.name, witness] as const))
  const policy = quorumPolicy(validators, keys, { witnesses: named, threshold: 2 })
  const folder = nodeFolder()
  const options = { genesis, databaseUrl: await emptyDatabase(), ...folder, witnesses }
  const running = await startTestNode(options)
  const isWitnessed = async () => {
    const note = await running.control.checkpoint()
    return note !== null && judgeCheckpoint(policy, parseNote(note)).valid
  }
  await until(isWitnessed)
  const { size } = parseCheckpoint(parseNote((await running.control.checkpoint())!).text)
  // The next ones need consistency proofs.
  await until(async () => {
    const { witnesses: said } = (await running.control.status()).log
    return said.every((witness) => witness.size! > size + 1)
  })
  expect(await isWitnessed()).toBe(true)
  const status = (await running.control.status()).log
  expect(status.witnesses.map(({ name, failure }) => [name, failure])).toEqual(
    witnesses.map(({ name }) => [name, null]),
  )
  expect(status.validators[0]).toMatchObject({ name: 'one', contradiction: null })
  await running.stop()
  // Without its keys the node makes no blocks, so what it shows then is what it kept.
  const restarted = await startTestNode({ ...options, votingKey: undefined, logKey: undefined })
  expect(await restarted.control.checkpoint()).not.toBeNull()
  const after = (await restarted.control.status()).log
  const shown = parseNote((await restarted.control.checkpoint())!)
  expect(judgeCheckpoint(policy, shown).valid).toBe(true)
  expect(parseCheckpoint(shown.text).size).toBeGreaterThan(size)
  expect(after.size).toBeGreaterThanOrEqual(status.size!)
  expect(after.validators).toEqual([
    { name: 'one', ...{ size: after.size, time: expect.any(Number) }, contradiction: null },
  ])
  expect(after.witnesses.map((witness) => witness.size! >= size && witness.time! > 0)).toEqual([true, true])
  await restarted.stop()
  folder.remove()
})

test('validators that sign two histories get only one of them cosigned by a witness, and neither by two', async () => {
  const [one, two] = [new History('abcdefgh'), new History('abcdXfgh')]
  const witnesses = await Promise.all([0, 1].map((i) => startWitness(i, ORIGIN, POLICY)))
  const ask = (at: number, history: History, size: number) =>
    askWitness(witnesses[at]!.url, formatAddCheckpoint({ oldSize: 0, proof: [], note: history.noteAt(size) }))
  // Each history is believed by its own witness.
  const cosigned = [await ask(0, one, 8), await ask(1, two, 8)]
  expect(cosigned.map(({ status }) => status)).toEqual([200, 200])
  // Shown to the other one, each is refused, and told why.
  for (const answer of [await ask(0, two, 8), await ask(1, one, 8)])
    expect([answer.status, answer.body]).toEqual([409, expect.stringMatching(/^split view: at size 8 /)])
  // The validators' signatures alone are worth a quorum on both; whoever requires both witnesses believes neither.
  const required = {
    witnesses: new Map(witnesses.map((witness) => [witness.name, witness] as const)),
    threshold: 2,
  }
  const keys = [...POLICY.witnesses.values()].map(({ publicKey }) => publicKey)
  const both = quorumPolicy({ origin: ORIGIN, quorum: 3 }, keys, required)
  for (const [i, history] of [one, two].entries()) {
    const { text, signatures } = parseNote(history.noteAt(8))
    const note = { text, signatures: [...signatures, ...parseSignatures(cosigned[i]!.body)] }
    expect(judgeCheckpoint(POLICY, parseNote(formatNote(note))).valid).toBe(true)
    expect(judgeCheckpoint(both, note)).toMatchObject({
      valid: false,
      cosigned: expect.arrayContaining([`witness.example/${i}`]),
    })
  }
})

test('a witness takes bounded requests by POST at one path', async () => {
  const { url } = await startWitness(0, ORIGIN, POLICY)
  const status = async (path: string, init?: RequestInit) => (await fetch(`${url}${path}`, init)).status
  expect(await status('/add-checkpoint')).toBe(405)
  expect(await status('/', { method: 'POST', body: 'old 0\n\nx' })).toBe(404)
  expect(await status('/add-checkpoint', { method: 'POST', body: 'x'.repeat(MAX_REQUEST_BYTES + 1) })).toBe(
    413,
  )
  expect(await status('/add-checkpoint', { method: 'POST', body: 'x'.repeat(MAX_REQUEST_BYTES) })).toBe(400)
})

/** A connection from an address of this machine, what came back on it, and when it was closed. */
function connection(url: string, localAddress: string) {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), localAddress })
  const made = {
    socket,
    text: '',
    closed: once(
      socket.on('error', () => {}),
      'close',
    ),
  }
  socket.on('data', (data) => {
    made.text += data
  })
  return made
}

test('a witness answers others while one address holds its requests, and refuses more of these', async () => {
  const { url } = await startWitness(0, ORIGIN, POLICY)
  const held = Array.from({ length: 3 * VISITOR_LIMITS.atOnce }, () => connection(url, '127.0.0.2'))
  const unfinished = 'POST /add-checkpoint HTTP/1.1\r\nhost: w\r\ncontent-length: 1000\r\n\r\n'
  for (const { socket } of held) socket.write(unfinished)
  const refused = () => held.filter(({ text }) => text.startsWith('HTTP/1.1 429 '))
  await until(() => refused().length === 2 * VISITOR_LIMITS.atOnce)
  const asked = formatAddCheckpoint({ oldSize: 0, proof: [], note: new History('abcdefgh').noteAt(8) })
  expect((await askWitness(url, asked)).status).toBe(200)
  for (const { socket } of held) socket.destroy()
})

test('a witness lets what is to be verified wait, of all addresses together, and answers all else', async () => {
  const { url } = await startWitness(0, ORIGIN, POLICY, VISITOR_LIMITS, { burst: 1, perSecond: 0.001 })
  const history = new History('abcdefgh')
  const ask = (size: number, from: string, init: RequestInit = {}) =>
    fetch(`${url}/add-checkpoint`, {
      ...init,
      method: 'POST',
      body: formatAddCheckpoint({ oldSize: size, proof: [], note: history.noteAt(8, [0, 1, 2]) }),
      headers: { 'x-forwarded-for': from },
    })
  expect((await ask(0, '192.0.2.1')).status).toBe(200)
  const stranger = history.noteAt(8).replace(/(?=\n\n)/, '\nextension')
  const giveUp = new AbortController()
  const waits = fetch(`${url}/add-checkpoint`, {
    method: 'POST',
    body: formatAddCheckpoint({ oldSize: 8, proof: [], note: stranger }),
    headers: { 'x-forwarded-for': '192.0.2.2' },
    signal: giveUp.signal,
  })
  expect((await ask(8, '192.0.2.3')).status).toBe(200)
  expect((await ask(0, '192.0.2.3')).status).toBe(409)
  giveUp.abort()
  await expect(waits).rejects.toMatchObject({ name: 'AbortError' })
})

test('a witness answers others while strangers of many addresses hold all of its connections', async () => {
  const { url } = await startWitness(0, ORIGIN, POLICY)
  const addresses = CONNECTIONS.inAll / CONNECTIONS.ofOne
  const unfinished = 'POST /add-checkpoint HTTP/1.1\r\nhost: w\r\ncontent-length: 1000\r\n\r\n'
  const begun = ['', 'POST /add-', unfinished]
  const held = Array.from({ length: CONNECTIONS.inAll }, (_, i) => {
    const one = connection(url, `127.0.0.${2 + (i % addresses)}`)
    one.socket.write(begun[i % begun.length]!)
    return one
  })
  await Promise.all(held.map(({ socket }) => socket.readyState === 'open' || once(socket, 'connect')))
  const asked = formatAddCheckpoint({ oldSize: 0, proof: [], note: new History('abcdefgh').noteAt(8) })
  for (let i = 0; i < 3; i++) expect((await askWitness(url, asked)).status).toBe(i === 0 ? 200 : 409)
  const fromElsewhere = connection(url, '127.0.0.200')
  fromElsewhere.socket.write('GET / HTTP/1.1\r\nhost: w\r\n\r\n')
  await until(() => fromElsewhere.text.startsWith('HTTP/1.1 404 '))
  for (const { socket } of [...held, fromElsewhere]) socket.destroy()
})

test('a witness closes the oldest idle connection of an address that has too many', async () => {
  const { url } = await startWitness(0, ORIGIN, POLICY)
  const held: ReturnType<typeof connection>[] = []
  for (let i = 0; i <= CONNECTIONS.ofOne; i++) {
    held.push(connection(url, '127.0.0.2'))
    await once(held.at(-1)!.socket, 'connect')
  }
  // Those that only wait are closed too, but later, and with an answer.
  const closed = await Promise.race(held.map((one) => one.closed.then(() => one)))
  expect([closed.text, held.indexOf(closed)]).toEqual(['', 0])
  for (const { socket } of held) socket.destroy()
})

test('a witness tells clients apart by what a proxy of its machine says of them', async () => {
  const { url } = await startWitness(0, ORIGIN, POLICY, { ...VISITOR_LIMITS, burst: 2, perSecond: 0 })
  const from = (address: string) =>
    fetch(url, { headers: { 'x-forwarded-for': address } }).then(({ status }) => status)
  expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1')]).toEqual([404, 404, 429])
  expect(await from('192.0.2.2')).toBe(404)
})
