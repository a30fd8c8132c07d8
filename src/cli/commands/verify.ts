import { statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Command, Option } from 'commander'
import { hexToBytes } from '../../codec/bytes.ts'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { decodeEvidence } from '../../consensus/codec.ts'
import { accusedBy, checkEvidence } from '../../consensus/evidence.ts'
import type { Evidence } from '../../consensus/types.ts'
import { verifyEd25519 } from '../../crypto/ed25519-verify.ts'
import { countsOf } from '../../ledger/batch.ts'
import { chainIdOf } from '../../ledger/genesis.ts'
import { REJECTIONS } from '../../ledger/rejection.ts'
import { circuits } from '../../setup/circuits.ts'
import type { BatchChainReport } from '../../verify/batch-chain.ts'
import { verifyGroth16 } from '../../verify/groth16.ts'
import { isOriginProof } from '../../verify/origin-proof.ts'
import { isDevelopmentKey, parseVerificationKey, vkHash } from '../../verify/verification-key.ts'
import { UsageError } from '../failures.ts'
import { readCertificateFile, readProofsFile } from '../files/bounded-file.ts'
import { readGenesis } from '../files/genesis-file.ts'
import {
  clientFor,
  type DataOptions,
  dataOption,
  duration,
  type JsonOptions,
  jsonOption,
  type UrlOptions,
  urlOption,
  wholeNumber,
} from '../options.ts'
import { counted, green, print, printJson, progress, table, yellow } from '../output.ts'
import { proofsIn, proofsOf, verifiedProofs } from '../verified-chain.ts'
import { CERTIFICATE_FORMATS, type CertificateFormat } from './certificate-exports.ts'
import { verifyBatchData } from './verify-batch-data.ts'
import { checkCertificate } from './verify-certificate.ts'
import { readJson } from './verify-files.ts'
import { checkOriginProof } from './verify-origin.ts'

interface VerifyOptions extends JsonOptions, DataOptions, UrlOptions {
  key?: string
  evidence?: string
  genesis?: string
  chain?: boolean
  batchData?: string
  require?: string
  maxAge?: number
  minHeight?: number
  policy?: string
  purpose?: string
  proofs?: string
  newer?: string
  as?: CertificateFormat
  out?: string
}

