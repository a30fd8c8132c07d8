import type {
  Certificate,
  CertificateFault,
  CertifiedHolding,
  CertifiedRecord,
} from '../../../../src/certificate/certificate.ts'
import { concatBytes } from '../../../../src/codec/bytes.ts'
import { fieldToBytes } from '../../../../src/crypto/field.ts'
import type { SignedTransfer } from '../../../../src/ledger/action.ts'
import { type ActionParts, actionOfParts, partsOfAction } from '../../../../src/ledger/action-parts.ts'
import { type BlockHeader, decodeHeader, encodeHeader } from '../../../../src/ledger/header.ts'
import { broken, type Case } from './case.ts'
import { CorpusChain } from './corpus-chain.ts'
import type { Certificates } from './good.ts'

/** The era after the last one that has a date: eras of 2 s from the start of the chain on. */
const FIRST_ERA_BEYOND = (8.64e15 - 1_700_000_000_000) / 2_000 + 1

type Change = (certificate: Certificate) => Certificate

/** The certificate with its last record changed. */
export function withRecord(certificate: Certificate, change: Partial<CertifiedRecord>): Certificate {
  const { records } = certificate
  return { ...certificate, records: records.with(-1, { ...records.at(-1)!, ...change }) }
}

/** The last record's transfer. */
export function transferOf({ chainId, records }: Certificate): SignedTransfer {
  const action = actionOfParts(chainId, records.at(-1)!.action!)
  if (action.type !== 'transfer') throw new Error('the last record is no transfer')
  return action
}

const withTransfer =
  (change: Partial<SignedTransfer['transfer']>): Change =>
  (c) => {
    const action = transferOf(c)
    return withRecord(c, {
      action: partsOfAction({ ...action, transfer: { ...action.transfer, ...change } }),
    })
  }
const withHolding =
  (change: Partial<CertifiedHolding>): Change =>
  (c) => ({
    ...c,
    holdings: c.holdings.with(0, { ...c.holdings[0]!, ...change }),
  })
const withHeader =
  (change: Partial<BlockHeader>): Change =>
  (c) => ({
    ...c,
    header: encodeHeader({ ...decodeHeader(c.header), ...change }),
  })
export const withQuestion =
  (change: Partial<Certificate['question']>): Change =>
  (c) => ({
    ...c,
    question: { ...c.question, ...change },
  })

const chainId = new CorpusChain('5b'.repeat(32)).world.rules.chainId
const withParts =
  (change: (parts: ActionParts) => Partial<ActionParts>): Change =>
  (c) => {
    const parts = c.records.at(-1)!.action!
    return withRecord(c, { action: { ...parts, ...change(parts) } })
  }
const longer = (bytes: Uint8Array, by: number) => concatBytes(bytes, new Uint8Array(by))

type Wrong = readonly [name: string, code: CertificateFault, sentence: string, change: Change]

