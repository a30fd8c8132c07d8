import { spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { circuits } from '../../../src/setup/circuits.ts'
import { ICTL } from '../../support/network/ictl-network.ts'

const STAGE = 'building circuits: compiling, 40 s'
const circuit = circuits()[0]!
const key = { circuit: circuit.name, kind: 'DEVELOPMENT', hash: circuit.developmentVkHash }
const batch = {
  ...{ index: '1', count: 4, size: 4, full: true, status: 'UNPROVEN' },
  ...{ stage: null, progress: null, failure: null, proof: null, publicSignals: null },
}
const chain = { batchSize: 4, firstPosition: '4', counts: { batches: '2' } }

/** Times that the batch, and the state of the provers, was asked for, and that its proof was requested. */
const asked = { batch: 0, provers: 0, proof: 0 }

/** An api whose one prover still builds its circuits. */
const api = http.createServer(async (request, response) => {
  response.setHeader('connection', 'close').setHeader('content-type', 'application/json')
  if (request.url === '/prover/status') {
    asked.provers++
    response.end(JSON.stringify({ provers: [{ stage: STAGE }] }))
    return
  }
  const { query } = JSON.parse(await text(request)) as { query: string }
  if (query.includes('requestProof')) asked.proof++
  else if (query.includes('batch(')) asked.batch++
  const data = query.includes('requestProof')
    ? { requestProof: { index: '1' } }
    : { batch, chain, service: { verificationKeys: [key] } }
  response.end(JSON.stringify({ data }))
})
beforeAll(() => once(api.listen(0, '127.0.0.1'), 'listening'))
afterAll(() => void api.close())

it('ictl prove --latest says how far the circuits are, and waits while they are built', async () => {
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}/graphql`
  const child = spawn(process.execPath, [ICTL, 'prove', '--latest', '--url', url])
  const ended = once(child, 'exit')
  let said = ''
  for await (const part of child.stderr) {
    said += part
    // Its next line comes after some more questions.
    if (said.split('\n').filter((line) => line.includes(STAGE)).length === 2) break
  }
  expect(child.exitCode).toBeNull()
  child.kill()
  await ended
  expect(said.split('\n')[0]).toBe(`batch 1: ${STAGE}`)
  expect(asked.proof).toBe(1)
  expect(Math.min(asked.batch, asked.provers)).toBeGreaterThan(2)
})
