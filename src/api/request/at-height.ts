import type { ApiContext } from './context.ts'

/** A value whose fields are read in another context than its parent's. */
export class Elsewhere<T> {
  readonly context: ApiContext
  readonly value: T

  constructor(context: ApiContext, value: T) {
    this.context = context
    this.value = value
  }
}

/**
 * What a read finds as of a height that the client chose. It is an Elsewhere; its type is that of the value, which is all that resolvers' types know.
 * @throws RejectionError HEIGHT_TOO_HIGH above the newest final block
 */
export async function readAt<T>(
  context: ApiContext,
  height: number,
  read: (context: ApiContext) => Promise<T>,
): Promise<T> {
  const there = { ...context, snapshot: await context.snapshot.at(height) }
  return new Elsewhere(there, await read(there)) as unknown as T
}
