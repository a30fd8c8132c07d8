import { describe, expect, it } from 'vitest'
import { type BatchSignals, batchSignalsJson } from '../../../src/ledger/batch.ts'
import { encodeBatchData, RECORD_DATA_BYTES } from '../../../src/ledger/batch-data.ts'
import { BatchState, type ExportedBatch, rebuildState } from '../../../src/verify/batch-state.ts'
import { parseVerificationKey, vkHash } from '../../../src/verify/verification-key.ts'
import { storyOfEveryKind } from '../../support/circuits/batch-world.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { simulatedKey, simulatedProof } from '../../support/proving/simulated-proofs.ts'

const simulatedVkHash = vkHash(parseVerificationKey(simulatedKey)!)
const parameters = { height: 1, depth: 12, top: 2 }
const genesis = genesisOf({ provingKey: { kind: 'development', vkHash: simulatedVkHash } })
const world = storyOfEveryKind(genesis)
const slots = 4 ** parameters.height
/** The batches as provers prove them, the last of two records. */
const inputs = [0, 4, 8].map((first) => world.input(parameters, first, Math.min(slots, 10 - first)))
const signalsOf = ({ nodes: _, ...input }: (typeof inputs)[number]): BatchSignals => input
const batches = inputs.map((input, index): ExportedBatch => {
  const data = encodeBatchData(world.records.slice(index * slots, (index + 1) * slots))
  return { index, data, ...simulatedProof(signalsOf(input)) }
})

describe('a state rebuilt from the data of batches', () => {
  it('has the roots that the batches were proven with, and every holding of the ledger', async () => {
    const { state, end } = await rebuildState(genesis, simulatedKey, batches, poseidon)
    expect(end).toBe(3)
    expect(state.root).toBe(inputs[2]!.stateRootAfter)
    expect(state.holdings.size).toBe(world.state.holdingCount)
    for (const [index, holding] of state.holdings) {
      expect(holding.index).toBe(index)
      expect(world.state.holding(holding.account, holding.assetId)).toEqual(holding)
    }
  })

  it('says which signals the proof of each batch must have', () => {
    const state = new BatchState(poseidon, genesis)
    for (const [i, { index, data, publicSignals }] of batches.entries()) {
      expect(batchSignalsJson(state.apply(index, data))).toEqual(publicSignals)
      expect(state.root).toBe(inputs[i]!.stateRootAfter)
    }
  })

  const [first, second] = batches as [ExportedBatch, ExportedBatch]
  const changedAt = (at: number, to: number): ExportedBatch => ({ ...first, data: first.data.with(at, to) })
  it.each<[string, string, ExportedBatch[]]>([
    ['begins with another batch', 'BAD_CHAIN', [second]],
    ['leaves a batch out', 'BAD_CHAIN', [first, { ...second, index: 2 }]],
    ['repeats a batch', 'BAD_CHAIN', [first, first]],
    ['has no records', 'BAD_DATA', [{ ...first, data: new Uint8Array() }]],
    [
      'has more records than a batch',
      'BAD_DATA',
      [{ ...first, data: new Uint8Array([...first.data, ...second.data]) }],
    ],
    ['ends within a record', 'BAD_DATA', [{ ...first, data: first.data.slice(0, -1) }]],
    ['has the records of another batch', 'BAD_DATA', [{ ...first, data: second.data }]],
    ['has records in another order', 'BAD_DATA', [{ ...first, data: rotated(first.data) }]],
    ['has a word that is not below r', 'BAD_DATA', [changedAt(0, 0xff)]],
    // The second byte of the amount of the second record, the last one: 120 bits from the right of its fourth word, and one byte more.
    [
      'moves more than the balance',
      'BAD_DATA',
      [
        {
          ...first,
          data: changedAt(RECORD_DATA_BYTES + 3 * 32 + 15, 0xff).data.slice(0, 2 * RECORD_DATA_BYTES),
        },
      ],
    ],
    ['has another memo', 'BAD_SIGNALS', [changedAt(RECORD_DATA_BYTES + 6 * 32 - 1, 98)]],
    [
      'has fewer records than the proof',
      'BAD_SIGNALS',
      [{ ...first, data: first.data.slice(0, RECORD_DATA_BYTES) }],
    ],
    ['has other signals', 'BAD_SIGNALS', [{ ...first, publicSignals: second.publicSignals }]],
    ['has no signals', 'BAD_SIGNALS', [{ ...first, publicSignals: null }]],
    ['has the proof of another batch', 'BAD_PROOF', [{ ...first, proof: second.proof }]],
    ['has no proof', 'BAD_POINTS', [{ ...first, proof: null }]],
  ])('is refused if it %s', async (_, code, given) => {
    await expect(rebuildState(genesis, simulatedKey, given, poseidon)).rejects.toMatchObject({ code })
  })

  it('is refused under another key, and under a development key on a chain for production', async () => {
    const other = genesisOf({ provingKey: { kind: 'development', vkHash: '00'.repeat(32) } })
    await expect(rebuildState(other, simulatedKey, [], poseidon)).resolves.toMatchObject({ end: 0 })
    const state = new BatchState(poseidon, other)
    const publicSignals = batchSignalsJson(state.apply(0, first.data))
    await expect(
      rebuildState(other, simulatedKey, [{ ...first, publicSignals }], poseidon),
    ).rejects.toMatchObject({
      code: 'WRONG_VERIFICATION_KEY',
    })
    const production = genesisOf({ provingKey: { kind: 'production', vkHash: simulatedVkHash } })
    await expect(rebuildState(production, simulatedKey, batches, poseidon)).rejects.toMatchObject({
      code: 'DEVELOPMENT_KEY',
    })
  })
})

function rotated(data: Uint8Array): Uint8Array {
  return new Uint8Array([...data.slice(RECORD_DATA_BYTES), ...data.slice(0, RECORD_DATA_BYTES)])
}
