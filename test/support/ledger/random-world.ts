import fc from 'fast-check'
import { fieldToHex } from '../../../src/crypto/field.ts'
import type { SignedAction } from '../../../src/ledger/action.ts'
import { type HashedAction, hashAction } from '../../../src/ledger/action-hash.ts'
import { applyAction } from '../../../src/ledger/apply-action.ts'
import type { Asset } from '../../../src/ledger/asset.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { isRejection, type Rejection } from '../../../src/ledger/rejection.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { definitionOf, eddsaKey, rsaKey, type TestKey, World } from './ledger-world.ts'
import { MINT_NAME, type ModelAsset, type Move, RETIRED_NAME, UnitModel } from './unit-model.ts'

const DICE = 7
/** SEED=n selects other worlds; SHRINK=1 shrinks a failing one, which takes minutes. */
const RUNS = { numRuns: 60, seed: Number(process.env.SEED ?? 2022), endOnFailure: process.env.SHRINK !== '1' }

/** Builds many worlds of random actions and runs a test on each, with further dice for its own choices. */
export function checkWorlds(test: (world: RandomWorld, dice: Dice) => void): void {
  const dice = fc.array(fc.noBias(fc.nat(10_000)), { minLength: DICE, maxLength: DICE })
  const property = fc.property(
    fc.array(dice, { minLength: 50, maxLength: 200, size: 'max' }),
    dice,
    (steps, rest) => {
      const world = new RandomWorld()
      for (const step of steps) world.step(step)
      test(world, rest)
    },
  )
  fc.assert(property, RUNS)
}

/** Random numbers from which one action is built. Each is reduced to the range that is needed. */
export type Dice = readonly number[]

export const NAMES = ['ann', 'bea', 'cem', 'dov', 'eli']
const KEYS = new Map<string, TestKey>(NAMES.map((name, i) => [name, i < 3 ? eddsaKey(name) : rsaKey()]))
const ACCOUNTS = new Map<string, bigint>([
  [MINT_NAME, MINT],
  [RETIRED_NAME, RETIRED],
  ...[...KEYS].map(([name, { account }]) => [name, account] as const),
])
/** Everyone who may hold units. */
export const HOLDERS = [MINT_NAME, RETIRED_NAME, ...NAMES]
const CODES = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L']

export function accountOfName(name: string): bigint {
  return ACCOUNTS.get(name)!
}

/**
 * A ledger and the naive model that get the same random actions. Actions are not signed, to save time: other tests cover signatures, this one
 * covers that the signer's account is the right one.
 */
export class RandomWorld {
  readonly world = new World()
  readonly model = new UnitModel()
  readonly accepted: HashedAction[] = []
  readonly #ids = new Map<string, bigint>()
  /** Retirements, from which "made from" chooses. */
  readonly #retired: LedgerRecord[] = []
  /** Codes of all rejections. */
  readonly rejections: string[] = []

  /** Gives both the action that the dice choose. @throws Error if they disagree on whether it is valid */
  step([what = 0, ...dice]: Dice): void {
    if (what % 8 === 0) this.#register(dice)
    else this.#move(what, dice)
  }

  assetId(code: string): bigint {
    return this.#ids.get(code) ?? 0n
  }

  codeOf(assetId: bigint): string {
    return this.world.state.asset(assetId)!.code
  }

  assets(): Asset[] {
    return this.world.state.changes.assets
  }

  get records(): LedgerRecord[] {
    return this.world.records
  }

