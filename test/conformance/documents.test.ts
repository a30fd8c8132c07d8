import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, it } from 'vitest'
import {
  type Block,
  blocksOf,
  MARKS,
  missingLine,
  ROOT,
  DOCUMENTS as RUN_DOCUMENTS,
  stepsOf,
} from '../support/documents/snippets.ts'

const DOCUMENTS = [...RUN_DOCUMENTS, 'PROTOCOL.md', 'ARCHITECTURE.md', 'SECURITY.md']
const README_MAX_LINES = 120
/** Languages of blocks that are run; `json` is read by the test that its mark names. */
const RUN_LANGUAGES = ['console', 'js', 'graphql', 'json']
/** Blocks that may be marked `no-run`; each one more is a promise that nobody keeps. */
const MAX_NOT_RUN = 5

const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8')

/** Files that git knows, with their text. */
function texts(): [path: string, text: string][] {
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 } as const
  const paths = execFileSync(
    'git',
    ['ls-files', 'src', 'circuits', 'test', 'docs', 'deploy', '*.md', '*.graphql'],
    options,
  )
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

it('links only to files and headings that exist', () => {
  const known = new Set(texts().map(([path]) => path))
  const folders = new Set([...known].map((path) => posix.dirname(path)))
  for (const document of DOCUMENTS) {
    for (const [, target, anchor] of read(document).matchAll(/\]\(([\w./-]+)(#[\w-]+)?\)/g)) {
      const path = posix.join(posix.dirname(document), target!)
      expect(known.has(path) || folders.has(path), `${document}: ${target}`).toBe(true)
      if (anchor !== undefined) expect(anchorsOf(path), `${document}: ${target}${anchor}`).toContain(anchor)
    }
  }
})

/** As GitHub makes them of headings. */
function anchorsOf(document: string): string[] {
  return [...read(document).matchAll(/^#+ (.+)$/gm)].map(
    ([, heading]) =>
      `#${heading!
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replace(/\s/g, '-')}`,
  )
}

it('keeps the README short', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(README_MAX_LINES)
})

it('marks every block of README and docs as one that is run, or as one of the few that are not', () => {
  const blocks = RUN_DOCUMENTS.flatMap(blocksOf)
  const where = ({ document, line }: Block) => `${document}:${line}`
  expect(blocks.filter(({ mark }) => !MARKS.includes(mark)).map(where)).toEqual([])
  const notRun = blocks.filter(({ mark }) => mark === 'no-run')
  const run = blocks.filter(({ mark }) => mark !== 'no-run')
  expect(run.filter(({ language }) => !RUN_LANGUAGES.includes(language)).map(where)).toEqual([])
  const commands = (of: Block[]) =>
    of.filter(({ language }) => language === 'console').reduce((sum, block) => sum + stepsOf(block).length, 0)
  console.log(
    `snippets: ${run.length} run (${commands(run)} commands), ${notRun.length} marked no-run (${commands(notRun)} commands)`,
  )
  expect(notRun.length).toBeLessThanOrEqual(MAX_NOT_RUN)
})

it('finds a line that an output lacks', () => {
  const output = 'chain       local 00ab\nheight      13 (final 13)\n'
  expect(missingLine(output, ['chain  local ...', 'height ... (final 13)'])).toBeUndefined()
  expect(missingLine(output, ['chain  other ...'])).toBe('chain  other ...')
  expect(missingLine(output, ['height ...', 'chain ...'])).toBe('chain ...')
  expect(missingLine(output, ['local'])).toBe('local')
})
