import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { EXPORT_FILTERS } from '../../../src/api/http/export-request.ts'
import {
  addFilterOptions,
  type FilterOptions,
  filterParameters,
} from '../../../src/cli/commands/export-filters.ts'
import { addHttpOptions, type HttpOptions, httpArguments } from '../../../src/cli/http-options.ts'

/** The options that a command line has. */
const parsed = <T extends object>(add: (command: Command) => Command, args: string[]): T =>
  add(new Command()).exitOverride().parse(args, { from: 'user' }).opts<T>()

describe('filters of an export', () => {
  const parameters = (line: string) =>
    filterParameters(parsed<FilterOptions>(addFilterOptions, line.split(' ')))

  it('are those of /export', () => {
    const singles = Object.values(EXPORT_FILTERS)
      .flat()
      .filter((name) => !['assets', 'accounts', 'kinds'].includes(name))
    const options = addFilterOptions(new Command()).options
    const names = options.map((option) => option.attributeName())
    expect(names.sort()).toEqual([...new Set(singles)].sort())
    for (const option of options) {
      expect(parameters(`${option.long} 7`)).toEqual({ [option.attributeName()]: '7' })
    }
  })

  it('are lists where they have commas', () => {
    expect(parameters('--asset A,B --account inp1x,inp1y --kind ISSUE,RETIRE --code-prefix A,B')).toEqual({
      assets: 'A,B',
      accounts: 'inp1x,inp1y',
      kinds: 'ISSUE,RETIRE',
      codePrefix: 'A,B',
    })
  })
})

it('the HTTP options of `ictl up` reach its apis', () => {
  const lines = [
    '',
    '--no-explorer --no-graphiql --no-introspection --notice 1500 --circuits served',
    '--trusted-proxies 127.0.0.1,10.0.0.0/8 --trusted-documents documents.json --trusted-documents-only',
  ]
  for (const line of lines) {
    const given = parsed<HttpOptions>(addHttpOptions, line.split(' ').filter(Boolean))
    expect(httpArguments(given)).toEqual(line.split(' ').filter((word) => word !== ''))
    expect(parsed<HttpOptions>(addHttpOptions, httpArguments(given))).toEqual(given)
  }
  const all = lines.join(' ')
  for (const { long } of addHttpOptions(new Command()).options) expect(all).toContain(long)
})
