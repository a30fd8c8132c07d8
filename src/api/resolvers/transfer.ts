import { bytesToHex } from '../../codec/bytes.ts'
import { fieldToHex } from '../../crypto/field.ts'
import type { PublicKey } from '../../ledger/action.ts'
import { batchAt } from '../../ledger/batch.ts'
import { noteMatches } from '../../ledger/note.ts'
import { isProven, movedUnits } from '../../ledger/record.ts'
import { isReservation, type ReservationRules } from '../../ledger/reservation.ts'
import type { KeyKind, Reservation, TransferKind, TransferResolvers } from '../generated/resolvers.ts'
import { nodeId } from '../model/node-id.ts'
import type { ApiContext } from '../request/context.ts'
import type { TransferModel } from '../request/models.ts'
import { timestampOf } from './chain.ts'

export const Transfer: TransferResolvers = {
  id: ({ hash }, _args, { snapshot }) => nodeId({ type: 'Transfer', hash }, snapshot.pinnedTo),
  hash: ({ hash }) => fieldToHex(hash),
  kind: ({ kind }) => kind.toUpperCase() as TransferKind,
  height: (transfer) => (transfer.status === 'FINAL' ? transfer.height : null),
  block: async (transfer, _args, { snapshot }) =>
    transfer.status === 'FINAL' ? (await snapshot.loaders()).block(transfer.height) : null,
  timestamp: (transfer, _args, { services }) =>
    transfer.status === 'FINAL' ? timestampOf(services, transfer.blockEra) : null,
  position: (transfer) => (transfer.status === 'FINAL' ? transfer.position : null),
  from: ({ from }) => ({ account: from }),
  to: ({ to }) => ({ account: to }),
  asset: ({ assetId }, _args, { snapshot }) => snapshot.read((loaders) => loaders.assetOrNull(assetId)),
  amount: movedUnits,
  toStart: (transfer) => (transfer.status === 'FINAL' ? transfer.toStart : null),
  memo: ({ memo }) => fieldToHex(memo),
  note: (transfer, _args, context) => noteOf(transfer, context),
  noteMatches: async (transfer, _args, context) => {
    const note = await noteOf(transfer, context)
    return note === null ? null : noteMatches(note, transfer.memo)
  },
  attested: (transfer) =>
    transfer.status === 'FINAL' ? !isProven(transfer) : transfer.action.publicKey.kind === 'rsa',
  keyKind: async (transfer, _args, context) => {
    const signed = await signedOf(transfer, context)
    return signed && (signed.publicKey.kind.toUpperCase() as KeyKind)
  },
  publicKey: async (transfer, _args, context) => {
    const signed = await signedOf(transfer, context)
    return signed && bytesToHex(signed.publicKey.bytes)
  },
  signature: async (transfer, _args, context) => {
    const signed = await signedOf(transfer, context)
    return signed && bytesToHex(signed.signature)
  },
  usedBy: async (transfer, _args, { snapshot }) =>
    transfer.status === 'FINAL' && transfer.kind === 'retire'
      ? (await snapshot.loaders()).userOf(transfer.position)
      : null,
  fromBalanceAfter: async (transfer, _args, { snapshot }) =>
    transfer.status === 'FINAL'
      ? ((await (await snapshot.loaders()).balancesAfter.load(transfer.position))?.from ?? null)
      : null,
  toBalanceAfter: async (transfer, _args, { snapshot }) =>
    transfer.status === 'FINAL'
      ? ((await (await snapshot.loaders()).balancesAfter.load(transfer.position))?.to ?? null)
      : null,
  reservation: (transfer, _args, { services: { genesis } }) =>
    transfer.status === 'FINAL' && genesis.reservations !== undefined && isReservation(transfer.memo)
      ? reservationIn(transfer.blockEra, genesis.reservations)
      : null,
  batch: (transfer, _args, { services }) =>
    transfer.status === 'FINAL' ? { index: batchAt(transfer.position, services.genesis.batchSize) } : null,
}

function reservationIn(era: number, { delay, life }: ReservationRules): Reservation {
  return { firstEra: BigInt(era + delay), lastEra: BigInt(era + life) }
}

async function signedOf(
  transfer: TransferModel,
  { snapshot }: ApiContext,
): Promise<{ publicKey: PublicKey; signature: Uint8Array } | null> {
  return transfer.status === 'PENDING'
    ? transfer.action
    : (await snapshot.loaders()).signed.load(transfer.position)
}

async function noteOf(transfer: TransferModel, { snapshot }: ApiContext): Promise<string | null> {
  return transfer.status === 'PENDING'
    ? transfer.note
    : (await snapshot.loaders()).notes.load(transfer.position)
}
