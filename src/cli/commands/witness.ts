import { join } from 'node:path'
import type { Command } from 'commander'
import { dataPath, openDataDirectory } from '../../config/data-directory.ts'
import { formatKey } from '../../log/note.ts'
import { takeLock } from '../../process/lock.ts'
import { openLog } from '../../telemetry/log.ts'
import { serveWitness } from '../../witness/server.ts'
import { WitnessStore } from '../../witness/store.ts'
import { Witness } from '../../witness/witness.ts'
import { openWitnessKey } from '../files/witness-key.ts'
import { readPolicies } from '../files/witness-policies.ts'
import {
  type DataOptions,
  dataOption,
  type PassphraseOptions,
  passphraseIn,
  passphraseOption,
  wholeNumber,
} from '../options.ts'
import { say } from '../output.ts'
import { runPart } from '../up/run-child.ts'

interface WitnessOptions extends DataOptions, PassphraseOptions {
  policy: string[]
  name?: string
  host: string
  port: number
}

const HELP = `
A witness cosigns the checkpoints of chains, each only if it continues the one that it cosigned before (C2SP tlog-witness). A chain that shows
two histories does not get both cosigned. Run it where no validator's operator can reach it.

  --policy  what makes a checkpoint believable: ictl export policy > chain.policy
  --name    name of its key; needed at the first start, when the key is made`

export function addWitness(program: Command): void {
  program
    .command('witness')
    .description('run a witness: it cosigns checkpoints of chains, and refuses second histories')
    .requiredOption('--policy <files...>', 'policies of the chains that it witnesses')
    .option('--name <name>', 'name of its key, such as witness.example.com/1')
    .option('--host <address>', 'interface to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', wholeNumber(0, 65_535), 4300)
    .addOption(passphraseOption())
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action((options: WitnessOptions) => runPart(() => start(options)))
}

/** @returns a function that stops it */
async function start(options: WitnessOptions): Promise<() => Promise<void>> {
  const { policy, name, host, port, passphraseFile } = options
  const policies = readPolicies(policy)
  const { witness: folder } = openDataDirectory(dataPath(options.data))
  const { key, sign } = openWitnessKey(folder, name, passphraseIn(passphraseFile))
  // Two witnesses with one key and different memories would cosign two histories.
  const release = takeLock(join(folder, 'lock'))
  const log = openLog('witness')
  const witness = new Witness({ key, sign, policies, store: new WitnessStore(folder), log, now: Date.now })
  const server = await serveWitness(witness, { host, port, log })
  say(`witness ${key.name} ${formatKey(key)} ${server.url}`)
  for (const origin of policies.keys()) say(`witnesses ${origin}`)
  return async () => {
    await server.stop()
    release()
  }
}
