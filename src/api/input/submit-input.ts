import { hexToBytes } from '../../codec/bytes.ts'
import { parseJson } from '../../codec/canonical-json.ts'
import { DecodeError } from '../../codec/error.ts'
import { fieldFromHex } from '../../crypto/field.ts'
import type { KeyKind, PublicKey, SignedRegister, SignedTransfer } from '../../ledger/action.ts'
import { decodeOrReject } from '../../ledger/decode-or-reject.ts'
import { canonicalDefinition, parseDefinition } from '../../ledger/definition.ts'
import { MAX_AMOUNT, MAX_COUNTER, MAX_DEFINITION_BYTES, MAX_ERA } from '../../ledger/params.ts'
import { throwRejection } from '../../ledger/rejection.ts'
import type { SignedAssetInput, SignedTransferInput } from '../generated/resolvers.ts'
import { parseAddress } from './parse.ts'

const NO_MEMO = '0'.repeat(64)
const KINDS: Readonly<Record<SignedTransferInput['keyKind'], KeyKind>> = { EDDSA: 'eddsa', RSA: 'rsa' }
/** A bound on the hexadecimal digits of keys and signatures: more than RSA 4096 needs. */
const MAX_HEX_DIGITS = 2048

/**
 * The signed transfer of an input. Only its form is checked here; the node checks the key, the signature and the rules.
 * @throws RejectionError with the code of the first fault
 */
export function parseTransferInput(input: SignedTransferInput): SignedTransfer {
  if (input.amount < 1n || input.amount > MAX_AMOUNT) throwRejection('BAD_AMOUNT', { got: input.amount })
  return {
    type: 'transfer',
    transfer: {
      chainId: field('chainId', input.chainId),
      from: parseAddress(input.from),
      to: parseAddress(input.to),
      assetId: field('assetId', input.assetId),
      fromStart: bounded('fromStart', input.fromStart, MAX_COUNTER),
      amount: input.amount,
      era: Number(bounded('era', input.era, BigInt(MAX_ERA))),
      memo: field('memo', input.memo ?? NO_MEMO),
    },
    ...parseSigned(input),
  }
}

/**
 * The signed registration of an input. The definition must be the canonical text that was signed.
 * @throws RejectionError with the code of the first fault
 */
export function parseAssetInput(input: SignedAssetInput): SignedRegister {
  const definition = decodeOrReject('definition', () => {
    const parsed = parseDefinition(parseJson(input.definition, MAX_DEFINITION_BYTES))
    if (canonicalDefinition(parsed) !== input.definition) {
      throw new DecodeError('NOT_CANONICAL', 'definition is not in its canonical form (RFC 8785)')
    }
    return parsed
  })
  return {
    type: 'register',
    chainId: field('chainId', input.chainId),
    definition,
    era: Number(bounded('era', input.era, BigInt(MAX_ERA))),
    ...parseSigned(input),
  }
}

function parseSigned(input: SignedTransferInput | SignedAssetInput): {
  publicKey: PublicKey
  signature: Uint8Array
} {
  return {
    publicKey: { kind: KINDS[input.keyKind], bytes: bytes('publicKey', input.publicKey) },
    signature: bytes('signature', input.signature),
  }
}

const field = (name: string, text: string): bigint => decodeOrReject(name, () => fieldFromHex(text))

function bytes(name: string, text: string): Uint8Array {
  if (text.length > MAX_HEX_DIGITS) throwRejection('TOO_LARGE', { what: name, max: MAX_HEX_DIGITS / 2 })
  return decodeOrReject(name, () => hexToBytes(text))
}

function bounded(name: string, value: bigint, max: bigint): bigint {
  return value <= max ? value : throwRejection('BAD_NUMBER', { field: name, min: 0, max })
}
