import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { writeGenesis } from '../../../src/cli/files/genesis-file.ts'
import { runProgram } from '../../../src/cli/program.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { decodeHeader } from '../../../src/ledger/header.ts'
import { MINT } from '../../../src/ledger/params.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { captureOutput } from '../../support/cli/captured-output.ts'
import { ChainApi, type ShownBatch } from '../../support/cli/chain-api.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('batch-data')
const file = (...parts: string[]) => join(folder, ...parts)
const [ann, bob] = [eddsaKey('ann'), eddsaKey('bob')] as const
/** The key that comes with the project. */
const key = JSON.parse(readFileSync('circuits/generated/batch-4-12.vkey.json', 'utf8'))
const chain = new CertifiedChain({ keys: [ann, bob], stateDepth: 12, key })
const asset = chain.assets[0]!.id
const output = captureOutput()
let api: ChainApi
let stateRoot: string

const ictl = (...words: string[]) => runProgram([...words, '--genesis', file('genesis.json')])

/** After the genesis in batch 0 come the full batches 1 and 2, and one record of batch 3. */
beforeAll(async () => {
  writeGenesis(file('genesis.json'), chain.genesis)
  for (let i = 0; i < 4; i++) chain.move(ann, MINT, bob.account, asset, 5n)
  for (let i = 0; i < 5; i++) chain.move(bob, bob.account, ann.account, asset, 2n)
  const question = { asset, account: bob.account, direction: 'BACKWARD' as const }
  const { header } = await makeCertificate(chain.source({ height: 9 }), question)
  stateRoot = fieldToHex(decodeHeader(header).batchStateRoot)
  api = await ChainApi.start(chain, header)
})
afterAll(() => {
  api.stop()
  rmSync(folder, { recursive: true })
})

afterEach(() => {
  api.lie = (batch) => batch
})

describe('the data of batches', () => {
  it('is exported, and rebuilds the state that the header of the chain has', async () => {
    expect(await ictl('export', 'batch-data', '--out', file('all'), '--url', api.url)).toBe(0)
    expect(readFileSync(file('all', '1.bin')).length).toBe(4 * 224)
    expect(await ictl('verify', '--batch-data', file('all'))).toBe(0)
    expect(output.stdout).toContain(`OK batches 1 to 2 lead from the genesis to the state ${stateRoot}, `)
    expect(output.stdout).toContain('a development key')
  })

  it('shows every holding, for programs', async () => {
    expect(await ictl('verify', '--batch-data', file('all'), '--json')).toBe(0)
    const answer = JSON.parse(output.stdout)
    expect(answer).toMatchObject({ verified: true, development: true, first: 1, end: 3, stateRoot })
    // 40 units of the genesis, 4 times 5 and 4 times 2 units moved.
    expect(answer.holdings.map((one: Record<string, string>) => [one.inTotal, one.outTotal])).toEqual([
      ['500', '60'],
      ['48', '0'],
      ['20', '8'],
    ])
    expect(answer.holdings[0].address).toBe('MINT')
  })

  it('is exported for some batches, of which each must be full and proven', async () => {
    expect(await ictl('export', 'batch-data', '2-2', '--out', file('some'), '--url', api.url)).toBe(0)
    for (const which of ['0', '2-3', '4']) {
      expect(await ictl('export', 'batch-data', which, '--out', file('none'), '--url', api.url)).toBe(1)
      expect(output.stderr).toContain('NOT_PROVEN')
    }
    for (const which of ['x', '3-2', '1-', '-1', '1-2-3']) {
      expect(await runProgram(['export', 'batch-data', '--out', file('none'), '--', which])).toBe(2)
      expect(output.stderr).toContain('It is a batch, such as 7')
    }
  })

  const NO_START = 'has no batch 1'
  it.each<[string, string, (folder: string) => void]>([
    [
      'lacks the first batch',
      NO_START,
      (at) => {
        for (const name of ['1.bin', '1.json']) rmSync(join(at, name))
      },
    ],
    ['has no proof of a batch', 'BAD_FILE', (at) => rmSync(join(at, '2.json'))],
    ['has no data of a batch', 'BAD_FILE', (at) => rmSync(join(at, '2.bin'))],
    ['has a folder in the place of data', '2.bin is a folder', (at) => folderAt(join(at, '2.bin'))],
    ['has a folder in the place of a proof', '2.json is a folder', (at) => folderAt(join(at, '2.json'))],
    ['has a proof without end', 'TOO_LARGE', (at) => endlessAt(join(at, '2.json'))],
    ['has data without end', 'BAD_DATA', (at) => endlessAt(join(at, '2.bin'))],
    ['has data of more records', 'BAD_DATA', (at) => changeData(at, (data) => Buffer.concat([data, data]))],
    ['has other data', 'BAD_SIGNALS', (at) => changeData(at, (data) => data.fill(1, 191, 192))],
    ['has data that does not apply', 'BAD_DATA', (at) => changeData(at, (data) => data.fill(0, 0, 224))],
    ['has another proof', 'BAD_SIGNALS', (at) => cpSync(join(at, '1.json'), join(at, '2.json'))],
    ['has a proof that cannot be read', 'MALFORMED', (at) => writeFileSync(join(at, '2.json'), '{')],
    [
      'lacks a batch before others',
      'BAD_CHAIN',
      (at) => {
        for (const name of ['bin', 'json']) cpSync(join(at, `2.${name}`), join(at, `4.${name}`))
      },
    ],
    ['has null in the place of a proof', 'BAD_SIGNALS', (at) => writeFileSync(join(at, '2.json'), 'null')],
  ])('is refused if the folder %s', async (_, what, change) => {
    cpSync(file('all'), file('changed'), { recursive: true })
    change(file('changed'))
    expect(await ictl('verify', '--batch-data', file('changed'))).toBe(1)
    expect(output.stderr).toContain(what)
    rmSync(file('changed'), { recursive: true })
  })
})

