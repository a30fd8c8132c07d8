/** What ictl prints: answers on standard output, everything else on standard error. */

const color = process.stdout.isTTY === true && !process.env.NO_COLOR
const paint = (code: number) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text)

export const bold = paint(1)
export const dim = paint(2)
export const red = paint(31)
export const green = paint(32)
export const yellow = paint(33)
export const cyan = paint(36)

// A reader such as `head` may close its end early; what it did not want to read is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

export function print(line = ''): void {
  process.stdout.write(`${line}\n`)
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}

/** Prints an informational line, which is not part of the answer, on standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Aligns columns to their widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) =>
    rows.reduce((width, row) => Math.max(width, (row[i] ?? '').length), 0),
  )
  return rows.map((row) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  '),
  )
}

export interface Progress {
  update(done: number, total: number | undefined, what: string): void
  /** Ends the bar and replaces it by a line. */
  finish(line: string): void
}

const BAR = 24
/** Pause between lines of progress if the output is not a terminal. */
const LINE_MS = 5_000
const DRAW_MS = 100

/** Shows progress: a bar on a terminal, otherwise one line now and then. */
export function progress(): Progress {
  const terminal = process.stderr.isTTY === true
  let last = 0
  return {
    update(done, total, what) {
      const now = Date.now()
      if (now - last < (terminal ? DRAW_MS : LINE_MS)) return
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
      process.stderr.write(`\r\u001b[K${bar}${what}`)
    },
    finish(line) {
      if (terminal) process.stderr.write('\r\u001b[K')
      say(line)
    },
  }
}

/** Formats units: "1234567" becomes "1,234,567", with `decimals` digits after the decimal point and without trailing zeros. */
export function formatUnits(units: bigint | string, decimals: number): string {
  const digits = units.toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',')
  const fraction = decimals === 0 ? '' : digits.slice(-decimals).replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** Shortens an address to the form inp1qqqq...xyz. */
export function shortAddress(address: string): string {
  return address.length > 20 ? `${address.slice(0, 10)}...${address.slice(-4)}` : address
}
