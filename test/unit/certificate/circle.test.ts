import { expect, it } from 'vitest'
import { type Certificate, encodeCertificate } from '../../../src/certificate/certificate.ts'
import { verifyCertificate } from '../../../src/certificate/verify.ts'
import { bytesToHex, utf8 } from '../../../src/codec/bytes.ts'
import { encodeCertificate as encodeFinality } from '../../../src/consensus/codec.ts'
import { HistoryTree } from '../../../src/crypto/history-tree.ts'
import { siblingsOf } from '../../../src/crypto/multiproof.ts'
import { encodeAction } from '../../../src/ledger/action-codec.ts'
import { actionHash } from '../../../src/ledger/action-hash.ts'
import { chainIdOf } from '../../../src/ledger/genesis.ts'
import { recordHash } from '../../../src/ledger/hashes.ts'
import { blockHash, encodeHeader, genesisHeader } from '../../../src/ledger/header.ts'
import { HISTORY_DEPTH } from '../../../src/ledger/params.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf, signTransfer } from '../../support/ledger/ledger-world.ts'

it('records that go in a circle, under a root that no quorum made final, end the walk', async () => {
  const [ann, bea] = [eddsaKey('ann'), eddsaKey('bea')]
  const genesis = genesisOf({ definitions: [definitionOf(ann)] })
  const chainId = chainIdOf(genesis)
  const assetId = 77n
  const there = {
    chainId,
    from: ann.account,
    to: bea.account,
    assetId,
    fromStart: 0n,
    amount: 1n,
    era: 1,
    memo: 0n,
  }
  const moves = [
    signTransfer(ann, there),
    signTransfer(bea, { ...there, from: bea.account, to: ann.account }),
  ]
  const records = moves.map((action, i) => ({
    ...action.transfer,
    kind: 'transfer' as const,
    position: 4 + i,
    hash: actionHash(poseidon, action),
    fromHolding: i,
    toHolding: 1 - i,
    toStart: 0n,
    blockEra: 1,
    flags: 0 as const,
  }))
  const history = new HistoryTree(poseidon)
  const leaves = [0n, 0n, 0n, 0n, ...records.map((record) => recordHash(poseidon, record, chainId))]
  history.append(leaves)
  const full = (level: number, index: number) =>
    level === 0 ? leaves[index]! : poseidon.hash([0n, 0n, 0n, 0n])
  const header = { ...genesisHeader(genesis), height: 1, position: 6, historyRoot: history.root() }
  const certificate: Certificate = {
    chainId,
    question: { transfer: records[0]!.hash, direction: 'BACKWARD', offset: 0n, length: 1n, height: 0 },
    header: encodeHeader(header),
    finality: encodeFinality(
      {
        kind: 'finalize',
        view: 1,
        hash: bytesToHex(blockHash(header)),
        signatures: [{ validator: 0, signature: new Uint8Array(64) }],
      },
      1,
    ),
    later: undefined,
    records: records.map((record, i) => ({ ...record, action: encodeAction(moves[i]!), note: undefined })),
    history: [...siblingsOf([4, 5], 6, HISTORY_DEPTH)].map(({ level, index }) =>
      history.node(level, index, full),
    ),
    holdings: [],
    stateSize: 0,
    state: [],
  }
  const report = await verifyCertificate(utf8(encodeCertificate(certificate)), genesis, poseidon, {
    nowMs: 0,
  })
  expect(report.intact).toMatchObject({ verdict: 'no', code: 'MALFORMED' })
})
