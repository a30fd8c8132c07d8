import { bytesToHex } from '../codec/bytes.ts'
import { fieldToHex } from '../crypto/field.ts'
import type { SecretKey } from '../crypto/key.ts'
import { poseidonLite } from '../crypto/poseidon-lite.ts'
import { accountOfSecret } from '../crypto/sign.ts'
import type { SignedAction } from '../ledger/action.ts'
import { parseDefinition } from '../ledger/definition.ts'
import { JsonReader } from '../ledger/json-reader.ts'
import { MAX_AMOUNT } from '../ledger/params.ts'
import type { RejectionData } from '../ledger/rejection.ts'
import { reservationMemo, SALT_ENTRY } from '../ledger/reservation.ts'
import { addressOf } from './client.ts'
import { ClientError } from './graphql.ts'
import { submitSigned } from './submit-signed.ts'
import type { Client } from './types.ts'

/** A code that is reserved, with what its registration needs. PROTOCOL.md, "Reservations". */
export interface Reserved {
  code: string
  /** To be kept secret until the registration, which has it in `metadata.reservation`. Without it the reservation is lost. */
  salt: string
  /** The transfer that carries the reservation. */
  hash: string
  /** The registration names an era from this one on. To submit it before it may enter a block shows the code too early. */
  firstEra: number
  /** The last era that it may name. */
  lastEra: number
}

const RULES = '{ chain { reservations { delay life } } }'
const RESULT = 'query ($hash: String!) { transfer(hash: $hash) { reservation { firstEra lastEra } } }'
const SALT_BYTES = 16

/** A salt that nobody guesses: 128 random bits, in hex. */
export function newSalt(): string {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(SALT_BYTES)))
}

/**
 * Reserves a code without showing it, and waits until that is final. The memo travels with one unit of an asset that the account registers first, under
 * its own address, and issues to itself.
 * @param salt to be kept before the call, as it is needed whatever becomes of the answer
 * @throws ClientError NO_RESERVATIONS, or with the rejection of one of the actions; RejectionError BAD_DEFINITION for what cannot be a code
 */
export async function reserve(client: Client, key: SecretKey, code: string, salt: string): Promise<Reserved> {
  if (!(await hasReservations(client)))
    throw new ClientError('NO_RESERVATIONS', 'a code of this chain is registered without a reservation')
  const issuer = accountOfSecret(poseidonLite, key)
  const [address, cap] = [addressOf(key), MAX_AMOUNT.toString()]
  const rest = { decimals: '0', reinstatable: false, madeFrom: [], metadata: { [SALT_ENTRY]: salt } }
  parseDefinition({ code, name: code, issuer: fieldToHex(issuer), cap, ...rest })
  if (!(await isRegistered(client, address)))
    await final(client, () => client.signRegister(key, { code: address, cap }))
  const memo = fieldToHex(reservationMemo(issuer, code, salt))
  const carrying = { asset: address, amount: 1n, source: 'MINT', to: address, memo } as const
  const hash = await final(client, () => client.sign(key, carrying))
  const { transfer } = await client.query<{ transfer: { reservation: Record<string, string> } }>(RESULT, {
    hash,
  })
  const { firstEra, lastEra } = transfer.reservation
  return { code, salt, hash, firstEra: Number(firstEra), lastEra: Number(lastEra) }
}

/** Whether codes of this chain must be reserved before they are registered. @throws ClientError; RejectionError MALFORMED */
export async function hasReservations(client: Client): Promise<boolean> {
  const { chain } = await client.query<{ chain: unknown }>(RULES)
  return new JsonReader('MALFORMED').entries(chain, 'chain').reservations !== null
}

async function isRegistered(client: Client, code: string): Promise<boolean> {
  try {
    await client.asset(code)
    return true
  } catch (error) {
    if (error instanceof ClientError && error.code === 'UNKNOWN_ASSET') return false
    throw error
  }
}

/**
 * Signs an action and waits until it is final.
 * @throws ClientError with the reason if it does not become final
 */
async function final(client: Client, signing: () => Promise<SignedAction>): Promise<string> {
  const { hash, status, rejection } = await submitSigned(client, signing, { wait: 'FINAL' })
  if (hash !== null && status === 'FINAL') return hash
  if (rejection === null) throw new ClientError('TIMEOUT', `the action ${hash} is not final yet`)
  throw new ClientError(rejection.code, rejection.message, rejection.data as RejectionData)
}
