import { bytesToHex, hexToBytes } from '../../../src/codec/bytes.ts'
import { canonicalJson } from '../../../src/codec/canonical-json.ts'
import { accountOf, RSA_TAG } from '../../../src/crypto/account.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { fieldFromHex, fieldToHex } from '../../../src/crypto/field.ts'
import { h31 } from '../../../src/crypto/h31.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import type { PublicKey, SecretKey } from '../../../src/crypto/key.ts'
import { subtreeRoot, zeroHash } from '../../../src/crypto/merkle.ts'
import type { SignedAction, SignedTransfer, Transfer } from '../../../src/ledger/action.ts'
import { actionId, encodeAction } from '../../../src/ledger/action-codec.ts'
import { actionHash, hashAction } from '../../../src/ledger/action-hash.ts'
import { applyBlock } from '../../../src/ledger/apply-block.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import { encodeBody } from '../../../src/ledger/body.ts'
import { ASSET_TAG, assetIdOf, canonicalDefinition, definitionHash } from '../../../src/ledger/definition.ts'
import { chainIdOf, genesisToJson, paramsHashOf } from '../../../src/ledger/genesis.ts'
import { leafHash, packRecord, REGISTER_TAG, recordHash, TRANSFER_TAG } from '../../../src/ledger/hashes.ts'
import { type BlockHeader, blockHash, encodeHeader, genesisHeader } from '../../../src/ledger/header.ts'
import { isPlainText } from '../../../src/ledger/json-reader.ts'
import type { LedgerState } from '../../../src/ledger/ledger-state.ts'
import { memoOf } from '../../../src/ledger/note.ts'
import { HISTORY_DEPTH, MINT } from '../../../src/ledger/params.ts'
import { UNLISTED } from '../../../src/ledger/quota.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { reservationMemo } from '../../../src/ledger/reservation.ts'
import { rulesOf } from '../../../src/ledger/rules.ts'
import { verifyAction } from '../../../src/ledger/verify-action.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { definitionOf, genesisOf, signRegister, signTransfer, type TestKey, testKey } from './ledger-world.ts'

/** The only inputs that are not derived: an RSA public key, and its signature of the fourth action. Hexadecimal. */
export interface RsaVector {
  publicKey: string
  signature: string
}

const farmer = testKey({ kind: 'eddsa', seed: new Uint8Array(32).fill(1) })
const roaster = testKey({ kind: 'eddsa', seed: new Uint8Array(32).fill(2) })
const STATE_DEPTH = 2

const green = definitionOf(farmer, {
  code: 'GREEN-1',
  name: 'Green coffee',
  cap: '1000',
  metadata: { farm: 'Finca Alta' },
})
const genesis = genesisOf({
  name: 'vectors',
  stateDepth: STATE_DEPTH,
  admission: {
    capacity: { assets: 4, bytes: 2_000, holdings: 4 ** STATE_DEPTH, retirements: 4 },
    sponsors: [
      { account: farmer.account, budgets: { assets: 2, bytes: 1_000, holdings: 8, retirements: 2 } },
    ],
    share: 500,
  },
  definitions: [green],
  allocations: [{ to: roaster.account, asset: 'GREEN-1', amount: 100n }],
})
const chainId = chainIdOf(genesis)
const asset = assetIdOf(poseidon, green)

const transferOf = (rest: Pick<Transfer, 'from' | 'to' | 'amount'> & Partial<Transfer>): Transfer => ({
  chainId,
  assetId: asset,
  fromStart: 0n,
  era: 1,
  memo: 0n,
  ...rest,
})

/** The transfer that the RSA key signs: it spends part of the units that the key received in the same block. */
export function rsaTransfer(publicKey: PublicKey): Transfer {
  return transferOf({ from: accountOf(poseidon, publicKey), to: roaster.account, amount: 3n })
}

/**
 * The content of every file in test/vectors/protocol, computed by the project's code. PROTOCOL.md, "Test vectors".
 * @throws Error if an action of the chain is rejected, which includes an RSA signature that does not verify
 */
