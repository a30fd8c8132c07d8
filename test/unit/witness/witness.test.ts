import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/codec/bytes.ts'
import { ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import { formatAddCheckpoint, parseAddCheckpoint, SIZE_TYPE } from '../../../src/log/add-checkpoint.ts'
import { cosignaturesBy, cosignerKey, verifyCosignature } from '../../../src/log/cosignature.ts'
import { parseNote, parseSignatures } from '../../../src/log/note.ts'
import { consistencyProof } from '../../../src/log/proofs.ts'
import { nodesFromTiles } from '../../../src/log/tiles.ts'
import { openLog } from '../../../src/telemetry/log.ts'
import { WitnessStore } from '../../../src/witness/store.ts'
import { type Answer, Witness } from '../../../src/witness/witness.ts'
import { History, ORIGIN, POLICY } from '../../support/log/two-histories.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const SEED = new Uint8Array(32).fill(9)
const KEY = cosignerKey('witness.example/1', ed25519PublicKey(SEED))
const honest = new History('abcdefghij')
const other = new History('abcdXfghij')

let folder: string
let witness: Witness
/** The keys whose signatures were verified. */
let verified: Uint8Array[]
const open = () =>
  new Witness({
    key: KEY,
    sign: (message) => signEd25519(SEED, message),
    policies: new Map([[ORIGIN, POLICY]]),
    store: new WitnessStore(folder),
    log: openLog('witness', 'silent'),
    now: () => 1_800_000_000_500,
    verify: (publicKey, text, said) => {
      verified.push(publicKey)
      return verifyCosignature(publicKey, text, said)
    },
  })
beforeEach(() => {
  folder = testFolder('witness')
  verified = []
  witness = open()
})

/** Shows a checkpoint of a history, with the proof from an old size. */
async function show(
  history: History,
  size: number,
  oldSize: number,
  note = history.noteAt(size),
): Promise<Answer> {
  const proof =
    oldSize > size ? [] : await consistencyProof(oldSize, size, nodesFromTiles(size, history.read))
  return witness.addCheckpoint(utf8(formatAddCheckpoint({ oldSize, proof, note })))
}

/** What a witness answered is its cosignature. */
function expectCosigned({ status, body }: Answer, history: History, size: number): void {
  expect([status, body]).toEqual([200, expect.stringMatching(/^— witness\.example\/1 /)])
  const found = cosignaturesBy([KEY], parseNote(history.noteAt(size)).text, parseSignatures(body))
  expect(found?.get(KEY)?.time).toBe(1_800_000_000)
}

describe('a witness', () => {
  it('cosigns what continues the last checkpoint, and the last one again', async () => {
    expectCosigned(await show(honest, 3, 0), honest, 3)
    expectCosigned(await show(honest, 8, 3), honest, 8)
    expectCosigned(await show(honest, 8, 8), honest, 8)
    expectCosigned(await show(honest, 10, 8), honest, 10)
  })

  it('says which size it has to whoever expects another', async () => {
    await show(honest, 5, 0)
    for (const oldSize of [0, 4])
      expect(await show(honest, 8, oldSize)).toEqual({ status: 409, type: SIZE_TYPE, body: '5\n' })
    expect((await show(honest, 4, 4)).body).toBe('5\n')
  })

  it('remembers what it cosigned when it starts again', async () => {
    await show(honest, 5, 0)
    witness = open()
    expect((await show(honest, 8, 0)).body).toBe('5\n')
    expectCosigned(await show(honest, 8, 5), honest, 8)
  })

  it('does not start with a checkpoint that it cannot read or that is of another log', async () => {
    await show(honest, 5, 0)
    const [name] = readdirSync(folder)
    const path = join(folder, name!)
    const text = readFileSync(path, 'utf8')
    for (const wrong of [text.slice(0, 50), text.replace(ORIGIN, 'inpigritas/other'), '']) {
      writeFileSync(path, wrong)
      expect(open).toThrow(expect.objectContaining({ code: 'WITNESS_DAMAGED' }))
    }
  })

  it.each<[string, number, string, () => Promise<Answer>]>([
    [
      'of a log that it does not know',
      404,
      'does not know',
      () => show(honest, 5, 0, honest.noteAt(5).replace(ORIGIN, 'x')),
    ],
    [
      'of too few validators',
      403,
      'signed by validator-1, validator-3',
      () => show(honest, 5, 0, honest.noteAt(5, [1, 3])),
    ],
    [
      'with a signature of another root',
      403,
      'the signature of inpigritas/test is wrong',
      () => show(honest, 5, 0, honest.noteAt(5).replace(/\n5\n/, '\n6\n')),
    ],
    ['with an old size above its own', 400, 'old size', () => show(honest, 5, 6)],
    ['that is no note', 400, '', () => show(honest, 5, 0, 'x\n')],
  ])('refuses a checkpoint %s with status %i', async (_, status, why, ask) => {
    const answer = await ask()
    expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(why)])
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([
    '',
    'old 1',
    'old -1\n\nx',
    'old 01\n\nx',
    'new 1\n\nx',
    'old 1\nAAAA\n\nx',
    `old 1\n${'A'.repeat(43)}=\n`.repeat(64),
  ])('rejects the request %j', (body) => expect(() => parseAddCheckpoint(utf8(body))).toThrow())
})

describe('signatures', () => {
  it("are verified until there are the log's own and a quorum, one per validator, however many there are", async () => {
    const [text = '', signatures = ''] = honest.noteAt(5, [0, 1, 2, 3]).split(/(?<=\n\n)/)
    const many = honest.noteAt(5, [3, 2]).slice(text.length) + signatures.repeat(100)
    expectCosigned(await show(honest, 5, 0, text + many), honest, 5)
    expect(verified).toHaveLength(1 + 3)
  })

  it('are verified only up to the first wrong one', async () => {
    expect((await show(honest, 5, 0, honest.noteAt(5).replace(/\n5\n/, '\n6\n'))).status).toBe(403)
    expect(verified).toHaveLength(1)
  })

  it.each<[string, number, () => Promise<Answer>]>([
    ['too few have signed', 403, () => show(honest, 9, 8, honest.noteAt(9, [0, 1]))],
    ['the size is an old one', 409, () => show(honest, 9, 7)],
    ['the size is an old one, and no proof is there', 409, () => show(honest, 7, 7)],
    ['the old size is above the new one', 400, () => show(honest, 7, 8)],
    ['the proof is wrong', 422, () => show(other, 9, 8)],
    ['the text is the newest', 200, () => show(honest, 8, 8, honest.noteAt(8, [0]))],
    ['the text has contradicted the newest', 409, () => show(other, 8, 0, other.noteAt(8, [1]))],
  ])('are not looked at if %s', async (_, status, ask) => {
    await show(honest, 8, 0)
    await show(other, 8, 8)
    verified = []
    expect((await ask()).status).toBe(status)
    expect(verified).toEqual([])
  })

  it('are not verified without a turn, and not if the turn comes too late', async () => {
    const asked = utf8(formatAddCheckpoint({ oldSize: 0, proof: [], note: honest.noteAt(5) }))
    expect((await witness.addCheckpoint(asked, async () => false)).status).toBe(429)
    const late = await witness.addCheckpoint(asked, async () => {
      await show(honest, 8, 0)
      verified = []
      return true
    })
    expect(late).toMatchObject({ status: 409, body: '8\n' })
    expect(verified).toEqual([])
  })
})

describe('a second history', () => {
  it('is refused at a size that was cosigned, and both notes are kept', async () => {
    await show(honest, 8, 0)
    for (const oldSize of [8, 0]) {
      const answer = await show(other, 8, oldSize)
      expect([answer.status, answer.type]).toEqual([409, 'text/plain'])
      expect(answer.body).toMatch(
        /^split view: at size 8 this witness has cosigned the root \S+, and is now shown \S+\n$/,
      )
    }
    const file = readdirSync(folder).find((name) => name.endsWith('.conflict'))!
    expect(readFileSync(join(folder, file), 'utf8')).toBe(`${honest.noteAt(8)}\n${other.noteAt(8)}`)
    expectCosigned(await show(honest, 10, 8), honest, 10)
  })

  it('is refused at a larger size, whatever proof it comes with', async () => {
    await show(honest, 8, 0)
    const proofs = [
      await consistencyProof(8, 10, nodesFromTiles(10, other.read)),
      await consistencyProof(8, 10, nodesFromTiles(10, honest.read)),
      [],
    ]
    for (const proof of proofs) {
      const answer = await witness.addCheckpoint(
        utf8(formatAddCheckpoint({ oldSize: 8, proof, note: other.noteAt(10) })),
      )
      expect(answer.status).toBe(422)
      expect(answer.body).toMatch(
        /does not show that the log at size 10 begins with what this witness cosigned at size 8/,
      )
    }
    expect((await show(honest, 10, 0)).body).toBe('8\n')
  })
})
