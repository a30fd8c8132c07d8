import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { visible, visibleJson } from '../codec/visible.ts'

/**
 * What ictl prints: answers on standard output, everything else on standard error. Nothing else in src/cli writes to either. Each line is made
 * safe for a terminal here, so texts of others need no care where they are put together.
 */

/** Whether a stream acts on the codes of a terminal. */
const isTerminal = ({ isTTY }: NodeJS.WriteStream) => isTTY === true && process.env.TERM !== 'dumb'
const hasColors = (stream: NodeJS.WriteStream) => isTerminal(stream) && !process.env.NO_COLOR

const color = hasColors(process.stdout)
/** Stands for the ESC [ of the colors below until a line is written. Texts of others cannot contain it, so they cannot bring colors. */
const MARK = `\u0000${randomBytes(8).toString('hex')}`
const paint = (code: number) => (text: string) => (color ? `${MARK}${code}m${text}${MARK}0m` : text)

export const bold = paint(1)
export const dim = paint(2)
export const red = paint(31)
export const green = paint(32)
export const yellow = paint(33)
export const cyan = paint(36)

/** Exit status of a program that SIGPIPE ends, as a shell sees it. Node ignores this signal. */
const SIGPIPE_STATUS = 128 + 13
const WRITE_ERRORS: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EIO: 'input/output error',
}

// A reader such as `head` may close its end early: what others do then is to end without a word.
process.stdout.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(SIGPIPE_STATUS)
  say(`${red('error')}: the output cannot be written: ${WRITE_ERRORS[code] ?? code}.`)
  process.exit(1)
})
// What cannot be said on standard error is lost, and the work goes on.
process.stderr.on('error', () => {})

/** A line with its colors if the stream has any, and safe otherwise. */
function rendered(line: string, stream: NodeJS.WriteStream): string {
  const [plain = '', ...painted] = line.split(MARK)
  const parts = painted.map((part) => {
    const end = part.indexOf('m') + 1
    return `${hasColors(stream) ? `\u001b[${part.slice(0, end)}` : ''}${visible(part.slice(end))}`
  })
  return visible(plain) + parts.join('')
}

const visibleLines = (text: string) => text.split('\n').map(visible).join('\n')

/** Prints a line of the answer. */
export function print(line = ''): void {
  process.stdout.write(`${rendered(line, process.stdout)}\n`)
}

export function printJson(value: unknown): void {
  process.stdout.write(`${visibleJson(JSON.stringify(value, null, 2))}\n`)
}

/** Prints a value as one line, for answers that consist of lines of JSON. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${visibleJson(JSON.stringify(value))}\n`)
}

/**
 * Writes a part of a file to standard output: byte by byte as it is, except on a terminal.
 * @returns false if the caller should wait for `drain` on the stream before it writes more
 */
export function writeFilePart(text: string): boolean {
  return process.stdout.write(process.stdout.isTTY === true ? visibleLines(text) : text)
}

/** Resolves when standard output takes more. */
export async function drained(): Promise<void> {
  await once(process.stdout, 'drain')
}

/** Prints an informational line, which is not part of the answer, on standard error. */
export function say(line: string): void {
  process.stderr.write(`${rendered(line, process.stderr)}\n`)
}

/** Prints a text of several lines on standard error. */
export function sayLines(text: string): void {
  for (const line of text.split('\n')) say(line)
}

/** Asks on standard error; the answer follows on the same line. */
export function sayQuestion(question: string): void {
  process.stderr.write(rendered(question, process.stderr))
}

/** How commander writes its help and its complaints, which name what was typed. */
export const commanderOutput = {
  writeOut: (text: string) => void process.stdout.write(visibleLines(text)),
  writeErr: (text: string) => void process.stderr.write(visibleLines(text)),
}

/** "1 row", "2 rows". */
export function counted(count: number | bigint | string, one: string, many = `${one}s`): string {
  return `${count} ${String(count) === '1' ? one : many}`
}

/** Aligns columns to their widest cell. Cells are made safe first, because that changes their widths. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => visible(cell)))
  const widths = (cells[0] ?? []).map((_, i) =>
    cells.reduce((width, row) => Math.max(width, (row[i] ?? '').length), 0),
  )
  return cells.map((row) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  '),
  )
}

export interface Progress {
  update(done: number, total: number | undefined, what: string): void
  /** Ends the bar and replaces it by a line. */
  finish(line: string): void
  /** Ends the bar. */
  clear(): void
}

const BAR = 24
/** Columns of a terminal that does not say how many it has. */
const USUAL_COLUMNS = 80
/** Pause between lines of progress if the output is not a terminal. */
const LINE_MS = 5_000
const DRAW_MS = 100

/**
 * Shows progress: a bar on a terminal, otherwise one line now and then.
 * @param quietMs nothing is shown so long, for what may be over before
 */
export function progress(quietMs = 0): Progress {
  const terminal = isTerminal(process.stderr)
  const begun = Date.now()
  let last = 0
  return {
    update(done, total, what) {
      const now = Date.now()
      if (now - begun < quietMs || now - last < (terminal ? DRAW_MS : LINE_MS)) return
      last = now
      const share = total ? Math.min(1, done / total) : undefined
      const percent = share === undefined ? '' : `${Math.floor(share * 100)}%`
      if (!terminal) {
        say(`${what} ${percent}`.trim())
        return
      }
      const filled = Math.round((share ?? 0) * BAR)
      const bar =
        share === undefined
          ? ''
          : `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${percent.padStart(4)} `
      // A longer line would go on in the next one, which nothing erases.
      const room = (process.stderr.columns || USUAL_COLUMNS) - 1
      const line = bar.length + what.length > room ? `${percent} ${what}`.trim() : `${bar}${what}`
      process.stderr.write(`\r\u001b[K${visible(line).slice(0, room)}`)
    },
    finish(line) {
      this.clear()
      say(line)
    },
    clear() {
      if (terminal && last > 0) process.stderr.write('\r\u001b[K')
    },
  }
}
