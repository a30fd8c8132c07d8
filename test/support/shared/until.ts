import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 20
/** More than the busiest machine needs, and less than a test may take (vitest.config.ts), so that the error says what did not happen. */
const GIVE_UP_MS = 240_000

/**
 * Waits for an event that can be observed. Tests wait for events instead of sleeping, so that a slow machine only makes them slower.
 * @param state described in the error if the event never happens
 */
export async function until(
  happened: () => boolean | Promise<boolean>,
  state: () => string = () => String(happened),
): Promise<void> {
  const startedMs = performance.now()
  while (!(await happened())) {
    if (performance.now() - startedMs > GIVE_UP_MS) throw new Error(`this did not happen: ${state()}`)
    await sleep(POLL_MS)
  }
}