  #register([code = 0, who = 0, cap = 0, flag = 0, first = 0, count = 0]: Dice): void {
    const key = KEYS.get(pick(NAMES, who))!
    const sources = Array.from({ length: Math.min(count % 4, this.#retired.length) }, (_, i) =>
      pick(this.#retired, first + i),
    )
    const own = this.#retired.filter((record) => record.from === key.account)
    // Mostly registrations that can succeed: with the issuer's own latest retirements.
    const chosen = flag % 5 === 0 ? sources : own.slice(-(1 + (count % 3)))
    const asset: ModelAsset = {
      code: pick(CODES, code),
      issuer: pick(NAMES, who),
      cap: 1 + (cap % 30),
      reinstatable: flag % 2 === 0,
      madeFrom: [...new Set(chosen.map((record) => record.position))],
    }
    const definition = definitionOf(key, {
      code: asset.code,
      cap: asset.cap.toString(),
      reinstatable: asset.reinstatable,
      madeFrom: [...new Set(chosen.map((record) => fieldToHex(record.hash)))],
    })
    const chainId = this.world.rules.chainId
    const action: SignedAction = {
      type: 'register',
      chainId,
      definition,
      era: this.world.era,
      publicKey: key.publicKey,
      signature: new Uint8Array(),
    }
    if (this.#both(action, () => this.model.register(asset)))
      this.#ids.set(asset.code, assetIdOf(poseidon, definition))
  }

  /** Mostly a move that can succeed. The last die selects a mistake. */
  #move(what: number, [code = 0, a = 0, b = 0, units = 0, mistake = 0]: Dice): void {
    const wrong = mistake % 24
    const known = [...this.model.assets.keys()]
    const asset = pick(wrong === 4 || known.length === 0 ? CODES : known, code)
    const holders = NAMES.filter((name) => this.model.balance(name, asset) > 0)
    const holder = pick(wrong === 5 || holders.length === 0 ? NAMES : holders, a)
    const from = what % 8 === 1 ? MINT_NAME : what % 8 === 2 ? RETIRED_NAME : holder
    const to = what % 8 === 3 ? RETIRED_NAME : wrong === 7 ? MINT_NAME : pick(NAMES, b)
    const amount = wrong === 6 ? units % 40 : 1 + (units % Math.max(1, this.model.balance(from, asset)))
    const issuer = this.model.assets.get(asset)?.issuer ?? 'ann'
    const right = from === MINT_NAME || from === RETIRED_NAME ? issuer : from
    const signer = wrong === 1 ? pick(NAMES, b) : right
    const left = this.model.leftFrom(from, asset)
    const start = wrong === 2 ? left + 1 : wrong === 3 ? Math.max(0, left - 1) : left
    const move: Move = { signer, from, to, asset, amount, start }
    const transfer = this.world.transfer(accountOfName(from), accountOfName(to), this.assetId(asset), {
      fromStart: BigInt(start),
      amount: BigInt(amount),
    })
    const { publicKey } = KEYS.get(signer)!
    const action: SignedAction = { type: 'transfer', transfer, publicKey, signature: new Uint8Array() }
    this.#both(action, (position) => this.model.move(move, position))
  }

  /** Applies an action to both. @throws Error if they disagree, or a rejection changed the ledger's state */
  #both(action: SignedAction, inModel: (position: number) => boolean): boolean {
    const { world } = this
    const before = world.snapshot()
    const hashed = hashAction(poseidon, action)
    const result = applyAction(world.state, hashed, { blockEra: world.era, rules: world.rules })
    const good = inModel(before.position)
    if (good !== !isRejection(result)) throw new Error(`ledger and model disagree: ${describeResult(result)}`)
    if (isRejection(result)) {
      this.rejections.push(result.code)
      if (!sameSnapshot(before, world.snapshot()))
        throw new Error(`a rejection changed the state: ${result.code}`)
      return false
    }
    this.accepted.push(hashed)
    world.records.push(result)
    if (result.kind === 'retire') this.#retired.push(result)
    return true
  }
}

function sameSnapshot(a: unknown, b: unknown): boolean {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, item: unknown) => {
      if (typeof item === 'bigint') return item.toString()
      return item instanceof Map ? [...item] : item
    })
  return text(a) === text(b)
}

function describeResult(result: LedgerRecord | Rejection): string {
  return isRejection(result) ? result.message : `applied at ${result.position}`
}

function pick<T>(list: readonly T[], dice: number): T {
  return list[dice % list.length]!
}
