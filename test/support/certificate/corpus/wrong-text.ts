import type { CertificateFault } from '../../../../src/certificate/certificate.ts'
import { encodeCertificate } from '../../../../src/certificate/encode.ts'
import { utf8 } from '../../../../src/codec/bytes.ts'
import { broken, type Case } from './case.ts'
import type { Certificates } from './good.ts'

const FORMAT = '"format":"1"'

/** What is wrong with the text as such: as bytes, as JSON, as canonical JSON, and of this format. */
const WRONG: readonly [string, CertificateFault, string, (text: string) => string | Uint8Array][] = [
  ['empty', 'MALFORMED', 'There is nothing in the file.', () => ''],
  ['null', 'MALFORMED', 'It is JSON, but no object.', () => 'null'],
  ['list', 'MALFORMED', 'It is a list.', (text) => `[${text}]`],
  ['truncated', 'MALFORMED', 'Its end is missing.', (text) => text.slice(0, -40)],
  ['twice', 'MALFORMED', 'It is there twice, one after the other.', (text) => text + text],
  ['bom', 'MALFORMED', 'It begins with a byte order mark.', (text) => `\ufeff${text}`],
  [
    'not-utf8',
    'MALFORMED',
    'A byte of its note is no UTF-8.',
    (text) => withByte(utf8(text), utf8('“')[0]!, 0xff),
  ],
  [
    'overlong-utf8',
    'MALFORMED',
    'A character is encoded in more bytes than it needs.',
    (text) => overlong(text),
  ],
  [
    'duplicate-property',
    'MALFORMED',
    'A property is there twice, with one value.',
    (text) => text.replace(FORMAT, '"format":"1","format":"1"'),
  ],
  [
    'lone-surrogate',
    'MALFORMED',
    'Its note has one half of a surrogate pair, as an escape.',
    (text) => text.replace('Lot 7', 'Lot \\ud800'),
  ],
  [
    'single-quotes',
    'MALFORMED',
    'A text is between single quotes.',
    (text) => text.replace('"BACKWARD"', "'BACKWARD'"),
  ],
  ['trailing-comma', 'MALFORMED', 'A comma follows the last property.', (text) => text.replace(/\}$/, ',}')],
  ['deep-33', 'TOO_LARGE', 'An unknown property has lists nested 33 deep.', (text) => deep(text, 33)],
  [
    'deep-32',
    'MALFORMED',
    'An unknown property has lists nested 32 deep, which may be, but no such property.',
    (text) => deep(text, 32),
  ],
  [
    'very-deep',
    'TOO_LARGE',
    'It has 3,000 lists nested in each other that do not end.',
    () => '['.repeat(3_000),
  ],
  ['newline-at-end', 'NOT_CANONICAL', 'A line break is at its end.', (text) => `${text}\n`],
  ['blank-at-start', 'NOT_CANONICAL', 'A blank is before it.', (text) => ` ${text}`],
  ['blank-inside', 'NOT_CANONICAL', 'A blank follows a colon.', (text) => text.replace(':', ': ')],
  ['indented', 'NOT_CANONICAL', 'It is indented.', (text) => JSON.stringify(JSON.parse(text), null, 1)],
  [
    'other-order',
    'NOT_CANONICAL',
    'One property is not where the order puts it.',
    (text) => JSON.stringify(firstOf(JSON.parse(text), 'question')),
  ],
  [
    'other-order-inside',
    'NOT_CANONICAL',
    'A property of the question is not where the order puts it.',
    (text) => replacedQuestion(text),
  ],
  [
    'escaped-letter',
    'NOT_CANONICAL',
    'A letter is escaped.',
    (text) => text.replace('BACKWARD', '\\u0042ACKWARD'),
  ],
  [
    'escaped-quote',
    'NOT_CANONICAL',
    'A character of the note beyond ASCII is escaped.',
    (text) => text.replace('“', '\\u201c'),
  ],
  [
    'escaped-newline',
    'NOT_CANONICAL',
    'A line break of the note has the long escape.',
    (text) => text.replace('\\n', '\\u000a'),
  ],
  [
    'escaped-name',
    'NOT_CANONICAL',
    'A letter of a property name is escaped.',
    (text) => text.replace('"format"', '"\\u0066ormat"'),
  ],
  ['newer-format', 'OTHER_VERSION', 'It has format 2.', (text) => text.replace(FORMAT, '"format":"2"')],
  [
    'newer-format-with-more',
    'OTHER_VERSION',
    'It has format 2, and a property that format 1 does not have.',
    (text) => text.replace(FORMAT, '"format":"2","future":[]'),
  ],
  ['format-number', 'OTHER_VERSION', 'Its format is a number.', (text) => text.replace(FORMAT, '"format":1')],
  ['without-format', 'OTHER_VERSION', 'It has no format.', (text) => text.replace(`${FORMAT},`, '')],
]

/** Texts that are no certificates. @throws Error if one is the right text */
export function wrongTexts({ delivery }: Certificates): Case[] {
  const right = encodeCertificate(delivery)
  return WRONG.map(([name, code, sentence, change]) => {
    const text = change(right)
    if (text === right) throw new Error(`${name} has nothing wrong`)
    return broken(name, code, sentence, text)
  })
}

/** With an unknown property of lists, one in the other. */
function deep(text: string, depth: number): string {
  return text.replace('"finality"', () => `"deep":${'['.repeat(depth)}${']'.repeat(depth)},"finality"`)
}

/** With this property before all others. */
function firstOf(object: Record<string, unknown>, name: string): Record<string, unknown> {
  return { [name]: object[name], ...object }
}

function replacedQuestion(text: string): string {
  const tree = JSON.parse(text) as Record<string, Record<string, unknown>>
  return JSON.stringify({ ...tree, question: firstOf(tree.question!, 'height') })
}

function withByte(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return bytes.with(bytes.indexOf(from), to)
}

/** The slash-free text with the L of its note in two bytes. */
function overlong(text: string): Uint8Array {
  const [before, after] = text.split('Lot 7')
  return Uint8Array.from([...utf8(before!), 0xc1, 0x8c, ...utf8(`ot 7${after}`)])
}
