import { utf8 } from '../../../src/codec/bytes.ts'
import { accountOf } from '../../../src/crypto/account.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import type { PublicKey, SecretKey } from '../../../src/crypto/key.ts'
import { publicKeyOf } from '../../../src/crypto/sign.ts'
import type { SignedAction, SignedRegister, SignedTransfer, Transfer } from '../../../src/ledger/action.ts'
import { actionHash, hashAction } from '../../../src/ledger/action-hash.ts'
import type { Budgets } from '../../../src/ledger/admission.ts'
import { applyAction } from '../../../src/ledger/apply-action.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import type { AssetDefinition } from '../../../src/ledger/asset.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { Overlay } from '../../../src/ledger/overlay.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { isRejection, type Rejection } from '../../../src/ledger/rejection.ts'
import { type Rules, rulesOf } from '../../../src/ledger/rules.ts'
import { verifyAction } from '../../../src/ledger/verify-action.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { rsaPkcs8, signNow } from './sign.ts'

/** A key with its account. */
export interface TestKey {
  secret: SecretKey
  publicKey: PublicKey
  account: bigint
}

/** Makes a TestKey from a secret key. */
export function testKey(secret: SecretKey): TestKey {
  const publicKey = publicKeyOf(secret)
  return { secret, publicKey, account: accountOf(poseidon, publicKey) }
}

/** The EdDSA key derived from a name, the same in every run. */
export function eddsaKey(name: string): TestKey {
  return testKey({ kind: 'eddsa', seed: sha256(utf8(`test key of ${name}`)) })
}

/** A new RSA key. */
export function rsaKey(modulusLength = 2048): TestKey {
  return testKey({ kind: 'rsa', pkcs8: rsaPkcs8(modulusLength) })
}

export function definitionOf(issuer: TestKey | bigint, rest: Partial<AssetDefinition> = {}): AssetDefinition {
  const account = typeof issuer === 'bigint' ? issuer : issuer.account
  return {
    code: 'LOT-1',
    name: 'A lot of coffee',
    issuer: fieldToHex(account),
    cap: '1000',
    decimals: '0',
    reinstatable: false,
    madeFrom: [],
    metadata: {},
    ...rest,
  }
}

/** As many holdings as the tree has leaves, and more than enough of everything else. */
export function capacityOf(stateDepth: number): Budgets {
  return { assets: 2 ** 20, bytes: 2 ** 40, holdings: 4 ** stateDepth, retirements: 2 ** 20 }
}

/** A genesis with one validator and without assets. Anyone may register assets, and use half of the capacity. */
export function genesisOf(rest: Partial<Genesis> = {}): Genesis {
  return {
    format: '2',
    name: 'test',
    salt: '5a'.repeat(32),
    startTime: 1_700_000_000_000,
    eraMs: 2_000,
    delay: 1,
    ttl: 150,
    batchSize: 4,
    stateDepth: 12,
    baseMs: 2_000,
    skewMs: 200,
    limits: {
      maxRecords: 4_096,
      maxBodyBytes: 8 * 1024 * 1024,
      openingsPerSigner: 1_000,
      poolEntries: 20_000,
      poolBytes: 64 * 1024 * 1024,
      poolPerSigner: 10_000,
    },
    validators: [
      {
        name: 'one',
        votingKey: new Uint8Array(32).fill(1),
        transportKey: new Uint8Array(32).fill(2),
        logKey: new Uint8Array(32).fill(3),
      },
    ],
    provingKey: { kind: 'development', vkHash: 'ab'.repeat(32) },
    admission: { capacity: capacityOf(rest.stateDepth ?? 12), sponsors: [], share: 500 },
    definitions: [],
    allocations: [],
    ...rest,
  }
}

/** A ledger in one overlay, to which signed actions are applied one at a time. */
export class World {
  readonly rules: Rules
  readonly state: Overlay
  readonly records: LedgerRecord[]
  /** Era that actions name, and of the block in which they are applied. */
  era = 1

  constructor(genesis: Partial<Genesis> = {}) {
    const full = genesisOf(genesis)
    this.rules = rulesOf(poseidon, full)
    const { state, records } = applyGenesis(poseidon, full)
    this.state = new Overlay(state)
    this.records = [...records]
  }

  /** A valid transfer of one unit. `rest` overrides fields. */
  transfer(from: bigint, to: bigint, assetId: bigint, rest: Partial<Transfer> = {}): Transfer {
    const fromStart = this.state.holding(from, assetId)?.outTotal ?? 0n
    return {
      chainId: this.rules.chainId,
      from,
      to,
      assetId,
      fromStart,
      amount: 1n,
      era: this.era,
      memo: 0n,
      ...rest,
    }
  }

  /** Verifies and applies a signed action. */
  apply(action: SignedAction): LedgerRecord | Rejection {
    const hashed = hashAction(poseidon, action)
    const bad = verifyAction(poseidon, action, hashed.hash)
    const result = bad ?? applyAction(this.state, hashed, { blockEra: this.era, rules: this.rules })
    if (!isRejection(result)) this.records.push(result)
    return result
  }

  /** Applies an action. @throws Error if it is rejected */
  applied(action: SignedAction): LedgerRecord {
    const result = this.apply(action)
    if (isRejection(result)) throw new Error(`rejected: ${result.message}`)
    return result
  }

  /** Registers an asset. @returns its id */
  register(issuer: TestKey, rest: Partial<AssetDefinition> = {}): bigint {
    const definition = definitionOf(issuer, rest)
    this.applied(signRegister(issuer, { chainId: this.rules.chainId, definition, era: this.era }))
    return assetIdOf(poseidon, definition)
  }

  move(key: TestKey, from: bigint, to: bigint, assetId: bigint, rest: Partial<Transfer> = {}): LedgerRecord {
    return this.applied(signTransfer(key, this.transfer(from, to, assetId, rest)))
  }

  issue(issuer: TestKey, to: bigint, assetId: bigint, amount: bigint): LedgerRecord {
    return this.move(issuer, MINT, to, assetId, { amount })
  }

  retire(holder: TestKey, assetId: bigint, amount: bigint): LedgerRecord {
    return this.move(holder, holder.account, RETIRED, assetId, { amount })
  }

  /** A copy of all changes, to show that a rejection changed nothing. */
  snapshot() {
    const { holdings, ...rest } = this.state.changes
    return structuredClone({ ...rest, holdings: [...holdings] })
  }
}

export function signTransfer(key: TestKey, transfer: Transfer): SignedTransfer {
  return signed(key, { type: 'transfer', transfer, publicKey: key.publicKey, signature: new Uint8Array() })
}

export function signRegister(
  key: TestKey,
  content: Pick<SignedRegister, 'chainId' | 'definition' | 'era'>,
): SignedRegister {
  return signed(key, { type: 'register', ...content, publicKey: key.publicKey, signature: new Uint8Array() })
}

function signed<A extends SignedAction>(key: TestKey, action: A): A {
  return { ...action, signature: signNow(key.secret, action.type, actionHash(poseidon, action)) }
}
