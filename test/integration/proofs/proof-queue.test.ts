import { beforeAll, describe, expect, it } from 'vitest'
import { MAX_BODY_BYTES } from '../../../src/http/endpoint.ts'
import { hashAction } from '../../../src/ledger/action-hash.ts'
import { MINT } from '../../../src/ledger/params.ts'
import { proverRoutes } from '../../../src/proofs/http.ts'
import { ProofQueue } from '../../../src/proofs/proof-queue.ts'
import type { ReplayLimits } from '../../../src/proofs/replay-allowance.ts'
import type { ProverJob } from '../../../src/proofs/wire.ts'
import type { ProofJson } from '../../../src/prover/proof.ts'
import { prove } from '../../../src/prover/prove.ts'
import { MAX_ANSWER_BYTES, ProverClient, queueStatus } from '../../../src/prover/queue-client.ts'
import { type Artifacts, readVerificationKey } from '../../../src/setup/artifacts.ts'
import type { Database } from '../../../src/storage/database.ts'
import { nextPosition } from '../../../src/storage/heights.ts'
import { claimJob } from '../../../src/storage/proof-jobs.ts'
import { readBatchJobs, readBatchProofs, requestBatchProof } from '../../../src/storage/reads/batches.ts'
import { openLog } from '../../../src/telemetry/log.ts'
import { verifyGroth16 } from '../../../src/verify/groth16.ts'
import { countStatements } from '../../support/api/count-statements.ts'
import { serveEndless } from '../../support/client/endless-server.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import {
  definitionOf,
  eddsaKey,
  genesisOf,
  rsaKey,
  signRegister,
  signTransfer,
} from '../../support/ledger/ledger-world.ts'
import { BUILD_TIMEOUT_MS, testArtifacts, testCircuit } from '../../support/proving/test-circuit.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'

const issuer = eddsaKey('issuer')
const holder = rsaKey()
const genesis = genesisOf({
  provingKey: { kind: 'development', vkHash: testCircuit().developmentVkHash },
  definitions: [definitionOf(issuer, { code: 'GENESIS', cap: '50' })],
  allocations: [{ to: issuer.account, asset: 'GENESIS', amount: 50n }],
})

const NOBODY = '00000000-0000-4000-8000-000000000000'
const BOUNDS = { perClient: 2, inAll: 5 }
let database: Database
let chain: StoredChain
let queue: ProofQueue
let artifacts: Artifacts
let job: ProverJob
let proof: ProofJson
let statements: string[]

/** The next transfers of an asset from an account, a block each. */
async function move(
  key: typeof issuer,
  from: bigint,
  to: bigint,
  assetId: bigint,
  amount: bigint,
): Promise<void> {
  const fromStart = chain.state.holding(from, assetId)!.outTotal
  const { chainId } = chain.rules
  const era = chain.header.era + 1
  const transfer = { chainId, from, to, assetId, fromStart, amount, era, memo: 7n }
  await chain.commit([hashAction(poseidon, signTransfer(key, transfer))])
}

beforeAll(async () => {
  artifacts = await testArtifacts()
  database = (await chainDatabase(genesis)).database
  statements = countStatements(database)
  chain = new StoredChain(database, genesis)
  queue = ProofQueue.open(database, poseidon, genesis)!
  const definition = definitionOf(issuer, { code: 'LOT', cap: '100', reinstatable: true })
  const register = signRegister(issuer, { chainId: chain.rules.chainId, definition, era: 1 })
  await chain.commit([hashAction(poseidon, register)])
  const lot = chain.state.assetByCode('LOT')!.id
  await move(issuer, MINT, holder.account, lot, 60n)
  await move(holder, holder.account, issuer.account, lot, 20n)
}, BUILD_TIMEOUT_MS)

