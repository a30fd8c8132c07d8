import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { writeGenesis } from '../../../src/cli/files/genesis-file.ts'
import { runProgram } from '../../../src/cli/program.ts'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { encodeBatchData } from '../../../src/ledger/batch-data.ts'
import { decodeHeader } from '../../../src/ledger/header.ts'
import { MINT } from '../../../src/ledger/params.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { captureOutput } from '../../support/cli/captured-output.ts'
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
/** After the genesis in batch 0 come the full batches 1 and 2, and one record of batch 3. */
const END = 12
let server: http.Server
let url: string
let stateRoot: string
/** What the api makes of the data of a batch. */
let told = (data: string) => data

const ictl = (...words: string[]) => runProgram([...words, '--genesis', file('genesis.json')])

/** A batch as an api shows it. */
function batchAt(index: number) {
  const claim = chain.batches(END).find((one) => one.index === index)
  const records = chain.world.records.filter(({ position }) => Math.floor(position / 4) === index)
  if (records.length === 0) return null
  const { proof = null, publicSignals = null } = claim ?? {}
  const status = proof === null ? 'UNPROVEN' : 'PROVEN'
  return {
    full: records.length === 4,
    status,
    proof,
    publicSignals,
    data: told(bytesToHex(encodeBatchData(records))),
  }
}

beforeAll(async () => {
  writeGenesis(file('genesis.json'), chain.genesis)
  for (let i = 0; i < 4; i++) chain.move(ann, MINT, bob.account, asset, 5n)
  for (let i = 0; i < 5; i++) chain.move(bob, bob.account, ann.account, asset, 2n)
  const question = { asset, account: bob.account, direction: 'BACKWARD' as const }
  const { header } = await makeCertificate(chain.source({ height: 9 }), question)
  stateRoot = fieldToHex(decodeHeader(header).batchStateRoot)
  server = http.createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const { variables } = JSON.parse(body) as { variables: { index: string } }
    const data = { batch: batchAt(Number(variables.index)) }
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

describe('the data of batches', () => {
  it('is exported, and rebuilds the state that the header of the chain has', async () => {
    expect(await ictl('export', 'batch-data', '--out', file('all'), '--url', url)).toBe(0)
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
    expect(await ictl('export', 'batch-data', '2-2', '--out', file('some'), '--url', url)).toBe(0)
    for (const which of ['0', '2-3', '4']) {
      expect(await ictl('export', 'batch-data', which, '--out', file('none'), '--url', url)).toBe(1)
      expect(output.stderr).toContain('NOT_PROVEN')
    }
    for (const which of ['x', '3-2', '1-', '-1', '1-2-3']) {
      expect(await runProgram(['export', 'batch-data', '--out', file('none'), '--', which])).toBe(2)
      expect(output.stderr).toContain('It is a batch, such as 7')
    }
  })

  it.each([
    ['more than a batch has', (data: string) => data + data],
    ['less', (data: string) => data.slice(2)],
    ['no bytes', (data: string) => data.replace(/^../, 'zz')],
  ])('is not written if the api shows %s', async (_, change) => {
    told = change
    expect(await ictl('export', 'batch-data', '--out', file('lies'), '--url', url)).toBe(1)
    told = (data) => data
    expect(output.stderr).toContain('that cannot be read')
    expect(readdirSync(file('lies'))).toEqual([])
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
    ['has data of more records', 'BAD_DATA', (at) => changeData(at, (data) => Buffer.concat([data, data]))],
    ['has other data', 'BAD_SIGNALS', (at) => changeData(at, (data) => data.fill(1, 191, 192))],
    ['has data that does not apply', 'BAD_DATA', (at) => changeData(at, (data) => data.fill(0, 0, 224))],
    ['has another proof', 'BAD_SIGNALS', (at) => cpSync(join(at, '1.json'), join(at, '2.json'))],
    ['has a proof that cannot be read', 'MALFORMED', (at) => writeFileSync(join(at, '2.json'), '{')],
    ['has null in the place of a proof', 'BAD_SIGNALS', (at) => writeFileSync(join(at, '2.json'), 'null')],
  ])('is refused if the folder %s', async (_, what, change) => {
    cpSync(file('all'), file('changed'), { recursive: true })
    change(file('changed'))
    expect(await ictl('verify', '--batch-data', file('changed'))).toBe(1)
    expect(output.stderr).toContain(what)
    rmSync(file('changed'), { recursive: true })
  })
})

/** Changes the data of the second batch. */
function changeData(folder: string, change: (data: Buffer) => Buffer): void {
  const path = join(folder, '2.bin')
  writeFileSync(path, change(readFileSync(path)))
}