export function computeVectors(rsa: RsaVector) {
  const rsaKey: PublicKey = { kind: 'rsa', bytes: hexToBytes(rsa.publicKey) }
  const rsaAction: SignedTransfer = {
    type: 'transfer',
    transfer: rsaTransfer(rsaKey),
    publicKey: rsaKey,
    signature: hexToBytes(rsa.signature),
  }
  const actions: SignedAction[] = [
    signTransfer(farmer, transferOf({ from: MINT, to: farmer.account, amount: 50n, fromStart: 100n })),
    signTransfer(
      roaster,
      transferOf({
        from: roaster.account,
        to: accountOf(poseidon, rsaKey),
        amount: 40n,
        memo: memoOf('Lot 7'),
      }),
    ),
    signRegister(roaster, {
      chainId,
      definition: definitionOf(roaster, { code: 'ART-1', name: 'Unique', cap: '1' }),
      era: 1,
    }),
    rsaAction,
  ]
  for (const action of actions) {
    const rejection = verifyAction(poseidon, action, actionHash(poseidon, action))
    if (rejection !== null) throw new Error(rejection.message)
  }
  const { records, holdings, usages, body, headers } = chainVectors(actions)
  return {
    'hashes.json': {
      tags: {
        asset: fieldToHex(ASSET_TAG),
        transfer: fieldToHex(TRANSFER_TAG),
        register: fieldToHex(REGISTER_TAG),
        rsa: fieldToHex(RSA_TAG),
      },
      emptySubtrees: [0, 1, 2, 16].map((height) => ({
        height,
        hash: fieldToHex(zeroHash(poseidon, height)),
      })),
    },
    'keys.json': {
      keys: [farmer, roaster, { publicKey: rsaKey, account: accountOf(poseidon, rsaKey) }].map(keyVector),
      rsa,
    },
    'asset.json': {
      definition: {
        canonical: canonicalDefinition(green),
        hash: fieldToHex(definitionHash(green)),
        assetId: fieldToHex(asset),
      },
      note: { text: 'Lot 7', memo: fieldToHex(h31('Lot 7')) },
      reservation: {
        ...{ issuer: green.issuer, code: green.code, salt: 'Chapulín' },
        memo: fieldToHex(reservationMemo(fieldFromHex(green.issuer), green.code, 'Chapulín')),
      },
      notPlain: notPlain(),
    },
    'genesis.json': {
      canonical: canonicalJson(genesisToJson(genesis)),
      chainId: fieldToHex(chainId),
      paramsHash: bytesToHex(paramsHashOf(genesis)),
    },
    'actions.json': { actions: actions.map(actionVector) },
    'state.json': { records, holdings, usages },
    'blocks.json': { body, headers },
  }
}

function keyVector({ publicKey, account, secret }: Omit<TestKey, 'secret'> & { secret?: SecretKey }) {
  return {
    kind: publicKey.kind,
    ...(secret?.kind === 'eddsa' ? { seed: bytesToHex(secret.seed) } : {}),
    publicKey: bytesToHex(publicKey.bytes),
    account: fieldToHex(account),
    address: encodeAddress(account),
  }
}

function actionVector(action: SignedAction) {
  const bytes = encodeAction(action)
  return {
    bytes: bytesToHex(bytes),
    hash: fieldToHex(actionHash(poseidon, action)),
    id: bytesToHex(actionId(bytes)),
  }
}