describe('the proof queue', () => {
  it('is empty while no batch is full and none was requested', async () => {
    expect(await queue.claim('p', 'latest')).toBeUndefined()
    expect(await queue.claim('p', 'ask')).toBeUndefined()
  })

  it('gives out a requested tail to one prover', async () => {
    await requestBatchProof(database, 1, 'client', BOUNDS)
    job = (await queue.claim('p', 'ask'))!
    expect(job).toMatchObject({ batch: 1, count: 3 })
    // Inputs have as much for each record that a batch has room for, and the largest circuit has room for four times as many.
    expect(4 * JSON.stringify(job).length).toBeLessThan(MAX_ANSWER_BYTES / 8)
    expect(await queue.claim('q', 'ask')).toBeUndefined()
    expect(await queue.progress(job, 'p', 'witness')).toBe(true)
    expect(await queue.progress({ ...job, claim: NOBODY }, 'p', 'witness')).toBe(false)
  })

  it('stores a proof only if it verifies', async () => {
    proof = await prove(testCircuit().developmentVkHash, artifacts, job.input)
    const { publicSignals } = proof
    const result = {
      batch: 1,
      count: 3,
      prover: 'p',
      proof: proof.proof,
      publicSignals,
      seconds: 1.5,
      backend: 'snarkjs' as const,
    }
    const rejected = (code: string) => ({ rejection: { code } })
    await expect(queue.complete({ ...result, count: 2 })).rejects.toMatchObject(rejected('BAD_SIGNALS'))
    await expect(queue.complete({ ...result, count: 4 })).rejects.toMatchObject(rejected('UNKNOWN_BATCH'))
    await expect(queue.complete({ ...result, batch: 0, count: 2 })).rejects.toMatchObject(
      rejected('UNKNOWN_BATCH'),
    )
    await expect(queue.complete({ ...result, publicSignals: publicSignals.slice(1) })).rejects.toMatchObject(
      rejected('BAD_SIGNALS'),
    )
    const other = { ...(proof.proof as object), pi_a: (proof.proof as { pi_c: unknown }).pi_c }
    await expect(queue.complete({ ...result, proof: other })).rejects.toMatchObject(rejected('BAD_PROOF'))
    expect(await readBatchProofs(database, [1])).toEqual([])
    await queue.complete({ ...result, proof: { ...(proof.proof as object), note: 'not of a proof' } })
    const [stored] = await readBatchProofs(database, [1])
    expect(stored).toMatchObject({ batch: 1, count: 3, publicSignals })
    expect(stored!.proof).toEqual(proof.proof)
    expect(await queue.claim('p', 'latest')).toBeUndefined()
  })

  it('gives out a batch again once it is full; its proof starts from the same state', async () => {
    await move(issuer, MINT, issuer.account, chain.state.assetByCode('LOT')!.id, 5n)
    const full = (await queue.claim('p', 'all'))!
    expect(full).toMatchObject({ batch: 1, count: 4 })
    expect(full.input.stateRootBefore).toBe(proof.publicSignals[2])
    expect(full.input.stateRootAfter).not.toBe(proof.publicSignals[3])
    job = full
  })

  it('goes on with a full batch when a proof of its tail comes late', async () => {
    const { publicSignals } = proof
    const late = { batch: 1, count: 3, prover: 'p', proof: proof.proof, publicSignals, seconds: 9 }
    await queue.complete({ ...late, backend: 'snarkjs' })
    expect(await queue.progress(job, 'p', 'proof')).toBe(true)
    await queue.release(job, 'p')
    await queue.complete({ ...late, backend: 'snarkjs' })
    job = (await queue.claim('p', 'ask'))!
    expect(job).toMatchObject({ batch: 1, count: 4 })
  })
})

const hourPasses = () => database.sql`UPDATE batch_job SET not_before = not_before - interval '1 hour'`