/** In the certificate of a transfer, without holdings. */
const WRONG: readonly Wrong[] = [
  ['foreign-chain', 'WRONG_CHAIN', 'It says that it is of another chain.', (c) => ({ ...c, chainId })],
  ['foreign-header', 'WRONG_CHAIN', 'Its header says that it is of another chain.', withHeader({ chainId })],
  [
    'other-height',
    'WRONG_HEIGHT',
    'The question is about the height of the header itself.',
    withQuestion({ height: 6 }),
  ],
  [
    'header-short',
    'MALFORMED',
    'The header lacks its last byte.',
    (c) => ({ ...c, header: c.header.slice(0, -1) }),
  ],
  [
    'header-long',
    'MALFORMED',
    'The header has a byte too many.',
    (c) => ({ ...c, header: concatBytes(c.header, Uint8Array.of(0)) }),
  ],
  ['header-version', 'MALFORMED', 'The header has version 3.', withHeader({ version: 3 })],
  [
    'header-era-beyond-dates',
    'MALFORMED',
    'The time of the era in its header is an era later than the last date.',
    withHeader({ era: FIRST_ERA_BEYOND }),
  ],
  [
    'header-era-last-date',
    'NOT_IN_HISTORY',
    'The era in its header is the last one with a date, and its history has another root.',
    withHeader({ era: FIRST_ERA_BEYOND - 1, historyRoot: 5n }),
  ],
  [
    'record-era-beyond-dates',
    'MALFORMED',
    'The era of the block of a record is beyond all dates.',
    (c) => withRecord(c, { blockEra: FIRST_ERA_BEYOND }),
  ],
  [
    'header-history-root',
    'NOT_IN_HISTORY',
    'The header has another historyRoot.',
    withHeader({ historyRoot: 5n }),
  ],
  [
    'record-position',
    'NOT_IN_HISTORY',
    'A record has another position.',
    (c) => withRecord(c, { position: c.records.at(-1)!.position + 1 }),
  ],
  [
    'record-behind-the-end',
    'NOT_IN_HISTORY',
    "A record has the header's position, which is that of the next record.",
    (c) => withRecord(c, { position: decodeHeader(c.header).position }),
  ],
  [
    'record-from-holding',
    'NOT_IN_HISTORY',
    'A record is from another holding.',
    (c) => withRecord(c, { fromHolding: 9 }),
  ],
  [
    'record-to-holding',
    'NOT_IN_HISTORY',
    'A record is to another holding.',
    (c) => withRecord(c, { toHolding: 9 }),
  ],
  [
    'record-to-start',
    'NOT_IN_HISTORY',
    'The units of a record arrived at another place.',
    (c) => withRecord(c, { toStart: 1n }),
  ],
  [
    'record-block-era',
    'NOT_IN_HISTORY',
    'A record is of the block of another era.',
    (c) => withRecord(c, { blockEra: 1 }),
  ],
  ['action-amount', 'NOT_IN_HISTORY', 'The action moves another amount.', withTransfer({ amount: 11n })],
  ['action-to', 'NOT_IN_HISTORY', 'The action moves units to another account.', withTransfer({ to: 5n })],
  [
    'action-memo',
    'NOT_IN_HISTORY',
    'The action has another memo, and the record no note.',
    (c) => withRecord(withTransfer({ memo: 5n })(c), { note: undefined }),
  ],
  [
    'action-truncated',
    'MALFORMED',
    'The action lacks its last byte.',
    withParts(({ content }) => ({ content: content.slice(0, -1) })),
  ],
  [
    'action-long',
    'MALFORMED',
    'The action has a byte too many.',
    withParts(({ content }) => ({ content: longer(content, 1) })),
  ],
  ['action-empty', 'MALFORMED', 'The action has no bytes.', withParts(() => ({ content: new Uint8Array() }))],
  [
    'action-unknown-type',
    'MALFORMED',
    'The first byte of the action is that of no action.',
    withParts(({ content }) => ({ content: content.with(0, 0xee) })),
  ],
  [
    'action-with-chain',
    'MALFORMED',
    'The action has the bytes of its chainId too.',
    (c) =>
      withParts(({ content }) => ({
        content: concatBytes(content.slice(0, 2), fieldToBytes(c.chainId), content.slice(2)),
      }))(c),
  ],
  [
    'action-key-of-no-kind',
    'MALFORMED',
    'The first byte of a key is that of no kind.',
    withParts(({ key }) => ({ key: key.with(0, 2) })),
  ],
  [
    'action-key-too-long',
    'MALFORMED',
    'A key has 601 bytes behind its kind.',
    withParts(({ key }) => ({ key: longer(key, 602 - key.length) })),
  ],
  [
    'action-signature-too-long',
    'MALFORMED',
    'A signature has 513 bytes.',
    withParts(({ signature }) => ({ signature: longer(signature, 513 - signature.length) })),
  ],
  [
    'genesis-record-with-action',
    'MALFORMED',
    'A record at a position of the genesis has an action.',
    (c) => ({ ...c, records: [{ ...c.records.at(-1)!, position: 0 }, ...c.records.slice(1)] }),
  ],
  [
    'record-without-action',
    'MALFORMED',
    'A record that is not of the genesis has no action.',
    (c) => withRecord(c, { action: undefined }),
  ],
  [
    'note-other',
    'WRONG_NOTE',
    'A note is not the text that the memo is the hash of.',
    (c) => withRecord(c, { note: 'Lot 8' }),
  ],
  [
    'note-too-long',
    'MALFORMED',
    'A note has 4,097 bytes, in fewer characters.',
    (c) => withRecord(c, { note: `${'ä'.repeat(2_048)}.` }),
  ],
  [
    'note-control-character',
    'MALFORMED',
    'A note has a control character.',
    (c) => withRecord(c, { note: 'Lot\u0007 8' }),
  ],
  ['note-empty', 'WRONG_NOTE', 'A note is the empty text.', (c) => withRecord(c, { note: '' })],
  [
    'note-blank-more',
    'WRONG_NOTE',
    'A note has a blank more at its end.',
    (c) => withRecord(c, { note: `${c.records.at(-1)!.note} ` }),
  ],
  [
    'history-missing',
    'MALFORMED',
    'The last sibling in the history is missing.',
    (c) => ({ ...c, history: c.history.slice(0, -1) }),
  ],
  ['history-none', 'MALFORMED', 'All siblings in the history are missing.', (c) => ({ ...c, history: [] })],
  [
    'history-too-many',
    'MALFORMED',
    'There is one sibling too many in the history.',
    (c) => ({ ...c, history: [...c.history, 0n] }),
  ],
  [
    'history-changed',
    'NOT_IN_HISTORY',
    'A sibling in the history is another.',
    (c) => ({ ...c, history: c.history.with(0, 5n) }),
  ],
  [
    'history-swapped',
    'NOT_IN_HISTORY',
    'Two siblings in the history are swapped.',
    (c) => ({ ...c, history: [c.history.at(-1)!, ...c.history.slice(1, -1), c.history[0]!] }),
  ],
  ['no-records', 'NOT_IN_HISTORY', 'It has no records.', (c) => ({ ...c, records: [], history: [] })],
  [
    'state-size-without-holdings',
    'SUPERFLUOUS',
    'It has no holdings, and says how many there are.',
    (c) => ({ ...c, stateSize: 5 }),
  ],
  [
    'state-without-holdings',
    'SUPERFLUOUS',
    'It has no holdings, and siblings of some.',
    (c) => ({ ...c, state: [5n] }),
  ],
]

