import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { R } from '../../src/crypto/field.ts'
import { BatchDocument, BatchProofDocument } from '../../src/explorer/generated/operations.ts'
import { en } from '../../src/explorer/texts/en.ts'
import { type BatchSignals, parseBatchSignals } from '../../src/ledger/batch.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { LyingProxy, saying } from '../support/browser/lying-proxy.ts'
import { outcome, press } from '../support/browser/verifying.ts'
import { simulatedKey, simulatedProof } from '../support/proving/simulated-proofs.ts'
import { until } from '../support/shared/until.ts'
import { outsideSubgroup } from '../support/verify/outside-subgroup.ts'

const demo = inject('demo')
const client = createClient({ url: `${demo || 'http://127.0.0.1'}/graphql` })
/** Index of the batch that is proven here. */
const BATCH = '1'

interface Proof {
  pi_a: string[]
  pi_b: string[][]
  pi_c: string[]
}
type Key = typeof simulatedKey

/** What a page is told of a proof. */
interface Claim {
  proof: Proof
  publicSignals: string[]
  key: Key
}

let browser: Browser
let proxy: LyingProxy
let page: BrowserPage
/** The proof of the batch as the prover made it. */
let honest: Claim
beforeAll(async () => {
  if (!hasChromium) return
  await client.query(`mutation { requestProof(index: "${BATCH}") { index } }`)
  await until(async () => (await proofOf(BATCH)).batch.proof !== null)
  const { batch, service } = await proofOf(BATCH)
  honest = { ...batch, key: service.verificationKeys[0]!.json }
  browser = await Browser.open()
  proxy = await LyingProxy.start(demo)
  page = await browser.page()
})
afterAll(async () => {
  await browser?.close()
  proxy?.stop()
})

const proofOf = (index: string) =>
  client.query<{
    batch: Omit<Claim, 'key'>
    service: { verificationKeys: { hash: string; json: Key }[] }
  }>(BatchProofDocument, { index })

const answering = ({ proof, publicSignals, key }: Record<keyof Claim, unknown>) =>
  saying(
    JSON.stringify({
      data: { batch: { proof, publicSignals }, service: { verificationKeys: [{ hash: '', json: key }] } },
    }),
  )

/** Has a visitor check the proof of the batch, at an api that tells this of it. */
async function check(told: Partial<Record<keyof Claim, unknown>>): Promise<void> {
  proxy.lies = { answers: { BatchProof: answering({ ...honest, ...told }) } }
  await page.open(`${proxy.url}/batch/${BATCH}`)
  await press(page, 'Verify here')
}

/** Expects that the page refused a proof for this reason, and says of nothing that it is shown. */
async function refused(code: string, line = en.verify.proof.refused): Promise<void> {
  await outcome(page, line)
  const text = await page.evaluate<string>(`document.querySelector('.check-outcome').innerText`)
  expect(text).toContain(code)
  const reason = en.verify.proof.codes[code as keyof typeof en.verify.proof.codes]
  if (reason !== undefined) expect(text).toContain(reason)
  expect(await page.evaluate(`document.querySelectorAll('.check-verified, .check-partial').length`)).toBe(0)
  expect(await page.evaluate(`document.querySelector('.check-result').innerText`)).not.toContain(
    en.verify.proof.says,
  )
}

const proofWith = (change: Partial<Proof>) => ({ proof: { ...honest.proof, ...change } })
const signalsWith = (at: number, signal: unknown) => ({
  publicSignals: honest.publicSignals.with(at, `${signal}`),
})
const plusOne = (decimal: string) => String(BigInt(decimal) + 1n)
/** Point A with another y, which is not on the curve. */
const offCurve = ({ pi_a: [x, y] }: Proof) => ({ pi_a: [x!, plusOne(y!), '1'] })
const INFINITY = ['0', '0', '1']

/** A proof that verifies under the demo's key and says something else: the key is one for development, whose secrets are public. */
function forged(change: Partial<BatchSignals>): Partial<Record<keyof Claim, unknown>> {
  return simulatedProof({ ...parseBatchSignals(honest.publicSignals)!, ...change }, honest.key)
}