describe('a batch whose prover fails', () => {
  it('is given out again later, with the error stored', async () => {
    await queue.fail(job, 'it broke')
    const [row] = await database.sql`SELECT error, not_before > now() AS later FROM batch_job WHERE batch = 1`
    expect(row).toEqual({ error: 'it broke', later: true })
    expect(await queue.claim('q', 'all')).toBeUndefined()
    await database.sql`UPDATE batch_job SET not_before = now()`
    job = (await queue.claim('q', 'all'))!
    expect(job.batch).toBe(1)
  })

  it('goes to another prover when its lease ends, and not before', async () => {
    expect(await queue.claim('r', 'all')).toBeUndefined()
    await database.sql`UPDATE batch_job SET lease_until = now() - interval '1 second'`
    const next = (await queue.claim('q', 'all'))!
    expect(next.batch).toBe(1)
    // The old claim is lost, although the prover has the same name.
    expect(await queue.progress(job, 'q', 'proof')).toBe(false)
    await queue.fail(job, 'too late')
    await queue.release(job, 'q')
    expect(await queue.progress(next, 'q', 'proof')).toBe(true)
    await queue.release(next, 'q')
    job = (await queue.claim('r', 'all'))!
    expect(job.batch).toBe(1)
  })

  it('is given up after five attempts: it is tried once an hour, or when the operator requeues it', async () => {
    for (let attempt = 1; attempt < 5; attempt++) {
      await queue.fail(job, `it broke ${attempt}`)
      await database.sql`UPDATE batch_job SET not_before = now(), attempts = ${attempt}`
      job = (await queue.claim('r', 'ask'))!
    }
    await queue.fail(job, 'it broke for good')
    expect(await queue.claim('r', 'all')).toBeUndefined()
    expect(await queue.status()).toMatchObject({ dead: 1, waiting: 0, running: 0, backlog: 1 })
    expect(await readBatchJobs(database, [1])).toMatchObject([{ dead: true, error: 'it broke for good' }])
    // Asking for it does not bring it back, time and an operator do.
    await requestBatchProof(database, 1, 'client', BOUNDS)
    expect(await queue.claim('r', 'ask')).toBeUndefined()
    await hourPasses()
    job = (await queue.claim('r', 'ask'))!
    await queue.fail(job, 'it broke again')
    expect(await queue.claim('r', 'ask')).toBeUndefined()
    expect(await queue.requeue(2)).toEqual([])
    expect(await queue.requeue(undefined)).toEqual([1])
    expect((await queue.claim('r', 'ask'))?.batch).toBe(1)
  })

  it('is dead after five leases that ended without a result', async () => {
    await database.sql`UPDATE batch_job SET attempts = 5, lease_until = now() - interval '1 second'`
    expect(await queue.claim('q', 'ask')).toBeUndefined()
    expect(await readBatchJobs(database, [1])).toMatchObject([
      { dead: true, error: 'its provers ended without a word' },
    ])
    await queue.requeue(1)
    expect((await queue.claim('r', 'ask'))?.batch).toBe(1)
  })
})

describe('requests for proofs', () => {
  const request = (batch: number, client: string) => requestBatchProof(database, batch, client, BOUNDS)

  it('are bounded per client and in all, without those that were given up, and clients take turns', async () => {
    await database.sql`DELETE FROM batch_job`
    // The queue does not know how many batches there are: who asks it does.
    for (const batch of [10, 11]) expect(await request(batch, 'a')).toBe(true)
    expect(await request(12, 'a')).toBe(false)
    expect(await request(10, 'a')).toBe(true)
    await database.sql`UPDATE batch_job SET dead = true WHERE batch = 10`
    expect(await request(12, 'a')).toBe(true)
    for (const batch of [20, 21]) expect(await request(batch, 'b')).toBe(true)
    expect(await request(30, 'c')).toBe(true)
    expect(await request(31, 'c')).toBe(false)
    await database.sql`UPDATE batch_job SET not_before = now()`
    const order: number[] = []
    for (let i = 0; i < 6; i++) order.push((await claimJob(database, 'p', 60_000))!.batch)
    expect(order).toEqual([11, 20, 30, 12, 21, 10])
    await database.sql`DELETE FROM batch_job`
  })
})

describe('the inputs of a batch', () => {
  it('are the same again after later batches were computed', async () => {
    const before = await queue.input(1, 4)
    const lot = chain.state.assetByCode('LOT')!.id
    for (let i = 0; i < 5; i++) await move(issuer, MINT, holder.account, lot, 1n)
    const later = await queue.input(2, 4)
    expect(later.stateRootBefore).toBe(before.stateRootAfter)
    expect(await queue.input(1, 4)).toEqual(before)
    const tail = await queue.input(3, 1)
    expect(tail.stateRootBefore).toBe(later.stateRootAfter)
  })
})

describe('a proof of a batch', () => {
  it('verifies for its public signals only', async () => {
    const verificationKey = readVerificationKey(artifacts)
    const verify = (publicSignals: string[]) =>
      verifyGroth16({ verificationKey, proof: proof.proof, publicSignals }, testCircuit().developmentVkHash)
    expect(await verify(proof.publicSignals)).toBeNull()
    for (const i of proof.publicSignals.keys()) {
      const other = proof.publicSignals.map((signal, j) => (i === j ? String(BigInt(signal) + 1n) : signal))
      expect(await verify(other), testCircuit().public[i]).toBe('BAD_PROOF')
    }
  })
})

