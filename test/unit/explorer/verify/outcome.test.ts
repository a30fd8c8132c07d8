import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../../src/codec/bytes.ts'
import { checkFile } from '../../../../src/explorer/verify/check.ts'
import type { FileKind } from '../../../../src/explorer/verify/kind.ts'
import { originOutcomeOf, outcomeOf, unshownBy } from '../../../../src/explorer/verify/not-shown.ts'
import type { CertificateResult, OriginResult } from '../../../../src/explorer/verify/result.ts'
import { genesisToJson } from '../../../../src/ledger/genesis.ts'
import { encodeOriginProof, type OriginProof } from '../../../../src/verify/origin-proof.ts'
import { CertifiedChain } from '../../../support/certificate/certified-chain.ts'
import { CORPUS } from '../../../support/certificate/corpus/corpus-chain.ts'
import { poseidon } from '../../../support/crypto/poseidon.ts'
import { forgedOrigin } from '../../../support/proving/forged-origin.ts'

const read = (name: string) => new Uint8Array(readFileSync(new URL(name, CORPUS)))

function check(kind: FileKind, file: Uint8Array, genesis: Uint8Array) {
  const request = { file, kind, genesis, policy: undefined, nowMs: 0, maxAgeMs: undefined }
  return checkFile(request, poseidon, () => {})
}

describe('a certificate', () => {
  it.each(['finality-foreign.json', 'finality-notarized.json', 'later-not-final.json'])(
    'that anyone can make up is called so, and nothing that it says is shown: %s',
    async (name) => {
      const result = (await check('certificate', read(name), read('genesis.json'))) as CertificateResult
      expect(result.verdicts.intact.verdict).toBe('yes')
      expect([outcomeOf(result), result.shown, unshownBy(result)]).toEqual(['unfinal', undefined, []])
    },
  )
})

describe('an origin proof', () => {
  const chain = new CertifiedChain({ stateDepth: 12 })
  const genesisOf = ({ genesis }: CertifiedChain) => utf8(JSON.stringify(genesisToJson(genesis)))
  const judged = async (origin: OriginProof, of = chain) => {
    const result = await check('origin', utf8(encodeOriginProof(origin)), genesisOf(of))
    return [originOutcomeOf(result as OriginResult), (result as OriginResult).shown]
  }

  it('that is proven and final says of what it is', async () => {
    expect(await judged(forgedOrigin(chain))).toEqual([
      'verified',
      expect.objectContaining({ units: '10', asset: 'FORGED-1', purpose: 'for you' }),
    ])
  })

  it('shows nothing if the proof is not valid, or nobody made it final, or the page has no key for it', async () => {
    const origin = forgedOrigin(chain)
    expect(await judged({ ...origin, length: 11n })).toEqual(['refused', undefined])
    const unfinal = { ...origin, finality: new CertifiedChain({ salt: 'ab'.repeat(32) }).source().finality }
    expect(await judged(unfinal)).toEqual(['unfinal', undefined])
    expect(await judged({ ...origin, hops: 5 })).toEqual(['unchecked', undefined])
    const shallow = new CertifiedChain()
    expect(await judged(forgedOrigin(shallow), shallow)).toEqual(['unchecked', undefined])
  })
})
