import type { ControlClient, NodeStatus } from '../../../src/control/client.ts'

/** A control client of a node without content. Tests replace the methods that they need. */
export function idleNode(chainId: string): ControlClient {
  return {
    submit: async () => ({ hash: '0'.repeat(64), status: 'ACCEPTED' }),
    submitAll: async (actions) => actions.map(() => ({ hash: '0'.repeat(64), status: 'ACCEPTED' })),
    submission: async () => undefined,
    submissions: async (hashes) => hashes.map(() => undefined),
    pool: async () => ({
      size: 0,
      bytes: 0,
      parked: 0,
      oldestEra: null,
      limits: { entries: 20_000, bytes: 64 * 1024 * 1024, perSigner: 10_000 },
    }),
    pending: async () => ({ entries: [], hasMore: false }),
    nextStarts: async (holdings) => holdings.map(() => 0n),
    status: async () =>
      ({
        chainId,
        state: 'READY',
        height: 0,
        finality: null,
        log: { size: null, validators: [] as unknown[], witnesses: [] as unknown[] },
      }) as NodeStatus,
    checkpoint: async () => null,
    metrics: async () => '',
    close: () => {},
  }
}
