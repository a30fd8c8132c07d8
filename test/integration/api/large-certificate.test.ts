import { expect, it } from 'vitest'
import { MAX_CERTIFICATE_BYTES } from '../../../src/certificate/certificate.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { h31 } from '../../../src/crypto/h31.ts'
import type { HashedAction } from '../../../src/ledger/action-hash.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { memoOf } from '../../../src/ledger/note.ts'
import { MAX_NOTE_BYTES } from '../../../src/ledger/params.ts'
import { certificateSource } from '../../../src/storage/reads/certificates.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf } from '../../support/ledger/ledger-world.ts'
import { FinalChain } from '../../support/storage/final-chain.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

const [ann, bea] = [eddsaKey('ann'), eddsaKey('bea')]
const thing = definitionOf(ann, { code: 'THING', cap: '1' })
const assetId = assetIdOf(poseidon, thing)
const PER_BLOCK = 2_000
/** In JSON, each character of it is two. */
const NOTE = '"'.repeat(MAX_NOTE_BYTES)
/** Fewer records than a request may look up, with more texts than a certificate has room for. */
const MOVES = Math.ceil(MAX_CERTIFICATE_BYTES / (2 * MAX_NOTE_BYTES))

/** A chain on which a thing moved to and fro. Signatures are left out, which no server looks at again. */
async function movedThing() {
  const genesis = genesisOf({
    definitions: [thing],
    allocations: [{ to: ann.account, asset: 'THING', amount: 1n }],
  })
  const { database } = await chainDatabase(genesis)
  const chain = new FinalChain(database, genesis)
  const { chainId } = chain.rules
  for (let first = 0; first < MOVES; first += PER_BLOCK) {
    const era = chain.header.era + 1
    const actions = Array.from({ length: Math.min(PER_BLOCK, MOVES - first) }, (_, i): HashedAction => {
      const n = first + i
      const [{ account, publicKey }, to] = n % 2 ? [bea, ann] : [ann, bea]
      const fromStart = BigInt(Math.floor(n / 2))
      const moved = {
        chainId,
        from: account,
        to: to.account,
        assetId,
        fromStart,
        amount: 1n,
        era,
        memo: memoOf(NOTE),
      }
      return {
        action: { type: 'transfer', transfer: moved, publicKey, signature: new Uint8Array(64) },
        hash: h31(`move ${n}`),
      }
    })
    await chain.commit(
      actions,
      actions.map(() => NOTE),
    )
  }
  await chain.commit([])
  await chain.storeTrees()
  return { database, genesis }
}

it('a certificate that no verifier would read is refused, and the texts of its records are read up to that bound only', async () => {
  const { database, genesis } = await movedThing()
  const api = await serveApi(database, genesis, { limits: { timeoutMs: 240_000 } })
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ certificate(input: { start: { asset: "THING" } }) { records } }' }),
  })
  const data = { what: 'certificate', maxBytes: MAX_CERTIFICATE_BYTES }
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'QUERY_TOO_COSTLY', data } }],
  })
  await api.stop()

  const made = async (maxBytes: number) => {
    const options = { budget: { left: MOVES * 2, max: MOVES * 2 }, maxBytes }
    const source = await certificateSource(database, genesis, poseidon, options)
    return makeCertificate(source, { asset: assetId, direction: 'BACKWARD' })
  }
  expect((await made(MOVES * MAX_NOTE_BYTES)).records).toHaveLength(MOVES + 2)
  await expect(made(MOVES * MAX_NOTE_BYTES - 1)).rejects.toMatchObject({
    rejection: { code: 'QUERY_TOO_COSTLY', data: { maxBytes: MOVES * MAX_NOTE_BYTES - 1 } },
  })
})
