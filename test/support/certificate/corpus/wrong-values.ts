import type { Certificate } from '../../../../src/certificate/certificate.ts'
import { bytesToBase64Url } from '../../../../src/codec/bytes.ts'
import type { Json } from '../../../../src/codec/canonical-json.ts'
import { fieldToHex, R } from '../../../../src/crypto/field.ts'
import { broken, type Case, type NewValue, withValue } from './case.ts'
import type { Certificates } from './good.ts'

const ORDER = R.toString(16).padStart(64, '0')
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

type Wrong = readonly [name: string, sentence: string, path: string, value: NewValue]

/** In the certificate of a transfer. */
const WRONG: readonly Wrong[] = [
  ['without-finality', 'The final certificate is missing.', 'finality', undefined],
  ['without-state-size', 'The number of holdings is missing, though there are none.', 'stateSize', undefined],
  ['without-block-era', 'A property of a record is missing.', 'records.2.blockEra', undefined],
  ['unknown-property', 'It has a property that is not known.', 'comment', ''],
  ['unknown-property-of-record', 'A record has a property that is not known.', 'records.2.kind', 'transfer'],
  ['unknown-property-of-question', 'The question has a property that is not known.', 'question.depth', '1'],
  [
    'genesis-record-with-era',
    'A record of the genesis has more than its position.',
    'records.0.blockEra',
    '0',
  ],
  ['genesis-record-with-note', 'A record of the genesis has a note.', 'records.0.note', 'x'],
  ['null-note', 'A note is null instead of missing.', 'records.2.note', null],
  ['records-object', 'The records are an object.', 'records', {}],
  ['number', 'The height is a JSON number.', 'question.height', 5],
  ['leading-zero', 'The height has a zero before it.', 'question.height', '05'],
  ['negative', 'The offset is negative.', 'question.offset', '-1'],
  ['negative-zero', 'The offset is minus zero.', 'question.offset', '-0'],
  ['plus', 'The height has a plus sign.', 'question.height', '+5'],
  ['fraction', 'The height has a fraction.', 'question.height', '5.0'],
  ['exponent', 'The height has an exponent.', 'question.height', '5e0'],
  ['hex-number', 'The height is hexadecimal.', 'question.height', '0x5'],
  ['blank-in-number', 'A blank is after the height.', 'question.height', '5 '],
  ['no-digits', 'The height is an empty text.', 'question.height', ''],
  ['arabic-digit', 'The height is a digit, but not of ASCII.', 'question.height', '٥'],
  ['huge', 'The length has 400 digits.', 'question.length', '9'.repeat(400)],
  ['height-above-48-bits', 'The height is 2^48.', 'question.height', String(2 ** 48)],
  ['offset-above-120-bits', 'The offset is 2^120.', 'question.offset', String(2n ** 120n)],
  ['holding-above-32-bits', 'A holding has the number 2^32.', 'records.2.toHolding', String(2 ** 32)],
  ['length-zero', 'The question is about no units.', 'question.length', '0'],
  ['direction-lower-case', 'The direction is in lower case.', 'question.direction', 'backward'],
  [
    'question-of-nothing',
    'The question names neither an asset nor a transfer.',
    'question.transfer',
    undefined,
  ],
  ['question-of-both', 'The question names a transfer and an asset.', 'question.asset', fieldToHex(5n)],
  [
    'question-transfer-and-account',
    'The question names a transfer and an account.',
    'question.account',
    fieldToHex(5n),
  ],
  ['hex-upper-case', 'The chain is in upper-case hex.', 'chainId', (old) => String(old).toUpperCase()],
  ['hex-short', 'The chain has 62 digits.', 'chainId', (old) => String(old).slice(2)],
  ['hex-prefix', 'The chain has 0x before it.', 'chainId', (old) => `0x${old}`],
  [
    'field-order',
    'The transfer of the question is the field order, which is no field element.',
    'question.transfer',
    ORDER,
  ],
  ['base64-padding', 'The header has padding.', 'header', (old) => `${old}==`],
  ['base64-unused-bits', 'Unused bits of the header are not 0.', 'header', (old) => unusedBits(String(old))],
  [
    'base64-alphabet',
    'The header has a slash, which is of the other alphabet.',
    'header',
    (old) => `/${String(old).slice(1)}`,
  ],
  ['base64-one-digit', 'The header has one digit too many.', 'header', (old) => `${old}AAA`],
  [
    'base64-newline',
    'A line break is within the header.',
    'header',
    (old) => String(old).replace(/(?<=^.{76})/, '\n'),
  ],
  ['siblings-31-bytes', 'A sibling has 31 bytes.', 'history', bytesToBase64Url(new Uint8Array(31))],
  ['sibling-field-order', 'A sibling is the field order.', 'history', (old) => firstSibling(String(old))],
  ['without-key', 'A record has an action, and no key.', 'records.2.key', undefined],
  ['without-signature', 'A record has an action, and no signature.', 'records.2.signature', undefined],
  ['without-keys', 'The list of keys is missing.', 'keys', undefined],
  ['key-empty', 'A key has no bytes.', 'keys.0', ''],
  ['key-not-there', 'A record names a key behind the last one.', 'records.2.key', '1'],
  [
    'keys-more-than-named',
    'There is a key that no record names.',
    'keys',
    (old) => [...(old as Json[]), 'AA'],
  ],
  ['records-swapped', 'Two records are in the wrong order.', 'records', swapped],
  ['record-twice', 'A record is there twice.', 'records', twice],
]

