import { describe, expect, it } from 'vitest'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { DecodeError } from '../../../src/codec/error.ts'
import { ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import { formatCheckpoint, parseCheckpoint } from '../../../src/log/checkpoint.ts'
import { cosign, cosignatureLine, cosignaturesBy, cosignerKey } from '../../../src/log/cosignature.ts'
import { EMPTY_ROOT } from '../../../src/log/merkle.ts'
import {
  formatKey,
  formatNote,
  MAX_NOTE_BYTES,
  type NoteKey,
  parseKey,
  parseNote,
} from '../../../src/log/note.ts'
import { formatPolicy, judgeCheckpoint, type Policy, parsePolicy } from '../../../src/log/policy.ts'
import { decodeTile, encodeEntries, parseTilePath, tilePath } from '../../../src/log/tiles.ts'

const ORIGIN = 'inpigritas/test'
const CHECKPOINT = { origin: ORIGIN, size: 7, root: EMPTY_ROOT }
const TEXT = formatCheckpoint(CHECKPOINT)

interface Signer {
  key: NoteKey
  line(text?: string): ReturnType<typeof cosignatureLine>
}

function signer(name: string, number: number): Signer {
  const seed = sha256(Uint8Array.of(number))
  const key = cosignerKey(name, ed25519PublicKey(seed))
  return {
    key,
    line: (text = TEXT) =>
      cosignatureLine(
        key,
        cosign(text, 1_700_000_000, (message) => signEd25519(seed, message)),
      ),
  }
}
const [a, b, c] = [1, 2, 3].map((number) => signer(ORIGIN, number)) as [Signer, Signer, Signer]
const [w1, w2] = [4, 5].map((number) => signer(`witness.example/${number}`, number)) as [Signer, Signer]

const malformed = (work: () => unknown) => expect(work).toThrow(DecodeError)

describe('a note', () => {
  it('is read back as it was written', () => {
    const note = { text: 'one\n\ntwo\n', signatures: [a.line(), w1.line()] }
    expect(parseNote(formatNote(note))).toEqual(note)
    expect(parseKey(formatKey(a.key))).toEqual(a.key)
  })

  const good = formatNote({ text: TEXT, signatures: [a.line()] })
  it.each([
    ['without signatures', TEXT],
    ['with an empty list of signatures', `${TEXT}\n`],
    ['with a carriage return', good.replace('\n', '\r\n')],
    ['with a signature line that does not end', good.slice(0, -1)],
    ['with a hyphen for the dash', good.replace('—', '-')],
    ['with base64 that is not canonical', good.replace(/.\n$/, ' \n')],
    ['with a signature of four bytes', `${TEXT}\n— x AAAAAA==\n`],
    ['with base64 whose last bits are not zero', `${TEXT}\n— x AAAAAAB=\n`],
    ['with a lone surrogate', good.replace('test', '\ud800')],
    [
      'with more signatures than the bound',
      good + formatNote({ text: '', signatures: Array(512).fill(a.line()) }).slice(1),
    ],
    ['that is longer than the bound', `${'x'.repeat(MAX_NOTE_BYTES)}\n${good}`],
  ])('%s is rejected', (_, note) => {
    malformed(
      () =>
        cosignaturesBy([], parseNote(note).text, parseNote(note).signatures) &&
        parseCheckpoint(parseNote(note).text),
    )
  })

  it('has the id of its key in it', () => {
    const text = formatKey(a.key)
    const [name, id, material] = text.split('+') as [string, string, string]
    malformed(() =>
      parseKey(`${name}+${id.replace(/./, (digit) => (digit === '0' ? '1' : '0'))}+${material}`),
    )
    malformed(() => parseKey(`${name}x+${id}+${material}`))
    malformed(() => parseKey(`${name}+${id}`))
  })
})

describe('a checkpoint', () => {
  it('is read back as it was written, with or without further lines', () => {
    expect(parseCheckpoint(TEXT)).toEqual(CHECKPOINT)
    expect(parseCheckpoint(`${TEXT}more\n`)).toEqual(CHECKPOINT)
  })

  it.each([
    ['no size', TEXT.replace('\n7\n', '\n\n')],
    ['a size with a zero before it', TEXT.replace('\n7\n', '\n07\n')],
    ['a size that is too large', TEXT.replace('\n7\n', '\n9007199254740992\n')],
    ['a short root', TEXT.replace(/\n[^\n]*=\n/, '\nAAAA\n')],
    ['no last newline', TEXT.slice(0, -1)],
    ['no origin', TEXT.slice(ORIGIN.length)],
    ['an empty line', `${TEXT}\n`],
  ])('with %s is rejected', (_, text) => malformed(() => parseCheckpoint(text)))
})

describe('cosignatures', () => {
  it('are found by name and key, each key once; those of others are ignored', () => {
    const found = cosignaturesBy([a.key, b.key], TEXT, [w1.line(), b.line(), a.line(), a.line()])
    expect([...found!.keys()]).toEqual([a.key, b.key])
  })

  it('are worth nothing if one of a known key is wrong', () => {
    const wrong = { ...a.line(), signature: b.line().signature }
    expect(cosignaturesBy([a.key, b.key], TEXT, [b.line(), wrong])).toBeUndefined()
    expect(cosignaturesBy([b.key], TEXT, [b.line(), wrong])?.size).toBe(1)
    expect(
      cosignaturesBy([a.key], TEXT, [{ ...a.line(), signature: a.line().signature.slice(1) }]),
    ).toBeUndefined()
  })

  it('cover the whole text and the time', () => {
    expect(cosignaturesBy([a.key], `${TEXT}more\n`, [a.line()])).toBeUndefined()
    const later = a.line()
    later.signature = later.signature.map((byte, i) => (i === 7 ? byte + 1 : byte))
    expect(cosignaturesBy([a.key], TEXT, [later])).toBeUndefined()
  })
})

const POLICY: Policy = {
  logs: [a.key, b.key, c.key],
  witnesses: new Map([
    ...[a, b, c].map(({ key }, i) => [`validator-${i}`, key] as const),
    ...[w1, w2].map(
      ({ key }, i) => [`witness-${i}`, { ...key, url: `https://witness.example/${i}` }] as const,
    ),
  ]),
  groups: new Map([
    ['validators', { threshold: 2, members: ['validator-0', 'validator-1', 'validator-2'] }],
    ['witnesses', { threshold: 1, members: ['witness-0', 'witness-1'] }],
    ['both', { threshold: 2, members: ['validators', 'witnesses'] }],
  ]),
  quorum: 'both',
}

describe('a policy', () => {
  it('is read back as it was written', () => {
    const text = formatPolicy(POLICY, ['of a test'])
    expect(text).toMatch(/^# of a test\nlog inpigritas\/test\+/)
    expect(parsePolicy(text)).toEqual(POLICY)
    expect(
      parsePolicy(text.replace('group both 2', ' \tgroup  both\tall')).groups.get('both')?.threshold,
    ).toBe(2)
  })

  it.each([
    ['the quorum', [a, b, w2], true],
    ['too few validators', [a, w2], false],
    ['no witness', [a, b, c], false],
    ['one validator twice', [a, a, w1], false],
    ['witnesses only', [w1, w2], false],
  ])('judges a checkpoint signed by %s', (_, signers, valid) => {
    const note = { text: TEXT, signatures: signers.map((one) => one.line()) }
    expect(judgeCheckpoint(POLICY, note).valid).toBe(valid)
  })

  it('names who cosigned', () => {
    const note = { text: TEXT, signatures: [w2.line(), b.line()] }
    expect(judgeCheckpoint(POLICY, note).cosigned).toEqual(['validator-1', 'witness-1'])
  })

  it('knows only the origins of its logs', () => {
    const text = formatCheckpoint({ ...CHECKPOINT, origin: 'inpigritas/other' })
    const note = { text, signatures: [a, b, w1].map((one) => one.line(text)) }
    expect(judgeCheckpoint(POLICY, note).valid).toBe(false)
    expect(judgeCheckpoint({ ...POLICY, logs: [] }, note).valid).toBe(true)
  })

  const key = formatKey(a.key)
  it.each([
    ['no quorum', `log ${key}`],
    ['two quorums', 'quorum none\nquorum none'],
    ['a quorum that is not defined', 'quorum x'],
    ['a key twice', `log ${key}\nlog ${key}\nquorum none`],
    ['a name twice', `witness x ${key}\ngroup x any x\nquorum x`],
    ['the name none', `witness none ${key}\nquorum none`],
    ['a member of two groups', `witness x ${key}\ngroup g any x\ngroup h any x\nquorum g`],
    ['a member twice', `witness x ${key}\ngroup g 1 x x\nquorum g`],
    ['a group without members', 'group g any\nquorum g'],
    ['a threshold above the members', `witness x ${key}\ngroup g 2 x\nquorum g`],
    [
      'a key for other signatures',
      'log sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8\nquorum none',
    ],
    ['an unknown word', 'logs x\nquorum none'],
    [
      'more definitions than the bound',
      `witness x ${key}\n${Array.from({ length: 1_024 }, (_, i) => `group g${i} any ${i === 0 ? 'x' : `g${i - 1}`}`).join('\n')}\nquorum x`,
    ],
    ['more characters than the bound', `quorum none\n#${'x'.repeat(256 * 1024)}`],
  ])('with %s is rejected', (_, text) => malformed(() => parsePolicy(text)))
})

describe('the path of a tile', () => {
  it.each([
    '0/000',
    '6/x009/x007/x199/x254/740/x',
    '0/x000/001',
    '0/1',
    '7/000',
    '0/000.p/0',
    '0/000.p/256',
    '0/000.p/01',
    'entries',
    '0/x001',
    '0/x035/x184/x372/x088/833',
    '../0/000',
  ])('%s is that of a tile only if it is canonical', (path) => {
    const parsed = parseTilePath(path)
    expect(parsed === undefined || tilePath(parsed.tile) === path).toBe(true)
    expect(parsed !== undefined).toBe(path === '0/000')
  })

  it('may be that of a bundle of entries', () => {
    expect(parseTilePath('entries/x001/002.p/3')).toEqual({
      tile: { level: 0, index: 1_002, width: 3 },
      entries: true,
    })
  })

  it('leads to hashes or entries', () => {
    expect(decodeTile(new Uint8Array(64), 2)).toHaveLength(2)
    expect(decodeTile(new Uint8Array(65), 2)).toBeUndefined()
    expect(bytesToHex(encodeEntries([new Uint8Array(258).fill(1), new Uint8Array()]))).toBe(
      `0102${'01'.repeat(258)}0000`,
    )
    expect(() => encodeEntries([new Uint8Array(65_536)])).toThrow(RangeError)
  })
})
