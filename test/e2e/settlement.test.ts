import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { certifiedHeader, type FetchedBatch, fetchBatches } from '../../src/client/batches.ts'
import { addressOf, createClient } from '../../src/client/client.ts'
import { submitSigned } from '../../src/client/submit-signed.ts'
import type { Client } from '../../src/client/types.ts'
import { hexToBytes } from '../../src/codec/bytes.ts'
import type { SignedAction } from '../../src/ledger/action.ts'
import { parseGenesis } from '../../src/ledger/genesis.ts'
import { decodeHeader } from '../../src/ledger/header.ts'
import { encodeConstructor, encodeSettle, type SettledBatch } from '../../src/settlement/abi.ts'
import { verifyBatchChain } from '../../src/verify/batch-chain.ts'
import { BatchState } from '../../src/verify/batch-state.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { eddsaKey } from '../support/ledger/ledger-world.ts'
import { freePort } from '../support/network/free-port.ts'
import { ictl, Network, snarkjs } from '../support/network/ictl-network.ts'
import {
  type Deployed,
  deployExported,
  Evm,
  errorOf,
  operatorsNamed,
  signBatch,
} from '../support/proving/evm.ts'
import { BUILD_TIMEOUT_MS } from '../support/proving/test-circuit.ts'
import { testFolder } from '../support/shared/test-folder.ts'

const folder = testFolder('settlement')
const file = (...parts: string[]) => join(folder, ...parts)
const operators = operatorsNamed('a', 'b', 'c')
const strangers = operatorsNamed('x', 'y')
const QUORUM = 2
const startedMs = Date.now()
let network: Network
let client: Client
let evm: Evm
let contract: string
let batches: { batch: SettledBatch; proof: bigint[]; data: Uint8Array }[]

beforeAll(async () => {
  const args = ['--nodes', '4', '--era', '500', '--no-demo', '--prove', 'all']
  network = new Network(file('data'), await freePort(), args)
  await network.start()
  client = createClient({ url: network.url })
  await eightRecords()
  for (const id of ['0', '1']) {
    while ((await statusOf(id)) !== 'PROVEN') await sleep(500)
  }
}, BUILD_TIMEOUT_MS)
afterAll(async () => {
  await network.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function statusOf(index: string): Promise<string | undefined> {
  const { batch } = await client.query<{ batch: { status: string } | null }>(
    'query ($index: BigInt!) { batch(index: $index) { status } }',
    { index },
  )
  return batch?.status
}

/** A registration, an issue and six transfers: two full batches. */
async function eightRecords(): Promise<void> {
  const [issuer, holder] = [eddsaKey('issuer'), eddsaKey('holder')]
  const final = async (signing: () => Promise<SignedAction>) =>
    expect((await submitSigned(client, signing, { wait: 'FINAL' })).status).toBe('FINAL')
  const asset = 'SETTLED'
  const to = addressOf(holder.secret)
  await final(() => client.signRegister(issuer.secret, { code: asset, cap: '100' }))
  await final(() => client.sign(issuer.secret, { asset, amount: 50n, source: 'MINT', to, fromStart: 0n }))
  for (let i = 0n; i < 6n; i++) {
    const movement = { asset, amount: 1n, to: addressOf(issuer.secret), fromStart: i }
    await final(() => client.sign(holder.secret, movement))
  }
}

describe('a batch of four nodes', () => {
  test('verifies with ictl verify and with snarkjs', async () => {
    const made = await ictl(['prove', '1', '--out', file('proof'), '--url', network.url])
    expect(made.status, made.stderr).toBe(0)
    const verified = await ictl(['verify', file('proof')])
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('the proof verifies')])
    const files = ['verification_key.json', 'public.json', 'proof.json'].map((name) => file('proof', name))
    expect(await snarkjs(['groth16', 'verify', ...files])).toContain('OK!')
  })

  test('is part of a chain of proofs from genesis to a final header', async () => {
    const args = ['verify', '--chain', '--url', network.url, '--genesis', file('data', 'genesis.json')]
    const verified = await ictl([...args, '--json'])
    expect(verified.status, verified.stderr).toBe(0)
    expect(JSON.parse(verified.stdout)).toMatchObject({
      verified: true,
      development: true,
      first: 0,
      end: 2,
      provenTo: 2,
      proven: 8,
      attested: 0,
    })
  })

  test('reports when, how and under which key it was proven', async () => {
    const { batch, service } = await client.query<Record<string, Record<string, unknown>>>(
      '{ batch(index: 0) { provedAt proofSeconds backend keyKind } service { proving { proofs backlog waiting running dead perMinute } } }',
    )
    expect(batch).toMatchObject({ backend: 'ENGINE', keyKind: 'DEVELOPMENT' })
    expect(Date.parse(batch!.provedAt as string)).toBeGreaterThan(startedMs)
    expect(batch!.proofSeconds).toBeGreaterThan(0)
    expect(service!.proving).toMatchObject({
      proofs: '2',
      backlog: '0',
      waiting: '0',
      running: '0',
      dead: '0',
    })
    const metrics = await (await fetch(new URL('/metrics', network.url))).text()
    expect(metrics).toMatch(/^inpigritas_api_proofs 2$/m)
    expect(metrics).toMatch(/^inpigritas_api_proof_backlog 0$/m)
    const { stdout } = await ictl(['prover', 'status', '--url', network.url])
    expect(stdout).toMatch(/^proven +2 batches/m)
  })
})