describe('the data that a lying api shows', () => {
  it.each<[string, string, (batch: ShownBatch) => Partial<ShownBatch>]>([
    ['more data than a batch has', 'that cannot be read', ({ data }) => ({ data: data + data })],
    ['less data', 'that cannot be read', ({ data }) => ({ data: data.slice(2) })],
    ['no bytes', 'that cannot be read', ({ data }) => ({ data: data.replace(/^../, 'zz') })],
    ['data that cannot be records', 'MALFORMED', ({ data }) => ({ data: 'f'.repeat(data.length) })],
    ['other data', 'BAD_SIGNALS', ({ data }) => ({ data: data.slice(448).padEnd(data.length, '0') })],
    ['no proof', 'BAD_POINTS', () => ({ proof: {} })],
    ['the proof of another batch', 'BAD_SIGNALS', () => api.batches[2]!],
  ])('is not written if the api shows %s', async (_, what, change) => {
    api.lie = (batch) => batch && { ...batch, ...change(batch) }
    expect(await ictl('export', 'batch-data', '--out', file('lies'), '--url', api.url)).toBe(1)
    expect(output.stderr).toContain(what)
    expect(readdirSync(file('lies'))).toEqual([])
  })

  it('has the form of every export, whatever else the api shows', async () => {
    const proof = { padding: 'x'.repeat(1_000_000) }
    api.lie = (batch) => batch && { ...batch, proof: { ...(batch.proof as object), ...proof } }
    expect(await ictl('export', 'batch-data', '--out', file('padded'), '--url', api.url)).toBe(0)
    for (const name of readdirSync(file('all')))
      expect(readFileSync(file('padded', name))).toEqual(readFileSync(file('all', name)))
  })

  it('ends where the final header ends, although the api shows batches without end', async () => {
    const asked: number[] = []
    api.lie = (batch, index) => {
      asked.push(index)
      return batch ?? api.batches[2]!
    }
    expect(await ictl('export', 'batch-data', '--out', file('endless'), '--url', api.url)).toBe(0)
    expect(asked).toEqual([1, 2])
  })
})

function folderAt(path: string): void {
  rmSync(path)
  mkdirSync(path)
}

function endlessAt(path: string): void {
  rmSync(path)
  symlinkSync('/dev/zero', path)
}

/** Changes the data of the second batch. */
function changeData(folder: string, change: (data: Buffer) => Buffer): void {
  const path = join(folder, '2.bin')
  writeFileSync(path, change(readFileSync(path)))
}
