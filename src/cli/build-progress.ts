import { type BuildStatus, statusText } from '../setup/build.ts'
import type { Progress } from './output.ts'

/** Shows how far a build of circuits is: a bar in stages that tell, and always the time since the stage began. */
export function showBuild(bar: Progress, what: string, status: BuildStatus): void {
  const { fraction } = status
  bar.update(fraction, fraction > 0 ? 1 : undefined, `${what}: ${statusText({ ...status, fraction: 0 })}`)
}
