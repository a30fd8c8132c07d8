import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { VerificationKey } from '../verify/verification-key.ts'
import { verifierSource } from './verifier-source.ts'

/** Path of the contract's source, in a checkout as in the package. */
const SETTLEMENT = fileURLToPath(new URL('../../src/settlement/Settlement.sol', import.meta.url))

/** A compiled contract. To deploy it, append the encoded arguments of its constructor to the bytecode. */
export interface Contract {
  abi: unknown[]
  /** Hexadecimal, without 0x. */
  bytecode: string
}

/** The input and the output of compiling a settlement. */
export interface Contracts {
  /** solc's standard JSON input, from which anyone gets the same bytecode. */
  input: { sources: Record<string, { content: string }> }
  settlement: Contract
  verifier: Contract
}

interface Output {
  errors?: { severity: string; formattedMessage: string }[]
  contracts: Record<string, Record<string, { abi: unknown[]; evm: { bytecode: { object: string } } }>>
}

/**
 * Compiles the settlement contract and the verifier of a key, with the compiler version that the lockfile pins.
 * @throws Error with the compiler's messages if there are any errors or warnings
 */
export async function compileContracts(key: VerificationKey): Promise<Contracts> {
  const { default: solc } = await import('solc')
  const input = {
    language: 'Solidity',
    sources: {
      'Settlement.sol': { content: readFileSync(SETTLEMENT, 'utf8') },
      'Verifier.sol': { content: verifierSource(key) },
    },
    settings: {
      evmVersion: 'cancun',
      optimizer: { enabled: true, runs: 10_000 },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  }
  const output: Output = JSON.parse(solc.compile(JSON.stringify(input)))
  if (output.errors?.length)
    throw new Error(output.errors.map(({ formattedMessage }) => formattedMessage).join('\n'))
  const contract = (name: string): Contract => {
    const { abi, evm } = output.contracts[`${name}.sol`]![name]!
    return { abi, bytecode: evm.bytecode.object }
  }
  return { input, settlement: contract('Settlement'), verifier: contract('Verifier') }
}
