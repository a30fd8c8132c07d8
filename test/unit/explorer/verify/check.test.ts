import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { utf8 } from '../../../../src/codec/bytes.ts'
import { checkFile } from '../../../../src/explorer/verify/check.ts'
import { kindOf } from '../../../../src/explorer/verify/kind.ts'
import { outcomeOf, unshownBy } from '../../../../src/explorer/verify/not-shown.ts'
import { textOf } from '../../../../src/explorer/verify/read-files.ts'
import {
  type CertificateResult,
  type CheckRequest,
  MAX_FILE_BYTES,
} from '../../../../src/explorer/verify/result.ts'
import { CORPUS } from '../../../support/certificate/corpus/corpus-chain.ts'
import { poseidon } from '../../../support/crypto/poseidon.ts'

const read = (name: string) => new Uint8Array(readFileSync(new URL(name, CORPUS)))
const { nowMs } = JSON.parse(String(readFileSync(new URL('index.json', CORPUS)))) as { nowMs: number }
const genesis = read('genesis.json')
const good = read('good-backward.json')

function check(
  file: Uint8Array | string,
  request: Partial<CheckRequest> = {},
  onProgress = (_: string) => {},
) {
  const bytes = typeof file === 'string' ? utf8(file) : file
  const text = textOf(bytes)
  const kind = text === undefined ? undefined : kindOf(text)
  const all = { file: bytes, kind, genesis, policy: undefined, nowMs, maxAgeMs: undefined, ...request }
  return checkFile(all, poseidon, onProgress)
}

const certificate = async (...args: Parameters<typeof check>) => (await check(...args)) as CertificateResult

it('tells what a good certificate shows, and what not', async () => {
  const result = await certificate(good)
  expect(outcomeOf(result)).toBe('verified')
  expect(result.shown).toMatchObject({ direction: 'BACKWARD', units: expect.stringMatching(/^\d+$/) })
  expect(result.shown!.ends.length).toBeGreaterThan(0)
  expect(unshownBy(result)).toEqual(expect.arrayContaining(['things', 'people', 'later', 'otherHistory']))
  expect(unshownBy(result)).not.toContain('final')
  expect(structuredClone(result)).toEqual(result)
})

it('passes through all stages in order', async () => {
  const stages: string[] = []
  await check(good, {}, (stage) => stages.at(-1) !== stage && stages.push(stage))
  expect(stages).toEqual(['read', 'finality', 'records', 'history', 'state', 'walk', 'signatures'])
})

it('refuses a certificate of which any byte was changed, and says why', async () => {
  for (let at = 0; at < good.length; at += 97) {
    const changed = Uint8Array.from(good, (byte, i) => (i === at ? byte ^ 1 : byte))
    const result = await check(changed)
    if (result.kind !== 'certificate') {
      expect(['UNKNOWN_KIND']).toContain((result as { code: string }).code)
      continue
    }
    const isFlawless = outcomeOf(result) === 'verified'
    expect([at, isFlawless]).toEqual([at, false])
    if (result.code !== null) expect(result.verdicts.intact.reason).not.toBe('')
  }
})

it('says what is wrong with a certificate of another chain, of a newer version, or without a genesis', async () => {
  const other = JSON.parse(String(Buffer.from(genesis)))
  other.name = 'another chain'
  expect(await certificate(good, { genesis: utf8(JSON.stringify(other)) })).toMatchObject({
    code: 'WRONG_CHAIN',
  })
  const newer = String(Buffer.from(good)).replace('"format":"1"', '"format":"2"')
  expect(await certificate(newer)).toMatchObject({ code: 'OTHER_VERSION' })
  expect(await check(good, { genesis: undefined })).toMatchObject({ kind: 'refused', code: 'NO_GENESIS' })
  expect(await check(good, { genesis: utf8('{}') })).toMatchObject({ kind: 'refused', code: 'BAD_GENESIS' })
  expect(await check(good, { policy: 'log x\n' })).toMatchObject({ kind: 'refused', code: 'BAD_POLICY' })
})

it.each([
  ['EMPTY', ''],
  ['UNKNOWN_KIND', 'hello'],
  ['UNKNOWN_KIND', '[]'],
  ['UNKNOWN_KIND', '{}'],
  ['UNKNOWN_KIND', Uint8Array.of(0x7b, 0xff)],
  ['UNKNOWN_KIND', '['.repeat(100_000)],
  ['TOO_LARGE', new Uint8Array(MAX_FILE_BYTES + 1)],
])('refuses what is no file for it: %s', async (code, file) => {
  expect(await check(file)).toMatchObject({ kind: 'refused', code, reason: expect.stringMatching(/./) })
})

it('refuses JSON of any depth that looks like a certificate', async () => {
  const deep = `{"question":${'['.repeat(1_000_000)}`
  expect(await check(deep)).toMatchObject({ kind: 'certificate', code: 'TOO_LARGE' })
})

it('reads a genesis and a policy of witnesses', async () => {
  const result = await check(genesis)
  expect(result).toMatchObject({
    kind: 'genesis',
    chain: (await certificate(good)).chain,
    provingKey: 'development',
  })
  expect(await check(read('witnesses.policy'))).toMatchObject({ kind: 'policy' })
  expect(await check('quorum none\nquorum none\n')).toMatchObject({ kind: 'refused', code: 'BAD_POLICY' })
})
