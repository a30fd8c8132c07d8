import { locale } from './language.ts'

const whole = new Intl.NumberFormat(locale)
const dateAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' })
const hour = new Intl.DateTimeFormat(locale, {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
})
const date: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'short', day: 'numeric' }
const day = new Intl.DateTimeFormat(locale, date)
const utcDay = new Intl.DateTimeFormat(locale, { ...date, timeZone: 'UTC' })
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
/** What parts a whole number from its fraction. */
export const decimalPoint = new Intl.NumberFormat(locale)
  .formatToParts(1.5)
  .find(({ type }) => type === 'decimal')!.value

/** A whole number with the locale's separators, exact whatever its size. */
export const formatCount = (count: string | number | bigint): string => whole.format(BigInt(count))

/** A fraction with at most `digits` digits after the point, and at least `least`. */
export const formatFraction = (value: number, digits = 2, least = 0): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: least }).format(value)

/** A share, 0 to 1, in percent, with at most one digit after the point, and at least `least`. */
export const formatShare = (share: number, least = 0): string =>
  new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: 1,
    minimumFractionDigits: least,
  }).format(share)

/** Units of an asset as an amount with its decimal places, exact; trailing zeros of the fraction are left out. */
export function formatUnits(units: string | bigint, decimals: number): string {
  const digits = BigInt(units)
    .toString()
    .padStart(decimals + 1, '0')
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  const integer = formatCount(digits.slice(0, digits.length - decimals))
  return decimals === 0 || fraction === '' ? integer : `${integer}${decimalPoint}${fraction}`
}

/** A date with its time, in the visitor's time zone. No line ends before "AM". */
export const formatDateTime = (at: Date): string => dateAndTime.format(at).replace(/\s(?=\p{L}+$)/u, '\u00a0')
/** The beginning of an hour of UTC, in the visitor's time zone, where it may be at half past. */
export const formatHour = (at: Date): string => hour.format(at)
/** The day of a time, in the visitor's time zone. */
export const formatDay = (at: Date): string => day.format(at)
/** A day that begins at midnight of UTC. */
export const formatUtcDay = (at: Date): string => utcDay.format(at)

/** Milliseconds of each unit that relative times are told in, largest first. */
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_556_952_000],
  ['month', 2_629_746_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
]

/** Milliseconds that a time may be ahead of this device and is still told as now: clocks differ, and blocks are never of the future. */
const MAX_AHEAD_MS = 60_000

/** How long before or after `now` a time is, in the largest unit that it has one of: "3 minutes ago". */
export function formatRelative(at: Date, now: number): string {
  const ahead = at.getTime() - now
  const ms = ahead > 0 && ahead <= MAX_AHEAD_MS ? 0 : ahead
  const [unit, size] = UNITS.find(([, each]) => Math.abs(ms) >= each) ?? UNITS.at(-1)!
  return relative.format(Math.trunc(ms / size), unit)
}

/** The beginning and the end of a long text, such as a hash or an address. */
export const shortened = (text: string, head = 8, tail = 6): string =>
  text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`
