import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Clients } from '../../../../src/api/budget/clients.ts'
import { readCircuitFolder } from '../../../../src/api/http/circuit-folder.ts'
import { CHUNK_BYTES, CHUNK_COST, CIRCUIT_LIMITS } from '../../../../src/api/http/circuits.ts'
import { ROUTE_COST } from '../../../../src/api/limits.ts'
import type { ServedCircuit, ServedFile } from '../../../../src/config/served-circuits.ts'
import { circuitsOf } from '../../../support/api/served-circuits.ts'
import { serveFiles } from '../../../support/browser/served-files.ts'
import { testFolder } from '../../../support/shared/test-folder.ts'
import { until } from '../../../support/shared/until.ts'

/** More than the buffers of a connection hold, and a part of a chunk. */
const KEY = randomBytes(40 * CHUNK_BYTES + 100)
const HASH = 'ab'.repeat(32)
const folder = testFolder('circuits')
const closing: (() => void)[] = []
let circuit: ServedCircuit
let url: string
let nowMs = 0

function file(ending: string, content: Uint8Array): ServedFile {
  const sha256 = createHash('sha256').update(content).digest('hex')
  const name = `origin-4-12.${sha256.slice(0, 16)}.${ending}`
  writeFileSync(join(folder, name), content)
  return { file: name, bytes: content.length, sha256 }
}

/** Serves the folder to clients whose buckets refill when `nowMs` goes on. @returns the URL of its files, and the account of this machine */
async function serve({ bucket = 1e9, limits = CIRCUIT_LIMITS } = {}) {
  const clients = new Clients({ bucket, refillPerSecond: 1e6, clients: 2 }, () => nowMs)
  const server = await serveFiles({}, {}, circuitsOf(folder, { clients, limits }))
  closing.push(server.close)
  return { url: `${server.url}circuits/`, client: clients.of('127.0.0.1') }
}

beforeAll(async () => {
  circuit = {
    name: 'origin-4-12',
    template: 'Origin',
    parameters: { hops: 4, depth: 12, historyDepth: 16 },
    kind: 'development',
    vkHash: HASH,
    key: file('key', KEY),
    program: file('wasm', randomBytes(10)),
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify([circuit]))
  writeFileSync(join(folder, `origin-4-12.${'0'.repeat(16)}.key`), 'of an earlier export')
  ;({ url } = await serve())
})
afterAll(() => {
  for (const close of closing) close()
  rmSync(folder, { recursive: true, force: true })
})

const get = (headers: Record<string, string> = {}, method = 'GET') =>
  fetch(url + circuit.key.file, { headers, method })
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

describe('a key that an api serves', () => {
  it('is whole without a range, and may be kept for ever', async () => {
    const response = await get()
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: `"${circuit.key.sha256}"`,
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': String(KEY.length),
      'content-type': 'application/octet-stream',
      'access-control-allow-origin': '*',
    })
    expect((await bytesOf(response)).equals(KEY)).toBe(true)
  })

  const end = KEY.length
  it.each<[range: string, first: number, end: number]>([
    ['bytes=0-0', 0, 1],
    ['bytes=0-9', 0, 10],
    [`bytes=${CHUNK_BYTES - 1}-${2 * CHUNK_BYTES}`, CHUNK_BYTES - 1, 2 * CHUNK_BYTES + 1],
    [`bytes=${end - 3}-`, end - 3, end],
    ['bytes=-7', end - 7, end],
    [`bytes=${end - 2}-999999999999`, end - 2, end],
    ['Bytes=-999999999999', 0, end],
  ])('is served in ranges: %s', async (range, first, last) => {
    const response = await get({ range })
    expect([response.status, response.headers.get('content-range')]).toEqual([
      206,
      `bytes ${first}-${last - 1}/${end}`,
    ])
    expect((await bytesOf(response)).equals(KEY.subarray(first, last))).toBe(true)
  })

  it.each([`bytes=${end}-`, `bytes=${end + 5}-${end + 9}`, 'bytes=-0'])(
    'has nothing in the range %s',
    async (range) => {
      const response = await get({ range })
      expect([response.status, response.headers.get('content-range')]).toEqual([416, `bytes */${end}`])
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
    },
  )

  it.each(['bytes=9-0', 'bytes=0-1,5-6', 'rows=0-1', 'bytes=-', 'bytes=x-1', 'bytes=1'])(
    'is whole where a range does not count: %s',
    async (range) => {
      const response = await get({ range })
      expect([response.status, response.headers.get('content-range')]).toEqual([200, null])
      await response.body!.cancel()
    },
  )

  it('is not sent again to who has it, and not in parts to who has another one', async () => {
    const etag = `"${circuit.key.sha256}"`
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*'])
      expect((await get({ 'if-none-match': known })).status, known).toBe(304)
    const part = await get({ 'if-none-match': '"other"', 'if-range': etag, range: 'bytes=0-1' })
    expect([part.status, (await bytesOf(part)).length]).toEqual([206, 2])
    const whole = await get({ 'if-range': '"other"', range: 'bytes=0-1' })
    expect([whole.status, (await bytesOf(whole)).length]).toEqual([200, end])
  })

  it('is only read, and a request for the head gets no body', async () => {
    const head = await get({ range: 'bytes=0-1' }, 'HEAD')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(end)])
    expect((await bytesOf(head)).length).toBe(0)
    const post = await get({}, 'POST')
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

