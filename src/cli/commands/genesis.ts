import type { Command } from 'commander'
import { dataPath, openDataDirectory, pathsIn } from '../../config/data-directory.ts'
import { fieldToHex } from '../../crypto/field.ts'
import { applyGenesis } from '../../ledger/apply-genesis.ts'
import { chainIdOf } from '../../ledger/genesis.ts'
import { type DataOptions, dataOption, wholeNumber } from '../options.ts'
import { print } from '../output.ts'
import { readGenesis } from '../up/genesis-file.ts'
import { prepareNetwork } from '../up/network.ts'

export function addGenesis(program: Command): void {
  const genesis = program.command('genesis').description('make or check the first block of a chain')
  genesis
    .command('new')
    .description('make a genesis, its validator key and its tokens in the data directory, as ictl up does')
    .option('--era <ms>', 'milliseconds an era (2000)', wholeNumber(100, 3_600_000))
    .addOption(dataOption())
    .action(({ data, era }: DataOptions & { era?: number }) => {
      const paths = openDataDirectory(dataPath(data))
      prepareNetwork(paths, { eraMs: era })
      check(paths.genesis)
    })
  genesis
    .command('check [file]')
    .description('print the chainId of a genesis (that of the data directory) and how many records it makes')
    .addOption(dataOption())
    .action((file: string | undefined, { data }: DataOptions) =>
      check(file ?? pathsIn(dataPath(data)).genesis),
    )
}

function check(path: string): void {
  const genesis = readGenesis(path)
  const { records, state, firstPosition } = applyGenesis(genesis)
  print(`${path}`)
  print(`chainId ${fieldToHex(chainIdOf(genesis))}`)
  print(
    `${records.length} records, ${state.holdingCount} holdings; block records start at position ${firstPosition}`,
  )
}
