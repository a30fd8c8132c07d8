import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../config/failure.ts'
import { encodeAddress } from '../../crypto/address.ts'
import { fieldToHex } from '../../crypto/field.ts'
import { firstBatchOf, parseBatchIndex } from '../../ledger/batch.ts'
import { RECORD_DATA_BYTES } from '../../ledger/batch-data.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { BatchChainError } from '../../verify/batch-chain.ts'
import type { ExportedBatch } from '../../verify/batch-state.ts'
import { readUpTo } from '../files/bounded-file.ts'
import { counted, green, print, printJson, yellow } from '../output.ts'
import { rebuiltState } from '../verified-chain.ts'
import { readJson } from './verify-files.ts'

/**
 * Rebuilds the state of a chain from the files of ictl export batch-data, and checks the proofs of all batches.
 * @param folder with N.bin and N.json for each batch, from the first proven one on
 * @throws Failure with the code of the fault
 */
export async function verifyBatchData(
  folder: string,
  genesis: Genesis,
  { json = false }: { json?: boolean },
): Promise<void> {
  const first = firstBatchOf(genesis)
  const { state, end } = await rebuiltState(genesis, batchesIn(folder, genesis))
  if (end === first)
    throw new Failure('NO_BATCHES', `${folder} has no batch ${first}, the first one after the genesis`, {
      hint: 'write it with ictl export batch-data',
    })
  const isDevelopment = genesis.provingKey.kind === 'development'
  const root = fieldToHex(state.root)
  const holdings = [...state.holdings.values()].sort((a, b) => a.index - b.index)
  if (json) {
    const list = holdings.map(({ index, account, assetId, inTotal, outTotal }) => ({
      ...{ index, address: nameOf(account), assetId: fieldToHex(assetId) },
      ...{ inTotal: String(inTotal), outTotal: String(outTotal) },
    }))
    printJson({ verified: true, development: isDevelopment, first, end, stateRoot: root, holdings: list })
    return
  }
  print(
    `${green('OK')} batches ${first} to ${end - 1} lead from the genesis to the state ${root}, with ${counted(holdings.length, 'holding')}`,
  )
  print('Whether their records are final is not part of them: ictl verify --chain checks that.')
  if (isDevelopment)
    print(yellow('Under a development key: anyone can forge such proofs, so these prove nothing to others.'))
}

/** The batches of a folder in order, all of them. @throws BatchChainError BAD_CHAIN if one is missing before others */
function* batchesIn(folder: string, genesis: Genesis): Generator<ExportedBatch> {
  if (!existsSync(folder)) return
  const names = readdirSync(folder).map((name) =>
    parseBatchIndex(/^(\d+)\.(bin|json)$/.exec(name)?.[1] ?? ''),
  )
  const last = names.reduce<number>((highest, index = -1) => Math.max(highest, index), -1)
  const first = firstBatchOf(genesis)
  for (let index = first; index <= last; index++) {
    const [data, proof] = [join(folder, `${index}.bin`), join(folder, `${index}.json`)]
    if (!existsSync(data) && !existsSync(proof)) {
      if (index === first) return
      throw new BatchChainError('BAD_CHAIN', `${folder} has batch ${last}, and batch ${index} is missing`)
    }
    const bytes = readUpTo(data, genesis.batchSize * RECORD_DATA_BYTES)
    if (bytes === undefined)
      throw new BatchChainError('BAD_DATA', `the data of batch ${index} is of more records than a batch has`)
    yield {
      proof: undefined,
      publicSignals: undefined,
      ...(readJson(proof) as object),
      index,
      data: bytes,
    }
  }
}

function nameOf(account: bigint): string {
  if (account === MINT) return 'MINT'
  return account === RETIRED ? 'RETIRED' : encodeAddress(account)
}
