import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { expect, it } from 'vitest'
import { addFilterOptions } from '../../../src/cli/commands/export-filters.ts'
import { ExportFile } from '../../../src/cli/files/export-file.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

it.each(['', '{"format": "1", "name": "x", "byt', 'null', '{"format": "1", "name": "x", "bytes": "7"}'])(
  'an export does not go on from a damaged state (%s), and leaves its files as they are',
  async (content) => {
    const folder = testFolder('export')
    const path = join(folder, 'file')
    writeFileSync(`${path}.part`, 'rows')
    writeFileSync(`${path}.part.json`, content)
    await expect(ExportFile.open(path, 'x', true)).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    expect(readFileSync(`${path}.part`, 'utf8')).toBe('rows')
    expect(readFileSync(`${path}.part.json`, 'utf8')).toBe(content)
    rmSync(folder, { recursive: true })
  },
)

it('a height that is none is refused in one line, before anything is asked', () => {
  const parse = (...args: string[]) => {
    let said = ''
    const command = addFilterOptions(new Command('export')).exitOverride()
    command.configureOutput({ writeErr: (text) => (said += text) })
    try {
      return command.parse(args, { from: 'user' }).opts()
    } catch {
      return said
    }
  }
  expect(parse('--height-from', '7', '--height-to', '9')).toEqual({ heightFrom: '7', heightTo: '9' })
  for (const bad of ['abc', '-1', '1.5', '99999999999999999999'])
    expect(parse('--height-from', bad)).toMatch(
      /^error: option '--height-from <height>' argument .*must be a whole number from 0 to \d+\.\n$/,
    )
})