describe('work that brings nothing', () => {
  let nowMs = 0
  const rejected = (code: string) => ({ rejection: { code } })
  const refused = rejected('TOO_MANY_REQUESTS')
  const open = (atOnce: number) =>
    ProofQueue.open(database, poseidon, genesis, { now: () => nowMs, useless: { atOnce, everyMs: 1_000 } })!
  const tail = () => {
    const { publicSignals } = proof
    const known = { prover: 'p', seconds: 1, backend: 'engine' as const }
    return { ...known, batch: 1, count: 3, proof: proof.proof, publicSignals }
  }
  const falseProof = () => ({ ...tail(), proof: {} })
  beforeAll(() => database.sql`DELETE FROM batch_job`)

  it('draws on one allowance without a claim: false proofs, those that are known, and inputs', async () => {
    const bounded = open(3)
    await bounded.complete(tail())
    await expect(bounded.complete(falseProof())).rejects.toMatchObject(rejected('BAD_PROOF'))
    await bounded.input(1, 4)
    await expect(bounded.complete(falseProof())).rejects.toMatchObject(refused)
    await expect(bounded.complete(tail())).rejects.toMatchObject(refused)
    await expect(bounded.input(1, 4)).rejects.toMatchObject(refused)
    nowMs += 1_000
    const foreign = { ...tail(), publicSignals: [] }
    await expect(bounded.complete(foreign)).rejects.toMatchObject(rejected('BAD_SIGNALS'))
    await expect(bounded.complete(tail())).rejects.toMatchObject(refused)
  })

  it('is bounded when many proofs come at once', async () => {
    const bounded = open(2)
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => bounded.complete(falseProof())))
    const codes = answers.map((answer) => (answer as PromiseRejectedResult).reason.rejection.code)
    expect(codes.sort()).toEqual(['BAD_PROOF', 'BAD_PROOF', 'TOO_MANY_REQUESTS', 'TOO_MANY_REQUESTS'])
  })

  it('costs nothing if it was worth it', async () => {
    const bounded = open(1)
    await database.sql`DELETE FROM batch_proof`
    await bounded.complete(tail())
    await bounded.complete(tail())
    await expect(bounded.complete(tail())).rejects.toMatchObject(refused)
  })

  it('is a failed attempt under a claim, which is taken when nothing else is, and once', async () => {
    const bounded = open(0)
    job = (await bounded.claim('q', 'all'))!
    const { batch, count, claim } = job
    const result = { ...tail(), batch, count, claim, publicSignals: [] }
    const answers = await Promise.allSettled([bounded.complete(result), bounded.complete(result)])
    const codes = answers.map((answer) => (answer as PromiseRejectedResult).reason.rejection.code)
    expect(codes.sort()).toEqual(['BAD_SIGNALS', 'TOO_MANY_REQUESTS'])
    await expect(bounded.complete(result)).rejects.toMatchObject(refused)
    expect(await bounded.progress(job, 'q', 'proof')).toBe(false)
    const failed = { error: 'BAD_SIGNALS', dead: false }
    expect(await readBatchJobs(database, [batch])).toMatchObject([failed])
  })

  it('is no release that does not count as an attempt, if there are too many', async () => {
    const bounded = open(1)
    const attempts = async (batch: number) =>
      (await database.sql`SELECT attempts FROM batch_job WHERE batch = ${batch}`)[0]!.attempts
    job = (await bounded.claim('q', 'all'))!
    const { batch } = job
    await bounded.release(job, 'q')
    expect(await attempts(batch)).toBe(0)
    job = (await bounded.claim('q', 'all'))!
    expect(job.batch).toBe(batch)
    await bounded.release(job, 'q')
    expect(await attempts(batch)).toBe(1)
    await database.sql`DELETE FROM batch_job`
  })
})

