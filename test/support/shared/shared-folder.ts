import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'

/** Folder beside the project with data and vectors by others. */
const SHARED = new URL('../../../../shared/', import.meta.url)

/** Whether the folder exists. */
export function hasShared(): boolean {
  return existsSync(SHARED)
}

/** A path below the shared folder. */
export function sharedPath(...parts: string[]): string {
  return fileURLToPath(new URL(parts.join('/'), SHARED))
}

export function readSharedJson<T>(...parts: string[]): T {
  return JSON.parse(readFileSync(sharedPath(...parts), 'utf8')) as T
}

/**
 * Declares tests that need the shared folder. Without it they are skipped, which the report shows; with CI=true that is a failure,
 * so that CI cannot pass by skipping.
 * @param fn declares the tests; called only if the folder exists
 */
export function describeShared(name: string, fn: () => void): void {
  if (hasShared()) {
    describe(name, fn)
  } else if (process.env.CI === 'true') {
    describe(name, () => {
      it('has the shared folder beside the project', () => {
        throw new Error(`CI=true and ${sharedPath()} is absent: these tests would have been skipped`)
      })
    })
  } else {
    describe.skip(`${name} (no ../shared)`, () => {
      it('needs the shared folder', () => {})
    })
  }
}
