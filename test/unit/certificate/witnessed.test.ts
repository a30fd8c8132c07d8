import { beforeAll, describe, expect, it } from 'vitest'
import type { Certificate } from '../../../src/certificate/certificate.ts'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { verifyCertificate } from '../../../src/certificate/verify.ts'
import { utf8 } from '../../../src/codec/bytes.ts'
import { ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import { decodeHeader } from '../../../src/ledger/header.ts'
import { formatCheckpoint } from '../../../src/log/checkpoint.ts'
import { cosign, cosignatureLine, cosignerKey } from '../../../src/log/cosignature.ts'
import { originOf } from '../../../src/log/cosigned.ts'
import { append, EMPTY_FRONTIER, logRootOf } from '../../../src/log/frontier.ts'
import { entryHash } from '../../../src/log/merkle.ts'
import { formatNote } from '../../../src/log/note.ts'
import { type Policy, parsePolicy } from '../../../src/log/policy.ts'
import { inclusionProof } from '../../../src/log/proofs.ts'
import { nodesFromTiles } from '../../../src/log/tiles.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

const chain = new CertifiedChain().randomSteps(20, 3)
const ORIGIN = originOf(fieldToHex(chain.world.rules.chainId))
const [one, two] = [1, 2].map((i) => {
  const seed = sha256(Uint8Array.of(i))
  return { seed, key: cosignerKey(`witness.example/${i}`, ed25519PublicKey(seed)) }
})

/** A policy that requires these witnesses, and no signature of the log. */
const requiring = (...witnesses: (typeof one)[]): Policy => ({
  logs: [],
  witnesses: new Map(witnesses.map((witness) => [witness!.key.name, witness!.key])),
  groups: new Map([
    ['all', { threshold: witnesses.length, members: witnesses.map((witness) => witness!.key.name) }],
  ]),
  quorum: 'all',
})

let certificate: Certificate
/** A log of 3 entries more than the header's height, in which the header is where it belongs. */
let leaves: Uint8Array[]
let height: number
beforeAll(async () => {
  certificate = await makeCertificate(chain.source(), { asset: chain.assets[0]!.id, direction: 'BACKWARD' })
  height = decodeHeader(certificate.header).height
  leaves = Array.from({ length: height + 3 }, (_, i) =>
    i === height ? entryHash(certificate.header) : entryHash(utf8(`${i}`)),
  )
})

async function checkpoint({ index = height, origin = ORIGIN, at = leaves } = {}) {
  const size = at.length
  let log = EMPTY_FRONTIER
  for (const leaf of at) log = append(log, leaf).frontier
  const text = formatCheckpoint({ origin, size, root: logRootOf(log) })
  const own = cosign(text, 1_000, (message) => signEd25519(one!.seed, message))
  const nodes = nodesFromTiles(size, async ({ width }) => at.slice(0, width))
  return {
    note: formatNote({ text, signatures: [cosignatureLine(one!.key, own)] }),
    inclusion: await inclusionProof(index, size, nodes),
  }
}

async function verdict(shown: Certificate['checkpoint'], policy?: Policy) {
  const options = { nowMs: 0, ...(policy && { policy }) }
  const text = encodeCertificate({ ...certificate, checkpoint: shown })
  return verifyCertificate(utf8(text), chain.genesis, poseidon, options)
}
const witnessed = async (...given: Parameters<typeof verdict>) => (await verdict(...given)).witnessed

describe('the checkpoint of a certificate', () => {
  it('is witnessed if those whom the policy names have cosigned it', async () => {
    expect(await witnessed(await checkpoint(), requiring(one))).toEqual({
      verdict: 'yes',
      reason: `its header is in the log that witness.example/1 cosigned at size ${height + 3}`,
    })
    expect(await witnessed(await checkpoint(), requiring(one, two))).toEqual({
      verdict: 'no',
      reason: expect.stringContaining(`of size ${height + 3} is cosigned by witness.example/1`),
    })
    expect((await witnessed(await checkpoint(), requiring(two))).reason).toContain(
      'nobody that the policy names',
    )
  })

  it('leaves the question open without a policy, and without a checkpoint', async () => {
    expect((await witnessed(await checkpoint())).verdict).toBe('unknown')
    expect((await witnessed(undefined, requiring(one))).verdict).toBe('unknown')
  })

  it('is not witnessed if its log is not shown to contain the header, or is of another chain', async () => {
    const good = await checkpoint()
    const other = leaves.map((leaf, i) => (i === height ? entryHash(utf8('another header')) : leaf))
    const wrong = [
      await checkpoint({ index: height + 1 }),
      await checkpoint({ at: other }),
      await checkpoint({ at: leaves.slice(0, height), index: 0 }),
      { ...good, inclusion: good.inclusion.slice(1) },
      await checkpoint({ origin: originOf('0'.repeat(64)) }),
      { ...good, note: 'no note' },
    ]
    for (const shown of wrong) expect((await witnessed(shown, requiring(one))).verdict).toBe('no')
  })

  it('makes the certificate not intact only by its form', async () => {
    const { note, inclusion } = await checkpoint()
    expect((await verdict({ note, inclusion: [] })).intact.verdict).toBe('yes')
    const long = Array.from({ length: 64 }, () => new Uint8Array(32))
    expect((await verdict({ note, inclusion: long })).intact.code).toBe('MALFORMED')
    expect((await verdict({ note: 'x'.repeat(128 * 1024 + 1), inclusion })).intact.code).toBe('MALFORMED')
  })

  it('is judged by the text of a policy', async () => {
    expect((await witnessed(await checkpoint(), parsePolicy('quorum none\n'))).verdict).toBe('yes')
  })
})
