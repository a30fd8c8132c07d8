import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { VERDICTS, type Verdict, type VerdictName } from '../../src/certificate/report.ts'
import { verifyCertificate } from '../../src/certificate/verify.ts'
import { parseJson } from '../../src/codec/canonical-json.ts'
import { parseGenesis } from '../../src/ledger/genesis.ts'
import { parsePolicy } from '../../src/log/policy.ts'
import { provenByFile } from '../../src/verify/proven-batches.ts'
import { corpus } from '../support/certificate/corpus/corpus.ts'
import { CORPUS } from '../support/certificate/corpus/corpus-chain.ts'
import { poseidon } from '../support/crypto/poseidon.ts'

interface Entry {
  file: string
  sentence: string
  genesis: string
  policy: string | null
  maxAgeMs: number | null
  proofs: string | null
  newer: string | null
  verdicts: Record<VerdictName, Verdict>
  code: string | null
}

const read = (name: string) => readFileSync(new URL(name, CORPUS))
const { nowMs, certificates }: { nowMs: number; certificates: Entry[] } = JSON.parse(
  String(read('index.json')),
)

describe('the published certificates', () => {
  let files: Map<string, string | Uint8Array>
  beforeAll(async () => {
    ;({ files } = await corpus())
  })

  it.each(certificates)('$file: $sentence', async ({ file, genesis: name, verdicts, code, ...given }) => {
    const { policy, maxAgeMs, proofs, newer } = given
    const genesis = parseGenesis(parseJson(String(read(name)), 1_000_000))
    const report = await verifyCertificate(read(file), genesis, poseidon, {
      nowMs,
      ...(maxAgeMs !== null && { maxAgeMs }),
      ...(policy !== null && { policy: parsePolicy(String(read(policy))) }),
      ...(proofs !== null && {
        proofs: (last: number) => provenByFile(genesis, read(proofs), poseidon, last),
      }),
      ...(newer !== null && { newer: read(newer) }),
    })
    const found = Object.fromEntries(VERDICTS.map((name) => [name, report[name].verdict]))
    expect({ code: report.intact.code, ...found }, report.intact.reason).toEqual({ code, ...verdicts })
  })

  it('are what the generator writes, byte by byte', () => {
    for (const [name, content] of files)
      expect([name, Buffer.from(content).equals(read(name))]).toEqual([name, true])
    expect(new Set(readdirSync(CORPUS))).toEqual(new Set([...files.keys(), 'rsa-key.json', 'README.md']))
  })
})
