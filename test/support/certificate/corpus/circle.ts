import { HistoryTree } from '../../../../src/crypto/history-tree.ts'
import { siblingsOf } from '../../../../src/crypto/multiproof.ts'
import { actionHash } from '../../../../src/ledger/action-hash.ts'
import { partsOfAction } from '../../../../src/ledger/action-parts.ts'
import { recordHash } from '../../../../src/ledger/hashes.ts'
import { encodeHeader, genesisHeader } from '../../../../src/ledger/header.ts'
import { HISTORY_DEPTH } from '../../../../src/ledger/params.ts'
import { poseidon } from '../../crypto/poseidon.ts'
import { signTransfer } from '../../ledger/ledger-world.ts'
import { broken, type Case } from './case.ts'
import { type CorpusChain, farmer, roaster } from './corpus-chain.ts'

const FIRST = 4

/** A unit that two accounts sent to each other, and that was never issued, under a root that no chain has. */
export function circle(chain: CorpusChain): Case {
  const { chainId } = chain.world.rules
  const there = {
    chainId,
    from: farmer.account,
    to: roaster.account,
    assetId: 77n,
    fromStart: 0n,
    amount: 1n,
    era: 1,
    memo: 0n,
  }
  const actions = [
    signTransfer(farmer, there),
    signTransfer(roaster, { ...there, from: roaster.account, to: farmer.account }),
  ]
  const records = actions.map((action, i) => ({
    ...action.transfer,
    kind: 'transfer' as const,
    position: FIRST + i,
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
  const node = (level: number, index: number) =>
    level === 0 ? leaves[index]! : poseidon.hash([0n, 0n, 0n, 0n])
  const position = leaves.length
  const header = { ...genesisHeader(chain.genesis), height: 1, position, historyRoot: history.root() }
  return broken(
    'circle',
    'MALFORMED',
    'A unit goes from one account to another and back, and was never issued.',
    {
      chainId,
      question: { transfer: records[0]!.hash, direction: 'BACKWARD', offset: 0n, length: 1n, height: 0 },
      header: encodeHeader(header),
      finality: chain.finality(header),
      later: undefined,
      records: records.map((record, i) => ({
        ...record,
        action: partsOfAction(actions[i]!),
        note: undefined,
      })),
      history: [...siblingsOf([FIRST, FIRST + 1], position, HISTORY_DEPTH)].map(({ level, index }) =>
        history.node(level, index, node),
      ),
      holdings: [],
      stateSize: 0,
      state: [],
    },
  )
}
