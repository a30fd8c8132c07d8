import { bytesToHex, utf8 } from '../codec/bytes.ts'
import { decodeAddress, encodeAddress } from '../crypto/address.ts'
import { fieldToHex } from '../crypto/field.ts'
import type { SignedAction } from '../ledger/action.ts'
import { canonicalDefinition } from '../ledger/definition.ts'
import { MINT, RETIRED } from '../ledger/params.ts'
import { ClientError } from './graphql.ts'
import type { NotedAction } from './types.ts'

/** Actions that a server takes in one request. */
export const MAX_ACTIONS = 100
/** Bytes of actions in one request, of the 128 KiB that a server with default limits reads. */
const MAX_SUBMIT_BYTES = 120 * 1024

/** The inputs of actions, as many as fit for each request. */
export function* requestsOf(actions: readonly NotedAction[]): Generator<object[]> {
  let inputs: object[] = []
  let bytes = 0
  for (const noted of actions) {
    const name = noted.action.type === 'transfer' ? 'transfer' : 'asset'
    const input = { [name]: notedInput(noted) }
    const size = utf8(JSON.stringify(input)).length
    if (inputs.length === MAX_ACTIONS || (inputs.length > 0 && bytes + size > MAX_SUBMIT_BYTES)) {
      yield inputs
      inputs = []
      bytes = 0
    }
    inputs.push(input)
    bytes += size
  }
  if (inputs.length > 0) yield inputs
}

/** The GraphQL input of a signed action with its note. */
export function notedInput({ action, note }: NotedAction): Record<string, unknown> {
  return { ...inputOf(action), ...(note === undefined ? {} : { note }) }
}

/** The GraphQL input of a signed action. */
export function inputOf(action: SignedAction): Record<string, unknown> {
  const signature = {
    keyKind: action.publicKey.kind === 'eddsa' ? 'EDDSA' : 'RSA',
    publicKey: bytesToHex(action.publicKey.bytes),
    signature: bytesToHex(action.signature),
  }
  if (action.type === 'register') {
    const { chainId, definition, era } = action
    return {
      chainId: fieldToHex(chainId),
      definition: canonicalDefinition(definition),
      era: String(era),
      ...signature,
    }
  }
  const t = action.transfer
  return {
    chainId: fieldToHex(t.chainId),
    from: addressNamed(t.from),
    to: addressNamed(t.to),
    assetId: fieldToHex(t.assetId),
    amount: t.amount.toString(),
    fromStart: t.fromStart.toString(),
    era: String(t.era),
    memo: fieldToHex(t.memo),
    ...signature,
  }
}

/** The address of an account, or the name of a reserved one. */
export const addressNamed = (account: bigint): string =>
  account === MINT ? 'MINT' : account === RETIRED ? 'RETIRED' : encodeAddress(account)

/** The account that an address or a reserved name stands for. @throws ClientError BAD_ADDRESS */
export function accountNamed(address: string): bigint {
  if (address === 'MINT') return MINT
  if (address === 'RETIRED') return RETIRED
  try {
    return decodeAddress(address)
  } catch (cause) {
    throw new ClientError('BAD_ADDRESS', `${address} is not an address`, { address }, cause)
  }
}