/** In a certificate with holdings. */
const WRONG_HOLDINGS: readonly Wrong[] = [
  ['header-state-root', 'NOT_IN_STATE', 'The header has another stateRoot.', withHeader({ stateRoot: 5n })],
  ['holding-in-total', 'NOT_IN_STATE', 'A holding received one unit more.', withHolding({ inTotal: 31n })],
  ['holding-out-total', 'NOT_IN_STATE', 'One unit less left a holding.', withHolding({ outTotal: 7n })],
  ['holding-account', 'NOT_IN_STATE', 'A holding is of another account.', withHolding({ account: 5n })],
  ['holding-asset', 'NOT_IN_STATE', 'A holding is of another asset.', withHolding({ assetId: 5n })],
  ['holding-index', 'NOT_IN_STATE', 'A holding has another number.', withHolding({ index: 3 })],
  [
    'holding-behind-the-end',
    'NOT_IN_STATE',
    'A holding has a number that is not below the number of holdings.',
    (c) => withHolding({ index: c.stateSize })(c),
  ],
  [
    'state-size-zero',
    'NOT_IN_STATE',
    'There are holdings, and their number is 0.',
    (c) => ({ ...c, stateSize: 0 }),
  ],
  [
    'state-size-too-large',
    'NOT_IN_STATE',
    'The number of holdings is one more than the tree has leaves.',
    (c) => ({ ...c, stateSize: 4 ** 3 + 1 }),
  ],
  [
    'state-size-more',
    'MALFORMED',
    'The number of holdings is so large that more siblings are needed.',
    (c) => ({ ...c, stateSize: 4 ** 3 }),
  ],
  [
    'state-missing',
    'MALFORMED',
    'The last sibling in the state is missing.',
    (c) => ({ ...c, state: c.state.slice(0, -1) }),
  ],
  [
    'state-too-many',
    'MALFORMED',
    'There is one sibling too many in the state.',
    (c) => ({ ...c, state: [...c.state, 0n] }),
  ],
  [
    'state-changed',
    'NOT_IN_STATE',
    'A sibling in the state is another.',
    (c) => ({ ...c, state: c.state.with(0, 5n) }),
  ],
  [
    'state-swapped',
    'NOT_IN_STATE',
    'Two siblings in the state are swapped.',
    (c) => ({ ...c, state: [c.state[1]!, c.state[0]!, ...c.state.slice(2)] }),
  ],
  [
    'holdings-left-out',
    'SUPERFLUOUS',
    'The holdings are left out, but not their number and siblings.',
    (c) => ({ ...c, holdings: [] }),
  ],
  [
    'question-fewer-units',
    'SUPERFLUOUS',
    'The question is about two units only, whose origin is one record less.',
    withQuestion({ length: 2n }),
  ],
]

/** Contents that are not those of the chain. */
export function wrongContents({ delivery, backward, madeFrom }: Certificates): Case[] {
  const all = (certificate: Certificate, wrong: readonly Wrong[]) =>
    wrong.map(([name, code, sentence, change]) => broken(name, code, sentence, change(certificate)))
  return [
    broken('foreign-genesis', 'WRONG_CHAIN', 'It is verified with the genesis of another chain.', delivery, {
      genesis: 'other-genesis.json',
    }),
    ...all(delivery, WRONG),
    ...all(backward, WRONG_HOLDINGS),
    broken(
      'note-without-memo',
      'WRONG_NOTE',
      'A record without a memo has a note.',
      withRecord(madeFrom, { note: 'Lot 7' }),
    ),
  ]
}
