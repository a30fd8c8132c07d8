import { describe, expect, it } from 'vitest'
import type { Asked } from '../../../src/certificate/asked.ts'
import type { Certificate } from '../../../src/certificate/certificate.ts'
import { decodeCertificate } from '../../../src/certificate/decode.ts'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { type CertificateSource, makeCertificate } from '../../../src/certificate/make.ts'
import type { CertificateReport, VerdictName } from '../../../src/certificate/report.ts'
import { verifyCertificate } from '../../../src/certificate/verify.ts'
import { utf8, utf8Decode } from '../../../src/codec/bytes.ts'
import { type ActionParts, actionOfParts, partsOfAction } from '../../../src/ledger/action-parts.ts'
import { CertifiedChain, diceOf, pick } from '../../support/certificate/certified-chain.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { eddsaKey, genesisOf, signTransfer } from '../../support/ledger/ledger-world.ts'

const chain = new CertifiedChain().randomSteps(150, 20)
const source = chain.source()
const NOW = chain.genesis.startTime + 60_000
/** A retirement of an asset that was made from retirements: its units go back through two assets at least. */
const made = chain.assets.find(({ madeFrom }) => madeFrom.length > 0)!
const question = { asset: made.id, direction: 'BACKWARD' as const }
const forward = { asset: chain.assets[0]!.id, direction: 'FORWARD' as const }

function verify(certificate: Certificate | string, genesis = chain.genesis): Promise<CertificateReport> {
  const text = typeof certificate === 'string' ? certificate : encodeCertificate(certificate)
  return verifyCertificate(utf8(text), genesis, poseidon, { nowMs: NOW })
}

function verdicts(report: CertificateReport, ...names: VerdictName[]): string[] {
  return names.map((name) => report[name].verdict)
}

/** A certificate from a source that adds to, or leaves out of, what the walk asked for; its paths are right. */
function madeBy(
  change: (asked: Asked) => void,
  from: CertificateSource = source,
  request: Parameters<typeof makeCertificate>[1] = question,
) {
  const walk = async (...args: Parameters<CertificateSource['walk']>) => {
    const asked = await from.walk(...args)
    change(asked)
    return asked
  }
  return makeCertificate({ ...from, walk }, request)
}

describe('a certificate that leaves something out', () => {
  it.each([question, forward])('is not complete, whichever record it is ($direction)', async (request) => {
    const whole = await makeCertificate(source, request)
    for (const { position } of whole.records) {
      const report = await verify(await madeBy((asked) => asked.positions.delete(position), source, request))
      // A registration by the genesis or an issuer is missed too.
      expect([position, report.complete.verdict === 'yes']).toEqual([position, false])
    }
  })

  it('is not complete without a holding that its units are still in', async () => {
    const whole = await makeCertificate(source, forward)
    for (const { index } of whole.holdings) {
      const report = await verify(await madeBy((asked) => asked.holdings.delete(index), source, forward))
      expect([index, report.complete.verdict === 'yes']).toEqual([index, false])
    }
  })
})

describe('a certificate that has more than it needs', () => {
  it('is refused, be it a record or a holding', async () => {
    const whole = await makeCertificate(source, question)
    const position = chain.world.records.find(
      (r) => !whole.records.some((own) => own.position === r.position),
    )!.position
    const index = chain.holdings().find((h) => !whole.holdings.some((own) => own.index === h.index))!.index
    for (const change of [
      (asked: Asked) => asked.positions.add(position),
      (asked: Asked) => asked.holdings.add(index),
    ])
      expect((await verify(await madeBy(change))).intact).toMatchObject({
        verdict: 'no',
        code: 'SUPERFLUOUS',
      })
  })
})

describe('a certificate with something changed', () => {
  const whole = makeCertificate(source, question)

  it.each<[string, string, (c: Certificate) => Certificate]>([
    ['the place of a record', 'NOT_IN_HISTORY', (c) => withRecord(c, { toStart: 77n })],
    ['the era of a block', 'NOT_IN_HISTORY', (c) => withRecord(c, { blockEra: 2 })],
    [
      'a sibling',
      'NOT_IN_HISTORY',
      (c) => ({ ...c, history: c.history.map((node, i) => (i === 0 ? node + 1n : node)) }),
    ],
    ['a sibling more', 'MALFORMED', (c) => ({ ...c, history: [...c.history, 1n] })],
    ['a sibling fewer', 'MALFORMED', (c) => ({ ...c, history: c.history.slice(1) })],
    [
      'a balance',
      'NOT_IN_STATE',
      (c) => ({ ...c, holdings: c.holdings.map((h) => ({ ...h, inTotal: h.inTotal + 1n })) }),
    ],
    [
      'the owner of a holding',
      'NOT_IN_STATE',
      (c) => ({ ...c, holdings: c.holdings.map((h) => ({ ...h, account: 5n })) }),
    ],
    ['the number of holdings', 'NOT_IN_STATE', (c) => ({ ...c, stateSize: 4 ** 4 + 1 })],
    ['the height', 'WRONG_HEIGHT', (c) => ({ ...c, question: { ...c.question, height: 6 } })],
    ['the chain', 'WRONG_CHAIN', (c) => ({ ...c, chainId: 5n })],
    ['a note', 'WRONG_NOTE', (c) => withRecord(c, { note: 'of the north slope' })],
    ['what an action says', 'NOT_IN_HISTORY', (c) => withRecord(c, { action: otherAmount(c) })],
  ])('%s is refused as %s', async (_, code, change) => {
    const report = await verify(change(await whole))
    expect(report.intact).toMatchObject({ verdict: 'no', code })
    expect(verdicts(report, 'complete', 'signed', 'final')).toEqual(['unknown', 'unknown', 'unknown'])
  })

  it.each<[string, (c: Certificate) => Certificate]>([
    ['fewer units', (c) => ({ ...c, question: { ...c.question, length: 1n } })],
    ['more units', (c) => ({ ...c, question: { ...c.question, length: c.question.length + 1n } })],
    ['other units', (c) => ({ ...c, question: { ...c.question, offset: 29n, length: 1n } })],
    ['another direction', (c) => ({ ...c, question: { ...c.question, direction: 'FORWARD' } })],
    ['another asset', (c) => ({ ...c, question: { ...c.question, asset: 5n } })],
    ['a transfer too', (c) => ({ ...c, question: { ...c.question, transfer: 5n } })],
  ])('a question for %s is not answered', async (_, change) => {
    const report = await verify(change(await whole))
    expect(verdicts(report, 'intact', 'complete')).not.toEqual(['yes', 'yes'])
  })

  it('another signature is seen, and named', async () => {
    const certificate = await whole
    const report = await verify(withRecord(certificate, { action: otherSigner(certificate) }))
    expect(verdicts(report, 'intact', 'complete', 'signed')).toEqual(['yes', 'yes', 'partly'])
    expect(report.signed.reason).toMatch(/^1 of \d+ records not by those who had to sign: record \d+: /)
  })

  it('another header is not final, and other validators of the genesis make it none of this chain', async () => {
    const certificate = await makeCertificate(chain.source({ proposer: 3 }), question)
    const report = await verify({ ...certificate, finality: (await whole).finality })
    expect(verdicts(report, 'intact', 'complete', 'final')).toEqual(['yes', 'yes', 'no'])
    expect((await verify(certificate, genesisOf())).intact.code).toBe('WRONG_CHAIN')
  })
})

