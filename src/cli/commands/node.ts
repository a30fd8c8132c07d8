import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { databaseUrl } from '../../config/database-url.ts'
import { readPeers } from '../../network/peers-file.ts'
import { startNode } from '../../node/start-node.ts'
import { openLog } from '../../telemetry/log.ts'
import { UsageError } from '../failures.ts'
import { readGenesis } from '../files/genesis-file.ts'
import { readValidatorKeys } from '../files/validator.ts'
import { readWitnesses } from '../files/witness-policies.ts'
import {
  ACCEPT_CLOCK,
  type DataOptions,
  dataOption,
  type PassphraseOptions,
  passphraseIn,
  passphraseOption,
  RECOVER,
  TRUST,
} from '../options.ts'
import { tellParent } from '../up/child.ts'
import { runPart } from '../up/run-child.ts'
import { VERSION } from '../version.ts'

interface NodeCommandOptions extends DataOptions, PassphraseOptions {
  recover?: boolean
  observer?: boolean
  trust?: string
  acceptClock?: boolean
}

export function addNode(program: Command): void {
  program
    .command('node')
    .description('run only a node: consensus, pool and ledger (ictl up runs all parts)')
    .option('--recover', RECOVER)
    .option('--trust <names>', TRUST)
    .option('--accept-clock', ACCEPT_CLOCK)
    .option('--observer', 'follow and serve the chain without voting')
    .addOption(passphraseOption())
    .addOption(dataOption())
    .action((options: NodeCommandOptions) => {
      const { data, recover = false, observer = false, passphraseFile, trust, acceptClock = false } = options
      if (trust !== undefined && !recover) throw new UsageError('--trust goes with --recover')
      return runPart(async (fatal) => {
        const paths = pathsIn(dataPath(data))
        const genesis = readGenesis(paths.genesis)
        const keys = readValidatorKeys(paths.node, passphraseIn(passphraseFile))
        const isAlone = genesis.validators.length === 1 && !observer && !existsSync(paths.peers)
        const node = await startNode({
          genesis,
          databaseUrl: databaseUrl(),
          dir: paths.node,
          controlPath: paths.controlSocket,
          votingKey: observer ? undefined : keys.voting,
          logKey: observer ? undefined : keys.log,
          witnesses: readWitnesses(paths.witnesses),
          network: isAlone ? undefined : { transportKey: keys.transport, ...readPeers(paths.peers, genesis) },
          log: openLog('node'),
          version: VERSION,
          recover,
          trust: trust?.split(',').map((name) => name.trim()),
          acceptClock,
          onFatal: fatal,
        })
        tellParent({ type: 'ready' })
        return () => node.stop()
      })
    })
}
