/** The faults of a simulation: probabilities from 0 to 1, and bounds in milliseconds. */
export interface Faults {
  /** Per message: it is lost. */
  drop: number
  /** Per message: it arrives twice. */
  duplicate: number
  /** Messages take 1 to this many milliseconds, so they can overtake each other. */
  maxDelayMs: number
  /** Per second and node: it crashes, and restarts after up to 5 s. */
  crash: number
  /** Per second: all nodes crash at once. */
  crashAll: number
  /** Per write of votes: the node crashes before the write, between it and that of signer.json, or after both. */
  crashAtPersist: number
  /** Per committed block: the node crashes, with equal chances before and after the write. */
  crashAtCommit: number
  /** Per second: a partition begins or ends. One in three cuts one direction only. */
  partition: number
  /** Each clock differs from true time by a constant of at most this amount. */
  maxSkewMs: number
  /** Per second and node: its clock jumps to up to 5 s before or after true time. */
  clockJump: number
  /** Per second: a node loses its database, or gets an earlier copy of it, or loses database and signer.json. One node at a time. */
  diskLoss: number
  /** Per node: everything takes it ten times as long, permanently. */
  slow: number
}

/** Number of faults that occurred, by kind. */
export type FaultCounts = Record<string, number>

export const NO_FAULTS: Faults = {
  drop: 0,
  duplicate: 0,
  maxDelayMs: 50,
  crash: 0,
  crashAll: 0,
  crashAtPersist: 0,
  crashAtCommit: 0,
  partition: 0,
  maxSkewMs: 0,
  clockJump: 0,
  diskLoss: 0,
  slow: 0,
}
