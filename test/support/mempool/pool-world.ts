import { accountOf } from '../../../src/crypto/account.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import type { PublicKey } from '../../../src/crypto/key.ts'
import { publicKeyOf } from '../../../src/crypto/sign.ts'
import type { SignedAction, Transfer } from '../../../src/ledger/action.ts'
import { encodeAction } from '../../../src/ledger/action-codec.ts'
import { hashAction } from '../../../src/ledger/action-hash.ts'
import { applyBlock } from '../../../src/ledger/apply-block.ts'
import type { AssetDefinition } from '../../../src/ledger/asset.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { LedgerState } from '../../../src/ledger/ledger-state.ts'
import { MINT } from '../../../src/ledger/params.ts'
import { quotasOf } from '../../../src/ledger/quota.ts'
import type { Rules } from '../../../src/ledger/rules.ts'
import type { Candidate, PoolEntry, PoolLimits } from '../../../src/mempool/entry.ts'
import { Pool, type Rebased } from '../../../src/mempool/pool.ts'
import type { Left } from '../../../src/mempool/waiting.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { capacityOf } from '../ledger/ledger-world.ts'

export const RULES: Rules = {
  poseidon,
  chainId: 42n,
  delay: 1,
  ttl: 10,
  maxRecords: 100,
  openingsPerSigner: 1000,
  quotas: quotasOf({ capacity: capacityOf(6), sponsors: [], share: 500 }),
  reservations: undefined,
}
const LIMITS: PoolLimits = { entries: 1000, bytes: 1_000_000, perSigner: 1000 }

/** Someone with a key. The pool assumes that signatures were verified, so nothing is signed with it. */
export interface Person {
  publicKey: PublicKey
  account: bigint
}

function person(number: number): Person {
  const seed = new Uint8Array(32).fill(1)
  new DataView(seed.buffer).setUint32(0, number)
  const publicKey = publicKeyOf({ kind: 'eddsa', seed })
  return { publicKey, account: accountOf(poseidon, publicKey) }
}

/** Each has 1,000 units of `coffee`. */
export const people = Array.from({ length: 6 }, (_, i) => person(i))
const issuer = people[0]!

/** People with keys of their own, who have nothing. */
export function strangers(count: number): Person[] {
  return Array.from({ length: count }, (_, i) => person(1000 + i))
}

function definition(code: string, madeFrom: bigint[], by: Person): AssetDefinition {
  return {
    code,
    name: code,
    issuer: fieldToHex(by.account),
    cap: '1000000',
    decimals: '0',
    reinstatable: true,
    madeFrom: madeFrom.map(fieldToHex),
    metadata: {},
  }
}

/** The asset in every world. */
export const COFFEE = assetIdOf(poseidon, definition('coffee', [], issuer))

function candidate(action: SignedAction, note?: string): Candidate {
  return { ...hashAction(poseidon, action), bytes: encodeAction(action), note }
}

export function register(
  code: string,
  options: { era?: number; madeFrom?: bigint[]; by?: Person; metadata?: Record<string, string> } = {},
): Candidate {
  const { era = 1, madeFrom = [], by = issuer, metadata = {} } = options
  const { publicKey } = by
  const signature = new Uint8Array(96)
  return candidate({
    type: 'register',
    chainId: RULES.chainId,
    definition: { ...definition(code, madeFrom, by), metadata },
    era,
    publicKey,
    signature,
  })
}

/** A transfer of an asset of `issuedBy`, signed by `by`: by default the sender if it is one of `people`, or the issuer. */
export function transfer(
  fields: Partial<Transfer> & Pick<Transfer, 'from' | 'to'>,
  code = 'coffee',
  { issuedBy = issuer, by }: { issuedBy?: Person; by?: Person } = {},
): Candidate {
  const signer = by ?? people.find(({ account }) => account === fields.from) ?? issuedBy
  const assetId = assetIdOf(poseidon, definition(code, [], issuedBy))
  const whole: Transfer = {
    chainId: RULES.chainId,
    assetId,
    fromStart: 0n,
    amount: 1n,
    era: 1,
    memo: 0n,
    ...fields,
  }
  return candidate({
    type: 'transfer',
    transfer: whole,
    publicKey: signer.publicKey,
    signature: new Uint8Array(96),
  })
}

/** A final state with an asset `coffee`, of which each person has 1,000 units, and a pool on it. */
export function world(
  options: {
    limits?: Partial<PoolLimits>
    rules?: Partial<Rules>
    onLeft?: (left: Left) => void
    onOvertaken?: (action: Candidate) => void
  } = {},
) {
  const state = new LedgerState()
  const rules = { ...RULES, ...options.rules }
  /** What left the pool without being final. */
  const left: Left[] = []
  const limits = { ...LIMITS, ...options.limits }
  const onLeft = (one: Left) => {
    left.push(one)
    options.onLeft?.(one)
  }
  const pool = new Pool(state, { ledger: rules, limits }, onLeft, options.onOvertaken)
  let height = 0
  /** Applies a final block of these actions to the state and the pool. */
  const finalize = (actions: readonly Candidate[], era: number): Rebased => {
    // The first block makes what is there from the start, as a genesis does.
    const reservations = height === 0 ? undefined : rules.reservations
    const result = applyBlock(state, { era, actions }, { ...RULES, ttl: rules.ttl, reservations })
    if (!result.ok) throw new Error(`action ${result.index}: ${result.rejection.message}`)
    state.apply(result.overlay.changes)
    height += 1
    const { records, overlay } = result
    return pool.finalize({ height, era, records, retirements: overlay.changes.retirements })
  }
  const issues = people.map(({ account }, i) =>
    transfer({ from: MINT, to: account, fromStart: BigInt(i) * 1000n, amount: 1000n }),
  )
  finalize([register('coffee'), ...issues], 1)
  return { state, rules, pool, finalize, left }
}

/** Submits an action and marks it as stored. @returns its status, or the code of its rejection */
export function submit(pool: Pool, offered: Candidate, era = 0): string {
  const result = pool.admit(offered, 'submit', era)
  if (result.status === 'ADMITTED') for (const entry of result.entries) entry.durable = true
  return result.status === 'REJECTED' ? result.rejection.code : result.status
}

export function hashes(entries: Iterable<PoolEntry>): bigint[] {
  return [...entries].map(({ hash }) => hash)
}
