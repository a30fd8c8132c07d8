import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOf, takeLock } from '../../../src/process/lock.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { until } from '../../support/shared/until.ts'

const TAKER = fileURLToPath(new URL('../../support/process/lock-taker.mjs', import.meta.url))
/** Further than any taking of a lock goes. */
const NEVER = 1_000
/** What a process leaves that is gone: this one's id is in use, but not since then. */
const STALE = `${process.pid} 0\n`

/** A process that takes a lock, up to a chosen use of the file system and on from there. */
class Taker {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor() {
    this.#child = spawn(process.execPath, [TAKER], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]()
  }

  get pid(): number {
    return this.#child.pid!
  }

  async answer(): Promise<string> {
    return (await this.#lines.next()).value ?? 'ended'
  }

  tell(order: string): Promise<string> {
    this.#child.stdin!.write(`${order}\n`)
    return this.answer()
  }

  async kill(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }
}

const folder = testFolder('lock')
const path = join(folder, 'lock')
const isPaused = (answer: string) => answer.startsWith('before ')
const start = async () => {
  const taker = new Taker()
  expect(await taker.answer()).toBe('ready')
  return taker
}
let first: Taker
let second: Taker

beforeAll(async () => {
  ;[first, second] = await Promise.all([start(), start()])
})
afterAll(async () => {
  await Promise.all([first.kill(), second.kill()])
  rmSync(folder, { recursive: true })
})

/** Both find the lock of a process that is gone: one stops before its use `i`, the other one before its use `j`, then each goes on. */
async function takeBoth(i: number, j: number): Promise<[string, string]> {
  writeFileSync(path, STALE)
  let a = await first.tell(`take ${path} ${i}`)
  let b = await second.tell(`take ${path} ${j}`)
  if (isPaused(a)) a = await first.tell('go on')
  if (isPaused(b)) b = await second.tell('go on')
  return [a, b]
}

/** Uses of the file system that taking over a lock makes. */
async function usesOfTaking(): Promise<number> {
  for (let i = 0; ; i++) {
    writeFileSync(path, STALE)
    const isAll = !isPaused(await first.tell(`take ${path} ${i}`))
    if (!isAll) await first.tell('go on')
    await first.tell('release')
    if (isAll) return i
  }
}

describe('the lock of a process that is gone', () => {
  it('is taken by one of two processes, wherever each of them is while the other one goes on', async () => {
    const uses = await usesOfTaking()
    expect(uses).toBeGreaterThan(4)
    for (let i = 0; i <= uses; i++) {
      for (let j = 0; j <= uses; j++) {
        const both = await takeBoth(i, j)
        const taken = both.filter((answer) => answer === 'taken')
        expect({ i, j, both, taken: taken.length }).toMatchObject({ taken: 1 })
        const holder = both[0] === 'taken' ? first : second
        expect(Number(readFileSync(path, 'utf8').split(' ')[0])).toBe(holder.pid)
        await first.tell('release')
        await second.tell('release')
        expect(readdirSync(folder)).toEqual([])
      }
    }
  })

  it('can be taken after a process was killed anywhere on its way to it', async () => {
    const uses = await usesOfTaking()
    for (let i = 0; i < uses; i++) {
      writeFileSync(path, STALE)
      const killed = await start()
      expect(await killed.tell(`take ${path} ${i}`)).toMatch(/^before /)
      await killed.kill()
      expect(await first.tell(`take ${path} ${NEVER}`)).toBe('taken')
      expect(await second.tell(`take ${path} ${NEVER}`)).toBe('DATA_IN_USE')
      await first.tell('release')
    }
  })

  it.runIf(process.platform === 'linux')(
    'is free once its process ended, asked for by its parent or not',
    async () => {
      const parent = spawn('sh', ['-c', 'sleep 300 & echo $!; exec sleep 300'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]()
      const pid = Number((await lines.next()).value)
      writeFileSync(path, `${pid} ${startOf(pid)}\n`)
      expect(() => takeLock(path)).toThrow(expect.objectContaining({ code: 'DATA_IN_USE' }))
      // A shell would ask.
      await until(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n')
      process.kill(pid, 'SIGKILL')
      await until(() => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')))
      takeLock(path)()
      parent.kill()
    },
  )

  it("is this process's own again, if it had the same id", () => {
    writeFileSync(path, `${process.pid} ${startOf(process.pid)}\n`)
    const release = takeLock(path)
    expect(() => takeLock(path)).toThrow('is running on this data directory')
    release()
  })
})
