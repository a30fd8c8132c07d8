/** What goes wrong: chances, and bounds in milliseconds. */
export interface Faults {
  /** Of each message. */
  drop: number
  duplicate: number
  /** Messages take from 1 to this many milliseconds, and so overtake each other. */
  maxDelayMs: number
  /** Each second and node: it crashes, and comes back after up to 5 s. */
  crash: number
  /** Each second: all crash at once. */
  crashAll: number
  /** Each write of votes: the node crashes before it is durable, after it but before signer.json is raised, or after both. */
  crashAtPersist: number
  /** Each block stored: the node crashes, half the time before it is durable, half the time after. */
  crashAtCommit: number
  /** Each second: a partition begins or ends; one in three cuts one direction only. */
  partition: number
  /** Clocks differ from true time by at most this, each by its own constant. */
  maxSkewMs: number
  /** Each second and node: its clock is set, forwards or backwards, by up to 5 s from true time. */
  clockJump: number
  /** Each second: one node loses its database, or gets an earlier copy of it back, or loses signer.json as well. One at a time. */
  diskLoss: number
  /** Each node: it takes ten times as long for everything, for good. */
  slow: number
}

/** Chances of each kind that have struck, counted. */
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
