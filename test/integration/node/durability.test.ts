import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Failure } from '../../../src/config/failure.ts'
import { signerDiskIn } from '../../../src/node/chain/signer-disk.ts'
import { SignerFile } from '../../../src/node/chain/signer-file.ts'
import { GroupCommit } from '../../../src/node/intake/group-commit.ts'
import { retrying } from '../../../src/node/retry.ts'
import { type Clock, systemClock } from '../../../src/process/clock.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { until } from '../../support/shared/until.ts'

describe('group commit', () => {
  test('writes what arrives during a write as one group, in order, and answers afterwards', async () => {
    const groups: number[][] = []
    let release: () => void = () => undefined
    const commit = new GroupCommit<number>(
      async (items) => {
        groups.push(items)
        await new Promise<void>((resolve) => {
          release = resolve
        })
      },
      { clock: systemClock, maxItems: 4 },
    )
    const done: number[] = []
    const add = (item: number) => commit.add(item).then(() => done.push(item))
    add(1)
    await until(() => groups.length === 1)
    for (const item of [2, 3, 4, 5, 6]) add(item)
    expect(groups).toEqual([[1]])
    expect(done).toEqual([])
    for (const written of [2, 3]) {
      release()
      await until(() => groups.length === written)
    }
    release()
    await commit.idle()
    expect(groups).toEqual([[1], [2, 3, 4, 5], [6]])
    expect(done).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('fails everything queued after a failed write; later items start afresh', async () => {
    let broken = true
    const written: number[] = []
    const failed: number[][] = []
    const commit = new GroupCommit<number>(
      async (items) => {
        if (broken) throw new Error('no disk')
        written.push(...items)
      },
      { clock: systemClock, maxItems: 2, onFailed: (items) => failed.push(items) },
    )
    const results = await Promise.allSettled([1, 2, 3].map((item) => commit.add(item)))
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(failed).toEqual([[1, 2, 3]])
    broken = false
    await commit.add(4)
    expect(written).toEqual([4])
  })
})

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

describe('retrying', () => {
  const full = new Failure('DISK_FULL', 'no space left', { retry: true })
  const run = (
    work: () => Promise<string>,
    signal = new AbortController().signal,
    clock: Clock = systemClock,
  ) => {
    const heard: string[] = []
    const options = {
      clock,
      signal,
      onFailure: ({ code }: Failure, attempt: number) => heard.push(`${code} ${attempt}`),
      onRecovery: () => heard.push('recovered'),
    }
    return { heard, result: retrying(work, options) }
  }

  test('repeats a temporary failure, and reports its start and its end', async () => {
    let left = 3
    const { heard, result } = run(async () => {
      left -= 1
      if (left > 0) throw full
      return 'done'
    })
    expect(await result).toBe('done')
    expect(heard).toEqual(['DISK_FULL 1', 'DISK_FULL 2', 'recovered'])
  })

  test('counts an attempt as failing while it takes too long', async () => {
    const timers: { ms: number; run: () => void }[] = []
    const after = (ms: number, run: () => void) => timers[timers.push({ ms, run }) - 1]!
    const { promise, resolve } = withResolvers<string>()
    const { heard, result } = run(() => promise, undefined, { ...systemClock, after })
    expect(timers.map(({ ms }) => ms)).toEqual([10_000])
    expect(heard).toEqual([])
    timers[0]!.run()
    expect(heard).toEqual(['POSTGRES_SILENT 1'])
    resolve('late')
    expect(await result).toBe('late')
    expect(heard).toEqual(['POSTGRES_SILENT 1', 'recovered'])
  })

  test('throws permanent failures, and stops waiting when aborted', async () => {
    const bug = run(async () => {
      throw new Failure('POSTGRES_PASSWORD', 'wrong password')
    })
    await expect(bug.result).rejects.toMatchObject({ code: 'POSTGRES_PASSWORD' })
    expect(bug.heard).toEqual([])
    const abort = new AbortController()
    const waiting = run(async () => {
      throw full
    }, abort.signal)
    abort.abort()
    await expect(waiting.result).rejects.toThrow()
  })
})

describe('signer file', () => {
  let dir: string
  beforeEach(() => {
    dir = testFolder('signer')
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  test('remembers across restarts what was signed, until it is committed', () => {
    const file = SignerFile.create(signerDiskIn(dir), 'aa')
    const reopened = () => SignerFile.open(signerDiskIn(dir), 'aa').signed
    expect(reopened()).toMatchObject({ closedView: -1, proposedView: -1, votes: [] })
    const hash = 'ab'.repeat(32)
    const votes = [
      { view: 7, kind: 'notarize', hash },
      { view: 6, kind: 'finalize', hash },
      { view: 7, kind: 'skip', hash: '' },
    ] as const
    for (const vote of votes) file.record([vote], 5)
    file.record(votes, 5)
    expect(reopened()).toMatchObject({ closedView: 5, votes })
    file.record([{ view: 9, kind: 'skip', hash: '' }], 8)
    expect(reopened()).toMatchObject({ closedView: 8, votes: [{ view: 9, kind: 'skip', hash: '' }] })
    file.record([{ view: 3, kind: 'skip', hash: '' }], 8)
    expect(reopened().votes).toHaveLength(1)
  })

  test('is read and written as format 1 spells it, whatever the code calls the votes', () => {
    const hash = 'ab'.repeat(32)
    const text = `{"format":"1","chainId":"aa","closedView":5,"proposedView":7,"votes":[{"kind":"notarise","view":7,"hash":"${hash}"},{"kind":"finalise","view":6,"hash":"${hash}"},{"kind":"skip","view":8,"hash":""}]}\n`
    writeFileSync(join(dir, 'signer.json'), text)
    const file = SignerFile.open(signerDiskIn(dir), 'aa')
    expect(file.signed.votes.map(({ kind }) => kind)).toEqual(['notarize', 'finalize', 'skip'])
    file.record([], 5, { closedView: 5, proposedView: 7 })
    expect(readFileSync(join(dir, 'signer.json'), 'utf8')).toBe(text)
    for (const other of ['notarize', 'propose', '__proto__']) {
      writeFileSync(join(dir, 'signer.json'), text.replace('"notarise"', `"${other}"`))
      expect(() => SignerFile.open(signerDiskIn(dir), 'aa')).toThrow(
        expect.objectContaining({ code: 'SIGNER_UNREADABLE' }),
      )
    }
  })

  test('of a recovering validator exists once others have answered', () => {
    const file = SignerFile.forgotten(signerDiskIn(dir), 'aa')
    expect(() => SignerFile.open(signerDiskIn(dir), 'aa')).toThrow(
      expect.objectContaining({ code: 'SIGNER_LOST' }),
    )
    file.record([], 5, { closedView: 7, proposedView: 9 })
    expect(SignerFile.open(signerDiskIn(dir), 'aa').signed).toMatchObject({
      closedView: 7,
      proposedView: 9,
      votes: [],
    })
  })

  test('is rejected when lost, damaged or foreign', () => {
    expect(() => SignerFile.open(signerDiskIn(dir), 'aa')).toThrow(
      expect.objectContaining({ code: 'SIGNER_LOST' }),
    )
    SignerFile.create(signerDiskIn(dir), 'bb')
    expect(() => SignerFile.open(signerDiskIn(dir), 'aa')).toThrow(
      expect.objectContaining({ code: 'SIGNER_UNREADABLE' }),
    )
    writeFileSync(join(dir, 'signer.json'), '{"format":"1"')
    expect(() => SignerFile.open(signerDiskIn(dir), 'bb')).toThrow(
      expect.objectContaining({ code: 'SIGNER_UNREADABLE' }),
    )
  })
})