export function addVerify(program: Command): void {
  const command = program
    .command('verify [file]')
    .description(
      'check a certificate of origin, an origin proof, or a batch proof: a folder with proof.json, public.json and verification_key.json, or its proof.json',
    )
    .option(
      '--evidence <hex>',
      'instead of a proof, check evidence against a validator: the bytes that ictl status --json shows',
    )
    .option('--genesis <file>', 'genesis of the chain (default: that of the data directory)')
    .option(
      '--chain',
      'check that the proofs of all batches lead from genesis to a final header of the API; with a certificate: that they prove its records',
    )
    .option('--proofs <file>', 'as --chain, with the proofs of a file (ictl export proofs), offline')
    .option(
      '--batch-data <folder>',
      'instead of a proof, rebuild the state of the chain from the files of ictl export batch-data, and check their proofs',
    )
    .option(
      '--max-age <time>',
      'with --chain, a certificate or an origin proof: how old the final block may be, such as 15m, 2h or 1d',
      duration,
    )
    .option(
      '--min-height <height>',
      'with --chain: height that the final block has at least',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .addOption(urlOption())
    .addOption(dataOption())
    .option(
      '--key <hash>',
      'with a proof: vkHash that the genesis pins (default: that of any circuit shipped); with an origin proof: of an installed key from a ceremony',
    )
    .option('--purpose <text>', 'with an origin proof: the text that it has to be made for')
    .addOption(jsonOption())
    .action(verifyNamed)
  addCertificateOptions(command)
}

function addCertificateOptions(command: Command): void {
  command
    .option(
      '--require <list>',
      'with a certificate or an origin proof: the verdicts that must be yes (default: intact,complete,signed,final; intact,proven,final,holder)',
    )
    .option(
      '--policy <file>',
      'with a certificate: who must have cosigned its checkpoint (ictl export policy); requires witnessed',
    )
    .option(
      '--newer <file>',
      'with a certificate: another one as of a later height, which may show that units have left since; requires fresh',
    )
    .addOption(
      new Option(
        '--as <format>',
        'with a certificate: write what it shows, once it is checked, for other systems; the verdicts go to standard error',
      ).choices(CERTIFICATE_FORMATS),
    )
    .option('--out <file>', 'with --as: new file to write (default: standard output)')
}

/** Options that only a certificate or the chain of batches is checked with. */
const NOT_FOR_A_PROOF = {
  maxAge: '--max-age',
  require: '--require',
  policy: '--policy',
  purpose: '--purpose',
  newer: '--newer',
  proofs: '--proofs',
  chain: '--chain',
  as: '--as',
} as const satisfies Partial<Record<keyof VerifyOptions, string>>

async function verifyNamed(file: string | undefined, options: VerifyOptions): Promise<void> {
  checkExport(options)
  if (options.evidence !== undefined) return verifyEvidence(options.evidence, options)
  if (file === undefined && (options.chain || options.proofs !== undefined)) {
    if (options.as !== undefined) throw new UsageError('--as is for a certificate')
    return verifyChain(options)
  }
  if (options.batchData !== undefined) return verifyBatchData(options.batchData, genesisFor(options), options)
  if (options.minHeight !== undefined) throw new UsageError('--min-height is for --chain')
  if (file === undefined)
    throw new UsageError(
      'name a certificate or the folder of a proof, or use --chain, --batch-data or --evidence',
    )
  if (!isFolder(file) && basename(file) !== 'proof.json') return verifyDocument(file, options)
  for (const [name, option] of Object.entries(NOT_FOR_A_PROOF))
    if (options[name as keyof VerifyOptions] !== undefined)
      throw new UsageError(`${option} is not for a proof alone`)
  return verifyProof(isFolder(file) ? file : dirname(file), options)
}

/** Checks a certificate of origin or an origin proof. */
async function verifyDocument(file: string, options: VerifyOptions): Promise<void> {
  const bytes = readCertificateFile(file)
  if (!isOriginProof(bytes)) {
    if (options.purpose !== undefined) throw new UsageError('--purpose is for origin proofs')
    return checkCertificate(bytes, genesisFor(options), options)
  }
  for (const name of ['policy', 'newer', 'proofs', 'chain', 'as'] as const)
    if (options[name] !== undefined) throw new UsageError(`--${name} is not for origin proofs`)
  return checkOriginProof(bytes, genesisFor(options), options)
}

function checkExport({ as, out, json, evidence }: VerifyOptions): void {
  if (as === undefined && out !== undefined) throw new UsageError('--out is for --as')
  if (as !== undefined && (json || evidence !== undefined))
    throw new UsageError('--as is for a certificate, and not with --json or --evidence')
}

/** Checks the proof in a folder alone. */
function verifyProof(folder: string, options: VerifyOptions): void {
  const [verificationKey, publicSignals, proof] = ['verification_key.json', 'public.json', 'proof.json'].map(
    (name) => readJson(join(folder, name)),
  )
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
  if (options.json) printJson({ verified: true, vkHash: hash, development, ...Object.fromEntries(signals) })
  else {
    print(`${green('OK')} the proof verifies`)
    for (const line of table([['key', hash], ...signals.map(readable)])) print(line)
    print(
      'Alone it says nothing about the chain: ictl verify --chain checks all proofs from genesis to a final header.',
    )
    if (development)
      print(yellow('A development key: anyone can forge such proofs, so this one proves nothing to others.'))
  }
}

/**
 * Verifies the chain of batches. Trusts the genesis file, and nothing that the API returns; how new the chain is that it shows, only its time
 * and height say.
 */
async function verifyChain(options: VerifyOptions): Promise<void> {
  const genesis = genesisFor(options)
  const bar = progress()
  const proofs =
    options.proofs === undefined
      ? proofsOf(genesis, clientFor(options))
      : proofsIn(genesis, readProofsFile(options.proofs))
  const report = await verifiedProofs(genesis, proofs, ({ signals }, end) =>
    bar.update(Number(signals.index) + 1, end, 'checking batches'),
  )
  const { height, timeMs, first, provenTo, proven, attested } = report
  const time = new Date(timeMs).toISOString()
  const development = genesis.provingKey.kind === 'development'
  bar.finish(`block ${height} of ${time} is final by the validators of this genesis`)
  requireFresh(report, options)
  const fault = unproven(report)
  if (fault !== undefined) throw fault
  if (options.json) printJson({ verified: true, development, time, ...report })
  else {
    print(
      `${green('OK')} batches ${first} to ${provenTo - 1} lead from the genesis state on: ${counted(proven, 'signature')} proven, ${counted(attested, 'record')} attested, as of block ${height} of ${time}`,
    )
    if (development)
      print(
        yellow('Under a development key: anyone can forge such proofs, so these prove nothing to others.'),
      )
  }
}

const genesisFor = ({ genesis, data }: VerifyOptions) =>
  readGenesis(genesis ?? pathsIn(dataPath(data)).genesis)

/** An API may show an old state of the chain, which is as final as the newest. */
function requireFresh({ height, timeMs }: BatchChainReport, { maxAge, minHeight = 0 }: VerifyOptions): void {
  const hint = 'ask another API, or wait until this one has caught up'
  if (height < minHeight)
    throw new Failure('TOO_OLD', `the API shows block ${height}, not ${minHeight} or a later one`, { hint })
  if (maxAge !== undefined && Date.now() - timeMs > maxAge) {
    const time = new Date(timeMs).toISOString()
    throw new Failure('TOO_OLD', `the newest final block that the API shows is of ${time}`, { hint })
  }
}

/** What there is to say instead of OK; undefined if there are full batches and all of them are proven. */
export function unproven(report: Pick<BatchChainReport, 'first' | 'end' | 'provenTo'>): Failure | undefined {
  const { first, end, provenTo } = report
  if (first < provenTo && provenTo === end) return undefined
  const open = `batch ${provenTo}, one of ${counted(end - first, 'full batch', 'full batches')}, has no proof yet`
  const what =
    end === first
      ? 'there is no full batch yet, so nothing is proven'
      : provenTo === first
        ? `${open}, so nothing is proven`
        : `${open}; ${counted(provenTo - first, 'batch', 'batches')} before it, from ${first} on, lead from the genesis state`
  return new Failure('UNPROVEN', what, { hint: 'run provers with --prove all', data: report })
}

/** Checks evidence with the keys in the genesis alone, and prints which validator equivocated. */
function verifyEvidence(hex: string, options: VerifyOptions): void {
  const { json } = options
  const genesis = genesisFor(options)
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

/** A public signal for people: the two record counts, which are packed into one number, side by side. */
function readable([name, value]: string[]): string[] {
  if (name !== 'counts') return [name!, value!]
  const { proven, attested } = countsOf({ counts: BigInt(value!) })
  return ['counts', `${proven} proven, ${attested} attested`]
}
