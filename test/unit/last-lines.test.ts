import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { lastLines } from '../support/process/last-lines.ts'

test('what a child wrote last is known once it has closed', async () => {
  const child = spawn(process.execPath, [
    '-e',
    'for (let i = 0; i < 40; i++) console.error(i); process.exit(1)',
  ])
  const printed: string[] = []
  const written = lastLines(child.stderr, (line) => printed.push(line))
  await once(child, 'close')
  expect(written().split('\n')).toEqual(Array.from({ length: 30 }, (_, i) => `${i + 10}`))
  expect(printed).toHaveLength(40)
})