/** A chain of three blocks: genesis, a block with all actions, and an empty block whose header has the roots after it. */
function chainVectors(actions: SignedAction[]) {
  const { state, records, firstPosition } = applyGenesis(poseidon, genesis)
  const leaves = records.map((record) => recordHash(poseidon, record, chainId))
  while (leaves.length < firstPosition) leaves.push(0n)
  const stateRootBefore = stateRootOf(state)
  const body = encodeBody(actions.map(encodeAction))
  const genesisBlock = genesisHeader(genesis)
  const firstHeader: BlockHeader = {
    ...genesisBlock,
    height: 1,
    view: 1,
    era: 1,
    parentHash: blockHash(genesisBlock),
    bodyHash: sha256(body),
    position: firstPosition,
    stateRoot: stateRootBefore,
    historyRoot: subtreeRoot(poseidon, leaves, HISTORY_DEPTH),
    batchStateRoot: stateRootBefore,
    logRoot: logHash(genesisBlock),
  }
  const block = applyBlock(
    state,
    { era: 1, actions: actions.map((action) => hashAction(poseidon, action)) },
    rulesOf(poseidon, genesis),
  )
  if (!block.ok) throw new Error(block.rejection.message)
  state.apply(block.overlay.changes)
  leaves.push(...block.records.map((record) => recordHash(poseidon, record, chainId)))
  const secondHeader: BlockHeader = {
    ...firstHeader,
    height: 2,
    view: 2,
    era: 2,
    parentHash: blockHash(firstHeader),
    bodyHash: sha256(encodeBody([])),
    position: state.position,
    stateRoot: stateRootOf(state),
    historyRoot: subtreeRoot(poseidon, leaves, HISTORY_DEPTH),
    batchStateRoot: stateRootOf(state),
    // The tree of two entries has their hashes as children of its root.
    logRoot: sha256(Uint8Array.of(1), logHash(genesisBlock), logHash(firstHeader)),
  }
  return {
    records: [...records, ...block.records].map(recordVector),
    holdings: [...Array(state.holdingCount).keys()].map((index) => holdingVector(state, index)),
    usages: [farmer.account, roaster.account, UNLISTED].map((account) => ({
      account: fieldToHex(account),
      used: { ...state.usage(account) },
    })),
    body: { bytes: bytesToHex(body), hash: bytesToHex(sha256(body)) },
    headers: [genesisBlock, firstHeader, secondHeader].map((header) => ({
      bytes: bytesToHex(encodeHeader(header)),
      hash: bytesToHex(blockHash(header)),
    })),
  }
}

/** The leaf of a header in the log of headers. */
function logHash(header: BlockHeader): Uint8Array {
  return sha256(Uint8Array.of(0), encodeHeader(header))
}

/** The state root, computed from the definition of the tree and not with the incremental trees of the ledger. */
function stateRootOf(state: LedgerState): bigint {
  const leaves = [...Array(state.holdingCount).keys()].map((index) =>
    leafHash(poseidon, state.holdingAt(index)),
  )
  return subtreeRoot(poseidon, leaves, STATE_DEPTH)
}

function recordVector(record: LedgerRecord) {
  return {
    position: record.position,
    kind: record.kind,
    hash: fieldToHex(record.hash),
    toStart: record.toStart.toString(),
    fromHolding: record.fromHolding,
    toHolding: record.toHolding,
    flags: record.flags,
    blockEra: record.blockEra,
    packed: packRecord(record).toString(),
    leaf: fieldToHex(recordHash(poseidon, record, chainId)),
  }
}

function holdingVector(state: LedgerState, index: number) {
  const holding = state.holdingAt(index)
  return {
    index,
    account: fieldToHex(holding.account),
    assetId: fieldToHex(holding.assetId),
    inTotal: holding.inTotal.toString(),
    outTotal: holding.outTotal.toString(),
    leaf: fieldToHex(leafHash(poseidon, holding)),
  }
}

/** The code points that no plain text has, as ranges, in hexadecimal. */
function notPlain(): { first: string; last: string }[] {
  const ranges: [number, number][] = []
  for (let point = 0; point <= 0x10ffff; point++) {
    if (isPlainText(String.fromCodePoint(point))) continue
    const last = ranges.at(-1)
    if (last?.[1] === point - 1) last[1] = point
    else ranges.push([point, point])
  }
  return ranges.map(([first, last]) => ({ first: first.toString(16), last: last.toString(16) }))
}
