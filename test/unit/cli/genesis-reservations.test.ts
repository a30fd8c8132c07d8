import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runProgram } from '../../../src/cli/program.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('genesis')
const validator = join(folder, 'validator.json')
const [votingKey, transportKey, logKey] = [1, 2, 3].map((byte) => `0${byte}`.repeat(32))
writeFileSync(validator, JSON.stringify({ name: 'one', votingKey, transportKey, logKey }))
afterAll(() => rmSync(folder, { recursive: true }))

let stderr = ''
beforeEach(() => {
  stderr = ''
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

const make = (reservations: string, data: string) =>
  runProgram([
    'genesis',
    'new',
    '--open',
    '--validators',
    validator,
    '--reservations',
    reservations,
    '--data',
    join(folder, data),
  ])

describe('ictl genesis new --reservations', () => {
  it('writes them into the genesis', async () => {
    expect(await make('30,10000', 'good')).toBe(0)
    const { reservations } = JSON.parse(readFileSync(join(folder, 'good', 'genesis.json'), 'utf8'))
    expect(reservations).toEqual({ delay: '30', life: '10000' })
  })

  it.each([
    ['30', 2, /two numbers of eras/],
    ['30,x', 2, /two numbers of eras/],
    ['0,30', 1, /reservations\.delay/],
    ['30,29', 1, /reservations\.life/],
  ])('is refused with %s', async (reservations, status, message) => {
    expect(await make(reservations, 'bad')).toBe(status)
    expect(stderr).toMatch(message)
  })
})
