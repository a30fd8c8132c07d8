import type { AttackResult, Seen } from './attack.ts'
import { toMiB } from './checks.ts'

/** A table, in Markdown, of what the attacked nodes did quiet and attacked. @param walBytes written ahead by all databases, quiet and attacked */
export function attackTable(
  { quiet, attacked, live, attackerPercent }: AttackResult,
  walBytes: readonly [number, number],
  databases: number,
): string {
  const [left, right] = [
    figuresOf(quiet, walBytes[0], databases),
    figuresOf(attacked, walBytes[1], databases),
  ]
  const rows = Object.keys(left).map((name) => `| ${name} | ${left[name]} | ${right[name]} |`)
  const most = (bytes: readonly number[]) => `${toMiB(Math.max(...bytes))} MiB`
  const memory = `| memory of the main thread without garbage | ${most(live.before)} | ${most(live.attacked)}, then ${most(live.after)} |`
  const attacker = `| the attackers' own processor time | | ${percent(attackerPercent)} |`
  return ['| of one honest node | quiet | attacked |', '|---|---|---|', ...rows, memory, attacker].join('\n')
}

function figuresOf({ samples, finality, stillEras, seconds }: Seen, wal: number, databases: number) {
  const all = samples.flat()
  const cpu = samples.map((own) => mean(own.map(({ cpuPercent }) => cpuPercent)))
  const written = samples.map((own) => mean(own.map(({ writtenPerSecond }) => writtenPerSecond)))
  const times = finality.map(({ ms }) => ms).sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0
  const eras = Math.max(0, ...finality.map((one) => one.eras))
  return {
    'processor time, all threads, mean of the busiest node': percent(Math.max(...cpu)),
    'the same, busiest second of any node': percent(Math.max(...all.map(({ cpuPercent }) => cpuPercent))),
    'resident memory, peak': `${toMiB(Math.max(...all.map(({ rssBytes }) => rssBytes)))} MiB`,
    'written to disk by the node': perSecond(Math.max(...written)),
    'written ahead by its database': perSecond(wal / seconds / databases),
    'time to finality, median': `${(at(0.5) / 1_000).toFixed(2)} s`,
    'time to finality, 95 of 100': `${(at(0.95) / 1_000).toFixed(2)} s`,
    'time to finality, longest': `${(at(1) / 1_000).toFixed(2)} s (${eras.toFixed(1)} eras)`,
    'longest time without a block': `${stillEras.toFixed(1)} eras`,
  } as Record<string, string>
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
const percent = (value: number) => `${Math.round(value)} % of a core`
const perSecond = (bytes: number) => `${Math.round(bytes / 1024)} KiB per second`
