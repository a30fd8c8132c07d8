import { expect, it } from 'vitest'
import { matrixOf, sizeFor } from '../../../../src/explorer/label/matrix.ts'
import { readQr } from '../../../support/cli/qr-reader.ts'

/** The modules that an outline fills. */
function modulesOf(path: string, size: number): boolean[][] {
  const modules = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    modules[Number(y)]!.fill(true, Number(x), Number(x) + Number(length))
  return modules
}

/** The same as a terminal shows it: light modules are blocks, and a line has two rows. */
function linesOf(modules: boolean[][]): string[] {
  const block = { 'false,false': '█', 'false,true': '▀', 'true,false': '▄', 'true,true': ' ' }
  return Array.from({ length: Math.ceil(modules.length / 2) }, (_, i) =>
    modules[2 * i]!.map((top, x) => block[`${top},${modules[2 * i + 1]?.[x] ?? true}`]).join(''),
  )
}

it('outlines a code that reads as its text', () => {
  const text = 'https://example.com/asset/LOT-7'
  const { size, path } = matrixOf(text)
  expect(readQr(linesOf(modulesOf(path, size)), 4)).toBe(text)
})

it('is printed as large as it must be to be read', () => {
  expect(sizeFor(matrixOf('https://example.com/asset/LOT-7'))).toBe(20)
  expect(sizeFor(matrixOf(`https://example.com/${'x'.repeat(300)}`))).toBe(40)
  expect(sizeFor(matrixOf(`https://example.com/${'x'.repeat(1_500)}`))).toBe(90)
})
