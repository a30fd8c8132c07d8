import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningApi } from '../../../src/api/start.ts'
import { type Hostile, outcome } from '../../support/api/hostile.ts'
import { BODIES } from '../../support/api/hostile-requests/bodies.ts'
import { BODY_BYTES, chunked, NAME, post, VALID } from '../../support/api/hostile-requests/build.ts'
import { DOCUMENTS } from '../../support/api/hostile-requests/documents.ts'
import { FRAMES } from '../../support/api/hostile-requests/frames.ts'
import { STATUSES } from '../../support/api/hostile-requests/statuses.ts'
import { TARGETS } from '../../support/api/hostile-requests/targets.ts'
import { URLS } from '../../support/api/hostile-requests/urls.ts'
import { exchange, parseResponse } from '../../support/api/raw-http.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

let api: RunningApi
/** One that soon gives up requests that do not end. It gets no others: whatever keeps this process busy would make them late. */
let hasty: RunningApi

beforeAll(async () => {
  const genesis = genesisOf()
  const { database } = await chainDatabase(genesis)
  const limits = { bodyBytes: BODY_BYTES }
  api = await serveApi(database, genesis, { limits })
  const timeouts = { headersMs: 300, requestMs: 300, checkMs: 50 }
  hasty = await serveApi(database, genesis, { limits, timeouts })
})
afterAll(() => Promise.all([api.stop(), hasty.stop()]))

const urlFor = ([, , status]: Hostile) => (status === TIMED_OUT ? hasty : api).url
const TIMED_OUT = 408

const VALID_ONES: [string, Buffer | string][] = [
  ['gzip', post(gzipSync(VALID), { 'content-encoding': 'gzip' })],
  ['identity', post(VALID, { 'content-encoding': 'identity' })],
  ['chunks', chunked(`${VALID.length.toString(16)}\r\n${VALID}\r\n0\r\n\r\n`)],
  ['a Host that is an address with a port', post(VALID, { host: '[::1]:4000' })],
  ['HTTP/1.0 without a Host', post(VALID, { host: null }).toString().replace('HTTP/1.1', 'HTTP/1.0')],
  ['a member given twice: the last one counts', post(`{"query":"{","query":${JSON.stringify(NAME)}}`)],
]

describe('every hostile request has an answer with a status, a code and the security headers', () => {
  it.each([
    ['frames', FRAMES],
    ['targets', TARGETS],
    ['bodies', BODIES],
    ['URLs', URLS],
    ['documents', DOCUMENTS],
    ['statuses', STATUSES],
  ])('%s', async (_kind, requests) => {
    const outcomes = await Promise.all(requests.map((request) => outcome(urlFor(request), request)))
    expect(outcomes.map(({ seen }) => seen)).toEqual(outcomes.map(({ expected }) => expected))
  })

  it.each(VALID_ONES)('while %s is answered', async (_name, bytes) => {
    const { status, body } = parseResponse(await exchange(api.url, bytes))
    expect([status, body]).toEqual([200, expect.stringContaining('{"data":{"chain":{"name":"test"}}')])
  })

  it('numbers more than a hundred', () => {
    expect([FRAMES, TARGETS, BODIES, URLS, DOCUMENTS].flat().length).toBeGreaterThanOrEqual(100)
  })
})
