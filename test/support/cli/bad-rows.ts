/** A line of a made CSV, and what must become of it: '' if it is applied, else the code. */
export interface MadeRow {
  kind: string
  line: string | Buffer
  code: string
}

const HEADER = 'item,from,to,amount,memo,time'
/** Options with which `ictl import` reads the made files. */
export const OPTIONS =
  '--asset item --from from --to to --amount amount --memo memo --time time --zero 0'.split(' ')
/** The code of an asset that somebody else must have registered. */
export const TAKEN = 'taken'
/** The largest amount, and one more. */
const MAX = (2n ** 112n - 1n).toString()
const TOO_MUCH = (2n ** 112n).toString()

type Kind = [kind: string, line: (i: number) => string | Buffer, code: string]

const raw = (before: string, bytes: number[], after: string) =>
  Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)])

const UNREADABLE: Kind[] = [
  ['too few cells', (i) => `b${i},x,y`, 'BAD_ROW'],
  ['too many cells', (i) => `b${i},x,y,1,,,more`, 'BAD_ROW'],
  ['no item', () => ',x,y,1,,', 'BAD_ROW'],
  ['no sender', (i) => `b${i},,y,1,,`, 'BAD_ROW'],
  ['no receiver', (i) => `b${i},x,,1,,`, 'BAD_ROW'],
  ['only commas', () => ',,,,,', 'BAD_ROW'],
  ['only blanks', () => ' , , , , , ', 'BAD_ROW'],
  ['a quote that stays open', (i) => `b${i},"x,y,1,,`, 'BAD_ROW'],
  ['a quote inside a cell', (i) => `b${i},x"x"x,y,1,,`, 'BAD_ROW'],
  ['something behind a quote', (i) => `b${i},"x"x,y,1,,`, 'BAD_ROW'],
  ['an endless line', (i) => `b${i},${'x'.repeat(66_000)},y,1,,`, 'BAD_ROW'],
  ['Latin-1', (i) => raw(`b${i},x`, [0xe9], ',y,1,,'), 'BAD_ROW'],
  ['half of a character', (i) => raw(`b${i},x`, [0xe2, 0x82], ',y,1,,'), 'BAD_ROW'],
  ['an overlong encoding', (i) => raw(`b${i},x`, [0xc0, 0x80], ',y,1,,'), 'BAD_ROW'],
  ['an encoded surrogate', (i) => raw(`b${i},x`, [0xed, 0xa0, 0x80], ',y,1,,'), 'BAD_ROW'],
]
const AMOUNTS = [
  '',
  '0',
  '-1',
  '+1',
  '1.5',
  '1e3',
  '"1,000"',
  '0x10',
  'NaN',
  '1 0',
  '\uff11',
  TOO_MUCH,
  '9'.repeat(41),
]
const BROKEN: Kind[] = [
  ...AMOUNTS.map((amount): Kind => [`the amount ${amount}`, (i) => `b${i},x,y,${amount},,`, 'BAD_AMOUNT']),
  ['an issue beyond the largest cap', () => `stock,0,ann,${MAX},,`, 'BAD_AMOUNT'],
  ['a gift to oneself', (i) => `b${i},x,x,1,,`, 'SELF_TRANSFER'],
  ['a gift to oneself behind blanks', (i) => `b${i}, x ,x,1,,`, 'SELF_TRANSFER'],
  ['from nobody to nobody', (i) => `b${i},0,0,1,,`, 'SELF_TRANSFER'],
  ['a long note', (i) => `b${i},x,y,1,,${'n'.repeat(4_097)}`, 'BAD_NOTE'],
  ['a note of long characters', (i) => `b${i},x,y,1,,${'\u20ac'.repeat(1_366)}`, 'BAD_NOTE'],
  ['a note with NUL', (i) => `b${i},x,y,1,,a\0b`, 'BAD_NOTE'],
  ['a note with ESC', (i) => `b${i},x,y,1,,a\u001b[31mb`, 'BAD_NOTE'],
  ['a note with BEL', (i) => `b${i},x,y,1,,a\u0007b`, 'BAD_NOTE'],
  ['a note that is shown in another order', (i) => `b${i},x,y,1,,a\u202eb`, 'BAD_NOTE'],
  ['a note with a mark of direction', (i) => `b${i},x,y,1,,\u200e2026-11-26`, 'BAD_NOTE'],
  ['a sender without units', (i) => `stock,nobody ${i},ann,1,,`, 'NO_HOLDING'],
  ['more than there is', () => 'stock,ann,bob,1000000000001,,', 'INSUFFICIENT_BALANCE'],
  ['an asset of somebody else', (i) => `${TAKEN},x,y${i},1,,`, 'CODE_TAKEN'],
]
/** All kinds of rows that are rejected. */
export const BAD_KINDS: readonly Kind[] = [...UNREADABLE, ...BROKEN]

const GOOD_KINDS: readonly Kind[] = [
  ['a plain row', (i) => `stock,ann,p${i % 50},1,,`, ''],
  [
    'an emoji at the bound of a name',
    (i) => `${'a'.repeat(126 - String(i).length)}${i}\u{1f600}x,x,y,1,,`,
    '',
  ],
  ['a line break in an item', (i) => `"i\nt${i}",x,y,1,,`, ''],
  ['NUL in an item', (i) => `n\0${i},x,y,1,,`, ''],
  ['ESC in an item', (i) => `e\u001b[31m${i},x,y,1,,`, ''],
  ['a changed direction', (i) => `r\u202e${i},x,y,1,,`, ''],
  ['quotes', (i) => `"q""${i}","x, y","z",1,,`, ''],
  ['a long item', (i) => `${'l'.repeat(3_000)}${i},x,y,1,,`, ''],
  ['a memo and a note', (i) => `m${i},x,\u{1f431},1,${'0'.repeat(63)}7,"one\ntwo"`, ''],
  ['the longest note', (i) => `o${i},x,y,1,,${'n'.repeat(4_096)}`, ''],
]

/** So many rows: the issue of the stock, then bad ones of all kinds among good ones. With `isMended`, each bad row is a good one instead. */
export function madeRows(count: number, isMended = false): MadeRow[] {
  const rows: MadeRow[] = [{ kind: 'the first issue', line: 'stock,0,ann,1000000000000,,', code: '' }]
  for (let i = 1; i < count; i++) {
    const isBad = i % 2 === 0
    const kinds = isBad ? BAD_KINDS : GOOD_KINDS
    const [kind, lineOf, code] = kinds[(i >> 1) % kinds.length]!
    if (isBad && isMended) rows.push({ kind: `mended: ${kind}`, line: `mended${i},x,y,1,,`, code: '' })
    else rows.push({ kind, line: lineOf(i), code })
  }
  return rows
}

/** The rows as a file. */
export function fileOf(rows: readonly MadeRow[]): Buffer {
  const end = Buffer.from('\n')
  return Buffer.concat([Buffer.from(HEADER), end, ...rows.flatMap(({ line }) => [Buffer.from(line), end])])
}
