import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { writeGenesis } from '../../../src/cli/files/genesis-file.ts'
import { runProgram } from '../../../src/cli/program.ts'
import { MINT } from '../../../src/ledger/params.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { captureOutput } from '../../support/cli/captured-output.ts'
import { ChainApi } from '../../support/cli/chain-api.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('proofs-file')
const file = (name: string) => join(folder, name)
const [ann, bob] = [eddsaKey('ann'), eddsaKey('bob')] as const
/** The key that comes with the project, so that an api of this chain can be believed. */
const key = JSON.parse(readFileSync('circuits/generated/batch-4-12.vkey.json', 'utf8'))
const chain = new CertifiedChain({ keys: [ann, bob], stateDepth: 12, key })
const asset = chain.assets[0]!.id
const output = captureOutput()
let api: ChainApi

/** Runs ictl with the genesis. */
const ictl = (...words: string[]) => runProgram([...words, '--genesis', file('genesis.json')])

/** Writes the certificate of what bob holds, or of where all units are. */
async function save(
  name: string,
  height: number,
  question: { account?: bigint; direction: 'BACKWARD' | 'FORWARD' },
) {
  const certificate = await makeCertificate(chain.source({ height }), { asset, ...question })
  writeFileSync(file(name), encodeCertificate(certificate))
  return certificate
}

beforeAll(async () => {
  writeGenesis(file('genesis.json'), chain.genesis)
  for (let i = 0; i < 4; i++) chain.move(ann, MINT, bob.account, asset, 5n)
  const { header } = await save('full.json', 8, { account: bob.account, direction: 'BACKWARD' })
  api = await ChainApi.start(chain, header)
  chain.move(bob, bob.account, ann.account, asset, 7n)
  await save('moved.json', 9, { direction: 'FORWARD' })
})
afterAll(() => {
  api.stop()
  rmSync(folder, { recursive: true })
})

describe('proofs as a file', () => {
  it('are written from an api, and prove the records of a certificate without it', async () => {
    expect(await ictl('export', 'proofs', '--out', file('proofs.json'), '--url', api.url)).toBe(0)
    const before = api.asked
    expect(await ictl('verify', file('full.json'), '--proofs', file('proofs.json'))).toBe(0)
    expect(output.stdout).toMatch(
      /^proven {5}yes {6}4 of 4 signed records in batches that are proven under a development key, with which anyone can forge proofs; from the genesis: \d+$/m,
    )
    expect(await ictl('verify', '--proofs', file('proofs.json'))).toBe(0)
    expect(output.stdout).toContain('OK batches 1 to 1 lead from the genesis state on')
    expect(api.asked).toBe(before)
  })

  it('may be those that an api shows', async () => {
    expect(await ictl('verify', file('full.json'), '--chain', '--url', api.url)).toBe(0)
    expect(output.stdout).toMatch(/^proven {5}yes/m)
  })

  it('are asked for: the command fails if a record is not proven', async () => {
    expect(await ictl('verify', file('moved.json'), '--proofs', file('proofs.json'))).toBe(1)
    expect(output.stdout).toMatch(
      /^proven {5}partly .*; the batch of record 8 was not full as of its header/m,
    )
    expect(output.stderr).toContain('does not show that it is proven')
  })

  it('that cannot be read, or do not verify, prove nothing', async () => {
    const text = readFileSync(file('proofs.json'), 'utf8')
    const other = /"stateRoot":"(\w{64})"/.exec(text)![1]!
    writeFileSync(file('cut.json'), text.slice(0, -1))
    writeFileSync(file('other.json'), text.replace(other, '1'.padStart(64, '0')))
    for (const name of ['cut.json', 'other.json']) {
      expect(await ictl('verify', file('full.json'), '--proofs', file(name))).toBe(1)
      expect(output.stdout).toMatch(/^proven {5}no {7}the proofs do not verify: /m)
    }
    expect(await ictl('verify', '--proofs', file('cut.json'))).toBe(1)
    expect(output.stderr).toContain('MALFORMED')
    expect(await ictl('verify', '--proofs', file('other.json'))).toBe(1)
    expect(output.stderr).toContain('BAD_PROOF')
  })
})

describe('a newer certificate', () => {
  it('shows that units were held then and are not now', async () => {
    expect(await ictl('verify', file('full.json'))).toBe(0)
    expect(await ictl('verify', file('full.json'), '--newer', file('moved.json'))).toBe(1)
    expect(output.stdout).toMatch(
      /^fresh {6}no {7}held then, not now: units of holding \d+ left with record 8 by height 8$/m,
    )
  })

  it('has to be newer', async () => {
    expect(await ictl('verify', file('moved.json'), '--newer', file('full.json'))).toBe(1)
    expect(output.stdout).toMatch(/^fresh {6}unknown .* not newer$/m)
  })
})

it.each([['--proofs', 'x'], ['--newer', 'x'], ['--chain']])(
  '%s is not for a proof alone',
  async (...option) => {
    expect(await ictl('verify', folder, ...option)).toBe(2)
    expect(output.stderr).toContain(`${option[0]} is not for a proof alone`)
  },
)
