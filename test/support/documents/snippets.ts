import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Documents whose code blocks must work. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  ...readdirSync(`${ROOT}docs`)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
]

/**
 * How a block is run, by the word behind its language in the fence. Without one, and with `slow` (which proves, or starts several nodes),
 * by a Session; the README's blocks without one in `npm test`, all others end to end. With `each-machine`, `first-machine` and `peers`, by
 * test/e2e/machines.test.ts. With `no-run`, not at all: it needs root, other machines, or hours.
 */
export const MARKS = ['', 'slow', 'each-machine', 'first-machine', 'peers', 'no-run'] as const
export type Mark = (typeof MARKS)[number]

/** A fenced block of a document. */
export interface Block {
  document: string
  /** The heading above it. */
  section: string
  /** Of its first line in the document, from 1. */
  line: number
  language: string
  mark: Mark
  text: string
}

/** A command of a console block with the lines that its output must have. */
export interface Step {
  command: string
  expected: string[]
}

/** All fenced blocks of a document, in order. */
export function blocksOf(document: string): Block[] {
  const blocks: Block[] = []
  let section = ''
  let open: Block | undefined
  readFileSync(ROOT + document, 'utf8')
    .split('\n')
    .forEach((line, i) => {
      const fence = /^```(\S*) ?(.*)$/.exec(line)
      if (fence === null) {
        if (open !== undefined) open.text += `${line}\n`
        else section = /^#+ (.+)$/.exec(line)?.[1] ?? section
      } else if (open === undefined) {
        const [, language = '', mark = ''] = fence
        open = { document, section, line: i + 2, language, mark: mark as Mark, text: '' }
      } else {
        blocks.push(open)
        open = undefined
      }
    })
  return blocks
}

/** The commands of a console block: lines that begin with `$ `, each with the lines below it. */
export function stepsOf({ document, line, text }: Block): Step[] {
  const steps: Step[] = []
  for (const row of text.trimEnd().split('\n')) {
    if (row.startsWith('$ ')) steps.push({ command: row.slice(2), expected: [] })
    else if (steps.length > 0) steps.at(-1)!.expected.push(row)
    else throw new Error(`${document}:${line}: a console block begins with a command`)
  }
  return steps
}

/**
 * The first of the expected lines that the output does not have, in this order. An expected line stands for every line that
 * begins like it; `...` stands for any text, and any number of blanks for any other.
 */
export function missingLine(output: string, expected: readonly string[]): string | undefined {
  const lines = output.split(/\r?\n/)
  let at = 0
  return expected.find((wanted) => {
    const pattern = wanted
      .trim()
      .split('...')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'))
      .join('.*')
    const found = lines.findIndex((line, i) => i >= at && new RegExp(`^\\s*${pattern}`).test(line))
    if (found >= 0) at = found + 1
    return found < 0
  })
}
