import { execFile } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { moduleUrl } from '../../src/process/module-url.ts'
import { inTerminal } from '../support/cli/terminal.ts'
import { testFolder } from '../support/shared/test-folder.ts'

const folder = testFolder('terminal')
const file = join(folder, 'errors')
afterAll(() => rmSync(folder, { recursive: true }))

const OUTPUT = moduleUrl(new URL('../../src/cli/', import.meta.url).href, './output')
const WHAT = 'x'.repeat(60)
/** Says something red and shows a third of a bar. */
const SHOWING = `import(${JSON.stringify(OUTPUT.href)}).then(({ progress, red, say }) => {
  say(red('error'))
  progress().update(1, 3, ${JSON.stringify(WHAT)})
})`

/** What a terminal of so many columns is sent, by line and by what begins a line anew. */
async function shown(columns: number, env: Record<string, string>, rest = ''): Promise<string[]> {
  const [python, ...args] = inTerminal(columns) as [string, ...string[]]
  const shell = ['sh', '-c', `exec "$0" -e "$1" ${rest}`, process.execPath, SHOWING]
  const { NO_COLOR, ...usual } = process.env
  const { stdout } = await promisify(execFile)(python, [...args, ...shell], {
    env: { ...usual, TERM: 'xterm', ...env },
  })
  return stdout.split(/[\r\n]+/)
}

describe('a terminal', () => {
  it('of 80 columns or more has colors, and a bar', async () => {
    const [error, line] = await shown(120, {})
    expect(error).toBe('\u001b[31merror\u001b[0m')
    expect(line).toBe(`\u001b[K[########................]  33% ${WHAT}`)
  })

  it('that is too narrow for the bar has one line without it, which ends before the last column', async () => {
    expect((await shown(80, {}))[1]).toBe(`\u001b[K33% ${WHAT}`)
    expect((await shown(40, {}))[1]).toBe(`\u001b[K33% ${'x'.repeat(35)}`)
    // It does not say how many columns it has.
    expect((await shown(0, {}))[1]).toBe(`\u001b[K33% ${WHAT}`)
  })

  it('has no colors with NO_COLOR', async () => {
    const [error, line] = await shown(120, { NO_COLOR: '1' })
    expect([error, line]).toEqual(['error', expect.stringContaining('33%')])
  })

  it('that acts on no codes is sent none', async () => {
    const lines = await shown(80, { TERM: 'dumb' })
    expect(lines).toEqual(['error', `${WHAT} 33%`, ''])
  })

  it('beside a file: what is said into the file has no codes', async () => {
    await shown(80, {}, `2>"${file}"`)
    expect(readFileSync(file, 'utf8')).not.toContain('\u001b')
    expect(readFileSync(file, 'utf8')).toContain('error')
  })
})
