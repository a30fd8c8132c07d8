import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { writeGenesis } from '../../../src/cli/files/genesis-file.ts'
import { runProgram } from '../../../src/cli/program.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { genesisToJson } from '../../../src/ledger/genesis.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import type { TraceRequest } from '../../../src/provenance/types.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { captureOutput } from '../../support/cli/captured-output.ts'
import { readQr } from '../../support/cli/qr-reader.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('certificate')
const file = (name: string) => join(folder, name)
const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'))
const output = captureOutput()

const [chain, other] = [new CertifiedChain(), new CertifiedChain({ salt: '5b'.repeat(32) })]
const [ann, bea] = chain.keys as [(typeof chain.keys)[0], (typeof chain.keys)[0]]
const first = chain.assets[0]!
const second = chain.register(ann, 'SECOND')
for (const { id } of [first, second]) chain.move(ann, MINT, bea.account, id, 20n)
const moved = chain.move(bea, bea.account, RETIRED, first.id, 12n)
const again = chain.move(bea, bea.account, ann.account, first.id, 3n)
const source = chain.source()
const asked = { direction: 'BACKWARD', asset: first.id, account: bea.account } as const
const made = async (request: TraceRequest) => encodeCertificate(await makeCertificate(source, request))

/** What the server sends, whatever it is asked for, and the chain that it says it has. */
let told: { json: string; chain: CertifiedChain }
const tell = async (request: TraceRequest) => {
  told = { json: await made(request), chain }
}
/** What it was asked, in turn. */
let questions: string[] = []
const server = createServer(async (request, response) => {
  const { query } = JSON.parse((await request.toArray()).join('')) as { query: string }
  questions.push(query)
  const errors = validate(schema, parse(query))
  const data = query.includes('certificate')
    ? { certificate: { json: told.json } }
    : { chain: { genesis: genesisToJson(told.chain.genesis) } }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(errors.length > 0 ? { errors } : { data }))
})
let url: string
beforeAll(async () => {
  writeGenesis(file('genesis.json'), chain.genesis)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const ofBea = ['FIRST', '--address', encodeAddress(bea.account)]
/** Asks with a data directory that has the genesis, or for `--data none` with one that does not. */
const ictl = (...words: string[]) => {
  questions = []
  const data = words.includes('--data') ? [] : ['--data', folder]
  return runProgram(['certificate', ...words, '--url', url, ...data])
}

describe('ictl certificate', () => {
  it.each<[words: string[], request: TraceRequest]>([
    [ofBea, asked],
    [['FIRST', '--length', '9999'], { direction: 'BACKWARD', asset: first.id }],
    [
      ['SECOND', '--direction', 'FORWARD', '--offset', '4'],
      { direction: 'FORWARD', asset: second.id, offset: 4n },
    ],
    [['--transfer', fieldToHex(moved.hash)], { direction: 'BACKWARD', transfer: moved.hash }],
    [['FIRST', '--address', 'RETIRED'], { direction: 'BACKWARD', asset: first.id, account: RETIRED }],
    [[...ofBea, '--at-height', String(source.height)], asked],
  ])('%s writes what it asked for, and says what is in it', async (words, request) => {
    await tell(request)
    const out = file(`asked-${words.join('-').slice(0, 99)}.json`)
    expect(await ictl(...words, '--out', out), output.stderr).toBe(0)
    expect(readFileSync(out, 'utf8')).toBe(told.json)
    const { records } = JSON.parse(told.json)
    const hash = createHash('sha256').update(told.json).digest('hex')
    expect(output.stderr).toContain(
      `${records.length} records as of height ${source.height}, ${told.json.length} bytes, SHA-256 ${hash}`,
    )
    expect(questions).toHaveLength(1)
  })

  it.each<[what: string, words: string[], request: TraceRequest]>([
    ['account', ofBea, { ...asked, account: ann.account }],
    ['asset', ofBea, { ...asked, asset: second.id }],
    ['direction', ofBea, { ...asked, direction: 'FORWARD' }],
    ['first unit', ofBea, { ...asked, offset: 1n }],
    ['number of units', ofBea, { ...asked, length: 1n }],
    ['height', [...ofBea, '--at-height', '3'], asked],
    ['transfer', ['--transfer', fieldToHex(moved.hash)], { direction: 'BACKWARD', transfer: again.hash }],
  ])('refuses a certificate of another %s, and writes nothing', async (what, words, request) => {
    await tell(request)
    for (const more of [[], ['--qr'], ['--out', file('refused.json')]]) {
      expect(await ictl(...words, ...more)).toBe(1)
      expect(output.stderr).toContain(
        `of the certificate that the API sent: it is about another ${what} than was asked for`,
      )
      expect(output.stderr.trimEnd().split('\n').at(-1)).toContain('[NOT_ASKED_FOR]')
    }
    expect(output.stderr).not.toContain('ni:')
    expect([output.stdout, existsSync(file('refused.json'))]).toEqual(['', false])
  })

  it('refuses what is no intact certificate of its chain', async () => {
    await tell(asked)
    told.json = told.json.replace(/"stateSize":"\d+"/, '"stateSize":"999"')
    expect(await ictl(...ofBea)).toBe(1)
    told = { json: await made(asked), chain: other }
    expect(await ictl(...ofBea, '--data', file('none'))).toBe(1)
    expect(output.stderr).toMatch(
      /sent shows nothing: .*\[NOT_SHOWN\]\n.*of another chain than this genesis.*\[NOT_SHOWN\]/s,
    )
    expect(output.stdout).toBe('')
  })

  it('without a genesis of its own asks for one', async () => {
    await tell(asked)
    expect(await ictl(...ofBea, '--data', file('none'))).toBe(0)
    expect(questions.map((query) => query.includes('genesis'))).toEqual([false, true])
    expect(await ictl(...ofBea, '--data', file('none'), '--genesis', file('genesis.json'))).toBe(0)
    expect(questions).toHaveLength(1)
    expect(output.stdout).toBe(told.json.repeat(2))
  })
})

it.each([
  [[], (hash: Buffer) => `ni:///sha-256;${hash.toString('base64url')}`],
  [['https://shop.example/lots/7'], () => 'https://shop.example/lots/7'],
])('ictl certificate --qr %s prints a QR code that a reader reads', async (option, textOf) => {
  await tell(asked)
  expect(await ictl(...ofBea, '--qr', ...option)).toBe(0)
  expect(output.stdout).toBe(told.json)
  const lines = output.stderr.trimEnd().split('\n')
  const text = textOf(createHash('sha256').update(told.json).digest())
  expect(lines.pop()).toBe(text)
  expect(readQr(lines, 2)).toBe(text)
})

it.each(['ftp://shop.example', 'https://', `https://shop.example/${'a'.repeat(300)}`])(
  'ictl certificate --qr %s is a wrong call',
  async (address) => {
    expect(await ictl(...ofBea, '--qr', address)).toBe(2)
    expect(output.stderr).toContain('must begin with http:// or https://')
  },
)
