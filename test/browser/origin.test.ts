import * as snarkjs from 'snarkjs'
import { expect, it } from 'vitest'
import { utf8 } from '../../src/codec/bytes.ts'
import { checkFile } from '../../src/explorer/verify/check.ts'
import type { OriginResult } from '../../src/explorer/verify/result.ts'
import { originSignalsJson } from '../../src/ledger/origin.ts'
import { chosenKey } from '../../src/setup/chain-key.ts'
import { useOneThread } from '../../src/setup/snarkjs.ts'
import { verifyOriginProof } from '../../src/verify/origin.ts'
import { proofFromBytes } from '../../src/verify/point-bytes.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import {
  askedOfPage,
  lotWithHolders,
  originArtifacts,
  originCircuit,
} from '../support/proving/origin-world.ts'
import { proveInPage } from '../support/proving/prove-in-page.ts'

const PURPOSE = 'for the fair, 4f9a'
const circuit = originCircuit()

it.skipIf(!hasChromium)('an origin proof is made in Chromium with a key that an api serves', async () => {
  const world = lotWithHolders()
  const { genesis } = world.chain
  const asked = await askedOfPage(world, PURPOSE)
  const browser = await Browser.open()
  const made = await proveInPage(browser, circuit, await originArtifacts(), asked).finally(() =>
    browser.close(),
  )
  expect([made.isolated, made.refused]).toEqual([true, 'NOT_SERVED'])
  const file = utf8(made.file)
  // The page's own verifier.
  const request = { kind: 'origin' as const, file, genesis: utf8(asked.genesis), policy: undefined }
  const at = { nowMs: genesis.startTime, maxAgeMs: undefined }
  const { verdicts, shown } = (await checkFile({ ...request, ...at }, poseidon, () => {})) as OriginResult
  for (const name of ['intact', 'proven', 'final', 'holder'] as const)
    expect(verdicts[name].verdict).toBe('yes')
  expect(shown).toMatchObject({ units: '10', asset: 'LOT', purpose: PURPOSE, hops: 4, holder: undefined })
  const key = chosenKey(circuit)
  const { content } = await verifyOriginProof(file, genesis, poseidon, { keyFor: () => key, nowMs: at.nowMs })
  const { signals, origin } = content!
  await useOneThread()
  const verified = snarkjs.groth16.verify(
    key.verificationKey as never,
    originSignalsJson(signals),
    proofFromBytes(origin.proof) as never,
  )
  expect(await verified).toBe(true)
})
