import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from '../support/documents/snippets.ts'

/** Runs a program of the second implementation, which was written from PROTOCOL.md alone, and returns what it prints. */
function python(program: string, ...args: string[]): string {
  try {
    return execFileSync('python3', ['-B', join(ROOT, 'test/conformance', program), ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 24,
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Error('python3 is missing: this test needs it (Debian: apt install python3)')
    throw error
  }
}

it('a second implementation in another language computes what the vectors of the protocol say', () => {
  expect(python('python/check_vectors.py', join(ROOT, 'test/vectors/protocol'))).toBe('41 values\n')
})
