import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { timeoutSignal } from '../../../../src/api/budget/timeout.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

describe('a timeout', () => {
  it('ends what waits for any of several signals, also after a garbage collection', async () => {
    const either = AbortSignal.any([timeoutSignal(100), new AbortController().signal])
    const aborted = once(either, 'abort')
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
    await aborted
    expect(either.reason).toMatchObject({ name: 'TimeoutError' })
  })
})
