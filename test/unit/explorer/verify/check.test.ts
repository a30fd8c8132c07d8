import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bytesToHex, utf8 } from '../../../../src/codec/bytes.ts'
import { encodeCertificate } from '../../../../src/consensus/codec.ts'
import { checkFile } from '../../../../src/explorer/verify/check.ts'
import { type Kept, readHelps } from '../../../../src/explorer/verify/helps.ts'
import { kindOf, textOf } from '../../../../src/explorer/verify/kind.ts'
import { outcomeOf, unshownBy } from '../../../../src/explorer/verify/not-shown.ts'
import type { HandedFile } from '../../../../src/explorer/verify/read-files.ts'
import {
  type CertificateResult,
  type CheckRequest,
  type GenesisResult,
  MAX_FILE_BYTES,
} from '../../../../src/explorer/verify/result.ts'
import { chainIdOf, genesisToJson } from '../../../../src/ledger/genesis.ts'
import { blockHash, encodeHeader, genesisHeader } from '../../../../src/ledger/header.ts'
import { encodeOriginProof } from '../../../../src/verify/origin-proof.ts'
import { CertifiedChain } from '../../../support/certificate/certified-chain.ts'
import { CORPUS } from '../../../support/certificate/corpus/corpus-chain.ts'
import { poseidon } from '../../../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey } from '../../../support/ledger/ledger-world.ts'
import { simulatedKey } from '../../../support/proving/simulated-proofs.ts'

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

it.each([
  ['newer-left.json', 'good-forward.json', undefined, 'no', 'left'],
  ['newer-left-counters.json', 'good-backward.json', undefined, 'no', 'left'],
  ['newer-still-there.json', 'good-backward.json', undefined, 'yes', 'verified'],
  ['newer-still-there-old.json', 'good-backward.json', 15_999, 'no', 'verified'],
  ['newer-incomplete.json', 'good-forward.json', undefined, 'unknown', 'partial'],
] as const)('says of %s beside %s whether units have left', async (file, newer, maxAgeMs, fresh, outcome) => {
  const result = await certificate(read(file), { newer: read(newer), maxAgeMs })
  expect([result.verdicts.fresh.verdict, outcomeOf(result)]).toEqual([fresh, outcome])
})

