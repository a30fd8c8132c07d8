import { once } from 'node:events'
import { rmSync, statSync } from 'node:fs'
import http from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Failure } from '../../../src/config/failure.ts'
import {
  type ControlClient,
  type ControlHandler,
  connectControl,
  MAX_ACTIONS,
  MAX_CONTROL_BODY_BYTES,
  NEXT_STARTS_MS,
  QUESTION_MS,
  SUBMISSION_MS,
} from '../../../src/control/client.ts'
import { type ControlServer, MAX_CONNECTIONS, serveControl } from '../../../src/control/server.ts'
import { reject } from '../../../src/ledger/rejection.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const HASH = 'ab'.repeat(32)

let dir: string
let path: string
let server: ControlServer
let client: ControlClient
let submitted: { action: Uint8Array; note: string | undefined }[]
let errors: unknown[]

const handler: ControlHandler = {
  async submit(action, note) {
    submitted.push({ action, note })
    if (action[0] === 1) return { hash: HASH, status: 'REJECTED', rejection: reject('BAD_SIGNATURE') }
    if (action[0] === 2) throw new Failure('DATABASE_UNREACHABLE', 'Postgres is gone.', { retry: true })
    if (action[0] === 3) throw new Error('a secret detail')
    return { hash: HASH, status: 'ACCEPTED' }
  },
  submitAll: (actions) => Promise.all(actions.map(({ bytes, note }) => handler.submit(bytes, note))),
  submission: (hash) => (hash === HASH ? { hash, status: 'ACCEPTED' } : undefined),
  pool: () => ({
    size: 1,
    bytes: 2,
    parked: 0,
    oldestEra: 7,
    limits: { entries: 1, bytes: 2, perSigner: 3 },
  }),
  pending: (first, after) => ({
    hasMore: true,
    entries: [
      {
        hash: HASH,
        arrival: (after ?? 0) + 1,
        kind: 'issue',
        era: first,
        bytes: new Uint8Array([0, 255, 7]),
        note: null,
      },
    ],
  }),
  nextStarts: (holdings) => holdings.map(({ account }) => account.slice(-1)),
  checkpoint: () => 'a note\n',
  metrics: async () => 'inpigritas_view 1\n',
  status() {
    throw new Error('not in this test')
  },
}

beforeEach(async () => {
  dir = testFolder('control')
  path = join(dir, 'control.sock')
  submitted = []
  errors = []
  server = await serveControl(path, handler, (error) => errors.push(error))
  client = connectControl(path, { questionMs: 30_000 })
})

afterEach(async () => {
  client.close()
  await server.stop()
  rmSync(dir, { recursive: true })
})

/** A request past the client. @returns the status code */
function raw(method: string, url: string, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath: path, method, path: url }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', reject)
    request.end(body)
  })
}

