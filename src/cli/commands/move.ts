import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { submitSigned } from '../../client/submit-signed.ts'
import type { Client, Movement, NewAsset, Submitted } from '../../client/types.ts'
import { parseJson } from '../../codec/canonical-json.ts'
import type { SignedAction } from '../../ledger/action.ts'
import { CUSTODY_MODELS, type CustodyModel } from '../../ledger/asset.ts'
import { SALT_ENTRY } from '../../ledger/reservation.ts'
import { UsageError } from '../failures.ts'
import {
  clientFor,
  type DataOptions,
  dataOption,
  type JsonOptions,
  jsonOption,
  type KeyOptions,
  keyOption,
  parseUnits,
  passphraseOption,
  type UrlOptions,
  unlockKey,
  urlOption,
} from '../options.ts'
import { green, print, printJson } from '../output.ts'
import { addressFor } from './balance.ts'

/** Maximum size of a metadata file in bytes, more than any valid definition needs. */
const MAX_METADATA_BYTES = 1_000_000

interface MoveOptions extends KeyOptions, UrlOptions, DataOptions, JsonOptions {
  note?: string
  memo?: string
  wait: 'ACCEPTED' | 'FINAL'
}

const waitOption = () =>
  new Option('--wait <what>', 'wait until the node has stored the action, or until it is final')
    .choices(['ACCEPTED', 'FINAL'])
    .default('FINAL')

function moving(command: Command): Command {
  return command
    .addOption(keyOption())
    .option('--note <text>', 'text to attach; its hash becomes the memo')
    .option('--memo <hex>', 'memo as a field element, 64 hexadecimal digits')
    .addOption(waitOption())
    .addOption(passphraseOption())
    .addOption(urlOption())
    .addOption(dataOption())
    .addOption(jsonOption())
}

export function addMoves(program: Command): void {
  moving(
    program
      .command('issue <asset> <amount> <to>')
      .description('issue units of your asset to an address or key'),
  ).action((asset: string, amount: string, to: string, options: MoveOptions) =>
    move({ asset, to, source: 'MINT' }, amount, options),
  )
  moving(
    program.command('transfer <asset> <amount> <to>').description('send units to an address or key'),
  ).action((asset: string, amount: string, to: string, options: MoveOptions) =>
    move({ asset, to }, amount, options),
  )
  moving(program.command('retire <asset> <amount>').description('take units out of circulation')).action(
    (asset: string, amount: string, options: MoveOptions) => move({ asset, to: 'RETIRED' }, amount, options),
  )
  moving(
    program
      .command('reinstate <asset> <amount> <to>')
      .description('bring retired units of your asset back into circulation'),
  ).action((asset: string, amount: string, to: string, options: MoveOptions) =>
    move({ asset, to, source: 'RETIRED' }, amount, options),
  )

  program
    .command('register <code>')
    .description('register an asset')
    .option('--name <text>', 'display name (default: the code)')
    .option('--cap <units>', 'maximum number of units; 1 for a unique thing', '1')
    .option('--decimals <n>', 'decimal places of its amounts, --cap included', '0')
    .option('--reinstatable', 'allow retired units to be brought back')
    .addOption(
      new Option('--custody <model>', 'how its units are kept apart from others').choices(CUSTODY_MODELS),
    )
    .option('--made-from <hash...>', 'hashes of the retirements that it was made from')
    .option('--metadata <file>', 'file with a JSON object of strings to store with it')
    .option('--salt <text>', 'what ictl reserve printed when it reserved the code')
    .addOption(keyOption())
    .addOption(waitOption())
    .addOption(passphraseOption())
    .addOption(urlOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(register)
}

async function move(what: Omit<Movement, 'amount'>, amount: string, options: MoveOptions): Promise<void> {
  const client = clientFor(options)
  const { decimals } = await client.asset(what.asset)
  const key = await unlockKey(options)
  const { note, memo } = options
  const movement = {
    ...what,
    ...(what.to === undefined ? {} : { to: addressFor(what.to, options) }),
    amount: parseUnits(amount, decimals),
    ...(note === undefined ? {} : { note }),
    ...(memo === undefined ? {} : { memo }),
  }
  await hand(client, () => client.sign(key, movement), options)
}

interface RegisterOptions extends MoveOptions {
  name?: string
  cap: string
  decimals: string
  reinstatable?: boolean
  custody?: CustodyModel
  madeFrom?: string[]
  metadata?: string
  salt?: string
}

async function register(code: string, options: RegisterOptions): Promise<void> {
  const decimals = Number(options.decimals)
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 255)
    throw new UsageError('--decimals must be a whole number from 0 to 255')
  const asset: NewAsset = {
    code,
    name: options.name ?? code,
    cap: parseUnits(options.cap, decimals).toString(),
    decimals: String(decimals),
    reinstatable: options.reinstatable ?? false,
    madeFrom: options.madeFrom ?? [],
    ...(options.custody === undefined ? {} : { custody: options.custody }),
    metadata: {
      ...(options.metadata === undefined ? {} : readMetadata(options.metadata)),
      ...(options.salt === undefined ? {} : { [SALT_ENTRY]: options.salt }),
    },
  }
  const client = clientFor(options)
  const key = await unlockKey(options)
  await hand(client, () => client.signRegister(key, asset), options)
}

function readMetadata(path: string): Record<string, string> {
  return parseJson(readFileSync(path, 'utf8'), MAX_METADATA_BYTES) as Record<string, string>
}

async function hand(
  client: Client,
  signing: () => Promise<SignedAction>,
  { note, wait, json }: MoveOptions,
): Promise<void> {
  const result = await submitSigned(client, signing, { note, wait })
  if (json) printJson(result)
  else print(describe(result))
  if (result.status !== 'ACCEPTED' && result.status !== 'FINAL') process.exitCode = 1
}

function describe({ hash, status, rejection }: Submitted): string {
  if (rejection) return `${status} ${rejection.code}: ${rejection.message}`
  return `${status === 'FINAL' || status === 'ACCEPTED' ? green(status) : status} ${hash}`
}
