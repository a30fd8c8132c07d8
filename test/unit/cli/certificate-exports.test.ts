import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { writeGenesis } from '../../../src/cli/files/genesis-file.ts'
import { runProgram } from '../../../src/cli/program.ts'
import { decodeHeader } from '../../../src/ledger/header.ts'
import { captureOutput } from '../../support/cli/captured-output.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { coffeeChain } from '../../support/standards/journeys.ts'

const folder = testFolder('exports')
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string) => join(folder, name)
const verify = (name: string, ...more: string[]) =>
  runProgram(['verify', file(name), '--genesis', file('genesis.json'), ...more])

beforeAll(async () => {
  const { chain, question } = coffeeChain()
  const certificate = await makeCertificate(chain.source(), question)
  const text = encodeCertificate(certificate)
  writeGenesis(file('genesis.json'), chain.genesis)
  writeFileSync(file('roast.json'), text)
  writeFileSync(file('forged.json'), text.replace('by ship', 'by rail'))
  const finality = chain.finality({ ...decodeHeader(certificate.header), view: 5 })
  writeFileSync(file('unfinal.json'), encodeCertificate({ ...certificate, finality }))
})

const output = captureOutput()

it('a checked certificate is written as EPCIS, alone on standard output, with the verdicts beside it', async () => {
  expect(await verify('roast.json', '--as', 'epcis')).toBe(0)
  const { id, epcisBody } = JSON.parse(output.stdout)
  const digest = createHash('sha256')
    .update(readFileSync(file('roast.json')))
    .digest('base64url')
  expect(id).toBe(`ni:///sha-256;${digest}`)
  expect(epcisBody.eventList).toHaveLength(7)
  expect(output.stderr).toMatch(/^intact {5}yes/)
})

it.each(['prov', 'csv', 'ndjson'])('a file has what standard output would have: %s', async (format) => {
  expect(await verify('roast.json', '--as', format)).toBe(0)
  const expected = output.stdout
  expect(await verify('roast.json', '--as', format, '--out', file(format))).toBe(0)
  expect(readFileSync(file(format), 'utf8')).toBe(expected)
  expect(output.stderr).toContain(`6 hops as of height 7, as ${format}`)
})

it('the report says how the issuer says that units are kept', async () => {
  expect(await verify('roast.json')).toBe(0)
  expect(output.stdout).toMatch(/^BEANS-1: mass-balance, says its issuer/m)
  expect(output.stdout).not.toContain('ROAST-1:')
  output.stdout = ''
  expect(await verify('roast.json', '--json')).toBe(0)
  const { assets } = JSON.parse(output.stdout) as { assets: { code: string; custody: string | null }[] }
  expect(assets.map(({ code, custody }) => [code, custody])).toEqual([
    ['BEANS-1', 'mass-balance'],
    ['ROAST-1', null],
  ])
})

it('a certificate that anyone can make up has verdicts, and nothing that it says is told as shown', async () => {
  expect(await verify('unfinal.json')).toBe(1)
  expect(output.stdout).toMatch(/^final {6}no/m)
  expect(output.stdout).not.toContain('BEANS-1')
  expect(output.stderr).toContain('does not show that it is final.')
})

it('nothing is written if a verdict that is required is missing', async () => {
  expect(await verify('forged.json', '--as', 'epcis', '--out', file('forged'))).toBe(1)
  expect(output.stderr).toContain('[NOT_SHOWN]')
  expect(existsSync(file('forged'))).toBe(false)
  expect(await verify('roast.json', '--as', 'csv', '--max-age', '1s')).toBe(1)
  expect(output.stdout).toBe('')
})

it('a file that exists stays as it is', async () => {
  writeFileSync(file('mine'), 'mine')
  expect(await verify('roast.json', '--as', 'csv', '--out', file('mine'))).toBe(1)
  expect(output.stderr).toContain('[BAD_FILE]')
  expect(readFileSync(file('mine'), 'utf8')).toBe('mine')
})

it.each([
  [['--as', 'xml'], 'Allowed choices are'],
  [['--as', 'csv', '--json'], 'not with --json'],
  [['--out', 'x'], '--out is for --as'],
])('%s is a wrong call', async (options, message) => {
  expect(await verify('roast.json', ...options)).toBe(2)
  expect(output.stderr).toContain(message)
})
