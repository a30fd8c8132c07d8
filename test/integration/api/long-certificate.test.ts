import { expect, it } from 'vitest'
import { verifyCertificate } from '../../../src/certificate/verify.ts'
import { utf8 } from '../../../src/codec/bytes.ts'
import { hashAction } from '../../../src/ledger/action-hash.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, rsaKey } from '../../support/ledger/ledger-world.ts'
import { toAndFro } from '../../support/ledger/to-and-fro.ts'
import { FinalChain, genesisOfOne } from '../../support/storage/final-chain.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

const HOPS = 1_010
const PAGE = 400
// Signatures of RSA keys cost little time.
const keys = [rsaKey(), rsaKey()] as const
const thing = definitionOf(keys[0], { code: 'THING', cap: '1' })

/** A hop by what tells it from others. */
interface Hop {
  unit: string
  depth: number
  transfer: { position: string }
}

it('a trace of more than a thousand hops comes in pages from the api, and as one certificate that shows the same hops', async () => {
  const genesis = genesisOfOne()
  const { database } = await chainDatabase(genesis)
  const chain = new FinalChain(database, genesis)
  const named = { chainId: chain.rules.chainId, era: chain.header.era + 1 }
  const actions = [...toAndFro(keys, thing, HOPS, named)]
  await chain.commit(actions.map((action) => hashAction(poseidon, action)))
  // A certificate is as of the block before the newest.
  await chain.commit([])
  await chain.storeTrees()
  const api = await serveApi(database, genesis)
  const ask = async (query: string, variables: object = {}) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ query, variables })
    const answer = await (await fetch(`${api.url}/graphql`, { method: 'POST', headers, body })).json()
    expect(answer.errors).toBeUndefined()
    return answer.data
  }
  const query = `query ($after: String) { trace(input: { start: { asset: "THING" }, first: ${PAGE}, after: $after }) {
    hops { unit depth transfer { position } } endCursor } }`
  const pages: Hop[][] = []
  let after: string | null = null
  do {
    const { trace } = await ask(query, { after })
    pages.push(trace.hops)
    after = trace.endCursor
  } while (after !== null)
  expect(pages.map(({ length }) => length)).toEqual([PAGE, PAGE, HOPS - 2 * PAGE])

  const { certificate } = await ask('{ certificate(input: { start: { asset: "THING" } }) { json records } }')
  await api.stop()
  // The registration and the hops.
  expect(certificate.records).toBe(HOPS + 1)
  const { intact, complete, signed, final, content } = await verifyCertificate(
    utf8(certificate.json),
    genesis,
    poseidon,
    { nowMs: 0 },
  )
  expect([intact, complete, signed, final].map(({ verdict }) => verdict)).toEqual(Array(4).fill('yes'))
  const shown = content!.trace.hops.map(({ unit, depth, position }) => [unit, depth, position].map(String))
  expect(shown).toEqual(pages.flat().map((hop) => [hop.unit, hop.depth, hop.transfer.position].map(String)))
})
