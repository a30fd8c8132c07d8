import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const DOCUMENTS = ['PROTOCOL.md', 'ARCHITECTURE.md', 'README.md', 'SECURITY.md']

const read = (path: string) => readFileSync(`${ROOT}/${path}`, 'utf8')

/** Files that git knows, with their text. */
function texts(): [path: string, text: string][] {
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 } as const
  const paths = execFileSync('git', ['ls-files', 'src', 'circuits', 'test', '*.md', '*.graphql'], options)
  return paths
    .trim()
    .split('\n')
    .map((path) => [path, read(path)])
}

it.each(DOCUMENTS)('has every section of %s that is cited anywhere', (document) => {
  const headings = [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!)
  const citation = new RegExp(`${document.replace('.', '\\.')},? \\\\?"([^"\\\\]+)\\\\?"`, 'g')
  const missing = texts().flatMap(([path, text]) =>
    [...text.replace(/\s*\n\s*(\*|\/\/)?\s*/g, ' ').matchAll(citation)]
      .filter(([, cited]) => !headings.includes(cited!))
      .map(([all]) => `${path}: ${all}`),
  )
  expect(missing).toEqual([])
})

it('links only to what is there', () => {
  const known = new Set(texts().map(([path]) => path))
  for (const document of DOCUMENTS) {
    for (const [, target] of read(document).matchAll(/\]\(([\w./-]+)\)/g))
      expect(known, document).toContain(target)
  }
})