describe('the chain of batches', () => {
  test('is not accepted from an API that lies', async () => {
    const genesis = parseGenesis(JSON.parse(readFileSync(file('data', 'genesis.json'), 'utf8')))
    const key = JSON.parse(readFileSync(file('proof', 'verification_key.json'), 'utf8'))
    const { length } = genesis.validators
    const truth = await certifiedHeader(client, length)
    const { position } = decodeHeader(truth.header)
    const told: FetchedBatch[] = []
    for await (const batch of fetchBatches(client, position)) told.push(batch)
    type Lie = {
      header?: () => Uint8Array
      certificate?: () => Uint8Array
      batches?: (all: FetchedBatch[]) => FetchedBatch[]
    }
    const check = (lie: Lie, of = genesis) =>
      verifyBatchChain(of, key, {
        header: async () => ({
          header: lie.header?.() ?? truth.header,
          certificate: lie.certificate?.() ?? truth.certificate,
        }),
        batches: async function* () {
          yield* lie.batches?.(structuredClone(told)) ?? told
        },
      })
    const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))
    const lies: [code: string, lie: Lie][] = [
      ['BAD_CERTIFICATE', { certificate: () => flipped(truth.certificate, truth.certificate.length - 1) }],
      ['BAD_CERTIFICATE', { header: () => flipped(truth.header, 60) }],
      ['BAD_CHAIN', { batches: (all) => all.slice(1) }],
      ['BAD_SIGNALS', { batches: ([a, b, ...rest]) => [{ ...b!, index: 0 }, a!, ...rest] }],
      ['BAD_SIGNALS', { batches: ([a, ...rest]) => [{ ...a!, recordsRoot: a!.recordsRoot + 1n }, ...rest] }],
      ['BAD_PROOF', { batches: ([a, b, ...rest]) => [{ ...a!, proof: b!.proof }, b!, ...rest] }],
      ['BAD_POINTS', { batches: ([a, ...rest]) => [{ ...a!, proof: {} }, ...rest] }],
      [
        'BAD_HISTORY',
        {
          batches: ([a, b, ...rest]) => [
            a!,
            { ...b!, proof: null, recordsRoot: b!.recordsRoot + 1n },
            ...rest,
          ],
        },
      ],
    ]
    expect(await check({})).toMatchObject({ provenTo: 2, end: 2 })
    for (const [code, lie] of lies) await expect(check(lie), code).rejects.toMatchObject({ code })
    await expect(check({}, { ...genesis, salt: '00'.repeat(32) })).rejects.toMatchObject({
      code: 'BAD_CERTIFICATE',
    })
    expect(
      await check({ batches: ([a, b, ...rest]) => [a!, { ...b!, proof: null }, ...rest] }),
    ).toMatchObject({
      provenTo: 1,
      end: 2,
    })
  })
})

describe('the export for settlement', () => {
  test('requires consent to a development key, and is deployed on an EVM', async () => {
    const args = ['export', 'settlement', '--out', file('out'), '--url', network.url, '--data', file('data')]
    const who = ['--operators', operators.map(({ address }) => address).join(','), '--quorum', String(QUORUM)]
    const rejected = await ictl([...args, ...who])
    expect([rejected.status, rejected.stderr]).toEqual([1, expect.stringContaining('DEVELOPMENT_KEY')])
    const made = await ictl([...args, ...who, '--allow-development-key'])
    expect(made.status, made.stderr).toBe(0)
    evm = await Evm.create()
    const deployed: Deployed = await deployExported(evm, file('out'))
    contract = deployed.settlement.created
    batches = [0, 1].map((index) => {
      const read = JSON.parse(readFileSync(file('out', 'batches', `${index}.json`), 'utf8'))
      const fields = ['chainId', 'index', 'stateRootAfter', 'recordsRoot', 'counts'] as const
      const batch = Object.fromEntries(
        fields.map((name) => [name, BigInt(read[name])]),
      ) as unknown as SettledBatch
      return { batch, proof: read.proof.map(BigInt), data: hexToBytes(read.data.slice(2)) }
    })
  })
})

const settle = (
  batch: SettledBatch,
  proof: readonly bigint[],
  signatures: Uint8Array,
  data = batches[Number(batch.index)]!.data,
) => evm.send(encodeSettle(batch, proof, data, signatures), contract)
const where = () => ({ evmChainId: evm.chainId, contract })
const signed = (batch: SettledBatch, by = operators.slice(0, QUORUM)) => signBatch(by, batch, where())

