import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { certifiedHeader, fetchBatches } from '../../client/batches.ts'
import { hexToBytes } from '../../codec/bytes.ts'
import { parseJson } from '../../codec/canonical-json.ts'
import { DecodeError } from '../../codec/error.ts'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { decodeEvidence } from '../../consensus/codec.ts'
import { accusedBy, checkEvidence } from '../../consensus/evidence.ts'
import type { Evidence } from '../../consensus/types.ts'
import { verifyEd25519 } from '../../crypto/ed25519-verify.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import { countsOf } from '../../ledger/batch.ts'
import { chainIdOf } from '../../ledger/genesis.ts'
import { REJECTIONS } from '../../ledger/rejection.ts'
import { verificationKeyOf } from '../../setup/chain-key.ts'
import { circuits } from '../../setup/circuits.ts'
import { BatchChainError, verifyBatchChain } from '../../verify/batch-chain.ts'
import { verifyGroth16 } from '../../verify/groth16.ts'
import { isDevelopmentKey, parseVerificationKey, vkHash } from '../../verify/verification-key.ts'
import { UsageError } from '../failures.ts'
import { readGenesis } from '../files/genesis-file.ts'
import {
  clientFor,
  type DataOptions,
  dataOption,
  type JsonOptions,
  jsonOption,
  type UrlOptions,
  urlOption,
} from '../options.ts'
import { green, print, printJson, progress, table, yellow } from '../output.ts'

const MAX_FILE_BYTES = 1_000_000

interface VerifyOptions extends JsonOptions, DataOptions, UrlOptions {
  key?: string
  evidence?: string
  genesis?: string
  chain?: boolean
}

export function addVerify(program: Command): void {
  program
    .command('verify [file]')
    .description(
      'check a batch proof: a folder with proof.json, public.json and verification_key.json, or its proof.json',
    )
    .option(
      '--evidence <hex>',
      'instead of a proof, check evidence against a validator: the bytes that ictl status --json shows',
    )
    .option('--genesis <file>', 'genesis of the chain (default: that of the data directory)')
    .option(
      '--chain',
      'instead of a proof, check that the proofs of all batches lead from genesis to a final header of the API',
    )
    .addOption(urlOption())
    .addOption(dataOption())
    .option('--key <hash>', 'vkHash that the genesis pins (default: that of any circuit shipped)')
    .addOption(jsonOption())
    .action(async (file: string | undefined, options: VerifyOptions) => {
      if (options.evidence !== undefined) return verifyEvidence(options.evidence, options)
      if (options.chain) return verifyChain(options)
      if (file === undefined) throw new UsageError('name the folder of a proof, or use --chain or --evidence')
      const folder = isFolder(file) ? file : dirname(file)
      const [verificationKey, publicSignals, proof] = [
        'verification_key.json',
        'public.json',
        'proof.json',
      ].map((name) => readJson(join(folder, name)))
      const key = parseVerificationKey(verificationKey)
      if (key === undefined) throw new Failure('BAD_VERIFICATION_KEY', REJECTIONS.BAD_VERIFICATION_KEY)
      const hash = vkHash(key)
      const circuit = circuits().find(({ developmentVkHash }) => developmentVkHash === hash)
      if (options.key === undefined && circuit === undefined) {
        throw new Failure(
          'WRONG_VERIFICATION_KEY',
          `the verification key ${hash} is not that of any circuit shipped`,
          {
            hint: 'name the vkHash that the genesis pins with --key',
          },
        )
      }
      const fault = verifyGroth16({ verificationKey, publicSignals, proof }, options.key ?? hash)
      if (fault !== null) throw new Failure(fault, REJECTIONS[fault])
      const development = isDevelopmentKey(key)
      const names = circuit?.public ?? (publicSignals as string[]).map((_, i) => `signal ${i}`)
      const signals = names.map((name, i) => [name, (publicSignals as string[])[i]!])
      if (options.json)
        printJson({ verified: true, vkHash: hash, development, ...Object.fromEntries(signals) })
      else {
        print(`${green('OK')} the proof verifies`)
        for (const line of table([['key', hash], ...signals.map(readable)])) print(line)
        print(
          'Alone it says nothing about the chain: ictl verify --chain checks all proofs from genesis to a final header.',
        )
        if (development)
          print(
            yellow('A development key: anyone can forge such proofs, so this one proves nothing to others.'),
          )
      }
    })
}

