import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { bytesToHex } from '../../codec/bytes.ts'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { makeFolder, moveIntoPlace, writePublicFile } from '../../config/files.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import {
  type Deployment,
  isEvmAddress,
  proofWords,
  settlementDigest,
  typedData,
} from '../../settlement/abi.ts'
import { compileContracts } from '../../settlement/compile.ts'
import { constructorArguments } from '../../settlement/deployment.ts'
import { verificationKeyOf } from '../../setup/chain-key.ts'
import type { VerifiedBatch } from '../../verify/batch-chain.ts'
import { isDevelopmentKey, parseVerificationKey, vkHash } from '../../verify/verification-key.ts'
import { UsageError } from '../failures.ts'
import { readGenesis } from '../files/genesis-file.ts'
import {
  clientFor,
  type DataOptions,
  dataOption,
  type UrlOptions,
  urlOption,
  wholeNumber,
} from '../options.ts'
import { counted, green, print, progress, yellow } from '../output.ts'
import { verifiedChain } from '../verified-chain.ts'

interface SettlementOptions extends DataOptions, UrlOptions {
  out: string
  genesis?: string
  operators: string
  quorum: number
  contract?: string
  evmChain?: number
  allowDevelopmentKey?: boolean
}

export function addExportSettlement(parent: Command): void {
  parent
    .command('settlement')
    .description('write what settling the chain on an EVM chain needs: contracts, arguments, proven batches')
    .requiredOption('--out <dir>', 'folder to write to')
    .requiredOption('--operators <addresses>', 'EVM addresses of those who sign batches, separated by commas')
    .requiredOption('--quorum <q>', 'how many of them must sign', wholeNumber(1, 255))
    .option(
      '--contract <address>',
      'address of the Settlement contract; adds what operators sign to each batch',
    )
    .option('--evm-chain <id>', 'id of the EVM chain that it is on', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--genesis <file>', 'genesis of the chain (default: that of the data directory)')
    .option('--allow-development-key', 'settle under a key whose secrets are public, only to try it out')
    .addOption(urlOption())
    .addOption(dataOption())
    .action(async (_: object, command: Command) =>
      exportSettlement(command.optsWithGlobals<SettlementOptions>()),
    )
}

async function exportSettlement(options: SettlementOptions): Promise<void> {
  const poseidon = poseidonWasm()
  const genesis = readGenesis(options.genesis ?? pathsIn(dataPath(options.data)).genesis)
  const verificationKey = verificationKeyOf(genesis)
  const key = parseVerificationKey(verificationKey)
  if (key === undefined || vkHash(key) !== genesis.provingKey.vkHash)
    throw new Failure('WRONG_VERIFICATION_KEY', "this version has another key than the chain's genesis pins")
  const isDevelopment = isDevelopmentKey(key)
  if (isDevelopment && !options.allowDevelopmentKey) {
    throw new Failure(
      'DEVELOPMENT_KEY',
      "the chain's key is a development key: anyone can forge proofs under it",
      {
        hint: 'make the chain with a key from a ceremony, or try it out with --allow-development-key',
      },
    )
  }
  const operators = operatorsOf(options)
  const deployment = deploymentOf(options)
  const bar = progress()
  makeFolder(options.out)
  const write = (name: string, content: string) => writePublicFile(join(options.out, name), content)
  const json = (name: string, value: unknown) => write(name, `${JSON.stringify(value, decimals, 2)}\n`)
  const unverified = join(options.out, 'batches.unverified')
  rmSync(unverified, { recursive: true, force: true })
  mkdirSync(unverified)
  const { first, provenTo, height, timeMs } = await verifiedChain(
    genesis,
    clientFor(options),
    (verified, end) => {
      const { signals } = verified
      bar.update(Number(signals.index), end, 'verifying batches')
      json(`batches.unverified/${signals.index}.json`, batchFile(verified, deployment))
    },
    { data: true },
  )
  // Only now is it known that the records of those batches are final.
  rmSync(join(options.out, 'batches'), { recursive: true, force: true })
  moveIntoPlace(unverified, join(options.out, 'batches'))
  bar.update(0, undefined, 'compiling the contracts')
  const { input, settlement, verifier } = await compileContracts(key)
  for (const [name, { content }] of Object.entries(input.sources)) write(name, content)
  json('solc-input.json', input)
  json('Settlement.json', settlement)
  json('Verifier.json', verifier)
  json('deployment.json', {
    vkHash: genesis.provingKey.vkHash,
    development: isDevelopment,
    constructor: constructorArguments(poseidon, genesis, operators, options.quorum),
    ...(deployment === undefined ? {} : { deployment }),
  })
  bar.finish(
    `${green('OK')} contracts and ${counted(provenTo - first, 'batch', 'batches')} (${provenTo === first ? 'none proven in order yet' : `${first} to ${provenTo - 1}`}), as of block ${height} of ${new Date(timeMs).toISOString()}, written to ${options.out}`,
  )
  if (isDevelopment)
    print(yellow('Under a development key: whoever can sign for the operators can forge the rest.'))
}

/** What a call of the contract takes, all but the signatures. */
function batchFile(
  { signals: batch, proof, data = new Uint8Array() }: VerifiedBatch,
  deployment: Deployment | undefined,
) {
  const signed =
    deployment === undefined
      ? {}
      : {
          digest: `0x${bytesToHex(settlementDigest(batch, deployment))}`,
          typedData: typedData(batch, deployment),
        }
  const { chainId, index, stateRootAfter, recordsRoot, counts } = batch
  const call = {
    ...{ chainId, index, stateRootAfter, recordsRoot, counts },
    ...{ proof: proofWords(proof), data: `0x${bytesToHex(data)}` },
  }
  return { ...call, ...signed }
}

function operatorsOf({ operators, quorum }: SettlementOptions): string[] {
  const addresses = operators.split(',').map((address) => address.trim())
  const wrong = addresses.find((address) => !isEvmAddress(address))
  if (wrong !== undefined) throw new UsageError(`${wrong} is not an EVM address`)
  if (new Set(addresses.map((address) => address.toLowerCase())).size !== addresses.length)
    throw new UsageError('an operator is named twice')
  if (quorum > addresses.length)
    throw new UsageError(`--quorum is ${quorum}, but there are only ${addresses.length} operators`)
  return addresses
}

function deploymentOf({ contract, evmChain }: SettlementOptions): Deployment | undefined {
  if (contract === undefined && evmChain === undefined) return undefined
  if (contract === undefined || evmChain === undefined)
    throw new UsageError('--contract and --evm-chain go together')
  if (!isEvmAddress(contract)) throw new UsageError(`${contract} is not an EVM address`)
  return { contract, evmChainId: BigInt(evmChain) }
}

const decimals = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)
