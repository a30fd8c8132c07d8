import { utf8 } from '../../codec/bytes.ts'
import { fieldToHex } from '../../crypto/field.ts'
import { sha256 } from '../../crypto/hash.ts'
import type { SecretKey } from '../../crypto/key.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import { accountOfSecret, publicKeyOf, sign } from '../../crypto/sign.ts'
import { StateTree } from '../../crypto/state-tree.ts'
import type { SignedAction } from '../../ledger/action.ts'
import { actionHash, hashAction } from '../../ledger/action-hash.ts'
import { applyAction } from '../../ledger/apply-action.ts'
import { applyGenesis } from '../../ledger/apply-genesis.ts'
import { assetIdOf } from '../../ledger/definition.ts'
import { leafHash } from '../../ledger/hashes.ts'
import { Overlay } from '../../ledger/overlay.ts'
import { MINT } from '../../ledger/params.ts'
import type { LedgerRecord } from '../../ledger/record.ts'
import { isRejection } from '../../ledger/rejection.ts'
import { rulesOf } from '../../ledger/rules.ts'
import { batchInput, jsonInput } from '../../proofs/batch-input.ts'
import { type BatchCircuit, batchSizeOf } from '../../setup/circuits.ts'
import { newGenesis } from '../files/genesis-file.ts'

const ERA = 1
const CAP = 1_000_000n

const keyOf = (name: string): SecretKey => ({ kind: 'eddsa', seed: sha256(utf8(`prover bench, ${name}`)) })

/**
 * The inputs of a full batch of signed transfers, as provers of a busy chain get them. The chain is made here, in memory, and has two holders: the
 * batch before this one registers an asset and issues it.
 */
export async function sampleBatch(circuit: BatchCircuit): Promise<Record<string, unknown>> {
  const poseidon = poseidonWasm()
  const size = batchSizeOf(circuit)
  const genesis = newGenesis({ name: 'bench', validators: [], vkHash: circuit.developmentVkHash, now: 0 })
  const rules = rulesOf(poseidon, { ...genesis, batchSize: size })
  const state = new Overlay(applyGenesis(poseidon, { ...genesis, batchSize: size }).state)
  const { chainId } = rules
  const [issuer, holder] = [keyOf('issuer'), keyOf('holder')]
  const [from, to] = [issuer, holder].map((key) => accountOfSecret(poseidon, key)) as [bigint, bigint]
  const records: LedgerRecord[] = []
  const signatures = new Map<number, SignedAction>()
  const act = async (unsigned: SignedAction) => {
    const signature = await sign(poseidon, issuer, unsigned.type, actionHash(poseidon, unsigned))
    const action = { ...unsigned, signature }
    const record = applyAction(state, hashAction(poseidon, action), { blockEra: ERA, rules })
    if (isRejection(record)) throw new Error(`the sample is rejected: ${record.message}`)
    signatures.set(record.position, action)
    records.push(record)
  }
  const signed = { publicKey: publicKeyOf(issuer), signature: new Uint8Array() }
  const definition = {
    ...{ code: 'BENCH', name: 'Bench', issuer: fieldToHex(from), cap: String(CAP), decimals: '0' },
    ...{ reinstatable: false, madeFrom: [], metadata: {} },
  }
  const assetId = assetIdOf(poseidon, definition)
  const transfer = (source: bigint, target: bigint, amount: bigint) => {
    const fromStart = state.holding(source, assetId)?.outTotal ?? 0n
    const content = { chainId, from: source, to: target, assetId, fromStart, amount, era: ERA, memo: 0n }
    return act({ type: 'transfer', transfer: content, ...signed })
  }
  await act({ type: 'register', chainId, definition, era: ERA, ...signed })
  await transfer(MINT, from, CAP)
  while (records.length < size) await transfer(from, to, 1n)
  const holdings = new Map(state.changes.holdings)
  while (records.length < 2 * size) await transfer(from, to, 1n)
  const tree = new StateTree(poseidon, circuit.parameters.depth)
  tree.setLeaves([...holdings.values()].map((holding) => [holding.index, leafHash(poseidon, holding)]))
  return jsonInput(
    batchInput(circuit.parameters, tree, {
      chainId,
      index: 1,
      records: records.slice(size),
      signatures,
      assets: new Map(state.changes.assets.map((asset) => [asset.id, asset])),
      holdings,
    }),
  )
}
