import type { Socket } from 'node:net'
import type { ExecutionResult } from 'graphql'
import type { WebSocket } from 'ws'
import { apart, type EventAnswer } from '../live/event-answer.ts'

/** Where the answers of an operation go. */
export interface SocketOperation {
  /** The client's name for the operation. */
  id: string
  socket: WebSocket
  /** What the socket writes to. */
  stream: Socket
}

/**
 * Sends answers to events by their texts, those that come together in one write. graphql-ws would make the text of each anew, and write each alone.
 * @param onEnd is called when nothing more is sent
 * @returns what is left to graphql-ws: answers with errors, and the end
 */
export function sendingTexts(
  source: AsyncIterable<ExecutionResult>,
  operation: SocketOperation,
  onEnd: () => void = () => {},
): AsyncIterableIterator<ExecutionResult> {
  const answers = source[Symbol.asyncIterator]()
  return {
    async next() {
      for (;;) {
        const result = await answers.next()
        const events = result.done ? undefined : apart(result.value)
        if (result.done) onEnd()
        if (events === undefined) return result
        await send(events, operation)
      }
    },
    async return() {
      onEnd()
      await answers.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** Resolves when all are written, or the client is gone. */
async function send(answers: readonly EventAnswer[], { id, socket, stream }: SocketOperation): Promise<void> {
  if (socket.readyState !== socket.OPEN) return
  const begin = `{"id":${JSON.stringify(id)},"type":"next","payload":`
  stream.cork()
  const sent = answers.map(
    ({ text }) => new Promise<void>((resolve) => socket.send(`${begin}${text}}`, () => resolve())),
  )
  stream.uncork()
  await Promise.all(sent)
}