it('the manifest and what it lists are served, and nothing else', async () => {
  const manifest = await fetch(`${url}manifest.json`)
  expect([manifest.status, manifest.headers.get('cache-control')]).toEqual([200, 'no-cache'])
  expect(await manifest.json()).toEqual([circuit])
  const program = await fetch(url + circuit.program.file)
  expect([program.status, program.headers.get('content-type')]).toEqual([200, 'application/wasm'])
  for (const name of [
    '',
    `origin-4-12.${'0'.repeat(16)}.key`,
    '..%2fmanifest.json',
    'constructor',
    '/etc/hosts',
  ])
    expect((await fetch(url + name)).status, name).toBe(404)
})

it.each<[what: string, path: () => string, init?: RequestInit]>([
  ['the manifest', () => 'manifest.json'],
  ['a file that there is not', () => 'nothing'],
  ['the head of a file', () => circuit.key.file, { method: 'HEAD' }],
  ['what the client has', () => circuit.key.file, { headers: { 'if-none-match': '*' } }],
  ['nothing in a range', () => circuit.key.file, { headers: { range: 'bytes=-0' } }],
  ['another method', () => circuit.key.file, { method: 'POST' }],
])('is paid for before it is answered: %s', async (_, path, init = {}) => {
  const bounded = await serve({ bucket: ROUTE_COST })
  await (await fetch(bounded.url + path(), init)).arrayBuffer()
  expect(bounded.client.left).toBe(0)
  const leaving = new AbortController()
  const waiting = fetch(bounded.url + path(), { ...init, signal: leaving.signal })
  // Others are answered meanwhile, and this one is not.
  const other = await serve()
  await (await fetch(`${other.url}manifest.json`)).arrayBuffer()
  leaving.abort()
  await expect(waiting).rejects.toThrow()
})

describe('downloads', () => {
  it('are paid for as they are taken, and bounded per client and in all', async () => {
    const limits = { ...CIRCUIT_LIMITS, downloads: 2, downloadsPerClient: 1 }
    const bounded = await serve({ bucket: ROUTE_COST + 3 * CHUNK_COST, limits })
    const key = bounded.url + circuit.key.file
    const leaving = new AbortController()
    const { body } = await fetch(key, { signal: leaving.signal })
    const reader = body!.getReader()
    let read = 0
    while (read < 3 * CHUNK_BYTES) read += (await reader.read()).value!.length
    // The bucket is empty, so no more comes.
    expect([read, bounded.client.left]).toEqual([3 * CHUNK_BYTES, 0])
    let isAnswered = false
    const asked = fetch(key).finally(() => {
      isAnswered = true
    })
    // What the first one takes until the buffers of its connection are full is paid for by the same client.
    await until(() => {
      nowMs += 1
      return isAnswered
    })
    const second = await asked
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '10'])
    expect(await second.json()).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_REQUESTS' } }] })
    leaving.abort()
    await until(async () => {
      nowMs += 1_000
      return (await fetch(key, { headers: { range: 'bytes=0-0' } })).status === 206
    })
  })

  it('are cut off where the file has become shorter', async () => {
    const shrunk = await serve()
    const at = join(folder, circuit.key.file)
    truncateSync(at, 5 * CHUNK_BYTES)
    await expect(fetch(shrunk.url + circuit.key.file).then(bytesOf)).rejects.toThrow()
    writeFileSync(at, KEY)
  })
})

describe('a folder of circuits is not served', () => {
  const refused = { code: 'BAD_CIRCUITS' }
  const at = join(folder, 'other')
  const readWith = (manifest: unknown) => {
    mkdirSync(at, { recursive: true })
    for (const name of [circuit.key.file, circuit.program.file]) {
      rmSync(join(at, name), { force: true })
      symlinkSync(join(folder, name), join(at, name))
    }
    writeFileSync(join(at, 'manifest.json'), JSON.stringify(manifest))
    return () => readCircuitFolder(at)
  }

  it('without a manifest', () => {
    expect(() => readCircuitFolder(join(folder, 'nothing'))).toThrow(expect.objectContaining(refused))
  })

  it.each<[what: string, change: (circuit: ServedCircuit) => unknown]>([
    ['no list', (one) => one],
    ['too many circuits', (one) => Array(65).fill(one)],
    ['a file outside the folder', (one) => [{ ...one, key: { ...one.key, file: `../${one.key.file}` } }]],
    ['the file of another circuit', (one) => [{ ...one, name: 'origin-8-12' }]],
    ['a file named after another content', (one) => [{ ...one, key: { ...one.key, sha256: HASH } }]],
    ['a file of another size', (one) => [{ ...one, key: { ...one.key, bytes: one.key.bytes - 1 } }]],
    ['a circuit without a program', (one) => [{ ...one, program: one.key }]],
    ['an unknown kind of key', (one) => [{ ...one, kind: 'other' }]],
    ['no key hash', (one) => [{ ...one, vkHash: HASH.slice(1) }]],
    ['a parameter that is no number', (one) => [{ ...one, parameters: { hops: '4' } }]],
  ])('whose manifest has %s', (_, change) => {
    expect(readWith([circuit])().files.size).toBe(2)
    expect(readWith(change(circuit))).toThrow(expect.objectContaining(refused))
  })
})
