import { bytesToHex } from '../codec/bytes.ts'
import { canonicalJson } from '../codec/canonical-json.ts'
import { Failure } from '../config/failure.ts'
import { fieldToBytes } from '../crypto/field.ts'
import type { GenesisResult } from '../ledger/apply-genesis.ts'
import { chainIdOf, type Genesis, genesisToJson } from '../ledger/genesis.ts'
import { blockHash, genesisHeader } from '../ledger/header.ts'
import { insertBlock } from './commit-block.ts'
import { type Database, databaseFailure } from './database.ts'

/** Version of the stored data, which can change without the schema. Databases with another version are rejected. */
const FORMAT = 4

/** Key of the advisory lock: a number that nothing else in this database locks. */
const LOCK = 7_236_413

/**
 * Initializes an empty database for a chain: stores its genesis, with all definitions and allocations, as block 0. Does nothing if the database
 * belongs to the same chain already.
 * @throws Failure OTHER_CHAIN if it belongs to another chain, OTHER_FORMAT if it has another version
 */
export async function initializeChain(
  { sql }: Database,
  genesis: Genesis,
  { records, changes, firstPosition }: Pick<GenesisResult, 'records' | 'changes' | 'firstPosition'>,
): Promise<void> {
  const chainId = fieldToBytes(chainIdOf(genesis))
  try {
    await sql.begin(async (tx) => {
      // If two processes start on an empty database at once, the second waits here and then finds it initialized. An exclusive lock of the
      // table would need the right to change its rows.
      await tx`SELECT pg_advisory_xact_lock(${LOCK})`
      const [known] = await tx<{ format: number; chain_id: Uint8Array }[]>`SELECT format, chain_id FROM chain`
      if (known !== undefined) return checkChain(known, chainId)
      await tx`
        INSERT INTO chain (id, format, chain_id, genesis, first_position)
        VALUES (1, ${FORMAT}, ${chainId}, ${canonicalJson(genesisToJson(genesis))}, ${firstPosition})`
      const header = genesisHeader(genesis)
      await insertBlock(tx, {
        header,
        hash: blockHash(header),
        certificate: null,
        actions: [],
        records,
        changes,
        logTiles: [],
      })
    })
  } catch (error) {
    throw databaseFailure(error)
  }
}

function checkChain(known: { format: number; chain_id: Uint8Array }, chainId: Uint8Array): void {
  if (known.format !== FORMAT) {
    throw new Failure(
      'OTHER_FORMAT',
      `the database has format ${known.format}, this version reads ${FORMAT}`,
      {
        hint: 'start with the version that made it, or name an empty database',
      },
    )
  }
  if (Buffer.compare(known.chain_id, chainId) !== 0) {
    throw new Failure('OTHER_CHAIN', `the database is that of another chain, ${bytesToHex(known.chain_id)}`, {
      hint: 'name the database of this chain, or an empty one',
    })
  }
}

/**
 * True if the database belongs to this chain, false if it is empty.
 * @throws Failure as initializeChain does
 */
export async function isInitialized({ sql }: Database, genesis: Genesis): Promise<boolean> {
  const [known] = await sql<{ format: number; chain_id: Uint8Array }[]>`SELECT format, chain_id FROM chain`
  if (known !== undefined) checkChain(known, fieldToBytes(chainIdOf(genesis)))
  return known !== undefined
}
