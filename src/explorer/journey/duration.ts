import { locale, texts } from '../app/language.ts'

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

/** How long something lasted, in the largest unit that it has one of: "3 months". One below a second has words of its own. */
export function durationWords(ms: number): string {
  const found = UNITS.find(([, each]) => ms >= each)
  if (found === undefined) return texts.journey.instant
  const [unit, size] = found
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.trunc(ms / size),
  )
}