it('takes proofs under a development key for no word on the rules', async () => {
  const result = await certificate(read('proven.json'), { proofs: read('proofs.json') })
  expect(result.verdicts.proven.verdict).toBe('yes')
  expect(unshownBy(result)).toContain('rules')
  expect(unshownBy({ ...result, development: false })).not.toContain('rules')
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

describe('what a server sent', () => {
  const { question } = JSON.parse(String(Buffer.from(good)))
  const asked = async () => {
    const { direction, of, offset, units, height } = (await certificate(good)).shown!
    expect([direction, offset, units, height]).toEqual([
      question.direction,
      question.offset,
      question.length,
      Number(question.height),
    ])
    const start = { holding: { address: of.holder!, asset: of.asset! } }
    return { start, direction, offset, length: units, atHeight: String(height) }
  }

  it('is judged if it is what was asked for, and refused otherwise', async () => {
    const input = await asked()
    const { address, asset } = input.start.holding
    expect(outcomeOf(await certificate(good, { asked: { input } }))).toBe('verified')
    for (const other of [
      { ...input, start: { asset } },
      { ...input, start: { holding: { address: 'RETIRED', asset } } },
      { ...input, start: { holding: { address, asset: `${asset}X` } } },
      { ...input, offset: String(BigInt(input.offset) + 1n) },
      { ...input, length: String(BigInt(input.length) - 1n) },
      { ...input, atHeight: '1' },
    ])
      expect(await check(good, { asked: { input: other } })).toMatchObject({
        kind: 'refused',
        code: 'NOT_ASKED_FOR',
        reason: expect.stringContaining('than was asked for'),
      })
  })

  it('is refused if it is the proof of another batch', async () => {
    const chain = new CertifiedChain().randomSteps(40, 3)
    const { index, proof, publicSignals } = chain.batches(chain.world.state.position).find((b) => b.proof)!
    const file = JSON.stringify({ proof, publicSignals, verificationKey: simulatedKey })
    const request = { genesis: utf8(JSON.stringify(genesisToJson(chain.genesis))) }
    const own = { ...request, asked: { batch: String(index) } }
    expect(await check(file, own)).toMatchObject({ kind: 'proof', code: null })
    const other = { ...request, asked: { batch: String(index + 1) } }
    expect(await check(file, other)).toMatchObject({ kind: 'refused', code: 'NOT_ASKED_FOR' })
  })
})

describe('what others are checked with', () => {
  const handed = (name: string, text: string | Uint8Array): HandedFile => {
    const file = typeof text === 'string' ? utf8(text) : text
    return { file, name, kind: kindOf(textOf(file) ?? ''), height: 0 }
  }
  const helpsOf = (kept: Partial<Kept>, ...files: HandedFile[]) =>
    readHelps(files, { chain: undefined, genesis: undefined, policy: undefined, ...kept }, (request) =>
      checkFile(request, poseidon, () => {}),
    )
  const helps = (...files: HandedFile[]) => helpsOf({}, ...files)
  const policy = read('witnesses.policy')

  it('is a genesis, a policy and proofs that can be read, whatever their order', async () => {
    const result = await check(genesis)
    const [g, p, b, c] = [genesis, policy, read('proofs.json'), good].map((file, i) => handed(`${i}`, file))
    const { chain } = result as GenesisResult
    expect(await helpsOf({ chain, policy: textOf(policy) }, b!, p!, c!, g!)).toEqual({
      genesis: { file: genesis, result },
      policy: textOf(policy),
      proofs: { file: b!.file, chain },
      read: [
        { file: genesis, name: '0', result },
        { file: policy, name: '1', result: expect.objectContaining({ kind: 'policy' }) },
        { file: b!.file, name: '2', result: expect.objectContaining({ kind: 'proofs', chain }) },
      ],
    })
    expect(await helps(c!)).toEqual({ read: [] })
  })

  it('is a policy that is not the kept one only if it comes alone', async () => {
    const [file, cert] = [handed('p', policy), handed('c', good)]
    const taken = { policy: textOf(policy), read: [expect.objectContaining({ name: 'p' })] }
    const other = textOf(read('validators.policy'))
    expect(await helpsOf({ policy: textOf(policy) }, cert, file)).toEqual(taken)
    for (const kept of [undefined, other]) {
      expect(await helpsOf({ policy: kept }, file)).toEqual(taken)
      expect(await helpsOf({ policy: kept }, cert, file)).toEqual({
        unread: file,
        result: expect.objectContaining({ kind: 'refused', code: 'OTHER_POLICY' }),
      })
    }
  })

  it('is no proofs that are not valid, and one file of them', async () => {
    const [first, second] = ['a', 'b'].map((name) => handed(name, read('proofs.json')))
    const cut = handed('cut', String(Buffer.from(read('proofs.json'))).slice(0, -9))
    for (const [unread, files] of [
      [cut, [cut]],
      [cut, [cut, first!]],
      [second!, [first!, second!]],
    ] as const)
      expect(await helpsOf({ genesis }, ...files, handed('c', good))).toEqual({
        unread,
        result: expect.objectContaining({
          kind: 'proofs',
          proven: undefined,
          reason: expect.stringMatching(/./),
        }),
      })
  })

  it('is a genesis that is not the kept one only if it comes alone', async () => {
    const [file, cert] = [handed('g', genesis), handed('c', good)]
    const result = await check(genesis)
    if (result.kind !== 'genesis') throw new Error('no genesis')
    const taken = { genesis: { file: genesis, result }, read: [{ file: genesis, name: 'g', result }] }
    expect(await helpsOf({ chain: result.chain }, file, cert)).toEqual(taken)
    expect(await helpsOf({ chain: 'ab'.repeat(32) }, file)).toEqual(taken)
    expect(await helps(file)).toEqual(taken)
    for (const kept of [{ chain: 'ab'.repeat(32) }, {}])
      expect(await helpsOf(kept, file, cert)).toEqual({
        unread: file,
        result: { kind: 'refused', code: 'OTHER_GENESIS', reason: `it is that of the chain ${result.chain}` },
      })
  })

  it.each([
    ['a text with a heading', '# Read me\n\nThis is a text.\n', 'BAD_POLICY'],
    ['a cut genesis', Buffer.from(genesis).subarray(0, -9), 'BAD_GENESIS'],
  ])('is never %s', async (_, text, code) => {
    const bad = handed('bad', new Uint8Array(Buffer.from(text)))
    const { chain } = (await check(genesis)) as GenesisResult
    expect(await helpsOf({ chain }, handed('c', good), bad, handed('g', genesis))).toEqual({
      unread: bad,
      result: expect.objectContaining({ kind: 'refused', code }),
    })
  })
})

describe('an origin proof of a chain for production', () => {
  it('is not judged by development keys', async () => {
    const provingKey = { kind: 'production' as const, vkHash: '0'.repeat(64) }
    const chain = { ...new CertifiedChain().genesis, stateDepth: 12, provingKey }
    const header = genesisHeader(chain)
    const vote = { kind: 'finalize' as const, view: header.view, hash: bytesToHex(blockHash(header)) }
    const signatures = [{ validator: 0, signature: new Uint8Array(64) }]
    const file = encodeOriginProof({
      ...{ chainId: chainIdOf(chain), hops: 4, definition: definitionOf(eddsaKey('issuer'), { cap: '9' }) },
      ...{ length: 1n, serialLo: 0n, serialHi: 9n, purpose: 'x', endCommit: 1n, holderProven: true },
      ...{ header: encodeHeader(header), finality: encodeCertificate({ ...vote, signatures }, 1) },
      ...{ later: undefined, opening: undefined, proof: new Uint8Array(256) },
    })
    const result = await check(file, { genesis: utf8(JSON.stringify(genesisToJson(chain))) })
    expect(result).toMatchObject({
      code: null,
      verdicts: {
        proven: { verdict: 'unknown' },
        holder: { verdict: 'unknown', reason: 'the proof was not checked' },
      },
    })
  })
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

it('takes no policy that asks for nobody to sign, by which everything would be witnessed', async () => {
  const nobody = textOf(read('witnesses.policy'))!.replace(/^quorum .*$/m, 'quorum none')
  for (const policy of ['quorum none\n', nobody]) {
    expect(await check(policy)).toMatchObject({
      kind: 'refused',
      code: 'BAD_POLICY',
      reason: "it asks for nobody's signature",
    })
    expect(await check(read('good-witnessed.json'), { policy })).toMatchObject({ code: 'BAD_POLICY' })
  }
})
