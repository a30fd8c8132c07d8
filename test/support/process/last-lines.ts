import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

const KEPT = 30

/** Keeps the last lines of what a child writes, so that the error of a test whose child ended early says why. @returns them so far */
export function lastLines(stream: Readable, onLine: (line: string) => void = console.error): () => string {
  const kept: string[] = []
  createInterface({ input: stream }).on('line', (line) => {
    if (kept.push(line) > KEPT) kept.shift()
    onLine(line)
  })
  return () => kept.join('\n')
}
