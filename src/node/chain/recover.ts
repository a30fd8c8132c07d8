import { bytesToHex } from '../../codec/bytes.ts'
import { Failure } from '../../config/failure.ts'
import { trustNeeded } from '../../consensus/recovery.ts'
import { missingVotes } from '../../consensus/restore.ts'
import type { StoredConsensus } from '../../consensus/types.ts'
import { fieldToHex } from '../../crypto/field.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { decodeAction } from '../../ledger/action-codec.ts'
import { hashAction } from '../../ledger/action-hash.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { RejectionError } from '../../ledger/rejection.ts'
import type { Pool } from '../../mempool/pool.ts'
import type { Left } from '../../mempool/waiting.ts'
import type { NodeEvents } from '../events.ts'
import type { NodeStore } from '../store.ts'
import type { SignerDisk } from './signer-disk.ts'
import { SignerFile } from './signer-file.ts'

/** What the database knows of this validator's past. */
interface Past {
  chainId: bigint
  validators: number
  tipView: number
  stored: StoredConsensus
}

/**
 * Opens the signer file, or creates it for a validator that never signed. With `recover` the file counts as lost: the only validator of a chain
 * trusts its database instead; one of several must ask the others, using the returned nonce, one of `newNonce`, before it signs anything.
 * @throws Failure SIGNER_LOST if the file is missing though the validator signed before, DATABASE_BEHIND if the only validator of a chain signed
 * votes that the database does not have
 */
export function openSigner(
  disk: SignerDisk,
  { chainId, validators, tipView, stored }: Past,
  recover: boolean,
  newNonce: () => string,
): { signer: SignerFile; nonce?: string } {
  const id = fieldToHex(chainId)
  const isAlone = validators === 1
  if (recover && !isAlone) return { signer: SignerFile.forgotten(disk, id), nonce: newNonce() }
  const isNew = tipView === 0 && stored.votes.length === 0 && !disk.exists()
  const signer = isNew || recover ? SignerFile.create(disk, id) : SignerFile.open(disk, id)
  const { signed } = signer
  if (isAlone && (signed.closedView > tipView || missingVotes(stored, signed, tipView).length > 0)) {
    const [last, known] = [signed, { closedView: tipView, votes: stored.votes }].map(
      ({ closedView, votes }) => votes.reduce((highest, { view }) => Math.max(highest, view), closedView),
    )
    throw new Failure(
      'DATABASE_BEHIND',
      `this validator signed in view ${last}, but its database ends at view ${known}`,
      {
        hint: 'restore the newest database, or start with --recover to accept that what came after is lost',
      },
    )
  }
  // The file is written before a vote leaves, so votes that only the database has were never sent. Recording them now allows that.
  signer.record(stored.votes, tipView)
  return { signer }
}

/**
 * The indexes of the validators whose answers an operator trusts alone.
 * @throws Failure BAD_TRUST if a name is that of no other validator, or there are fewer than the protocol needs
 */
export function trustedIndexes(
  { validators }: Pick<Genesis, 'validators'>,
  self: number | undefined,
  names: readonly string[],
): number[] {
  const needed = trustNeeded(validators.length)
  const indexes = names.map((wanted) => {
    const index = validators.findIndex(({ name }) => name === wanted)
    if (index >= 0 && index !== self) return index
    throw new Failure('BAD_TRUST', `${wanted} is not another validator of this chain`, {
      hint: 'name validators as genesis does, separated by commas',
    })
  })
  if (new Set(indexes).size >= needed) return indexes
  throw new Failure('BAD_TRUST', `with ${validators.length} validators, ${needed} or more must be trusted`, {
    hint: 'name more validators that are honest and not recovering themselves',
  })
}

/**
 * Admits the stored actions to the pool again. Their signatures were checked before they were stored. Those that no longer apply, because they or
 * conflicting ones became final, are deleted, and so are those beyond the pool's bounds.
 * @param onDamaged told the hash (hex) of each that is not what was stored, and is deleted too
 */
export async function reloadPool(
  store: NodeStore,
  poseidon: Poseidon,
  { pool, era, events }: { pool: Pool; era: number; events: NodeEvents },
  onDamaged: (hash: string) => void,
): Promise<{ loaded: number; dropped: number }> {
  const dropped: bigint[] = []
  const onLeft = ({ action }: Left) => dropped.push(action.hash)
  events.on('left', onLeft)
  for (const { bytes, note } of await store.pool(onDamaged)) {
    const candidate = { ...hashAction(poseidon, decodeStored(bytes)), bytes, note }
    const result = pool.admit(candidate, 'reload', era)
    if (result.status !== 'REJECTED') continue
    const { rejection } = result
    dropped.push(candidate.hash)
    pool.outcomes.set(candidate.hash, {
      status: rejection.code === 'ERA_EXPIRED' ? 'EXPIRED' : 'REJECTED',
      rejection,
    })
  }
  pool.trim()
  events.off('left', onLeft)
  await store.deletePool(dropped)
  return { loaded: pool.size, dropped: dropped.length }
}

function decodeStored(bytes: Uint8Array) {
  try {
    return decodeAction(bytes)
  } catch (cause) {
    if (cause instanceof RejectionError)
      throw new Error(`the stored pool is damaged: ${bytesToHex(bytes.subarray(0, 16))}`, { cause })
    throw cause
  }
}
