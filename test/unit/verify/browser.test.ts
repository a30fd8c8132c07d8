import { readFileSync } from 'node:fs'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import type { BuildOptions } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { encodeCertificate } from '../../../src/consensus/codec.ts'
import { voteMessage } from '../../../src/consensus/signed-bytes.ts'
import { ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import { HistoryTree } from '../../../src/crypto/history-tree.ts'
import { subtreeRoot } from '../../../src/crypto/merkle.ts'
import { firstPositionOf } from '../../../src/ledger/batch.ts'
import { chainIdOf } from '../../../src/ledger/genesis.ts'
import { recordHash } from '../../../src/ledger/hashes.ts'
import { type BlockHeader, blockHash, encodeHeader, genesisHeader } from '../../../src/ledger/header.ts'
import type * as chain from '../../../src/verify/batch-chain.ts'
import type { BatchClaim, BatchSource } from '../../../src/verify/batch-chain.ts'
import { genesisStateRoot, verifyBatchChain } from '../../../src/verify/batch-chain.ts'
import { parseVerificationKey, vkHash } from '../../../src/verify/verification-key.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf, World } from '../../support/ledger/ledger-world.ts'
import { browserBundle } from '../../support/shared/browser-bundle.ts'

/** What a page may load of inpigritas/verify/chain, gzipped. */
const CHAIN_BUDGET_KIB = 60

const bundle = (file: string, options?: BuildOptions) => browserBundle(`verify/${file}`, options)

it('inpigritas/verify imports nothing from Node', async () => {
  const code = await bundle('index.ts', { minify: false })
  expect(Buffer.from(code).toString()).toContain('verifyGroth16')
})

const votingSeed = new Uint8Array(32).fill(7)
const [issuer, holder] = [eddsaKey('issuer'), eddsaKey('holder')]
const definition = definitionOf(issuer)
const genesis = genesisOf({
  validators: [
    {
      name: 'one',
      votingKey: ed25519PublicKey(votingSeed),
      transportKey: ed25519PublicKey(new Uint8Array(32).fill(8)),
      logKey: ed25519PublicKey(new Uint8Array(32).fill(9)),
    },
  ],
  definitions: [definition],
  allocations: [{ to: holder.account, asset: definition.code, amount: 5n }],
})
/** Genesis fills the first batch; one transfer is in the second, which is not full, so that nothing has to be proven yet. */
const world = new World(genesis)
const { chainId } = world.rules
const fromGenesis = world.records.length
const moved = world.move(holder, holder.account, issuer.account, world.records[0]!.assetId)
const position = firstPositionOf(genesis)
const leaves = world.records.map((record) => recordHash(poseidon, record, chainId))
const history = new HistoryTree(poseidon)
history.append(leaves.slice(0, fromGenesis))
history.padTo(position)
history.append(leaves.slice(fromGenesis))
const header: BlockHeader = {
  ...genesisHeader(genesis),
  height: 2,
  view: 2,
  era: 2,
  position: moved.position + 1,
  historyRoot: history.root(),
  batchStateRoot: genesisStateRoot(genesis, poseidon),
}
const claims: BatchClaim[] = [leaves.slice(0, fromGenesis), leaves.slice(fromGenesis)].map(
  (records, index) => ({
    index,
    recordsRoot: subtreeRoot(poseidon, records, 1),
    proof: null,
    publicSignals: null,
  }),
)

/** The chain as a node tells it: any header and any batches, certified by the validator's key or another. */
function source(told = header, batches = claims, seed = votingSeed): BatchSource {
  const subject = { kind: 'finalize' as const, view: told.view, hash: bytesToHex(blockHash(told)) }
  const signature = signEd25519(seed, voteMessage(chainId, subject))
  const certificate = encodeCertificate({ ...subject, signatures: [{ validator: 0, signature }] }, 1)
  return {
    header: async () => ({ header: encodeHeader(told), certificate }),
    batches: async function* () {
      yield* batches
    },
  }
}

let inBrowser: typeof chain
beforeAll(async () => {
  const code = await bundle('batch-chain.ts', { format: 'iife', globalName: 'chain' })
  const web = createContext({ TextEncoder, TextDecoder, atob, btoa })
  runInContext(Buffer.from(code).toString(), web)
  inBrowser = runInContext('chain', web)
})

describe('inpigritas/verify/chain', () => {
  it(`is at most ${CHAIN_BUDGET_KIB} KiB, minified and gzipped`, async () => {
    const kib = gzipSync(await bundle('batch-chain.ts')).length / 1024
    console.log(`inpigritas/verify/chain for browsers: ${kib.toFixed(1)} KiB gzipped`)
    expect(kib).toBeLessThanOrEqual(CHAIN_BUDGET_KIB)
  })

  it('verifies a chain in a context with nothing but what browsers have', async () => {
    expect(inBrowser.genesisStateRoot(genesis)).toBe(genesisStateRoot(genesis, poseidon))
    const report = await inBrowser.verifyBatchChain(genesis, null, source())
    expect({ ...report }).toEqual({
      height: 2,
      timeMs: genesis.startTime + 2 * genesis.eraMs,
      first: 1,
      end: 1,
      provenTo: 1,
      proven: 0,
      attested: 0,
    })
  })

  it.each<[string, string, BatchSource]>([
    ['another history', 'BAD_HISTORY', source(header, [claims[0]!, { ...claims[1]!, recordsRoot: 1n }])],
    ['another state', 'BAD_CHAIN', source({ ...header, batchStateRoot: 1n })],
    [
      'a certificate by an unknown key',
      'BAD_CERTIFICATE',
      source(header, claims, new Uint8Array(32).fill(9)),
    ],
  ])('rejects %s in a browser context', async (_, code, told) => {
    await expect(inBrowser.verifyBatchChain(genesis, null, told)).rejects.toMatchObject({ code })
  })

  it('refuses keys that anyone can forge with, where genesis states production', async () => {
    const key = JSON.parse(readFileSync('circuits/generated/batch-4-12.vkey.json', 'utf8'))
    const pin = { kind: 'production' as const, vkHash: vkHash(parseVerificationKey(key)!) }
    const production = { ...genesis, provingKey: pin }
    const told = source({ ...header, chainId: chainIdOf(production) })
    for (const [code, verificationKey] of [
      ['DEVELOPMENT_KEY', key],
      ['BAD_VERIFICATION_KEY', null],
    ])
      await expect(verifyBatchChain(production, verificationKey, told)).rejects.toMatchObject({ code })
  })
})
