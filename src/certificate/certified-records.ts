import { DecodeError } from '../codec/error.ts'
import { accountOf } from '../crypto/account.ts'
import { verifyEddsa } from '../crypto/eddsa.ts'
import { rsaMessage } from '../crypto/key.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { verifyRsaByWebCrypto } from '../crypto/rsa-verify.ts'
import type { SignedAction } from '../ledger/action.ts'
import { actionHash } from '../ledger/action-hash.ts'
import { actionOfParts } from '../ledger/action-parts.ts'
import { applyGenesis } from '../ledger/apply-genesis.ts'
import { kindOf } from '../ledger/apply-transfer.ts'
import type { Asset, AssetDefinition } from '../ledger/asset.ts'
import { assetOf } from '../ledger/definition.ts'
import type { Genesis } from '../ledger/genesis.ts'
import { noteMatches } from '../ledger/note.ts'
import { MINT } from '../ledger/params.ts'
import { flagsOf, type LedgerRecord } from '../ledger/record.ts'
import { CertificateError, type CertifiedRecord } from './certificate.ts'
import type { OnProgress } from './progress.ts'

/** A record as a certificate and the genesis give it, with the action that it is the effect of. */
export interface RecordWithAction {
  record: LedgerRecord
  /** Undefined for a record of the genesis. */
  action: SignedAction | undefined
  note: string | undefined
}

/** The records of a certificate, in order, and the assets that they register. Whether they are in the history is not checked. */
export interface CertifiedRecords {
  records: RecordWithAction[]
  assets: Map<bigint, Asset>
}

/**
 * Reads the records of a certificate.
 * @throws RejectionError or DecodeError if an action cannot be decoded, CertificateError
 */
export function readRecords(
  poseidon: Poseidon,
  genesis: Genesis,
  chainId: bigint,
  certified: readonly CertifiedRecord[],
  onProgress: OnProgress = () => {},
): CertifiedRecords {
  const ofGenesis = applyGenesis(poseidon, genesis).records
  const assets = new Map<bigint, Asset>()
  const register = (definition: AssetDefinition, mintHolding: number): Asset => {
    const asset = assetOf(poseidon, definition, mintHolding)
    assets.set(asset.id, asset)
    return asset
  }
  const records = certified.map((part, i): RecordWithAction => {
    onProgress('records', i, certified.length)
    const { position, note } = part
    if (part.action === undefined) {
      const record = ofGenesis[position]
      if (record === undefined)
        throw new CertificateError(
          'MALFORMED',
          `the genesis has no record ${position}, and the certificate has no action for it`,
        )
      if (record.kind === 'register') register(genesis.definitions[position]!, record.toHolding)
      return { record, action: undefined, note: undefined }
    }
    if (position < ofGenesis.length)
      throw new CertificateError('MALFORMED', `record ${position} is of the genesis and has an action`)
    const action = actionOfParts(chainId, part.action)
    const record = recordOf(poseidon, action, part, register)
    if (note !== undefined && !noteMatches(note, record.memo))
      throw new CertificateError(
        'WRONG_NOTE',
        `the note of record ${position} is not what its memo is the hash of`,
      )
    return { record, action, note }
  })
  return { records, assets }
}

/** The record that an action becomes at this place. PROTOCOL.md, "Records". */
function recordOf(
  poseidon: Poseidon,
  action: SignedAction,
  { position, fromHolding, toHolding, toStart, blockEra }: CertifiedRecord,
  register: (definition: AssetDefinition, mintHolding: number) => Asset,
): LedgerRecord {
  const place = { position, fromHolding, toHolding, toStart, blockEra, hash: actionHash(poseidon, action) }
  if (action.type === 'transfer') {
    const { chainId: _, ...content } = action.transfer
    return { ...content, ...place, kind: kindOf(content), flags: flagsOf('transfer', action.publicKey.kind) }
  }
  const asset = register(action.definition, toHolding)
  return {
    ...place,
    kind: 'register',
    from: asset.issuer,
    to: MINT,
    assetId: asset.id,
    amount: asset.cap,
    fromStart: 0n,
    era: action.era,
    memo: asset.definitionHash,
    flags: flagsOf('register', action.publicKey.kind),
  }
}

/**
 * Why a record is not signed by whoever has to sign it; undefined if it is. PROTOCOL.md, "Transfers" and "Registration".
 * @param issuer of its asset
 */
export async function unsigned(
  poseidon: Poseidon,
  { type, publicKey, signature }: SignedAction,
  { kind, from, hash }: LedgerRecord,
  issuer: bigint,
): Promise<string | undefined> {
  const signer = kind === 'issue' || kind === 'reinstate' ? issuer : from
  try {
    if (accountOf(poseidon, publicKey) !== signer) return 'it is signed by another account'
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return error.message
  }
  const isGood =
    publicKey.kind === 'eddsa'
      ? verifyEddsa(poseidon, publicKey.bytes, hash, signature)
      : await verifyRsaByWebCrypto(publicKey.bytes, rsaMessage(type, hash), signature)
  return isGood ? undefined : 'its signature is not valid'
}
