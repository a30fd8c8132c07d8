import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runProgram } from '../../../src/cli/program.ts'
import { captureOutput } from '../../support/cli/captured-output.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('pictures')
const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'))
const asset = { code: 'LOT-7', decimals: 0, name: 'Coffee', custody: 'MASS_BALANCE', madeFrom: [] }
const party = (letter: string, name: string | null) => ({ address: `inp1${letter.repeat(58)}`, name })
const transfer = {
  ...{ hash: '1f', kind: 'TRANSFER', position: '5', timestamp: '2030-01-31T12:00:00.000Z' },
  ...{ from: party('a', 'Ann'), to: party('z', null), note: null, asset },
}
const trace = {
  ...{ height: '9', truncated: false, endCursor: null, origins: [], holders: [] },
  hops: [{ length: '120', unit: '0', depth: 1, transfer }],
}

/** Answers a trace, if the query is one of the schema. */
const server = createServer(async (request, response) => {
  const { query } = JSON.parse((await request.toArray()).join('')) as { query: string }
  const errors = validate(schema, parse(query))
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(errors.length > 0 ? { errors } : { data: { trace } }))
})
let url: string
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const output = captureOutput()
const ictl = (...args: string[]) => runProgram([...args, '--url', url])

it('ictl trace draws an SVG to a file, and a Mermaid flowchart to standard output', async () => {
  const file = join(folder, 'trace.svg')
  expect(await ictl('trace', 'LOT-7', '--svg', file)).toBe(0)
  const svg = readFileSync(file, 'utf8')
  expect(svg).toMatch(/^<svg .*<\/svg>\n$/s)
  expect(svg).toContain('Custody: LOT-7 mass-balance.')
  expect(svg).toContain('120 of LOT-7  &quot;Ann&quot; (unverified) inp1aaaaaa...aaaa → inp1zzzzzz...zzzz')
  expect(output.stdout).toBe('')
  expect(await ictl('trace', 'LOT-7', '--mermaid')).toBe(0)
  expect(output.stdout).toMatch(/^flowchart TD\n/)
  expect(output.stdout).toContain('#34;Ann#34; #40;unverified#41;')
})

it('ictl trace says in the terminal how units are kept, and that names are not verified', async () => {
  expect(await ictl('trace', 'LOT-7')).toBe(0)
  expect(output.stdout).toContain('LOT-7  Coffee (mass-balance)')
  expect(output.stdout).toContain('names are what this server calls addresses; nobody verified them')
})
