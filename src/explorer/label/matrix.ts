import { encode } from 'uqr'

/** Light modules around a code (ISO/IEC 18004, 6.3.8). */
const QUIET_MODULES = 4
/** Sizes of a printed code with its margin, in millimeters. */
export const SIZES_MM = [20, 30, 40, 60, 90] as const
/** Smallest module that is read without trouble, in millimeters: what GS1 asks of a QR code with a Digital Link in trade. */
const MIN_MODULE_MM = 0.396

/** A QR code as an outline of its dark modules. */
export interface Matrix {
  /** Modules of a side, with the margin. */
  size: number
  /** SVG path data, in modules. */
  path: string
}

/**
 * The QR code of a text.
 * @param text of at most 2,331 bytes
 */
export function matrixOf(text: string): Matrix {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET_MODULES })
  const runs = data.flatMap((row, y) =>
    darkRuns(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`),
  )
  return { size, path: runs.join('') }
}

/** The runs of dark modules in a row. @returns of each, where it begins and its length */
function darkRuns(row: readonly boolean[]): [x: number, length: number][] {
  const runs: [number, number][] = []
  row.forEach((isDark, x) => {
    if (!isDark) return
    const last = runs.at(-1)
    if (last !== undefined && last[0] + last[1] === x) last[1]++
    else runs.push([x, 1])
  })
  return runs
}

/** The smallest size at which a code is read without trouble; the largest one for codes that are too dense for all. In millimeters. */
export const sizeFor = ({ size }: Matrix): number =>
  SIZES_MM.find((mm) => mm / size >= MIN_MODULE_MM) ?? SIZES_MM.at(-1)!
