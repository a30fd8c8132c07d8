import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url)
const TOP = 'cli'

/** A folder of src with the folders that it may import. */
type Directions = Record<string, string[]>

/** What the code map of ARCHITECTURE.md says: `| `src/x` | what is in it | may import |`. */
function codeMap(): Directions {
  const text = readFileSync(new URL('ARCHITECTURE.md', ROOT), 'utf8')
  const rows = text.matchAll(/^\| `src\/([a-z0-9-]+)` \| .+ \| (.+) \|$/gm)
  return Object.fromEntries([...rows].map(([, folder, imports]) => [folder!, importsIn(imports!)]))
}

function importsIn(cell: string): string[] {
  if (cell === 'nothing') return []
  if (cell === 'every folder') return ['*']
  return [...cell.matchAll(/`([a-z0-9-]+)`/g)].map(([, folder]) => folder!).sort()
}

/** What the import check enforces. */
function importCheck(): Directions {
  type Rule = { name: string; from: { path?: string }; to: { pathNot?: string } }
  const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
    forbidden: Rule[]
  }
  const names = (pattern: string) => /\(([a-z0-9|-]+)\)/.exec(pattern)![1]!.split('|')
  const rules = forbidden.filter(({ name }) => name.endsWith('-imports-downwards'))
  return Object.fromEntries(
    rules.map(({ from, to }) => {
      const [folder] = names(from.path!)
      return [
        folder!,
        names(to.pathNot!)
          .filter((name) => name !== folder)
          .sort(),
      ]
    }),
  )
}

function foldersOfSrc(): string[] {
  const entries = readdirSync(new URL('src/', ROOT), { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

describe("ARCHITECTURE.md's code map", () => {
  it('has a row for each folder of src, and no other', () => {
    expect(Object.keys(codeMap()).sort()).toEqual(foldersOfSrc().sort())
  })

  it('names the imports that the import check allows', () => {
    const { [TOP]: top, ...map } = codeMap()
    expect(top).toEqual(['*'])
    expect(map).toEqual(importCheck())
  })

  it('lists each folder after those that it may import, so arrows only point up the table', () => {
    const { [TOP]: _, ...map } = codeMap()
    const seen = new Set<string>()
    for (const [folder, imports] of Object.entries(map)) {
      expect(
        imports.filter((name) => !seen.has(name)),
        folder,
      ).toEqual([])
      seen.add(folder)
    }
  })

  it('has no exemption for imports of types in the import check', () => {
    const config = readFileSync(new URL('.dependency-cruiser.cjs', ROOT), 'utf8')
    expect(config).toMatch(/tsPreCompilationDeps: true/)
    expect(config).not.toMatch(/viaOnly/)
  })
})
