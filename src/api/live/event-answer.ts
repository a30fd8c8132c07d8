import { randomBytes } from 'node:crypto'

/**
 * Stands for the cursor in an answer that subscribers of several lists share. It is drawn at random, so nothing else in an answer can contain it; and no
 * cursor of a live list is longer, so answers do not outgrow their bound.
 */
export const ANY_CURSOR = randomBytes(64).toString('base64url')

/** The JSON of an answer to an event, without errors, as it is for all who ask the same of it. */
export interface SharedAnswer {
  errors?: undefined
  text: string
}

/**
 * An answer to an event, without errors, as it is for one subscriber. Only its text is there, which is all that transports look at: its objects would take
 * about seven bytes more per character.
 */
export class EventAnswer {
  /** The `after` with which this subscriber continues; undefined if it must start anew. It stands in for ANY_CURSOR. */
  readonly after: string | undefined
  /** JSON. */
  readonly text: string
  /** Answers that are sent with it, in order; it is the first of them. */
  together: readonly EventAnswer[] | undefined

  constructor({ text }: SharedAnswer, after: string | undefined) {
    this.after = after
    this.text = after === undefined ? text : text.replaceAll(ANY_CURSOR, after)
  }
}

/** Makes one answer of several: passing answers on takes longer than making them. */
export function together(answers: readonly EventAnswer[]): EventAnswer {
  const [first] = answers as [EventAnswer]
  first.together = answers
  return first
}

/** The answers to events that a result carries; undefined if it is something else, such as an error. */
export function apart(result: object): readonly EventAnswer[] | undefined {
  if (!(result instanceof EventAnswer)) return undefined
  return result.together ?? [result]
}
