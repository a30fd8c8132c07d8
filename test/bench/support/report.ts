import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'

/** One figure of a benchmark: what was measured, the value with its unit, and the goal if there is one. */
export interface Figure {
  name: string
  value: string
  goal?: string
}

/** The machine, Node and commit that a run's figures belong to. */
export function machineLine(): string {
  const cores = cpus()
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cores.length} cores ${cores[0]?.model.trim() ?? 'unknown'}, ${memory} GiB, Node ${process.version}, commit ${commit}`
}

/** Prints a Markdown table under a heading, as in docs/performance.md. */
export function printFigures(title: string, figures: Figure[]): void {
  console.log(`\n## ${title}\n\n| what | measured | goal |\n|---|---|---|`)
  for (const { name, value, goal } of figures) console.log(`| ${name} | ${value} | ${goal ?? ''} |`)
}

/** Seconds that `work` takes. */
export async function seconds(work: () => unknown): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** Milliseconds of processor time that this process spends on `work`: on a busy machine, less than the time that passes. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** The smallest value that at least p percent of the values do not exceed. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new RangeError('no values')
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)]!
}

/** 12345.6 -> "12,346". */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** Milliseconds with two significant digits or more. */
export function milliseconds(ms: number): string {
  return ms >= 100 ? `${Math.round(ms)} ms` : `${ms.toPrecision(2)} ms`
}
