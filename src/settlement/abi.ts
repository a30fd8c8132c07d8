import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, concatBytes, hexToBytes, utf8 } from '../codec/bytes.ts'
import { parsePoint1, parsePoint2 } from '../verify/points.ts'

/** What operators sign for a batch, and what the contract updates its state with. */
export interface SettledBatch {
  /** Id of the Inpigritas chain. */
  chainId: bigint
  index: bigint
  stateRootAfter: bigint
  recordsRoot: bigint
  /** See packCounts. */
  counts: bigint
}

/** The location of a settlement contract. */
export interface Deployment {
  /** Id of the EVM chain. */
  evmChainId: bigint
  /** 0x and 40 hexadecimal digits. */
  contract: string
}

/** Arguments of the contract's constructor. */
export interface ConstructorArguments {
  verifier: string
  chainId: bigint
  batchSize: number
  firstIndex: number
  genesisRoot: bigint
  operators: readonly string[]
  quorum: number
}

const BATCH_FIELDS = ['chainId', 'index', 'stateRootAfter', 'recordsRoot', 'counts'] as const
const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/** Whether it is an EVM address; case does not matter. */
export function isEvmAddress(text: string): boolean {
  return ADDRESS.test(text)
}

/** Encodes a number as a word of 32 bytes. */
function word(value: bigint | number): Uint8Array {
  return hexToBytes(BigInt(value).toString(16).padStart(64, '0'))
}

const addressWord = (address: string) => word(BigInt(address))
const hashOf = (text: string) => keccak_256(utf8(text))

/** The arguments of Settlement's constructor, ABI-encoded, to be appended to its bytecode. */
export function encodeConstructor(given: ConstructorArguments): Uint8Array {
  const { verifier, chainId, batchSize, firstIndex, genesisRoot, operators, quorum } = given
  const head = [addressWord(verifier), ...[chainId, batchSize, firstIndex, genesisRoot].map(word)]
  // The list follows the seven words of the head.
  return concatBytes(
    ...head,
    word(7 * 32),
    word(quorum),
    word(operators.length),
    ...operators.map(addressWord),
  )
}

/** EIP-712 typed data of a batch, as wallets sign it. */
export function typedData(batch: SettledBatch, { evmChainId, contract }: Deployment) {
  return {
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
        { name: 'verifyingContract', type: 'address' },
      ],
      Batch: BATCH_FIELDS.map((name) => ({ name, type: 'uint256' })),
    },
    primaryType: 'Batch',
    domain: {
      name: 'Inpigritas settlement',
      version: '1',
      chainId: evmChainId.toString(),
      verifyingContract: contract,
    },
    message: Object.fromEntries(BATCH_FIELDS.map((name) => [name, batch[name].toString()])),
  }
}

/** The hash that operators sign with ECDSA: that of the typed data. EIP-712. */
export function settlementDigest(batch: SettledBatch, { evmChainId, contract }: Deployment): Uint8Array {
  const domain = keccak_256(
    concatBytes(
      hashOf('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
      hashOf('Inpigritas settlement'),
      hashOf('1'),
      word(evmChainId),
      addressWord(contract),
    ),
  )
  const type = `Batch(${BATCH_FIELDS.map((name) => `uint256 ${name}`).join(',')})`
  const message = keccak_256(concatBytes(hashOf(type), ...BATCH_FIELDS.map((name) => word(batch[name]))))
  return keccak_256(concatBytes(Uint8Array.of(0x19, 0x01), domain, message))
}

/** Encodes a call of `settle`. @param data of the batch, see encodeBatchData @param signatures 65 bytes (r, s, v) each, in ascending order of the operators' addresses */
export function encodeSettle(
  batch: SettledBatch,
  proof: readonly bigint[],
  data: Uint8Array,
  signatures: Uint8Array,
): Uint8Array {
  if (proof.length !== 8) throw new RangeError('a proof is eight words')
  const selector = hashOf('settle(uint256,uint256,uint256,uint256,uint256[8],bytes,bytes)').slice(0, 4)
  const { index, stateRootAfter, recordsRoot, counts } = batch
  const [first, second] = [lengthened(data), lengthened(signatures)]
  const head = [index, stateRootAfter, recordsRoot, counts, ...proof]
  // Both follow the fourteen words of the head.
  const places = [14 * 32, 14 * 32 + first.length]
  return concatBytes(selector, ...[...head, ...places].map(word), first, second)
}

/** Bytes with their length before them, and zeros behind them up to a whole word. */
function lengthened(bytes: Uint8Array): Uint8Array {
  return concatBytes(word(bytes.length), bytes, new Uint8Array((32 - (bytes.length % 32)) % 32))
}

/** A proof as the contract takes it: A, B, C in EIP-197's encoding. @throws RangeError unless it is a proof in snarkjs's format */
export function proofWords(json: unknown): bigint[] {
  const { pi_a, pi_b, pi_c } = json as Record<string, unknown>
  const points = [parsePoint1(pi_a), parsePoint2(pi_b), parsePoint1(pi_c)]
  const bytes = concatBytes(
    ...points.map((point) => {
      if (point === undefined) throw new RangeError('a point of the proof is invalid')
      return point.bytes
    }),
  )
  return Array.from({ length: 8 }, (_, i) => BigInt(`0x${bytesToHex(bytes.slice(32 * i, 32 * i + 32))}`))
}
