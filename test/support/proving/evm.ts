import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import { createLegacyTx } from '@ethereumjs/tx'
import {
  type Address,
  bytesToHex,
  createAccount,
  createAddressFromPrivateKey,
  createAddressFromString,
  hexToBytes,
} from '@ethereumjs/util'
import { createVM, runTx, type VM } from '@ethereumjs/vm'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes, utf8 } from '../../../src/codec/bytes.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import {
  type Deployment,
  encodeConstructor,
  type SettledBatch,
  settlementDigest,
} from '../../../src/settlement/abi.ts'

/** The result of a transaction. */
export interface Sent {
  gas: bigint
  /** First four bytes of the error data, in hexadecimal; undefined if the transaction succeeded. */
  error: string | undefined
  returned: Uint8Array
  /** Data of the events. */
  logs: Uint8Array[]
  created: string | undefined
}

/** An EVM chain in memory with one account, which pays for all transactions. */
export class Evm {
  readonly chainId: bigint
  readonly #vm: VM
  readonly #key: Uint8Array
  readonly #sender: Address
  #nonce = 0n

  private constructor(vm: VM, key: Uint8Array) {
    this.#vm = vm
    this.#key = key
    this.#sender = createAddressFromPrivateKey(key)
    this.chainId = vm.common.chainId()
  }

  static async create(): Promise<Evm> {
    const vm = await createVM({ common: new Common({ chain: Mainnet, hardfork: Hardfork.Cancun }) })
    const evm = new Evm(vm, sha256(utf8('payer')))
    await vm.stateManager.putAccount(evm.#sender, createAccount({ balance: 10n ** 24n }))
    return evm
  }

  /** Sends a transaction. Without `to`, it creates a contract. */
  async send(data: Uint8Array, to?: string): Promise<Sent> {
    const { common } = this.#vm
    const content = { nonce: this.#nonce++, gasPrice: 10n, gasLimit: 20_000_000n, data }
    const tx = createLegacyTx(
      { ...content, ...(to === undefined ? {} : { to: createAddressFromString(to) }) },
      { common },
    )
    const { totalGasSpent, execResult, createdAddress } = await runTx(this.#vm, {
      tx: tx.sign(this.#key),
      skipBlockGasLimitValidation: true,
    })
    const { exceptionError, returnValue } = execResult
    return {
      gas: totalGasSpent,
      error: exceptionError === undefined ? undefined : bytesToHex(returnValue.slice(0, 4)),
      returned: returnValue,
      logs: (execResult.logs ?? []).map(([, , data]) => data),
      created: createdAddress?.toString(),
    }
  }

  async deploy(bytecode: string, given: Uint8Array = new Uint8Array()): Promise<Sent & { created: string }> {
    const sent = await this.send(concatBytes(hexToBytes(`0x${bytecode}`), given))
    if (sent.error !== undefined || sent.created === undefined) throw new Error(`not deployed: ${sent.error}`)
    return { ...sent, created: sent.created }
  }

  /** Calls a function without arguments that returns one word. */
  async read(contract: string, signature: string): Promise<bigint> {
    const { returned } = await this.send(selectorOf(signature), contract)
    return BigInt(bytesToHex(returned))
  }
}

const selectorOf = (signature: string) => keccak_256(utf8(signature)).slice(0, 4)

/** The selector of a contract's error: the first four bytes of its data. */
export const errorOf = (signature: string) => bytesToHex(selectorOf(signature))

/** An operator, who signs batches. */
export interface Operator {
  secret: Uint8Array
  address: string
}

/** Operators, in ascending order of their addresses. */
export function operatorsNamed(...names: string[]): Operator[] {
  return names
    .map((name) => {
      const secret = sha256(utf8(`operator ${name}`))
      return { secret, address: createAddressFromPrivateKey(secret).toString() }
    })
    .sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1))
}

/** The signatures of operators on a batch, r, s and v of each, concatenated. @param highS uses the higher of the two valid values of S */
export function signBatch(
  operators: readonly Operator[],
  batch: SettledBatch,
  deployment: Deployment,
  { highS = false } = {},
): Uint8Array {
  const digest = settlementDigest(batch, deployment)
  return concatBytes(
    ...operators.map(({ secret }) => {
      const bytes = secp256k1.sign(digest, secret, { prehash: false, format: 'recovered' })
      const { r, s, recovery } = secp256k1.Signature.fromBytes(bytes, 'recovered')
      const order = secp256k1.Point.Fn.ORDER
      const word = (value: bigint) => hexToBytes(`0x${value.toString(16).padStart(64, '0')}`)
      // The other S that makes the signature valid, which belongs to the other y.
      const [chosen, odd] = highS ? [order - s, 1 - recovery!] : [s, recovery!]
      return concatBytes(word(r), word(chosen), Uint8Array.of(27 + odd))
    }),
  )
}

/** The two deployed contracts. */
export interface Deployed {
  verifier: Sent & { created: string }
  settlement: Sent & { created: string }
}

/** Deploys the contracts that `ictl export settlement` wrote. */
export async function deployExported(evm: Evm, folder: string): Promise<Deployed> {
  const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const { chainId, genesisRoot, ...rest } = json('deployment.json').constructor
  const verifier = await evm.deploy(json('Verifier.json').bytecode)
  const given = encodeConstructor({
    ...rest,
    chainId: BigInt(chainId),
    genesisRoot: BigInt(genesisRoot),
    verifier: verifier.created,
  })
  return { verifier, settlement: await evm.deploy(json('Settlement.json').bytecode, given) }
}
