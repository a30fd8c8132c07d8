/** When something happened. */
export interface EventTime {
  /** Milliseconds since 1970. */
  ms: number
  /** Offset of the local time from UTC, such as "+02:00". */
  offset: string
}

const UTC = '+00:00'
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)? ?(Z|UTC|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?)?$/

/**
 * When the business of a record happened: the time that its note consists of, as the notes of imported histories do, otherwise the time of its
 * block. A time without an offset is taken as UTC, and a day alone as its beginning.
 */
export function eventTimeOf({ note, blockMs }: { note: string | null; blockMs: number }): EventTime {
  return (note === null ? undefined : timeIn(note)) ?? { ms: blockMs, offset: UTC }
}

/** Whether the time of a record is the one that its note says, and not that of its block. */
export const isNoted = ({ note }: { note: string | null }): boolean =>
  note !== null && timeIn(note) !== undefined

/** The time that a text consists of; undefined if it is anything else, or no such time exists. Fractions are cut to milliseconds. */
function timeIn(text: string): EventTime | undefined {
  const [, year = '', month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    TIME.exec(text) ?? []
  if (year < '1000') return undefined
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`
  const localMs = Date.parse(local)
  // Date.parse moves the 31st of February to March.
  if (Number.isNaN(localMs) || new Date(localMs).toISOString() !== local) return undefined
  const offset = zone === 'Z' || zone === 'UTC' ? UTC : zone
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4))
  return { ms: localMs - (offset.startsWith('-') ? -minutes : minutes) * 60_000, offset }
}

/** A time as ISO 8601 with milliseconds, in UTC. */
export const isoTime = (ms: number): string => new Date(ms).toISOString()
