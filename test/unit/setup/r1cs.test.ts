import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readR1cs } from '../../../src/setup/groth16/r1cs.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('r1cs')
const path = join(folder, 'cut.r1cs')
afterAll(() => rmSync(folder, { recursive: true }))

it.each([65n, 1n << 40n, (1n << 64n) - 1n])(
  'a file of 64 bytes, whose header is said to have %s, is cut',
  (length) => {
    const bytes = Buffer.alloc(24 + 64)
    bytes.write('r1cs')
    for (const [at, value] of [
      [4, 1],
      [8, 2],
      [12, 1],
    ] as const)
      bytes.writeUInt32LE(value, at)
    bytes.writeBigUInt64LE(length, 16)
    writeFileSync(path, bytes)
    expect(() => readR1cs(path)).toThrow('the .r1cs file is cut short')
  },
)
