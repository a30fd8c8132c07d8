import { afterAll, vi } from 'vitest'

// What a file replaced, the next one in the same process has again. Vitest restores spies by itself.
afterAll(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})