describe('batches that are far apart', () => {
  let nowMs = 0
  const refused = { rejection: { code: 'TOO_MANY_REQUESTS' } }
  const open = (replays: ReplayLimits) =>
    ProofQueue.open(database, poseidon, genesis, { now: () => nowMs, replays })!
  beforeAll(() => database.sql`DELETE FROM batch_job`)

  it('have inputs that are paid for by the records between them, there and back, and what is missing is owed', async () => {
    const bounded = open({ atOnce: 1, everyMs: 1_000, free: 0 })
    await bounded.input(1, 4)
    nowMs += 1_000_000
    await bounded.input(3, 1)
    await expect(bounded.input(1, 4)).rejects.toMatchObject(refused)
    // A refusal leaves the state where it is, and what is there costs nothing.
    await bounded.input(3, 1)
    // Two batches there and back, of which one record was saved up; and one more is asked for.
    nowMs += (2 * 2 * 4 - 1) * 1_000
    await expect(bounded.input(1, 4)).rejects.toMatchObject(refused)
    nowMs += 1_000
    await bounded.input(1, 4)
  })

  it('are not in the way of provers that claim those beside each other, and prove them in any order', async () => {
    const bounded = open({ atOnce: 0, everyMs: 1_000, free: await nextPosition(database) })
    const jobs = [(await bounded.claim('p', 'all'))!, (await bounded.claim('q', 'all'))!]
    expect(jobs.map(({ batch }) => batch)).toEqual([1, 2])
    await expect(bounded.input(1, 4)).rejects.toMatchObject(refused)
    // What was claimed is not prepared again to check its proof.
    const known = { publicSignals: [], proof: {}, seconds: 1, prover: 'p', backend: 'engine' as const }
    statements.length = 0
    await expect(bounded.complete({ ...jobs[0]!, ...known })).rejects.toMatchObject({
      rejection: { code: 'BAD_SIGNALS' },
    })
    expect(statements.filter((text) => text.includes('holding'))).toEqual([])
    await database.sql`DELETE FROM batch_job`
  })

  it('are not claimed in turns: what is refused waits for others as it was', async () => {
    const bounded = open({ atOnce: 0, everyMs: 1_000, free: 0 })
    await expect(bounded.claim('p', 'all')).rejects.toMatchObject(refused)
    expect(await database.sql`SELECT FROM batch_job`).toHaveLength(0)
    await requestBatchProof(database, 2, 'client', BOUNDS)
    await expect(bounded.claim('p', 'all')).rejects.toMatchObject(refused)
    const waiting = { attempts: 0, claim: null, error: null, requested_by: 'client' }
    expect(await database.sql`SELECT * FROM batch_job`).toMatchObject([waiting])
    await database.sql`DELETE FROM batch_job`
  })

  it('do not cost whoever has proven one under a claim the proof', async () => {
    const bounded = open({ atOnce: 0, everyMs: 1_000, free: 0 })
    const { batch, claim } = (await queue.claim('p', 'all'))!
    const result = { batch, claim, count: 4, publicSignals: [], proof: {}, seconds: 1, prover: 'p' }
    await expect(bounded.complete({ ...result, backend: 'engine' })).rejects.toMatchObject(refused)
    expect(await queue.progress({ batch, claim }, 'p', 'proof')).toBe(true)
    await database.sql`DELETE FROM batch_job`
  })
})

it('a prover takes no answer without end', async () => {
  const lying = await serveEndless()
  const client = new ProverClient(lying.url, 'token', 'p')
  const refused = { code: 'PROVER_API' }
  await expect(client.claim('all')).rejects.toMatchObject(refused)
  await expect(queueStatus(lying.url)).rejects.toMatchObject(refused)
  lying.answer = { status: 422 }
  await expect(client.claim('all')).rejects.toMatchObject(refused)
  expect(lying.sent).toBeLessThan(3 * (MAX_ANSWER_BYTES + 16 * 1024 * 1024))
  lying.close()
})

/** A body whose length is not known before. */
const inParts = (text: string) =>
  new ReadableStream({
    start(controller) {
      for (const part of text.match(/.{1,1000}/g)!) controller.enqueue(new TextEncoder().encode(part))
      controller.close()
    },
  })

