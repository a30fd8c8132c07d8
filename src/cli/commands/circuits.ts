import { randomBytes } from 'node:crypto'
import { type Command, Option } from 'commander'
import { Failure } from '../../config/failure.ts'
import {
  artifactPaths,
  damagedArtifact,
  findArtifacts,
  readVerificationKey,
  sha256Of,
} from '../../setup/artifacts.ts'
import { ensureArtifacts } from '../../setup/build.ts'
import { applyBeacon, beginCeremony, checkPhase1, contribute } from '../../setup/ceremony.ts'
import { type Circuit, circuitNamed, circuits } from '../../setup/circuits.ts'
import { installProduction } from '../../setup/install.ts'
import { readZkeyVerificationKey } from '../../setup/snarkjs.ts'
import type { Contribution } from '../../setup/transcript.ts'
import { isDevelopmentKey, parseVerificationKey, vkHash } from '../../verify/verification-key.ts'
import { showBuild } from '../build-progress.ts'
import { UsageError } from '../failures.ts'
import { interruptible } from '../interruptible.ts'
import { dim, green, print, progress, yellow } from '../output.ts'
import { addExportCircuits } from './export-circuits.ts'

const DEFAULT_CIRCUIT = 'batch-4-12'

export function addCircuits(program: Command): void {
  const command = program.command('circuits').description('build, check and export proving keys')
  const which = `names of circuits (default: ${DEFAULT_CIRCUIT}), or "all"`
  command
    .command('build [names...]')
    .description(`build circuits and keys that are not in the cache; ${which}`)
    .action(async (names: string[]) => {
      for (const circuit of chosen(names)) await build(circuit)
    })
  command
    .command('verify [names...]')
    .description(`check circuits and keys in the cache; ${which}`)
    .action(async (names: string[]) => {
      for (const circuit of chosen(names)) await verify(circuit)
    })
  addExportCircuits(command, chosen)
  addCeremony(command)
}

const CEREMONY_HELP = `
Several people contribute to a key, one after the other. It is sound if at least one of them forgets the secret that was drawn.
  1. begin        anyone, with a phase 1 file (powers of tau, prepared for phase 2) that others made: 2^17 for ${DEFAULT_CIRCUIT}, 2^19 for batch-16-12.
                  A published file (powersOfTau28_hez_final_17.ptau and its like) is known by its hash; of any other one give --sha256 as its
                  makers announced it, and it is verified, which takes minutes
  2. contribute   each contributor in turn, on the file of the one before; it prints a hash, which the contributor keeps
  3. beacon       ends the ceremony with a number that nobody could know before, such as the hash of a later block of a public chain
  4. install      checks everything, prints each contribution with its hash, and puts the key into the cache; every machine with an api, a prover or
                  a verifier does this
Then make a chain that pins the key: ictl genesis new --key VERIFICATION_KEY`

interface CeremonyOptions {
  ptau: string
  sha256?: string
  out: string
  name: string
  beacon: string
}

function addCeremony(parent: Command): void {
  const command = parent
    .command('ceremony')
    .description('make a key whose proofs convince others')
    .addHelpText('after', CEREMONY_HELP)
  const ptau = new Option('--ptau <file>', 'phase 1 file').makeOptionMandatory()
  const sha256 = new Option(
    '--sha256 <hash>',
    'SHA-256 that was announced for that file, 64 hexadecimal digits; needed unless it is a published one',
  )
  command
    .command('begin <circuit>')
    .description('make a proving key without contributions')
    .addOption(ptau)
    .addOption(sha256)
    .requiredOption('--out <zkey>', 'file to write')
    .action(async (name: string, options: CeremonyOptions) => {
      const [circuit] = chosen([name])
      const { published } = await checkPhase1(options.ptau, options.sha256)
      print(
        dim(
          published === undefined ? 'phase 1 is verified' : `phase 1 is the published file of 2^${published}`,
        ),
      )
      const { r1cs } = await built(circuit!)
      await beginCeremony(r1cs, options.ptau, options.out)
      print(`${green('OK')} ${options.out}: nobody has contributed yet`)
    })
  command
    .command('contribute <zkey>')
    .description('mix a random secret into a proving key, and forget it')
    .requiredOption('--name <name>', 'name of the contributor')
    .requiredOption('--out <zkey>', 'file to write')
    .action(async (zkey: string, { name, out }: CeremonyOptions) => {
      const made = await contribute(zkey, out, name, randomBytes(64).toString('hex'))
      print(`${green('OK')} ${out}: give it to the next contributor, SHA-256 ${await sha256Of(out)}`)
      print('keep the hash of this contribution, to find it in the transcript:')
      print(described(made))
    })
  command
    .command('beacon <zkey>')
    .description('end the ceremony')
    .requiredOption('--beacon <hex>', 'number of at least 32 bytes that nobody could know before')
    .option('--name <name>', 'where the number is from', 'beacon')
    .requiredOption('--out <zkey>', 'file to write')
    .action(async (zkey: string, { name, beacon, out }: CeremonyOptions) => {
      const made = await applyBeacon(zkey, out, name, beacon)
      print(`${green('OK')} ${out}: SHA-256 ${await sha256Of(out)}`)
      print(described(made))
    })
  command
    .command('install <circuit> <zkey>')
    .description('check a key against circuit and phase 1, and put it into the cache')
    .addOption(ptau)
    .addOption(sha256)
    .action(async (name: string, zkey: string, options: CeremonyOptions) => {
      const [circuit] = chosen([name])
      const bar = progress()
      const { vkHash, contributions, artifacts } = await interruptible((signal) =>
        installProduction(circuit!, {
          signal,
          zkey,
          ptau: options.ptau,
          ...(options.sha256 === undefined ? {} : { sha256: options.sha256 }),
          onProgress: (status) => showBuild(bar, name, status),
        }),
      )
      bar.finish(`${green('OK')} ${name}: vkHash ${vkHash}`)
      for (const contribution of contributions) print(described(contribution))
      print(`make a chain that pins it: ictl genesis new --key ${artifacts.verificationKey}`)
    })
}

