import type { ProverStatus } from '../proofs/wire.ts'

/** What a prover is and does, in a line. */
export function proverWords({ prover, version, backend, threads, batch, stage }: ProverStatus): string {
  const self = [
    ...(version === null ? [] : [version]),
    ...(backend === null ? [] : [backend]),
    ...(threads === null ? [] : [threads === 1 ? '1 thread' : `${threads} threads`]),
  ]
  const what = batch === null ? stage : `batch ${batch}: ${stage}`
  return `${prover}${self.length === 0 ? '' : ` (${self.join(', ')})`}: ${what}`
}
