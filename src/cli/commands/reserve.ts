import type { Command } from 'commander'
import { newSalt, reserve } from '../../client/reserve.ts'
import { timeOfEra } from '../../ledger/era.ts'
import {
  clientFor,
  type DataOptions,
  dataOption,
  type JsonOptions,
  jsonOption,
  type KeyOptions,
  keyOption,
  passphraseOption,
  type UrlOptions,
  unlockKey,
  urlOption,
} from '../options.ts'
import { print, printJson } from '../output.ts'

type ReserveOptions = KeyOptions & UrlOptions & DataOptions & JsonOptions & { salt?: string }

const HELP = `
Where the genesis asks for it, a code is registered with a reservation that was made some time before, so that nobody can take the
code when it is shown. The first reservation of an account registers an asset under its own address, which carries the memo.
Keep the salt secret until you register:
  $ ictl register CODE --salt SALT --key NAME`

export function addReserve(program: Command): void {
  program
    .command('reserve <code>')
    .description('reserve a code for an asset of yours, without showing it')
    .option('--salt <text>', 'secret that hides the code (default: 128 random bits)')
    .addOption(keyOption())
    .addOption(passphraseOption())
    .addOption(urlOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action(run)
}

async function run(code: string, options: ReserveOptions): Promise<void> {
  const client = clientFor(options)
  const key = await unlockKey(options)
  const salt = options.salt ?? newSalt()
  // First, because whoever loses it loses the reservation.
  if (!options.json) print(`salt ${salt}`)
  const reserved = await reserve(client, key, code, salt)
  if (options.json) return printJson(reserved)
  const { chain } = await client.query<{ chain: { startTime: string; eraMs: number } }>(
    '{ chain { startTime eraMs } }',
  )
  const clock = { startTimeMs: Date.parse(chain.startTime), eraMs: chain.eraMs }
  const timeOf = (era: number) => new Date(timeOfEra(clock, era)).toISOString()
  print(`reserved; register it from ${timeOf(reserved.firstEra)} to ${timeOf(reserved.lastEra)}`)
}