describe('control socket', () => {
  test('carries actions byte for byte, with or without a note, and the reply', async () => {
    const action = Uint8Array.from({ length: 300 }, (_, i) => (i * 7) & 255)
    expect(await client.submit(action, 'für Ömer ☕')).toEqual({ hash: HASH, status: 'ACCEPTED' })
    await client.submit(action)
    expect(submitted).toEqual([
      { action, note: 'für Ömer ☕' },
      { action, note: undefined },
    ])
    const rejected = await client.submit(new Uint8Array([1]))
    expect(rejected).toEqual({ hash: HASH, status: 'REJECTED', rejection: reject('BAD_SIGNATURE') })
  })

  test('answers submissions, the pool and pages of pending actions', async () => {
    expect(await client.submission(HASH)).toEqual({ hash: HASH, status: 'ACCEPTED' })
    expect(await client.submission('00'.repeat(32))).toBeUndefined()
    expect((await client.pool()).oldestEra).toBe(7)
    const page = await client.pending(5, 41)
    expect(page.entries).toEqual([
      { hash: HASH, arrival: 42, kind: 'issue', era: 5, bytes: new Uint8Array([0, 255, 7]), note: null },
    ])
  })

  test('passes on the code and retry flag of a failure, and masks every other error', async () => {
    await expect(client.submit(new Uint8Array([2]))).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      retry: true,
    })
    await expect(client.submit(new Uint8Array([3]))).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'the node failed to answer',
    })
    expect(String(errors[0])).toContain('a secret detail')
  })

  test('rejects bodies over the limit and requests outside the protocol', async () => {
    await expect(client.submit(new Uint8Array(MAX_CONTROL_BODY_BYTES))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
    expect(await raw('POST', '/submit', '{')).toBe(400)
    expect(await raw('POST', '/submit', '{"action":7}')).toBe(400)
    expect(await raw('POST', '/submit', '{"action":"", "note":{}}')).toBe(400)
    expect(await raw('POST', '/submit-all', '{"actions":{}}')).toBe(400)
    expect(await raw('POST', '/submit-all', '{"actions":[null]}')).toBe(400)
    expect(await raw('POST', '/submissions', '{"hashes":["XYZ"]}')).toBe(400)
    expect(await raw('GET', '/pending?first=-1')).toBe(400)
    expect(await raw('GET', '/pending?account=1')).toBe(400)
    expect(await raw('GET', '/submission/XYZ')).toBe(400)
    expect(await raw('DELETE', '/pool')).toBe(400)
    expect(submitted).toEqual([])
  })

  test('is accessible to its owner only; without a node the client gets a failure to retry', async () => {
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await server.stop()
    await expect(client.pool()).rejects.toMatchObject({ code: 'NODE_UNREACHABLE', retry: true })
    server = await serveControl(path, handler, () => undefined)
    expect((await client.pool()).size).toBe(1)
  })

  test('gives up on a node that takes requests and does not answer, and closes what it waits on', async () => {
    const silent = join(dir, 'silent.sock')
    const open = new Set<Socket>()
    const hanging = createServer((socket) => open.add(socket.resume()))
    await new Promise<void>((resolve) => hanging.listen(silent, resolve))
    const hasty = connectControl(silent, { questionMs: 20, nextStartsMs: 20, submissionMs: 20 })
    // More than there are connections: those that wait for one give up in time too.
    const asked = Array.from({ length: 100 }, () => hasty.status())
    const calls = [...asked, hasty.pool(), hasty.nextStarts([]), hasty.submit(new Uint8Array([1]))]
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ status: 'rejected', reason: { code: 'NODE_UNREACHABLE', retry: true } })
    await Promise.all([...open].map((socket) => socket.closed || once(socket, 'close')))
    hasty.close()
    await new Promise((resolve) => hanging.close(resolve))
  })

  test('bounds a question to a second, and a submission to half a minute', () => {
    expect([QUESTION_MS, NEXT_STARTS_MS, SUBMISSION_MS]).toEqual([1_000, 5_000, 30_000])
  })
})

test('the control socket answers while as many connections as it may have are open and silent', async () => {
  const held: Socket[] = []
  for (let i = 0; i < MAX_CONNECTIONS; i++) {
    held.push(connect(path).on('error', () => {}))
    await once(held[i]!, 'connect')
  }
  const closed = Promise.race(held.map((socket) => once(socket.resume(), 'close')))
  expect((await client.pool()).size).toBe(1)
  await closed
  for (const socket of held) socket.destroy()
})

describe('many actions at a time', () => {
  test('hands over many actions in order, and says what became of each', async () => {
    const actions = [5, 1, 7].map((first) => ({ bytes: new Uint8Array([first, 255]), note: `${first}` }))
    const replies = await client.submitAll(actions)
    expect(replies.map(({ status }) => status)).toEqual(['ACCEPTED', 'REJECTED', 'ACCEPTED'])
    expect(submitted).toEqual(actions.map(({ bytes, note }) => ({ action: bytes, note })))
    const [known, unknown] = await client.submissions([HASH, '00'.repeat(32)])
    expect([known, unknown]).toEqual([{ hash: HASH, status: 'ACCEPTED' }, undefined])
    // As many of the longest as a request of an api can have.
    const large = Array.from({ length: MAX_ACTIONS }, () => ({
      bytes: new Uint8Array(1_900),
      note: undefined,
    }))
    expect(await client.submitAll(large)).toHaveLength(MAX_ACTIONS)
    await expect(client.submitAll([...large, large[0]!])).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(client.submissions(Array(MAX_ACTIONS + 1).fill(HASH))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
  })
})
