/** Masks of QR codes (ISO/IEC 18004, table 10): whether the module at row i, column j is inverted. */
const MASKS: ((i: number, j: number) => boolean)[] = [
  (i, j) => (i + j) % 2 === 0,
  (i) => i % 2 === 0,
  (_, j) => j % 3 === 0,
  (i, j) => (i + j) % 3 === 0,
  (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2 === 0,
  (i, j) => ((i * j) % 2) + ((i * j) % 3) === 0,
  (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2 === 0,
  (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2 === 0,
]

/**
 * The text of a QR code as a terminal shows it: light modules are blocks, and a line has two rows. Reads versions 2 to 5 with one block of bytes,
 * without correcting errors.
 */
export function readQr(lines: readonly string[], border: number): string {
  const rows = lines.flatMap((line) => [
    [...line].map((c) => c !== '█' && c !== '▀'),
    [...line].map((c) => c !== '█' && c !== '▄'),
  ])
  const size = rows[0]!.length - 2 * border
  const isDark = (i: number, j: number) => rows[i + border]![j + border]!
  // Bits 2 to 4 of the format information, under its own mask 101.
  const mask = MASKS[[2, 3, 4].reduce((value, j) => value * 2 + Number(isDark(8, j)), 0) ^ 0b101]!
  const bits: number[] = []
  let isUpward = true
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right--
    for (let step = 0; step < size; step++) {
      const i = isUpward ? size - 1 - step : step
      for (const j of [right, right - 1])
        if (!isFunction(i, j, size)) bits.push(Number(isDark(i, j) !== mask(i, j)))
    }
    isUpward = !isUpward
  }
  const number = (from: number, length: number) =>
    bits.slice(from, from + length).reduce((value, bit) => value * 2 + bit, 0)
  if (number(0, 4) !== 0b0100) throw new Error('the code does not have bytes')
  return Buffer.from(Array.from({ length: number(4, 8) }, (_, i) => number(12 + 8 * i, 8))).toString()
}

/** Whether a module belongs to a finder, its format information, a timing pattern, or the alignment pattern. */
function isFunction(i: number, j: number, size: number): boolean {
  const isFinder = (i < 9 && (j < 9 || j >= size - 8)) || (i >= size - 8 && j < 9)
  const isAlignment = Math.abs(i - (size - 7)) <= 2 && Math.abs(j - (size - 7)) <= 2
  return isFinder || i === 6 || j === 6 || isAlignment
}
