import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from '../support/documents/snippets.ts'
import { testFolder } from '../support/shared/test-folder.ts'

/** What the index says of a certificate. */
type Expected = { file: string; verdicts: Record<string, string>; code: string | null }

/** Runs a program of the second implementation, which was written from PROTOCOL.md without the source of the first, and returns what it prints. */
function python(program: string, ...args: string[]): string {
  try {
    return execFileSync('python3', ['-B', join(ROOT, 'test/conformance', program), ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 24,
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Error('python3 is missing: this test needs it (Debian: apt install python3)')
    throw error
  }
}

it('a second implementation in another language computes what the vectors of the protocol say', () => {
  expect(python('python/check_vectors.py', join(ROOT, 'test/vectors/protocol'))).toBe('45 values\n')
})

it('a second implementation comes to the verdicts of the published certificates', () => {
  const file = join(ROOT, 'test/vectors/certificates/index.json')
  const { certificates } = JSON.parse(readFileSync(file, 'utf8')) as { certificates: Expected[] }
  const lines = python('verify_certificate.py', '--index', file).trimEnd().split('\n')
  expect(lines).toHaveLength(certificates.length)
  const got = lines.map((line, i) => ({ file: certificates[i]?.file, ...JSON.parse(line) }))
  expect(got).toEqual(certificates.map(({ file, verdicts, code }) => ({ file, verdicts, code })))
})

const sha256 = (...parts: (string | Buffer)[]) =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((p) => Buffer.from(p as string))))
    .digest()

/** A key for cosignatures under a name: its verifier key, and what makes its signature line under a checkpoint. */
function cosigner(name: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = Buffer.concat([Buffer.of(4), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)])
  const id = sha256(name, '\n', key).subarray(0, 4)
  const time = Buffer.from('0000000065000000', 'hex')
  const line = (checkpoint: string) => {
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${0x65000000}\n${checkpoint}`), privateKey)
    return `— ${name} ${Buffer.concat([id, time, signature]).toString('base64')}\n`
  }
  return { verifier: `${name}+${id.toString('hex')}+${key.toString('base64')}`, line }
}

it('a second implementation says who has cosigned the checkpoint of a certificate', () => {
  const folder = testFolder('python-witnessed')
  const vectors = join(ROOT, 'test/vectors/certificates')
  const certificate = JSON.parse(readFileSync(join(vectors, 'good-transfer.json'), 'utf8'))
  const height = Number(certificate.question.height) + 1
  // The header is the last entry of this log: on its way to the root, it has a subtree at its left for each bit of its height.
  const left = [...height.toString(2)].filter((bit) => bit === '1').map((_, i) => sha256(`subtree ${i}`))
  const leaf = sha256(Buffer.of(0), Buffer.from(certificate.header, 'base64url'))
  const root = left.reduce((node, sibling) => sha256(Buffer.of(1), sibling, node), leaf)
  const origin = `inpigritas/${certificate.chainId}`
  const [log, witness, stranger] = [
    cosigner(origin),
    cosigner('witness.example/1'),
    cosigner('witness.example/1'),
  ]
  writeFileSync(
    join(folder, 'policy'),
    `log ${log.verifier}\nwitness w ${witness.verifier}\ngroup all all w\nquorum all\n`,
  )
  copyFileSync(join(vectors, 'genesis.json'), join(folder, 'genesis.json'))
  const checkpoint = `${origin}\n${height + 1}\n${root.toString('base64')}\n`
  const other = `${origin}\n${height + 2}\n${root.toString('base64')}\n`
  const cases: [
    string,
    { shown: string; signed: string; by: { line: (text: string) => string }[]; policy: string | null },
  ][] = [
    ['yes', { shown: checkpoint, signed: checkpoint, by: [log, witness], policy: 'policy' }],
    ['unknown', { shown: checkpoint, signed: checkpoint, by: [log, witness], policy: null }],
    ['no', { shown: checkpoint, signed: checkpoint, by: [log, stranger], policy: 'policy' }],
    ['no', { shown: checkpoint, signed: checkpoint, by: [witness], policy: 'policy' }],
    ['no', { shown: checkpoint, signed: other, by: [log, witness], policy: 'policy' }],
    ['no', { shown: other, signed: other, by: [log, witness], policy: 'policy' }],
  ]
  const certificates = cases.map(([, { shown, signed, by, policy }], i) => {
    const note = `${shown}\n${by.map((key) => key.line(signed)).join('')}`
    const changed = {
      ...certificate,
      checkpoint: { inclusion: Buffer.concat(left).toString('base64url'), note },
    }
    const sorted = Object.fromEntries(Object.entries(changed).sort(([a], [b]) => (a < b ? -1 : 1)))
    writeFileSync(join(folder, `${i}.json`), JSON.stringify(sorted))
    return { file: `${i}.json`, genesis: 'genesis.json', policy, maxAgeMs: null }
  })
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ nowMs: 0, certificates }))
  const lines = python('verify_certificate.py', '--index', join(folder, 'index.json')).trimEnd().split('\n')
  const got = lines.map(
    (line) => JSON.parse(line) as { code: string | null; verdicts: Record<string, string> },
  )
  expect(got.map(({ code, verdicts }) => code ?? verdicts.witnessed)).toEqual(
    cases.map(([verdict]) => verdict),
  )
})
