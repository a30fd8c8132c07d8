/** What a verification does, one stage after another. */
export const STAGES = ['read', 'finality', 'records', 'history', 'state', 'walk', 'signatures'] as const
export type Stage = (typeof STAGES)[number]

/** Is told before each step of a stage how many of its steps are done. A stage that cannot be divided has one step. */
export type OnProgress = (stage: Stage, done: number, steps: number) => void
