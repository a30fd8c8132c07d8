import type { Judgment } from '../verify/judgment.ts'
import { green, red, table, yellow } from './output.ts'

const PAINT = { yes: green, no: red, partly: yellow, unknown: yellow }

/** A line per verdict of a report, with its reason. */
export function verdictLines<N extends string>(names: readonly N[], report: Record<N, Judgment>): string[] {
  return table(
    names.map((name) => {
      const { verdict, reason } = report[name]
      return [name, PAINT[verdict](verdict), reason]
    }),
  )
}