/** Verifies the chain of batches. Trusts the genesis file, and nothing that the API returns. */
async function verifyChain(options: VerifyOptions): Promise<void> {
  const genesis = readGenesis(options.genesis ?? pathsIn(dataPath(options.data)).genesis)
  const client = clientFor(options)
  const bar = progress()
  const report = await verifyBatchChain(
    genesis,
    verificationKeyOf(genesis),
    {
      header: () => certifiedHeader(client, genesis.validators.length),
      batches: (position) => fetchBatches(client, position),
    },
    (index, end) => bar.update(index + 1, end, 'checking batches'),
    poseidonWasm(),
  ).catch((error: unknown) => {
    if (error instanceof BatchChainError) throw new Failure(error.code, error.message)
    throw error
  })
  const { height, first, end, provenTo, proven, attested } = report
  const development = genesis.provingKey.kind === 'development'
  bar.finish(`block ${height} is final by the validators of this genesis`)
  if (options.json) printJson({ verified: provenTo === end, development, ...report })
  else if (provenTo > first) {
    print(
      `${green('OK')} batches ${first} to ${provenTo - 1} lead from the genesis state on: ${proven} signatures proven, ${attested} records attested`,
    )
    if (development)
      print(
        yellow('Under a development key: anyone can forge such proofs, so these prove nothing to others.'),
      )
  }
  if (provenTo < end) {
    throw new Failure('UNPROVEN', `batch ${provenTo} of ${end - first} full batches has no proof yet`, {
      hint: 'run provers with --prove all',
    })
  }
}

/** Checks evidence with the keys in the genesis alone, and prints which validator equivocated. */
function verifyEvidence(hex: string, { genesis: path, data, json }: VerifyOptions): void {
  const genesis = readGenesis(path ?? pathsIn(dataPath(data)).genesis)
  const evidence = readEvidence(hex)
  const { validators } = genesis
  const accused = checkEvidence(
    {
      chainId: chainIdOf(genesis),
      validators: validators.length,
      verify: (validator, message, signature) =>
        verifyEd25519(validators[validator]?.votingKey ?? new Uint8Array(), message, signature),
    },
    evidence,
  )
  if (accused === undefined)
    throw new Failure('NO_EVIDENCE', 'this shows nothing against any validator of that genesis')
  const { view } = accusedBy(evidence)
  const { name } = validators[accused]!
  if (json) printJson({ verified: true, validator: name, view, kind: evidence.type })
  else print(`${green('OK')} ${name} signed two ${evidence.type} that conflict in view ${view}`)
}

function readEvidence(hex: string): Evidence {
  try {
    return decodeEvidence(hexToBytes(hex))
  } catch (cause) {
    throw new Failure('MALFORMED', 'the evidence cannot be read', {
      hint: 'give the hexadecimal digits that ictl status --json shows as bytes',
      cause,
    })
  }
}

function isFolder(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`there is no ${path}`)
  return stat.isDirectory()
}

function readJson(path: string): unknown {
  try {
    return parseJson(readFileSync(path, 'utf8'), MAX_FILE_BYTES)
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw new Failure('MALFORMED', `${path} cannot be read as JSON: ${cause.message}`, { cause })
  }
}

/** A public signal for people: the two record counts, which are packed into one number, side by side. */
function readable([name, value]: string[]): string[] {
  if (name !== 'counts') return [name!, value!]
  const { proven, attested } = countsOf({ counts: BigInt(value!) })
  return ['counts', `${proven} proven, ${attested} attested`]
}
