import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { MUTANTS, SHELL_MUTANTS } from './scripts/mutant-list.ts'

it('every deliberate bug has its place: the text that it changes occurs once in its file', () => {
  const lost = [...MUTANTS, ...SHELL_MUTANTS].filter(({ file, change: [right] }) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
    return text.split(right).length !== 2
  })
  expect(lost.map(({ name }) => name)).toEqual([])
})
