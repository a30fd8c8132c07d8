import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { OutputFile } from '../../../src/cli/csv-import/files.ts'
import { Journal } from '../../../src/cli/csv-import/journal.ts'
import { ExportFile } from '../../../src/cli/files/export-file.ts'
import { writeNewFile } from '../../../src/cli/files/new-file.ts'
import { writeForSnarkjs } from '../../../src/cli/files/snarkjs-files.ts'
import {
  createPrivateFile,
  makePrivateFolder,
  makePublicFile,
  moveIntoPlace,
  writePrivateFile,
  writePublicFile,
} from '../../../src/config/files.ts'
import { signerDiskIn } from '../../../src/node/chain/signer-disk.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

/** What was done to files, in order, with names instead of paths. */
const disk = vi.hoisted(() => ({ done: [] as string[], isFull: false }))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  const opened = new Map<number, string>()
  const note = (what: string, path: string) => disk.done.push(`${what} ${nameOf(path)}`)
  return {
    ...fs,
    openSync: (path: string, ...rest: [never, never]) => {
      const file = fs.openSync(path, ...rest)
      opened.set(file, path)
      return file
    },
    writeFileSync: (file: number | string, ...rest: [never, never]) => {
      if (disk.isFull) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' })
      fs.writeFileSync(file, ...rest)
    },
    fsyncSync: (file: number) => {
      note('sync', opened.get(file)!)
      fs.fsyncSync(file)
    },
    renameSync: (from: string, to: string) => {
      note('rename to', to)
      fs.renameSync(from, to)
    },
    linkSync: (from: string, to: string) => {
      note('link', to)
      fs.linkSync(from, to)
    },
  }
})

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>()
  const open: typeof fs.open = async (path, ...rest) => {
    const file = await fs.open(path, ...rest)
    for (const name of ['sync', 'datasync'] as const) {
      const sync = file[name].bind(file)
      file[name] = () => {
        disk.done.push(`sync ${nameOf(String(path))}`)
        return sync()
      }
    }
    return file
  }
  return { ...fs, open }
})

/** Temporary files have random names. */
function nameOf(path: string): string {
  return path.endsWith('.new') ? 'NEW' : basename(path)
}

let folder: string
const file = (...parts: string[]) => join(folder, ...parts)
/** What was done since this was called last. */
const done = () => disk.done.splice(0).map((line) => line.replace(basename(folder), 'FOLDER'))
const REPLACED = ['sync NEW', 'rename to a', 'sync FOLDER']

beforeEach(() => {
  folder = testFolder('files')
  done()
})
afterEach(() => {
  disk.isFull = false
  rmSync(folder, { recursive: true })
})

describe('files that must survive a crash', () => {
  it.each([
    ['a private file', writePrivateFile, 0o600],
    ['a public file', writePublicFile, 0o666 & ~process.umask()],
  ])('%s is synced before it gets its name, and its folder after', (_, write, mode) => {
    write(file('a'), 'first')
    expect(done()).toEqual(REPLACED)
    write(file('a'), 'second')
    expect(done()).toEqual(REPLACED)
    expect(readFileSync(file('a'), 'utf8')).toBe('second')
    expect(statSync(file('a')).mode & 0o777).toBe(mode)
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it('are what they were, with nothing beside them, where the disk is full', async () => {
    writePrivateFile(file('a'), 'first')
    disk.isFull = true
    expect(() => writePrivateFile(file('a'), 'second')).toThrow('the disk is full')
    expect(() => createPrivateFile(file('b'), 'second')).toThrow('the disk is full')
    expect(() => writeNewFile(file('c'), ['second'])).toThrow('ENOSPC')
    const full = makePublicFile(file('d'), (path) => {
      copyFileSync(import.meta.filename, path)
      throw new Error('the disk is full')
    })
    await expect(full).rejects.toThrow('the disk is full')
    expect(readFileSync(file('a'), 'utf8')).toBe('first')
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it('are created once, and are there for whoever finds them', () => {
    expect(createPrivateFile(file('a'), 'first')).toBe(true)
    expect(createPrivateFile(file('a'), 'second')).toBe(false)
    expect(done()).toEqual(Array(2).fill(['sync NEW', 'link a', 'sync FOLDER']).flat())
    expect(readFileSync(file('a'), 'utf8')).toBe('first')
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it('are in folders that survive it too', () => {
    makePrivateFolder(file('x', 'y', 'z'))
    expect(done().sort()).toEqual(['sync FOLDER', 'sync x', 'sync y'])
    makePrivateFolder(file('x', 'y', 'z'))
    expect(done()).toEqual([])
    expect(statSync(file('x', 'y')).mode & 0o777).toBe(0o700)
  })

  it('may be a folder that is moved', () => {
    mkdirSync(file('x'))
    moveIntoPlace(file('x'), file('a'))
    expect(done()).toEqual(['rename to a', 'sync FOLDER'])
    expect(existsSync(file('a'))).toBe(true)
  })
})

it.each<[string, string[], () => void | Promise<void>]>([
  [
    'what a validator signed',
    ['sync NEW', 'rename to signer.json', 'sync FOLDER'],
    () => signerDiskIn(folder).write('{}'),
  ],
  ['a new file', REPLACED, () => writeNewFile(file('a'), ['one', 'two'])],
  [
    'what something else writes',
    REPLACED,
    () => makePublicFile(file('a'), (path) => copyFileSync(import.meta.filename, path)),
  ],
  [
    'a proof for snarkjs',
    ['proof.json', 'public.json', 'verification_key.json'].flatMap((name) => [
      'sync NEW',
      `rename to ${name}`,
      'sync FOLDER',
    ]),
    () => writeForSnarkjs(folder, { proof: {}, publicSignals: [] }, {}),
  ],
  [
    'a complete export',
    ['sync a.part', 'rename to a', 'sync FOLDER'],
    async () => {
      const target = await ExportFile.open(file('a'), 'all', false)
      await target.write('rows')
      await target.finish()
    },
  ],
  [
    'the journal of an import',
    ['sync a.journal', 'sync FOLDER', 'sync a.journal'],
    async () => {
      const journal = new Journal(folder, 'a')
      journal.end('row 1', 'ab')
      await journal.flush()
      journal.end('row 2', 'cd')
      await journal.close()
    },
  ],
  [
    'the report of an import',
    ['sync a', 'sync FOLDER'],
    () => {
      const report = new OutputFile(file('a'), '--report', [])
      report.write(['line'])
      report.close()
    },
  ],
])('%s is durable', async (_, expected, write) => {
  await write()
  expect(done()).toEqual(expected)
})
