import { readdirSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { GraphQLError } from 'graphql'
import { describe, expect, it } from 'vitest'
import { maskError } from '../../src/api/errors.ts'
import { explanation } from '../../src/cli/commands/explain.ts'
import { openLog } from '../../src/telemetry/log.ts'

/** Folders whose errors can leave a server. */
const SERVER = ['api', 'control', 'ledger', 'node', 'proofs', 'provenance', 'storage'].map(
  (name) => `src/${name}`,
)
const LITERAL =
  /(?:\bcode['"]?\]?\s*(?:\|\||\?\?)?(?::|=(?!=))\s*|\b(?:Failure|failure|reject|throwRejection)\(\s*)'([A-Z][A-Z_]+)'/g

/** Every code that is written in the files of a folder, with one file that has it. */
function codesIn(folder: string, ending: string): Map<string, string> {
  const codes = new Map<string, string>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith(ending)) continue
    const text = readFileSync(join(folder, name), 'utf8')
    // Codes of the system stand in errors between parts of a process only.
    for (const [, code] of text.matchAll(LITERAL))
      if (!(code! in constants.errno)) codes.set(code!, join(folder, name))
  }
  return codes
}

const page = readFileSync('docs/errors.md', 'utf8')
/** A code that `ictl explain` or docs/errors.md does not know, with the place where it was found. */
const unknown = ([code]: [string, string]) =>
  explanation(code).length === 0 || !page.includes(`| \`${code}\` |`)

describe('every code that can leave a server is known to ictl explain and docs/errors.md', () => {
  it('of this project', () => {
    const codes = SERVER.flatMap((folder) => [...codesIn(folder, '.ts')])
    expect(codes.length).toBeGreaterThan(80)
    expect(codes.filter(unknown)).toEqual([])
  })

  it('of the libraries that serve GraphQL, after their errors were masked', () => {
    const log = openLog('api', 'silent')
    const codes = [...codesIn('node_modules/graphql-yoga/esm', '.js')]
    expect(codes.map(([code]) => code)).toContain('BAD_REQUEST')
    const masked = [...codes, ['NEVER_HEARD_OF', 'here'] as [string, string]].map(
      ([code, place]): [string, string] => {
        const { extensions } = maskError(new GraphQLError('x', { extensions: { code } }), log)
        return [String(extensions.code), place]
      },
    )
    expect(masked.filter(unknown)).toEqual([])
  })
})
