import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CertifiedContent } from '../../certificate/report.ts'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { decodeAddress, encodeAddress } from '../../crypto/address.ts'
import type { SecretKey } from '../../crypto/key.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import { accountOfSecret } from '../../crypto/sign.ts'
import { parseDecimal } from '../../ledger/json-reader.ts'
import { MAX_AMOUNT, MAX_COUNTER } from '../../ledger/params.ts'
import { RejectionError } from '../../ledger/rejection.ts'
import { certifiedContent } from '../../origin/content.ts'
import { type Claim, type OriginStatement, originProof, originStatement } from '../../origin/statement.ts'
import { type WantedUnits, type Way, wayOf } from '../../origin/way.ts'
import { type OriginCircuit, originCircuits } from '../../setup/circuits.ts'
import { encodeOriginProof, MAX_PURPOSE_CHARACTERS, readPurpose } from '../../verify/origin-proof.ts'
import { type AskedRange, askedCertificate, RANGES } from '../certified-units.ts'
import { UsageError } from '../failures.ts'
import { readCertificateFile } from '../files/bounded-file.ts'
import { readGenesis } from '../files/genesis-file.ts'
import { writeNewFile } from '../files/new-file.ts'
import { writeForSnarkjs } from '../files/snarkjs-files.ts'
import {
  clientFor,
  type DataOptions,
  dataOption,
  type PassphraseOptions,
  passphraseOption,
  type UrlOptions,
  unlockKey,
  urlOption,
  wholeUnits,
} from '../options.ts'
import { proveWay, randomSalt } from '../origin-prover.ts'
import { counted, green, say, yellow } from '../output.ts'
import { addressFor } from './balance.ts'
import { noSuch } from './trace.ts'

interface ProveOriginOptions extends UrlOptions, DataOptions, PassphraseOptions {
  certificate?: string
  ask: AskedRange
  genesis?: string
  address?: string
  key?: string
  offset?: string
  length?: string
  serials?: NonNullable<Claim['serials']>
  purpose: string
  provingKey?: string
  snarkjs?: string
  out: string
}

const HELP = `
The proof says: somebody holds so many units of this asset, their serials are in this range, and they came there from their issue by records of
the chain that the header states. It names neither the holder, nor the units, nor anyone who had them before, nor how many did. With --key it
says too that the holder signed it for its purpose; with an RSA key, which no circuit checks, the file names the holder.

Whoever is to be convinced chooses the purpose, with a number that nobody used before, so that a proof made for one cannot be shown to another.

What the API learns is what it is asked for. The proof is made here, from a certificate, which may be of more units than are proven: with
--ask holding it does not learn which of the holder's units it is about, with --ask asset not even whose. With --certificate it is not asked at
all: take a certificate that you have, of any range that contains the units, as new as the verifier wants the proof to be.`

export function addProveOrigin(program: Command): void {
  program
    .command('prove-origin [asset]')
    .description(
      'prove where units came from, without saying which units, or who had them: ictl verify FILE checks it',
    )
    .requiredOption(
      '--purpose <text>',
      'what the proof is made for: the text that its reader chose',
      purposeText,
    )
    .requiredOption('--out <file>', 'new file to write')
    .option('--address <who>', 'whose units: an address or a key (default: those of --key)')
    .option('--key <name>', "the holder's key, to show that the holder had part in it")
    .addOption(passphraseOption())
    .option('--offset <units>', 'units of the balance to skip, the oldest first', wholeUnits(0n, MAX_COUNTER))
    .option(
      '--length <units>',
      'number of units (default: as many as came the same way)',
      wholeUnits(1n, MAX_AMOUNT),
    )
    .option(
      '--serials <first-last>',
      'say that the serials are among these (default: among all of the asset)',
      serialRange,
    )
    .option('--certificate <file>', 'prove from this certificate, and ask no API')
    .addOption(
      new Option(
        '--ask <range>',
        'what the API is asked for: the units, all of the holding, or all of the asset',
      )
        .choices(RANGES)
        .default('units')
        .conflicts('certificate'),
    )
    .option('--genesis <file>', 'genesis of the chain (default: that of the data directory)')
    .option(
      '--proving-key <hash>',
      'vkHash of an installed key from a ceremony (default: the development key)',
    )
    .option(
      '--snarkjs <dir>',
      'also write proof.json, public.json and verification_key.json, as snarkjs reads them',
    )
    .addOption(urlOption())
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async (asset: string | undefined, options: ProveOriginOptions) => {
      const poseidon = poseidonWasm()
      const genesis = readGenesis(options.genesis ?? pathsIn(dataPath(options.data)).genesis)
      const circuits = originCircuits(genesis.stateDepth)
      const largest = circuits.at(-1)
      if (largest === undefined)
        throw new Failure(
          'NO_CIRCUIT',
          `no circuit for origins and a depth of ${genesis.stateDepth} is shipped`,
        )
      const key = options.key === undefined ? undefined : await unlockKey(options)
      const holder = holderOf(poseidon, key, options)
      const bytes = await certificateFor(asset, holder, options)
      const content = await certifiedContent(bytes, genesis, poseidon)
      const way = wayOf(content, wantedUnits(content, asset, holder, options), largest.parameters.hops)
      const { purpose, serials } = options
      const statement = await originStatement(poseidon, content, way, {
        purpose,
        salt: randomSalt(),
        ...(serials && { serials }),
        ...(key && { key }),
      })
      const circuit = circuits.find(({ parameters }) => parameters.hops >= way.hops.length)!
      await proveAndWrite(poseidon, content, way, { statement, circuit }, options)
    })
}

