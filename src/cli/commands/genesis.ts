import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { parseJson } from '../../codec/canonical-json.ts'
import { fieldToHex } from '../../crypto/field.ts'
import { applyGenesis } from '../../ledger/apply-genesis.ts'
import { chainIdOf, parseGenesis } from '../../ledger/genesis.ts'
import { print } from '../output.ts'

const MAX_BYTES = 256 * 1024 * 1024

export function addGenesis(program: Command): void {
  program
    .command('genesis <file>')
    .description('check a genesis file: print its chainId and how many records it makes')
    .action((file: string) => {
      const genesis = parseGenesis(parseJson(readFileSync(file, 'utf8'), MAX_BYTES))
      const { records, state, firstPosition } = applyGenesis(genesis)
      print(`chainId ${fieldToHex(chainIdOf(genesis))}`)
      print(
        `${records.length} records, ${state.holdingCount} holdings; block records start at position ${firstPosition}`,
      )
    })
}