/** A line of a transcript. */
function described({ kind, name, hash, beacon }: Contribution): string {
  const number = beacon === undefined ? '' : `, number ${beacon}`
  return `  ${kind} ${name}${number}, hash ${hash}`
}

async function built(circuit: Circuit) {
  const bar = progress()
  const artifacts = await interruptible((signal) =>
    ensureArtifacts(circuit, {
      signal,
      onProgress: (status) => showBuild(bar, circuit.name, status),
    }),
  )
  bar.finish(`${circuit.name} is compiled`)
  return artifacts
}

function chosen(names: string[]): Circuit[] {
  if (names.includes('all')) return circuits()
  return (names.length === 0 ? [DEFAULT_CIRCUIT] : names).map((name) => {
    const circuit = circuitNamed(name)
    if (circuit !== undefined) return circuit
    const shipped = circuits().map((circuit) => circuit.name)
    throw new UsageError(`there is no circuit ${name}; choose one of ${shipped.join(', ')}`)
  })
}

async function build(circuit: Circuit): Promise<void> {
  const bar = progress()
  const started = Date.now()
  const wasBuilt = findArtifacts(circuit) !== undefined
  await interruptible((signal) =>
    ensureArtifacts(circuit, {
      signal,
      onProgress: (status) => showBuild(bar, circuit.name, status),
    }),
  )
  const { zkey } = artifactPaths(circuit)
  const seconds = ((Date.now() - started) / 1_000).toFixed(0)
  bar.finish(`${circuit.name}: ${wasBuilt ? 'there already' : `built in ${seconds} s`}, ${zkey}`)
}

async function verify(circuit: Circuit): Promise<void> {
  const { name, developmentVkHash } = circuit
  const artifacts = findArtifacts(circuit)
  if (artifacts === undefined) {
    throw new Failure('NOT_BUILT', `${name} is not in the cache, or incomplete`, {
      hint: `build it: ictl circuits build ${name}`,
    })
  }
  const damaged = await damagedArtifact(artifacts, circuit)
  if (damaged !== undefined) {
    throw new Failure('ARTIFACTS_DAMAGED', `${damaged} has changed since it was built`, {
      hint: `build it again: ictl circuits build ${name}`,
    })
  }
  for (const [file, json] of [
    [artifacts.verificationKey, readVerificationKey(artifacts)],
    [artifacts.zkey, await readZkeyVerificationKey(artifacts.zkey)],
  ] as const) {
    const key = parseVerificationKey(json)
    if (key === undefined || vkHash(key) !== developmentVkHash) {
      throw new Failure('WRONG_VERIFICATION_KEY', `${file} is damaged or of another version`, {
        hint: 'remove its folder and build it again',
      })
    }
    if (!isDevelopmentKey(key)) throw new Error('the pinned key is not from the development setup')
  }
  print(`${green('OK')} ${name}: vkHash ${developmentVkHash}, zkey SHA-256 ${await sha256Of(artifacts.zkey)}`)
  print(yellow('a development key: its secrets are public'))
}