const token = 'secret-token'
const handle = (path: string, init: RequestInit = {}) => {
  const url = new URL(path, 'http://127.0.0.1')
  const tokens = { prover: token, operator: 'operator-token' }
  return proverRoutes(queue, tokens, openLog('test', 'silent'))(new Request(url, init), url)
}
const post = (method: string, body: unknown, given = token) =>
  handle(`/prover/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${given}` },
    body: typeof body === 'string' || body instanceof ReadableStream ? body : JSON.stringify(body),
    duplex: 'half',
  } as RequestInit)

describe('the HTTP endpoint for provers', () => {
  it('requeues batches only for the operator', async () => {
    expect((await post('requeue', {}))?.status).toBe(401)
    expect((await post('hello', { prover: 'p', stage: 's' }, 'operator-token'))?.status).toBe(401)
    const answer = await post('requeue', {}, 'operator-token')
    expect([answer?.status, await answer?.json()]).toEqual([200, { batches: [] }])
    expect((await post('requeue', { batch: -1 }, 'operator-token'))?.status).toBe(400)
  })

  it('says which refusal passes', async () => {
    const bounded = ProofQueue.open(database, poseidon, genesis, { useless: { atOnce: 0, everyMs: 1_000 } })!
    const url = new URL('http://127.0.0.1/prover/input')
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: '{"batch":1,"count":3}',
    }
    const tokens = { prover: token, operator: 'operator-token' }
    const answer = await proverRoutes(bounded, tokens, openLog('test', 'silent'))(new Request(url, init), url)
    expect(answer?.status).toBe(429)
    expect((await post('input', { batch: 1, count: 400 }))?.status).toBe(422)
  })

  it('does not answer other paths', async () => {
    expect(await handle('/graphql')).toBeUndefined()
    expect((await handle('/prover/nothing'))?.status).toBe(404)
    expect((await handle('/prover/constructor', { method: 'POST' }))?.status).toBe(404)
  })

  it('serves jobs only with the token, and its status to anyone', async () => {
    expect((await post('claim', { prover: 'p', mode: 'all' }, 'wrong'))?.status).toBe(401)
    expect((await handle('/prover/claim', { method: 'POST', body: '{}' }))?.status).toBe(401)
    expect(await (await handle('/prover/status'))?.json()).toMatchObject({ circuit: 'batch-4-12', proofs: 1 })
  })

  it('shows what a prover says of itself, and keeps it while it works', async () => {
    const self = { version: '1.2.3', backend: 'engine', threads: 8 }
    const shown = () => queue.provers().find(({ prover }) => prover === 'said')
    expect((await post('hello', { prover: 'said', stage: 'starting', ...self }))?.status).toBe(200)
    await post('progress', { prover: 'said', batch: 1, claim: NOBODY, stage: 'proof 42%' })
    expect(shown()).toMatchObject({ ...self, batch: 1, stage: 'proof 42%' })
    const unsaid = { version: null, backend: null, threads: null }
    expect((await post('hello', { prover: 'said', stage: 'starting' }))?.status).toBe(200)
    expect(shown()).toMatchObject({ ...unsaid, batch: null })
    for (const wrong of [
      { version: 'a b' },
      { backend: 'x' },
      { threads: 0 },
      { threads: 1_025 },
      { threads: '8' },
    ])
      expect((await post('hello', { prover: 'said', stage: 's', ...wrong }))?.status).toBe(400)
  })

  it('rejects bodies that are malformed or too large', async () => {
    for (const body of [
      '',
      '[]',
      '{"prover":"p","mode":"some"}',
      '{"prover":"a b","mode":"all"}',
      '{"mode":"all"}',
    ]) {
      expect((await post('claim', body))?.status, body).toBe(400)
    }
    // As long as a body may be, and one byte longer, whether or not its length is known before.
    const body = (bytes: number) => JSON.stringify({ prover: 'p', stage: 's', x: '' }).padEnd(bytes)
    for (const make of [(text: string) => text, inParts]) {
      expect((await post('hello', make(body(MAX_BODY_BYTES))))?.status).toBe(200)
      expect((await post('hello', make(body(MAX_BODY_BYTES + 1))))?.status).toBe(422)
    }
  })

  it('tells a prover the circuit and the key', async () => {
    const answer = await (await post('hello', { prover: 'p', stage: 'starting' }))?.json()
    expect(answer).toEqual({ circuit: 'batch-4-12', vkHash: testCircuit().developmentVkHash })
  })
})
