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
  /** Each write of votes: the node crashes, half the time before it is durable, half the time after. */
  crashAtPersist: number
  /** Each block stored: as above. */
  crashAtCommit: number
  /** Each second: a partition begins or ends; one in three cuts one direction only. */
  partition: number
  /** Clocks differ from true time by at most this, each by its own constant. */
  maxSkewMs: number
}

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
}