/** In a certificate with holdings. */
const WRONG_HOLDINGS: readonly Wrong[] = [
  ['holdings-swapped', 'Two holdings are in the wrong order.', 'holdings', swapped],
  ['holding-twice', 'A holding is there twice.', 'holdings', twice],
  ['counter-above-120-bits', 'A counter is 2^120.', 'holdings.0.inTotal', String(2n ** 120n)],
]

/** In a certificate whose records have several keys. */
const WRONG_KEYS: readonly Wrong[] = [
  ['keys-in-another-order', 'The records name the second key before the first.', 'records', otherKeyFirst],
  [
    'key-twice',
    'Two of the keys are the same.',
    'keys',
    (old) => (old as Json[]).with(1, (old as Json[])[0]!),
  ],
]

/** Values that are not in their form or bounds, in certificates that are canonical JSON. All of them are MALFORMED. */
export function wrongValues({ delivery, forward, earlier, madeFrom }: Certificates): Case[] {
  const all = (certificate: Certificate, wrong: readonly Wrong[]) =>
    wrong.map(([name, sentence, ...change]) =>
      broken(name, 'MALFORMED', sentence, withValue(certificate, ...change)),
    )
  return [
    ...all(delivery, WRONG),
    ...all(forward, WRONG_HOLDINGS),
    ...all(madeFrom, WRONG_KEYS),
    ...all(earlier, [['later-null', 'The later header is null instead of missing.', 'later', null]]),
  ]
}

function swapped(list: Json | undefined): Json {
  const [first, second, ...rest] = list as Json[]
  return [second!, first!, ...rest]
}

function twice(list: Json | undefined): Json {
  const [first, ...rest] = list as Json[]
  return [first!, first!, ...rest]
}

/** The header has 283 bytes, so its last digit has four unused bits. */
function unusedBits(header: string): string {
  return header.slice(0, -1) + ALPHABET[ALPHABET.indexOf(header.at(-1)!) + 1]
}

function firstSibling(history: string): string {
  const bytes = Buffer.from(history, 'base64url')
  bytes.set(Buffer.from(ORDER, 'hex'))
  return bytes.toString('base64url')
}

/** The records with their first two keys named the other way round. */
function otherKeyFirst(list: Json | undefined): Json {
  const others = new Map<Json | undefined, Json>([
    ['0', '1'],
    ['1', '0'],
  ])
  return (list as Record<string, Json>[]).map((record) => {
    const key = others.get(record.key)
    return key === undefined ? record : { ...record, key }
  })
}