async function proveAndWrite(
  poseidon: Poseidon,
  content: CertifiedContent,
  way: Way,
  { statement, circuit }: { statement: OriginStatement; circuit: OriginCircuit },
  { out, snarkjs, provingKey }: ProveOriginOptions,
): Promise<void> {
  const { proof, verificationKey } = await proveWay(poseidon, content, way, {
    statement,
    circuit,
    provingKey,
  })
  const file = encodeOriginProof(originProof(content, statement, proof.proof, circuit.parameters.hops))
  writeNewFile(out, [file])
  if (snarkjs !== undefined) writeForSnarkjs(snarkjs, proof, verificationKey)
  const { code } = content.assets.get(way.holding.assetId)!
  say(
    `${green('OK')} ${out}: the origin of ${counted(way.length, 'unit')} of ${code} as of block ${content.header.height}, in ${file.length} bytes`,
  )
  if (provingKey === undefined)
    say(
      yellow(
        'made with a development key: anyone can forge such proofs, so this one proves nothing to others',
      ),
    )
}

/** Whose units, if that is said. */
function holderOf(
  poseidon: Poseidon,
  key: SecretKey | undefined,
  { address, data }: ProveOriginOptions,
): bigint | undefined {
  if (address !== undefined) return decodeAddress(addressFor(address, data === undefined ? {} : { data }))
  return key && accountOfSecret(poseidon, key)
}

async function certificateFor(
  asset: string | undefined,
  holder: bigint | undefined,
  options: ProveOriginOptions,
): Promise<Uint8Array> {
  if (options.certificate !== undefined) return readCertificateFile(options.certificate)
  if (asset === undefined || holder === undefined)
    throw new UsageError('name an ASSET, and whose units: --address or --key; or a --certificate')
  const { ask, offset, length } = options
  const found = await askedCertificate(clientFor(options), asset, encodeAddress(holder), {
    ask,
    offset,
    length,
  })
  return found ?? noSuch(asset, {})
}

function wantedUnits(
  { assets, certificate }: CertifiedContent,
  code: string | undefined,
  account: bigint | undefined,
  { offset = '0', length }: ProveOriginOptions,
): WantedUnits {
  const held = new Set(certificate.holdings.map(({ assetId }) => assetId))
  const found = [...assets.values()].filter(
    (asset) => held.has(asset.id) && (asset.code === code || code === undefined),
  )
  if (found.length !== 1)
    throw new UsageError(
      code === undefined
        ? 'name the ASSET: the certificate shows several, or none'
        : `the certificate does not show ${code}`,
    )
  return {
    asset: found[0]!.id,
    offset: BigInt(offset),
    ...(account !== undefined && { account }),
    ...(length !== undefined && { length: BigInt(length) }),
  }
}

/** Parses what a proof is made for, for commander. */
function purposeText(text: string): string {
  try {
    if (text !== '') return readPurpose(text)
  } catch (error) {
    if (!(error instanceof RejectionError)) throw error
  }
  throw new InvalidArgumentError(`must have 1 to ${MAX_PURPOSE_CHARACTERS} characters, none a control.`)
}

/** Parses the first and the last serial for commander. */
function serialRange(text: string): NonNullable<Claim['serials']> {
  const [first = '', last = '', ...more] = text.split('-')
  const lo = parseDecimal(first, 0n, MAX_AMOUNT)
  const end = lo === undefined ? undefined : parseDecimal(last, lo, MAX_AMOUNT)
  if (lo === undefined || end === undefined || more.length > 0)
    throw new InvalidArgumentError('must be the first and the last serial, such as 0-99.')
  return { lo, hi: end + 1n }
}
