import type { Command } from 'commander'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { quorum } from '../../consensus/quorum.ts'
import { fieldToHex } from '../../crypto/field.ts'
import { chainIdOf } from '../../ledger/genesis.ts'
import { originOf, quorumPolicy, type RequiredWitnesses } from '../../log/cosigned.ts'
import { formatPolicy } from '../../log/policy.ts'
import { UsageError } from '../failures.ts'
import { readGenesis } from '../files/genesis-file.ts'
import { readPolicy } from '../files/witness-policies.ts'
import { type DataOptions, dataOption, wholeNumber } from '../options.ts'
import { writeFilePart } from '../output.ts'

interface PolicyOptions extends DataOptions {
  genesis?: string
  witnesses?: string
  atLeast?: number
}

export function addExportPolicy(parent: Command): void {
  parent
    .command('policy')
    .description(
      'write which checkpoints of the log of headers are to be believed, in the form of C2SP tlog-policy',
    )
    .option('--genesis <file>', 'genesis of the chain (default: that of the data directory)')
    .option('--witnesses <file>', 'also require witnesses: those that this policy names')
    .option('--at-least <n>', 'how many of them (default: all)', wholeNumber(1, 1_000))
    .addOption(dataOption())
    .action((_: object, command: Command) => exportPolicy(command.optsWithGlobals<PolicyOptions>()))
}

function exportPolicy({ data, genesis: path, witnesses, atLeast }: PolicyOptions): void {
  if (atLeast !== undefined && witnesses === undefined)
    throw new UsageError('--at-least goes with --witnesses')
  const genesis = readGenesis(path ?? pathsIn(dataPath(data)).genesis)
  const { validators } = genesis
  const origin = originOf(fieldToHex(chainIdOf(genesis)))
  const policy = quorumPolicy(
    { origin, quorum: quorum(validators.length) },
    validators.map(({ logKey }) => logKey),
    witnesses === undefined ? undefined : requiredIn(witnesses, atLeast),
  )
  const names = validators.map(({ name }, i) => `validator-${i} is ${JSON.stringify(name)}`)
  writeFilePart(formatPolicy(policy, [`Checkpoints of ${JSON.stringify(genesis.name)}: ${origin}`, ...names]))
}

/** @throws UsageError if there are fewer witnesses */
function requiredIn(path: string, atLeast: number | undefined): RequiredWitnesses {
  const { witnesses } = readPolicy(path)
  const threshold = atLeast ?? witnesses.size
  if (threshold < 1 || threshold > witnesses.size)
    throw new UsageError(`${path} names ${witnesses.size} witnesses`)
  return { witnesses, threshold }
}
