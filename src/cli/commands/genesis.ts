import { existsSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { dataPath, openDataDirectory, pathsIn } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { fieldFromHex, fieldToHex } from '../../crypto/field.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import type { Admission } from '../../ledger/admission.ts'
import { applyGenesis } from '../../ledger/apply-genesis.ts'
import type { AssetDefinition } from '../../ledger/asset.ts'
import {
  chainIdOf,
  type Genesis,
  genesisToJson,
  parseGenesis,
  validatorToJson,
} from '../../ledger/genesis.ts'
import type { ReservationRules } from '../../ledger/reservation.ts'
import { batchCircuits, batchSizeOf } from '../../setup/circuits.ts'
import { readProductionKey } from '../../setup/production-key.ts'
import { UsageError } from '../failures.ts'
import { admissionOf, newGenesis, readGenesis, writeGenesis } from '../files/genesis-file.ts'
import {
  equalSponsors,
  readAllocations,
  readDefinitions,
  readSponsors,
  readValidators,
} from '../files/genesis-sources.ts'
import { developmentVkHash } from '../files/proving-key.ts'
import { makeTokens } from '../files/tokens.ts'
import { createValidatorKeys, validatorOf } from '../files/validator.ts'
import {
  type DataOptions,
  dataOption,
  type PassphraseOptions,
  passphraseIn,
  passphraseOption,
  wholeNumber,
} from '../options.ts'
import { counted, print, printJson } from '../output.ts'
import { prepareNetwork } from '../up/network.ts'

interface NewOptions extends DataOptions {
  name: string
  validators?: string[]
  definitions?: string
  allocations?: string
  sponsors?: string
  open?: boolean
  reservations?: ReservationRules
  start?: string
  key?: string
  batchSize?: string
  era?: number
  skew: number
  base: number
}

/** Levels of the state tree of the circuits of batches. */
const STATE_DEPTH = 12

const NEW_HELP = `
Without --validators, this node is the only validator, as with ictl up.
  --validators   one file per validator, as ictl genesis member prints it (or one file with a list)
  --definitions  JSON list of assets: [{"code":"COFFEE","issuer":"inp1...","cap":"1000000"}]
  --allocations  CSV with the columns to,asset,amount (address, code, units)
  --sponsors     JSON list of addresses that may register assets, with equal shares of what the chain holds, or of objects with an
                 "address" and the budgets that differ: [{"address":"inp1...","holdings":"1000000","assets":"500"}]
                 (budgets: assets, bytes, holdings, retirements); without it, the issuers of --definitions
  --open         anyone else may register assets too, each up to a quarter of what the chain holds, together half of it;
                 the sponsors share the other half
  --reservations lets nobody take a code at sight: it is registered DELAY to LIFE eras after it was reserved (ictl reserve). DELAY should
                 be longer than failing leaders and full blocks can delay an action: 30,10000 is a minute, and five hours and a half,
                 with eras of 2 s
  --key          verification key of a ceremony, where ictl circuits ceremony install has put it: its transcript lies beside it;
                 without it, a development key
  --batch-size   records per proof; a key is for one size`

export function addGenesis(program: Command): void {
  const genesis = program.command('genesis').description('create or check the genesis of a chain')
  genesis
    .command('member')
    .description('create the keys of a node in the data directory, and print its public keys for the others')
    .requiredOption('--name <name>', 'name of the node in genesis.json and peers.json')
    .addOption(passphraseOption())
    .addOption(dataOption())
    .action(member)
  genesis
    .command('new')
    .description('create a genesis in the data directory')
    .option('--name <name>', 'name of the chain', 'inpigritas')
    .option(
      '--validators <files...>',
      'files with the public keys of the validators, in the order in which they lead',
    )
    .option('--definitions <file>', 'assets that exist from the start')
    .option('--allocations <file>', 'who holds what at the start')
    .option('--sponsors <file>', 'who may register assets, and how much')
    .option('--open', 'let anyone register assets')
    .option(
      '--reservations <delay,life>',
      'ask that codes are reserved before they are registered',
      parseEras,
    )
    .option('--key <file>', 'verification key that the chain pins for its proofs')
    .addOption(
      new Option('--batch-size <records>', 'records per batch (default: that of --key, or 4)').choices(
        batchCircuits().map((circuit) => String(batchSizeOf(circuit))),
      ),
    )
    .option('--start <time>', 'when era 0 is due, in ISO 8601 (default: now)')
    .option('--era <ms>', 'milliseconds per era (default: 2000)', wholeNumber(100, 3_600_000))
    .option('--skew <ms>', 'milliseconds that clocks may differ', wholeNumber(0, 3_600_000), 200)
    .option('--base <ms>', 'base of the consensus timer in milliseconds', wholeNumber(1, 3_600_000), 2_000)
    .addOption(dataOption())
    .addHelpText('after', NEW_HELP)
    .action(create)
  genesis
    .command('check [file]')
    .description(
      'print the chainId and the number of records of a genesis (default: that of the data directory)',
    )
    .addOption(dataOption())
    .action((file: string | undefined, { data }: DataOptions) =>
      check(file ?? pathsIn(dataPath(data)).genesis),
    )
}

function member({ name, data, passphraseFile }: DataOptions & PassphraseOptions & { name: string }): void {
  const paths = openDataDirectory(dataPath(data))
  const validator = validatorOf(name, createValidatorKeys(paths.node, passphraseIn(passphraseFile)))
  makeTokens(paths)
  printJson(validatorToJson(validator))
}

async function create(options: NewOptions): Promise<void> {
  const paths = openDataDirectory(dataPath(options.data))
  const { validators, allocations, era, skew, base } = options
  if (existsSync(paths.genesis)) {
    throw new Failure('GENESIS_EXISTS', `${paths.genesis} exists already`, {
      hint: 'a chain keeps its genesis; start a new one with another --data',
    })
  }
  const { definitions: assets, sponsors, open, reservations, key, batchSize } = options
  const isLocal = [validators, assets, allocations, sponsors, open, reservations, key, batchSize].every(
    (option) => option === undefined,
  )
  if (isLocal) {
    prepareNetwork(paths, { eraMs: era })
    check(paths.genesis)
    return
  }
  if (validators === undefined) throw new UsageError('name the validators: --validators FILE...')
  const definitions = options.definitions === undefined ? [] : readDefinitions(options.definitions)
  const proving = await provingOf(options)
  const rest: Partial<Genesis> = {
    skewMs: skew,
    baseMs: base,
    definitions,
    allocations: allocations === undefined ? [] : readAllocations(allocations),
    admission: admissionFor(options, definitions),
    ...(reservations === undefined ? {} : { reservations }),
    ...proving,
  }
  const genesis = newGenesis({
    name: options.name,
    validators: readValidators(validators),
    vkHash: proving.provingKey.vkHash,
    now: options.start === undefined ? Date.now() : timeOf(options.start),
    ...(era === undefined ? {} : { eraMs: era }),
    rest,
  })
  // Check everything that each node will check before writing any file.
  applyGenesis(poseidonWasm(), parseGenesis(genesisToJson(genesis)))
  writeGenesis(paths.genesis, genesis)
  check(paths.genesis)
}

/** Reads `--reservations`. @throws InvalidArgumentError */
function parseEras(text: string): ReservationRules {
  const match = /^(\d{1,7}),(\d{1,7})$/.exec(text)
  if (match === null) throw new InvalidArgumentError('must be two numbers of eras, such as 30,10000.')
  return { delay: Number(match[1]), life: Number(match[2]) }
}

/** @throws UsageError if nobody could register anything */
function admissionFor({ sponsors, open = false }: NewOptions, definitions: AssetDefinition[]): Admission {
  const issuers = [...new Set(definitions.map(({ issuer }) => fieldFromHex(issuer)))]
  if (sponsors === undefined && !open && issuers.length === 0)
    throw new UsageError('say who may register assets: --sponsors FILE, or --open for anyone')
  return admissionOf(open, (available) =>
    sponsors === undefined ? equalSponsors(issuers, available) : readSponsors(sponsors, available),
  )
}

/** The size of batches, and the key to pin for their proofs. @throws Failure as readProductionKey */
async function provingOf({
  key,
  batchSize: wanted,
}: NewOptions): Promise<Pick<Genesis, 'batchSize' | 'stateDepth' | 'provingKey'>> {
  if (key === undefined) {
    const batchSize = Number(wanted ?? 4)
    const vkHash = developmentVkHash(batchSize, STATE_DEPTH)
    return { batchSize, stateDepth: STATE_DEPTH, provingKey: { kind: 'development', vkHash } }
  }
  const { circuit, vkHash } = await readProductionKey(key, wanted === undefined ? undefined : Number(wanted))
  return {
    batchSize: batchSizeOf(circuit),
    stateDepth: circuit.parameters.depth,
    provingKey: { kind: 'production', vkHash },
  }
}

function timeOf(text: string): number {
  const time = Date.parse(text)
  if (Number.isNaN(time))
    throw new UsageError(`--start must be a time such as 2030-01-31T12:00:00Z, not ${text}`)
  return time
}

function check(path: string): void {
  const genesis = readGenesis(path)
  const { records, state, firstPosition } = applyGenesis(poseidonWasm(), genesis)
  print(`${path}`)
  print(`chainId ${fieldToHex(chainIdOf(genesis))}`)
  print(
    `${counted(records.length, 'record')}, ${counted(state.holdingCount, 'holding')}; block records start at position ${firstPosition}`,
  )
  const { validators } = genesis
  if (validators.length > 1)
    print(`${validators.length} validators: ${validators.map(({ name }) => name).join(', ')}`)
}
