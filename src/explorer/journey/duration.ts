import { locale } from '../app/language.ts'

type Unit = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'

/** Milliseconds of each unit, largest first; years and months as they are on average. */
const UNITS: readonly (readonly [Unit, number])[] = [
  ['year', 31_556_952_000],
  ['month', 2_629_746_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
]

/** How long something lasted, in the largest unit that it has one of: "3 months". Less than a second is "0 seconds". */
export function durationWords(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? UNITS.at(-1)!
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.max(0, Math.trunc(ms / size)),
  )
}
