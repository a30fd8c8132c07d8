import type { Child } from './child.ts'

/** A part that was started, with its name for the operator. */
export interface Part extends Pick<Child, 'failed'> {
  name: string
}

/**
 * Rejects when the rest cannot go on: when Postgres is given up, or the last node. Any other part that is given up is reported, and the rest
 * runs on: further validators may be a quorum, and an api can still read what its node stored.
 */
export function untilLost(
  { database, nodes, others }: { database: Promise<never>; nodes: readonly Part[]; others: readonly Part[] },
  report: (line: string) => void,
): Promise<never> {
  return new Promise((_, reject) => {
    let left = nodes.length
    database.catch(reject)
    for (const { name, failed } of nodes) {
      failed.catch((error: Error) => {
        left -= 1
        if (left === 0) reject(error)
        else report(`the ${name} is given up: ${error.message}`)
      })
    }
    for (const { name, failed } of others)
      failed.catch((error: Error) => report(`the ${name} is given up, the rest runs on: ${error.message}`))
  })
}
