import { bytesToHex } from '../../../src/codec/bytes.ts'
import { encodeCertificate } from '../../../src/consensus/codec.ts'
import { voteMessage } from '../../../src/consensus/signed-bytes.ts'
import { ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { type BlockHeader, blockHash } from '../../../src/ledger/header.ts'
import { openTrees } from '../../../src/node/trees/open-trees.ts'
import type { Database } from '../../../src/storage/database.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { genesisOf } from '../ledger/ledger-world.ts'
import { StoredChain } from './stored-chain.ts'

const VOTING_KEY = new Uint8Array(32).fill(7)

/** A genesis with the one validator whose votes make the blocks of a `FinalChain` final. */
export function genesisOfOne(): Genesis {
  const [votingKey, transportKey, logKey] = [
    VOTING_KEY,
    ...[2, 8].map((n) => new Uint8Array(32).fill(n)),
  ].map(ed25519PublicKey)
  return genesisOf({
    validators: [{ name: 'one', votingKey: votingKey!, transportKey: transportKey!, logKey: logKey! }],
  })
}

/** A stored chain whose headers have the roots of its trees, and whose blocks are final: certificates of it can be verified. */
export class FinalChain extends StoredChain {
  readonly #genesis: Genesis

  constructor(database: Database, genesis: Genesis) {
    super(database, genesis)
    this.#genesis = genesis
  }

  protected override async roots(): Promise<Partial<BlockHeader>> {
    return (await this.storeTrees()).roots
  }

  /** Stores the trees as of the newest block. */
  storeTrees() {
    const { batchSize, stateDepth: depth } = this.#genesis
    return openTrees(this.database, poseidon, { chainId: this.rules.chainId, batchSize, depth })
  }

  protected override certificateOf(header: BlockHeader): Uint8Array {
    const subject = { kind: 'finalize' as const, view: header.view, hash: bytesToHex(blockHash(header)) }
    const signature = signEd25519(VOTING_KEY, voteMessage(this.rules.chainId, subject))
    return encodeCertificate({ ...subject, signatures: [{ validator: 0, signature }] }, 1)
  }
}
