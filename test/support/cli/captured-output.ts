import { afterEach, beforeEach, vi } from 'vitest'

/** What the program under test has written in the current test. Its streams and its exit status are restored afterwards. */
export function captureOutput(): { stdout: string; stderr: string } {
  const written = { stdout: '', stderr: '' }
  beforeEach(() => {
    for (const stream of ['stdout', 'stderr'] as const) {
      written[stream] = ''
      vi.spyOn(process[stream], 'write').mockImplementation((text) => {
        written[stream] += text
        return true
      })
    }
  })
  afterEach(() => {
    vi.restoreAllMocks()
    process.exitCode = undefined
  })
  return written
}
