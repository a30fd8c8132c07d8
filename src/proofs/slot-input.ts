import { babyjubjub } from '@noble/curves/misc.js'
import { decodeEddsaKey, decodeEddsaSignature } from '../crypto/eddsa.ts'
import { h31 } from '../crypto/h31.ts'
import type { PublicKey } from '../crypto/key.ts'
import type { SignatureBytes } from '../ledger/action.ts'
import type { Asset } from '../ledger/asset.ts'
import { isProven, type LedgerRecord } from '../ledger/record.ts'
import type { Holding } from '../ledger/state.ts'

type Coordinates = [x: bigint, y: bigint]

/** A slot's signals except the paths, named and ordered as in circuits/lib/slot.circom. */
interface SlotContent {
  proven: bigint
  attested: bigint
  register: bigint
  from: bigint
  to: bigint
  assetId: bigint
  fromStart: bigint
  amount: bigint
  era: bigint
  memo: bigint
  toStart: bigint
  blockEra: bigint
  fromHolding: bigint
  toHolding: bigint
  senderInTotal: bigint
  receiverOutTotal: bigint
  issuer: bigint
  cap: bigint
  decimals: bigint
  reinstatable: bigint
  definitionHash: bigint
  keyEighth: Coordinates
  r8: Coordinates
  s: bigint
  spkiHash: bigint
}

/** A slot's signals. */
export interface SlotInput extends SlotContent {
  senderPath: bigint[][]
  receiverPath: bigint[][]
}

/** A slot with the holdings it writes: undefined where nothing changes. */
export interface FilledSlot {
  slot: SlotContent
  sender: Holding | undefined
  receiver: Holding | undefined
}

export interface Signature {
  publicKey: PublicKey
  signature: SignatureBytes
}

const { Point } = babyjubjub
const ONE_EIGHTH = Point.Fn.inv(8n)

/** Satisfies the signature equation for every message, but is not a valid signature: the key is the identity. */
const NO_SIGNATURE = { keyEighth: [0n, 1n], r8: [0n, 1n], s: 0n } satisfies Partial<SlotContent>

/**
 * The slot of a record; `holdings` is updated to the state after it.
 * @param signature with the key of who signed the record
 */
export function recordSlot(
  record: LedgerRecord,
  asset: Asset,
  signature: Signature | undefined,
  holdings: Map<number, Holding>,
): FilledSlot {
  const { amount, assetId, from, to } = record
  const isRegister = record.kind === 'register'
  const sender = isRegister ? undefined : holdings.get(record.fromHolding)
  if (!isRegister && sender === undefined) throw new Error(`holding ${record.fromHolding} is missing`)
  const receiver = holdings.get(record.toHolding) ?? {
    index: record.toHolding,
    account: to,
    assetId,
    inTotal: 0n,
    outTotal: 0n,
  }
  const senderAfter = sender && { ...sender, outTotal: sender.outTotal + amount }
  const receiverAfter = { ...receiver, inTotal: receiver.inTotal + amount }
  if (senderAfter !== undefined) holdings.set(senderAfter.index, senderAfter)
  holdings.set(receiverAfter.index, receiverAfter)
  const slot: SlotContent = {
    proven: flag(isProven(record)),
    attested: flag(!isProven(record)),
    register: flag(isRegister),
    from,
    to,
    assetId,
    fromStart: record.fromStart,
    amount,
    era: BigInt(record.era),
    memo: record.memo,
    toStart: record.toStart,
    blockEra: BigInt(record.blockEra),
    fromHolding: BigInt(record.fromHolding),
    toHolding: BigInt(record.toHolding),
    senderInTotal: sender?.inTotal ?? asset.cap,
    receiverOutTotal: receiver.outTotal,
    ...opened(asset),
    ...signerInput(record, signature),
  }
  return { slot, sender: senderAfter, receiver: receiverAfter }
}

/** A slot without a record: reads a holding and changes nothing. */
export function emptySlot(holding: Holding, asset: Asset): FilledSlot {
  const { account, assetId, inTotal, outTotal } = holding
  const slot: SlotContent = {
    proven: 0n,
    attested: 0n,
    register: 0n,
    from: account,
    to: account,
    assetId,
    fromStart: outTotal,
    amount: 0n,
    era: 0n,
    memo: 0n,
    toStart: inTotal,
    blockEra: 0n,
    fromHolding: BigInt(holding.index),
    toHolding: BigInt(holding.index),
    senderInTotal: inTotal,
    receiverOutTotal: outTotal,
    ...opened(asset),
    ...NO_SIGNATURE,
    spkiHash: 0n,
  }
  return { slot, sender: undefined, receiver: undefined }
}

function opened({ issuer, cap, decimals, reinstatable, definitionHash }: Asset) {
  return { issuer, cap, decimals: BigInt(decimals), reinstatable: flag(reinstatable), definitionHash }
}

/**
 * Who signed a record, and the signature if it is proven. The circuit gets an eighth of the key and multiplies it by 8, so that the key it uses is
 * in the prime-order subgroup.
 */
function signerInput(record: LedgerRecord, signed: Signature | undefined) {
  const missing = new Error(`no signature of record ${record.position}`)
  if (signed === undefined) throw missing
  const { publicKey } = signed
  if (!isProven(record)) return { ...NO_SIGNATURE, spkiHash: h31(publicKey.bytes) }
  const signature = decodeEddsaSignature(signed.signature)
  if (signature === undefined) throw missing
  const eighth = Point.fromAffine(decodeEddsaKey(publicKey.bytes)).multiply(ONE_EIGHTH).toAffine()
  const { r8, s } = signature
  return {
    keyEighth: [eighth.x, eighth.y] satisfies Coordinates,
    r8: [r8.x, r8.y] satisfies Coordinates,
    s,
    spkiHash: 0n,
  }
}

function flag(value: boolean): bigint {
  return value ? 1n : 0n
}
