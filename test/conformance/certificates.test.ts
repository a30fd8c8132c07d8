import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from '../support/documents/snippets.ts'

/** What the index says of a certificate. */
type Expected = { file: string; verdicts: Record<string, string>; code: string | null }

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
  expect(python('python/check_vectors.py', join(ROOT, 'test/vectors/protocol'))).toBe('44 values\n')
})

it('a second implementation comes to the verdicts of the published certificates', () => {
  const file = join(ROOT, 'test/vectors/certificates/index.json')
  const { certificates } = JSON.parse(readFileSync(file, 'utf8')) as { certificates: Expected[] }
  const lines = python('verify_certificate.py', '--index', file).trimEnd().split('\n')
  expect(lines).toHaveLength(certificates.length)
  const got = lines.map((line, i) => ({ file: certificates[i]?.file, ...JSON.parse(line) }))
  expect(got).toEqual(certificates.map(({ file, verdicts, code }) => ({ file, verdicts, code })))
})
