import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import { subtreeRoot } from '../../../src/crypto/merkle.ts'
import { assetOf } from '../../../src/ledger/definition.ts'
import { leafHash, recordHash, registerHash, transferHash } from '../../../src/ledger/hashes.ts'
import { MAX_AMOUNT, MAX_COUNTER, MAX_ERA } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { TestCircuit } from '../../support/circuits/compiled-circuit.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf } from '../../support/ledger/ledger-world.ts'

/** Random values, the least and the greatest among them. */
const upTo = (max: bigint) => fc.oneof(fc.bigInt(0n, max), fc.constantFrom(0n, 1n, max))
const field = upTo(R - 1n)
const amount = upTo(MAX_AMOUNT)
const counter = upTo(MAX_COUNTER)
const era = fc.oneof(fc.nat(MAX_ERA), fc.constantFrom(0, MAX_ERA))
const holding = fc.oneof(fc.nat(2 ** 32 - 1), fc.constantFrom(0, 2 ** 32 - 1))
const runs = { numRuns: 40 }

describe('TypeScript and circuits hash alike', () => {
  it('transfers', async () => {
    const circuit = await TestCircuit.compile('lib/hashes.circom', 'TransferHash')
    const transfer = fc.record({
      chainId: field,
      from: field,
      to: field,
      assetId: field,
      fromStart: counter,
      amount,
      era,
      memo: field,
    })
    fc.assert(
      fc.property(transfer, (t) => {
        expect(circuit.run(t, 1)).toEqual([transferHash(poseidon, t)])
      }),
      runs,
    )
  })

  it('registrations', async () => {
    const circuit = await TestCircuit.compile('lib/hashes.circom', 'RegisterHash')
    fc.assert(
      fc.property(fc.record({ chainId: field, assetId: field, era }), (r) => {
        expect(circuit.run(r, 1)).toEqual([registerHash(poseidon, r.chainId, r.assetId, r.era)])
      }),
      runs,
    )
  })

  it('records', async () => {
    const circuit = await TestCircuit.compile('lib/hashes.circom', 'RecordHash')
    const record = fc.record({
      hash: field,
      fromHolding: holding,
      toHolding: holding,
      toStart: counter,
      flags: fc.constantFrom(0, 1, 2, 3),
      blockEra: era,
    })
    fc.assert(
      fc.property(record, ({ hash, ...rest }) => {
        const expected = recordHash(poseidon, { ...rest, hash, kind: 'transfer' } as LedgerRecord, 0n)
        expect(circuit.run({ transferHash: hash, ...rest }, 1)).toEqual([expected])
      }),
      runs,
    )
  })

  it('leaves of holdings', async () => {
    const circuit = await TestCircuit.compile('lib/hashes.circom', 'LeafHash')
    const leaf = fc.record({ account: field, assetId: field, inTotal: counter, outTotal: counter })
    fc.assert(
      fc.property(leaf, (h) => {
        expect(circuit.run(h, 1)).toEqual([leafHash(poseidon, { ...h, index: 0 })])
      }),
      runs,
    )
  })

  it('assets', async () => {
    const circuit = await TestCircuit.compile('lib/hashes.circom', 'AssetId')
    const asset = fc.record({
      issuer: upTo(R - 1n),
      cap: amount,
      decimals: fc.nat(255),
      reinstatable: fc.boolean(),
    })
    fc.assert(
      fc.property(asset, ({ issuer, cap, decimals, reinstatable }) => {
        const definition = definitionOf(issuer, {
          cap: String(cap),
          decimals: String(decimals),
          reinstatable,
        })
        const { id, definitionHash } = assetOf(poseidon, definition, 0)
        expect(circuit.run({ issuer, cap, decimals, reinstatable, definitionHash }, 1)).toEqual([id])
      }),
      runs,
    )
  })
})

describe('TypeScript and circuits compute the same roots', () => {
  it.each([0, 1, 2])('trees of %i levels', async (height) => {
    const circuit = await TestCircuit.compile('lib/tree.circom', 'TreeRoot', height)
    const nodes = fc.array(field, { minLength: 4 ** height, maxLength: 4 ** height })
    fc.assert(
      fc.property(nodes, (n) => {
        expect(circuit.run({ nodes: n }, 1)).toEqual([subtreeRoot(poseidon, n, height)])
      }),
      { numRuns: 10 },
    )
  })
})
