import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** The documents whose code blocks are run. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  ...readdirSync(`${ROOT}docs`)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
]

/**
 * The word after the language in a fence says how a block is run. Blocks without one, and blocks with `slow` (which prove, or start several
 * nodes), are run by a Session: the README's blocks without a word in `npm test`, all others in the end-to-end tests. Blocks with `each-machine`,
 * `first-machine` and `peers` are run by test/e2e/machines.test.ts. Blocks with `no-run` need root, other machines or hours, and are not run.
 */
export const MARKS = ['', 'slow', 'each-machine', 'first-machine', 'peers', 'no-run'] as const
export type Mark = (typeof MARKS)[number]

/** A fenced block of a document. */
export interface Block {
  document: string
  /** The heading above it. */
  section: string
  /** Line number in the document of its first line, from 1. */
  line: number
  language: string
  mark: Mark
  text: string
}

/** A command of a console block with the lines that it must print. */
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

/** The commands of a console block: lines that begin with `$ `, each with the lines below it as expected output. */
export function stepsOf({ document, line, text }: Block): Step[] {
  const steps: Step[] = []
  for (const row of text.trimEnd().split('\n')) {
    if (row.startsWith('$ ')) steps.push({ command: row.slice(2), expected: [] })
    else if (steps.length > 0) steps.at(-1)!.expected.push(row)
    else throw new Error(`${document}:${line}: a console block must begin with a command`)
  }
  return steps
}

/**
 * The first expected line that the output does not contain in this order. An expected line matches every line that begins with it;
 * `...` matches any text, and whitespace matches any other whitespace.
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