describe('a text that is no certificate', () => {
  it.each<[string, string, string]>([
    ['nothing', 'MALFORMED', ''],
    ['a list', 'MALFORMED', '[]'],
    ['deep nesting', 'TOO_LARGE', '['.repeat(100_000)],
    ['a newer version', 'OTHER_VERSION', '{"format":"2"}'],
    ['a huge number', 'MALFORMED', `{"format":${'9'.repeat(400)}}`],
  ])('(%s) is refused as %s', async (_, code, text) => {
    const report = await verify(text)
    expect(report.intact).toMatchObject({ verdict: 'no' })
    expect(['MALFORMED', 'OTHER_VERSION', 'TOO_LARGE']).toContain(report.intact.code)
    if (text.startsWith('{"format":"2')) expect(report.intact.code).toBe(code)
  })

  it('is one with blanks, or with other order of its parts', async () => {
    const text = encodeCertificate(await makeCertificate(source, question))
    const parts = JSON.parse(text) as Record<string, unknown>
    expect((await verify(`${text}\n`)).intact.code).toBe('NOT_CANONICAL')
    expect((await verify(JSON.stringify({ question: parts.question, ...parts }))).intact.code).toBe(
      'NOT_CANONICAL',
    )
  })

  it('is one cut off anywhere', async () => {
    const text = encodeCertificate(await makeCertificate(source, question))
    for (let length = 0; length < text.length; length += 97)
      expect((await verify(text.slice(0, length))).intact.verdict).toBe('no')
  })
})

it('any other byte is refused, or changes no verdict', async () => {
  const text = encodeCertificate(
    await makeCertificate(source, { asset: made.id, direction: 'BACKWARD', length: 2n }),
  )
  const bytes = utf8(text)
  const whole = await verify(text)
  const dice = diceOf(Number(process.env.SEED ?? 3))
  for (let run = 0; run < 400; run++) {
    const changed = bytes.slice()
    changed[dice(bytes.length)]! ^= 1 << dice(7)
    const report = await verifyCertificate(changed, chain.genesis, poseidon, { nowMs: NOW })
    const isSame = utf8Decode(changed) === text
    const lies = verdicts(report, 'intact', 'complete', 'signed', 'final').every(
      (verdict) => verdict === 'yes',
    )
    expect([run, lies && !isSame]).toEqual([run, false])
  }
  expect(whole.intact.verdict).toBe('yes')
})

/** Changes the last record that has an action. */
function withRecord(certificate: Certificate, change: Partial<Certificate['records'][number]>): Certificate {
  const at = certificate.records.findLastIndex(({ action }) => action !== undefined)
  return {
    ...certificate,
    records: certificate.records.map((record, i) => (i === at ? { ...record, ...change } : record)),
  }
}

function lastTransfer(certificate: Certificate) {
  const { chainId, records } = certificate
  const action = actionOfParts(chainId, records.findLast(({ action }) => action !== undefined)!.action!)
  if (action.type !== 'transfer') throw new Error('not a transfer')
  return action
}

/** The last transfer with a good signature by a key that is nobody's here. */
function otherSigner(certificate: Certificate): ActionParts {
  const action = lastTransfer(certificate)
  const other = action.publicKey.kind === 'eddsa' ? eddsaKey('somebody else') : pick(chain.keys, diceOf(1))
  return partsOfAction(signTransfer(other, action.transfer))
}

function otherAmount(certificate: Certificate): ActionParts {
  const action = lastTransfer(certificate)
  return partsOfAction({ ...action, transfer: { ...action.transfer, amount: action.transfer.amount + 1n } })
}

it('survives a round trip through its text', async () => {
  const certificate = await makeCertificate(source, forward)
  expect(decodeCertificate(utf8(encodeCertificate(certificate)))).toEqual(certificate)
})