describe('the contract rejects', () => {
  const BAD_PROOF = errorOf('BadProof()')
  const BAD_SIGNATURES = errorOf('BadSignatures()')

  test('a batch that is not the next', async () => {
    const { batch, proof } = batches[1]!
    expect((await settle(batch, proof, signed(batch))).error).toBe(errorOf('NotNext(uint256)'))
  })

  test("another batch's proof, a changed proof, and points at infinity", async () => {
    const { batch, proof } = batches[0]!
    const q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n
    const others = [
      batches[1]!.proof,
      proof.with(0, proof[6]!).with(1, proof[7]!),
      proof.with(0, 0n).with(1, 0n),
      proof.with(6, 0n).with(7, 0n),
      proof.with(1, proof[1]! + q),
      proof.with(2, proof[2]! + 1n),
    ]
    for (const other of others) expect((await settle(batch, other, signed(batch))).error).toBe(BAD_PROOF)
  })

  test('a proof of other signals, even when the operators signed them', async () => {
    const { batch, proof } = batches[0]!
    const r = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
    for (const changed of [
      { ...batch, stateRootAfter: batch.stateRootAfter + 1n },
      { ...batch, stateRootAfter: batch.stateRootAfter + r },
      { ...batch, recordsRoot: batch.recordsRoot + 1n },
      { ...batch, counts: batch.counts - 1n + (1n << 32n) },
    ])
      expect((await settle(changed, proof, signed(changed))).error).toBe(BAD_PROOF)
  })

  test("another batch's data", async () => {
    const { batch, proof } = batches[0]!
    expect((await settle(batch, proof, signed(batch), batches[1]!.data)).error).toBe(BAD_PROOF)
  })

  test('a batch that is not full', async () => {
    const { batch, proof } = batches[0]!
    for (const counts of [batch.counts - 1n, batch.counts + 1n, 0n]) {
      const changed = { ...batch, counts }
      expect((await settle(changed, proof, signed(changed))).error).toBe(errorOf('NotFull()'))
    }
  })

  test('too few signatures, too many, strangers, one twice, wrong order, high S, and those of another contract or batch', async () => {
    const { batch, proof } = batches[0]!
    const [a, b] = operators as [(typeof operators)[0], (typeof operators)[0]]
    const elsewhere = { ...where(), contract: `0x${'11'.repeat(20)}` }
    for (const signatures of [
      new Uint8Array(),
      signed(batch, [a]),
      signed(batch, operators),
      signed(batch, strangers),
      signed(batch, [a, a]),
      signed(batch, [b, a]),
      signBatch([a, b], batch, where(), { highS: true }),
      signBatch([a, b], batch, elsewhere),
      signBatch([a, b], batch, { ...where(), evmChainId: 5n }),
      signed(batches[1]!.batch),
      new Uint8Array(130),
    ])
      expect((await settle(batch, proof, signatures)).error).toBe(BAD_SIGNATURES)
  })

  test('to be deployed with invalid or repeated operators, or an impossible quorum', async () => {
    const { bytecode } = JSON.parse(readFileSync(file('out', 'Settlement.json'), 'utf8'))
    const given = { verifier: contract, chainId: 1n, batchSize: 4, firstIndex: 0, genesisRoot: 0n }
    const [a] = operators.map(({ address }) => address)
    for (const [names, quorum, code] of [
      [[a!, a!], 1, 'BadOperators()'],
      [[`0x${'00'.repeat(20)}`], 1, 'BadOperators()'],
      [[a!], 2, 'BadQuorum()'],
      [[a!], 0, 'BadQuorum()'],
    ] as const)
      await expect(
        evm.deploy(bytecode, encodeConstructor({ ...given, operators: names, quorum })),
      ).rejects.toThrow(errorOf(code))
  })
})

test('the contract settles the batches in order, emits their data, and ends at the state root of the chain', async () => {
  const state = new BatchState(
    poseidon,
    parseGenesis(JSON.parse(readFileSync(file('data', 'genesis.json'), 'utf8'))),
  )
  for (const { batch, proof, data } of batches) {
    const by = batch.index === 0n ? operators.slice(0, QUORUM) : operators.slice(1)
    const { error, logs } = await settle(batch, proof, signed(batch, by))
    expect(error).toBeUndefined()
    // Behind three words, the place of the data and its length.
    state.apply(Number(batch.index), logs[0]!.subarray(5 * 32, 5 * 32 + data.length))
    expect((await settle(batch, proof, signed(batch, by))).error).toBe(errorOf('NotNext(uint256)'))
  }
  expect(await evm.read(contract, 'nextIndex()')).toBe(2n)
  const { blocks } = await client.query<{ blocks: { nodes: { stateRoot: string }[] } }>(
    '{ blocks(last: 1) { nodes { stateRoot } } }',
  )
  expect(await evm.read(contract, 'stateRoot()')).toBe(BigInt(`0x${blocks.nodes[0]!.stateRoot}`))
  // Who reads the events alone has the state too.
  expect(state.root).toBe(BigInt(`0x${blocks.nodes[0]!.stateRoot}`))
})
