import { bytesToHex, utf8 } from '../../../src/codec/bytes.ts'
import { encodeCertificate } from '../../../src/consensus/codec.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import type { SignedAction, Transfer } from '../../../src/ledger/action.ts'
import { hashAction } from '../../../src/ledger/action-hash.ts'
import { applyBlock } from '../../../src/ledger/apply-block.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { blockHash, genesisHeader } from '../../../src/ledger/header.ts'
import { LedgerState } from '../../../src/ledger/ledger-state.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { rulesOf } from '../../../src/ledger/rules.ts'
import type { FinalBlock } from '../../../src/storage/commit-block.ts'
import { certificate } from '../consensus/replicas.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { HeaderLog } from '../ledger/header-log.ts'
import { definitionOf, eddsaKey, genesisOf, signRegister, signTransfer } from '../ledger/ledger-world.ts'

export const VALIDATORS = 4
const [issuer, holder] = [eddsaKey('issuer'), eddsaKey('holder')]
const GOLD = definitionOf(issuer, { code: 'GOLD' })
export const genesis = genesisOf({
  validators: Array.from({ length: VALIDATORS }, (_, i) => ({
    name: `validator-${i}`,
    votingKey: new Uint8Array(32).fill(i + 1),
    transportKey: new Uint8Array(32).fill(i + 101),
    logKey: new Uint8Array(32).fill(i + 201),
  })),
  definitions: [GOLD],
  allocations: [{ to: holder.account, asset: 'GOLD', amount: 10n }],
})
export const rules = rulesOf(poseidon, genesis)
/** What the genesis makes. */
export const result = applyGenesis(poseidon, genesis)
const gold = assetIdOf(poseidon, GOLD)

const move = (rest: Partial<Transfer>, key = holder): SignedAction =>
  signTransfer(key, {
    ...{ chainId: rules.chainId, from: key.account, to: issuer.account, assetId: gold },
    ...{ fromStart: 0n, amount: 1n, era: 0, memo: 0n },
    ...rest,
  })
const retired = move({ to: RETIRED, fromStart: 1n, amount: 2n })
const MADE = definitionOf(holder, {
  code: 'RING',
  madeFrom: [fieldToHex(hashAction(poseidon, retired).hash)],
})
/** Every kind of action, notes, a block without actions, blocks that became final with a descendant's certificate. */
export const CONTENTS: { actions: SignedAction[]; notes?: (string | undefined)[]; certifiedBy?: number }[] = [
  { actions: [move({}), retired], notes: [undefined, 'melted'] },
  { actions: [], certifiedBy: 3 },
  { actions: [signRegister(holder, { chainId: rules.chainId, definition: MADE, era: 0 })] },
  {
    actions: [
      move({ from: MINT, assetId: assetIdOf(poseidon, MADE), to: issuer.account, amount: 5n }),
      move({ fromStart: 3n, memo: 7n }),
      move({ to: holder.account }, issuer),
    ],
    notes: ['made', 'sold', undefined],
  },
  { actions: [move({ fromStart: 4n, to: RETIRED })], certifiedBy: 6 },
]
/** Five blocks on the genesis, one per entry of `CONTENTS`. */
export const blocks = makeBlocks()

function makeBlocks(): FinalBlock[] {
  const state = new LedgerState()
  state.apply(result.changes)
  let parent = genesisHeader(genesis)
  const log = new HeaderLog(parent)
  const made = CONTENTS.map(({ actions, notes = [] }) => {
    const hashed = actions.map((action) => hashAction(poseidon, action))
    const [height, view, era] = [parent.height + 1, parent.view + 2, parent.era + 1]
    const header = { ...parent, height, view, era, parentHash: blockHash(parent), position: state.position }
    header.bodyHash = sha256(utf8(`${height}`))
    header.logRoot = log.root
    const applied = applyBlock(state, { era, actions: hashed }, rules)
    if (!applied.ok) throw new Error(applied.rejection.message)
    const { holdings, assets, retirements, reservations, usages, holdingCount, position } =
      applied.overlay.changes
    const changes = {
      ...{ holdings: new Map(holdings), assets: [...assets] },
      ...{ retirements: new Map(retirements), reservations: new Map(reservations), usages: new Map(usages) },
    }
    state.apply(applied.overlay.changes)
    parent = header
    return {
      ...{
        header,
        hash: blockHash(header),
        certificate: null as Uint8Array | null,
        records: applied.records,
      },
      actions: actions.map((action, i) => ({ action, note: notes[i] })),
      changes: { ...changes, holdingCount, position },
      logTiles: log.add(header),
    }
  })
  return made.map((block, i) => {
    const by = made[(CONTENTS[i]!.certifiedBy ?? i + 1) - 1]
    const [view, hash] = by ? [by.header.view, bytesToHex(by.hash)] : [99, 'ab'.repeat(32)]
    return {
      ...block,
      certificate: encodeCertificate(certificate(VALIDATORS, 'finalize', view, hash), VALIDATORS),
    }
  })
}