describe.skipIf(!hasChromium)('"Verify here" on a batch, at an api that changes the proof', () => {
  it('accepts what the prover made', async () => {
    await check({})
    await outcome(page, en.verify.proof.verified)
  })

  it.each<[string, () => Partial<Proof>, string]>([
    [
      "A and C in each other's place",
      () => ({ pi_a: honest.proof.pi_c, pi_c: honest.proof.pi_a }),
      'BAD_PROOF',
    ],
    ['the generator for A', () => ({ pi_a: ['1', '2', '1'] }), 'BAD_PROOF'],
    ['a point of the key for B', () => ({ pi_b: honest.key.vk_beta_2 }), 'BAD_PROOF'],
    ['a point of the key for C', () => ({ pi_c: honest.key.vk_alpha_1 }), 'BAD_PROOF'],
    ['a point off the curve', () => offCurve(honest.proof), 'BAD_POINTS'],
    ['a point outside of the subgroup', () => ({ pi_b: outsideSubgroup() }), 'BAD_POINTS'],
    ['infinity', () => ({ pi_c: INFINITY }), 'BAD_POINTS'],
    ['a point without a coordinate', () => ({ pi_a: honest.proof.pi_a.slice(0, 2) }), 'BAD_POINTS'],
    ['a point that is a text', () => ({ pi_b: 'oops' as never }), 'BAD_POINTS'],
  ])('refuses a proof with other points: %s', async (_, points, code) => {
    await check(proofWith(points()))
    await refused(code)
  })

  it.each(Array.from({ length: 8 }, (_, i) => [en.batch.signalNames[i]!, i] as const))(
    'refuses a proof with another public signal: %s',
    async (_, i) => {
      await check(signalsWith(i, plusOne(honest.publicSignals[i]!)))
      await refused('BAD_PROOF')
    },
  )

  it.each<[string, () => unknown]>([
    ['none', () => undefined],
    ['one less', () => honest.publicSignals.slice(1)],
    ['one more', () => [...honest.publicSignals, '0']],
    ['one above the field', () => signalsWith(1, BigInt(honest.publicSignals[1]!) + R).publicSignals],
    ['one that is a number', () => honest.publicSignals.map(Number)],
  ])('refuses signals that are none: %s', async (_, publicSignals) => {
    await check({ publicSignals: publicSignals() })
    await refused('BAD_SIGNALS')
  })
})

describe.skipIf(!hasChromium)('"Verify here" on a batch, at an api that tells of something else', () => {
  it.each<[string, () => unknown, string]>([
    ['of another circuit', () => simulatedKey, 'WRONG_VERIFICATION_KEY'],
    [
      'with another point',
      () => ({ ...honest.key, IC: honest.key.IC.with(1, honest.key.IC[2]!) }),
      'WRONG_VERIFICATION_KEY',
    ],
    [
      'without phase 2',
      () => ({ ...honest.key, vk_delta_2: honest.key.vk_gamma_2 }),
      'WRONG_VERIFICATION_KEY',
    ],
    [
      'with a point outside of the subgroup',
      () => ({ ...honest.key, vk_gamma_2: outsideSubgroup() }),
      'BAD_VERIFICATION_KEY',
    ],
    ['that is none', () => undefined, 'BAD_VERIFICATION_KEY'],
  ])('refuses another verification key: one %s', async (_, key, code) => {
    await check({ key: key() })
    await refused(code)
  })

  it('refuses a proof of another chain, though it verifies', async () => {
    await check(forged({ chainId: 7n }))
    await refused('WRONG_CHAIN')
  })

  it('refuses a proof of another batch, though it verifies', async () => {
    await check(forged({ index: BigInt(BATCH) + 1n }))
    await refused('NOT_ASKED_FOR', en.verify.refusals.NOT_ASKED_FOR)
    const other = String(BigInt(BATCH) + 1n)
    const { batch } = await client.query<{ batch: object }>(BatchDocument, { index: BATCH })
    proxy.lies = {
      answers: { Batch: saying(JSON.stringify({ data: { batch } })), BatchProof: answering({ ...honest }) },
    }
    await page.open(`${proxy.url}/batch/${other}`)
    await press(page, 'Verify here')
    await refused('NOT_ASKED_FOR', en.verify.refusals.NOT_ASKED_FOR)
  })

  it('refuses a proof that is too large, and says so', async () => {
    await check(proofWith({ pi_a: ['1'.repeat(100_000), '2', '1'] }))
    await refused('TOO_LARGE', en.verify.refusals.TOO_LARGE)
  })

  it('says that there is none, where there is none', async () => {
    await check({ proof: null })
    await page.waitForText(en.failure.codes.NOT_PROVEN.title)
    expect(await page.evaluate(`document.querySelector('.check-result')`)).toBeNull()
  })
})
