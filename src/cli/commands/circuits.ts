import type { Command } from 'commander'
import { Failure } from '../../config/failure.ts'
import {
  artifactPaths,
  damagedArtifact,
  ensureArtifacts,
  findArtifacts,
  readVerificationKey,
  sha256Of,
} from '../../prover/artifacts.ts'
import { type Circuit, circuits } from '../../prover/circuits.ts'
import { readZkeyVerificationKey } from '../../prover/prove.ts'
import { isDevelopmentKey, parseVerificationKey, vkHash } from '../../verify/verification-key.ts'
import { UsageError } from '../failures.ts'
import { green, print, progress, yellow } from '../output.ts'

const DEFAULT_CIRCUIT = 'batch-4-12'

export function addCircuits(program: Command): void {
  const command = program.command('circuits').description('proving keys: build them, check them')
  const which = `names of circuits (${DEFAULT_CIRCUIT}); all: every one`
  command
    .command('build [names...]')
    .description(`build into the cache what is not there: ${which}`)
    .action(async (names: string[]) => {
      for (const circuit of chosen(names)) await build(circuit)
    })
  command
    .command('verify [names...]')
    .description(`check what is in the cache: ${which}`)
    .action(async (names: string[]) => {
      for (const circuit of chosen(names)) await verify(circuit)
    })
}

function chosen(names: string[]): Circuit[] {
  const all = circuits()
  if (names.includes('all')) return all
  return (names.length === 0 ? [DEFAULT_CIRCUIT] : names).map((name) => {
    const circuit = all.find((one) => one.name === name)
    if (circuit === undefined)
      throw new UsageError(`no circuit is called ${name}; there are ${all.map((one) => one.name).join(', ')}`)
    return circuit
  })
}

async function build(circuit: Circuit): Promise<void> {
  const bar = progress()
  const started = Date.now()
  const there = findArtifacts(circuit) !== undefined
  await ensureArtifacts(circuit, {
    onProgress: ({ stage, fraction }) =>
      bar.update(fraction, fraction > 0 ? 1 : undefined, `${circuit.name}: ${stage}`),
  })
  const { zkey } = artifactPaths(circuit)
  const seconds = ((Date.now() - started) / 1_000).toFixed(0)
  bar.finish(`${circuit.name}: ${there ? 'there already' : `built in ${seconds} s`}, ${zkey}`)
}

async function verify(circuit: Circuit): Promise<void> {
  const { name, developmentVkHash } = circuit
  const artifacts = findArtifacts(circuit)
  if (artifacts === undefined) {
    throw new Failure('NOT_BUILT', `${name} is not in the cache, or not whole`, {
      hint: `build it: ictl circuits build ${name}`,
    })
  }
  const damaged = await damagedArtifact(artifacts)
  if (damaged !== undefined) {
    throw new Failure('ARTIFACTS_DAMAGED', `${damaged} is not what was built`, {
      hint: `build it again: ictl circuits build ${name}`,
    })
  }
  for (const [file, json] of [
    [artifacts.verificationKey, readVerificationKey(artifacts)],
    [artifacts.zkey, await readZkeyVerificationKey(artifacts)],
  ] as const) {
    const key = parseVerificationKey(json)
    if (key === undefined || vkHash(key) !== developmentVkHash) {
      throw new Failure('WRONG_VERIFICATION_KEY', `${file} is damaged or of another version`, {
        hint: 'remove its folder and build it again',
      })
    }
    if (!isDevelopmentKey(key)) throw new Error('the pinned key is none of the development set-up')
  }
  print(`${green('OK')} ${name}: vkHash ${developmentVkHash}, zkey SHA-256 ${await sha256Of(artifacts.zkey)}`)
  print(yellow('a development key: its secrets are public'))
}
