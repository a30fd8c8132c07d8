import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { certifiedHeader } from '../../client/batches.ts'
import { ClientError } from '../../client/graphql.ts'
import type { Client } from '../../client/types.ts'
import { hexToBytes } from '../../codec/bytes.ts'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { makeFolder, writePublicFile } from '../../config/files.ts'
import { firstBatchOf, fullBatchCount, parseBatchIndex } from '../../ledger/batch.ts'
import { RECORD_DATA_BYTES } from '../../ledger/batch-data.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { readGenesis } from '../files/genesis-file.ts'
import { clientFor, type DataOptions, dataOption, type UrlOptions, urlOption } from '../options.ts'
import { counted, green, progress } from '../output.ts'
import { asUnreadable, checkedBatches, shownHeader } from '../verified-chain.ts'

interface BatchDataOptions extends DataOptions, UrlOptions {
  out: string
  genesis?: string
}

/** Batches, the last one included. */
interface Indexes {
  first: number
  last: number
}

export function addExportBatchData(parent: Command): void {
  parent
    .command('batch-data')
    .argument(
      '[batches]',
      'which: N or N-M (default: from the first on, as far as all are full and proven)',
      indexesIn,
    )
    .description(
      'write the data of batches with their proofs, from which ictl verify --batch-data rebuilds the state: N.bin has the records, N.json the proof',
    )
    .requiredOption('--out <dir>', 'folder to write to')
    .option('--genesis <file>', 'genesis of the chain (default: that of the data directory)')
    .addOption(urlOption())
    .addOption(dataOption())
    .action(async (which: Indexes | undefined, _: object, command: Command) =>
      exportBatchData(which, command.optsWithGlobals<BatchDataOptions>()),
    )
}

function indexesIn(text: string): Indexes {
  const parts = text.split('-').map(parseBatchIndex)
  const [first, last] = [parts[0], parts.at(-1)]
  if (first === undefined || last === undefined || last < first || parts.length > 2)
    throw new InvalidArgumentError('It is a batch, such as 7, or a range, such as 0-7.')
  return { first, last }
}

/**
 * Writes batch after batch. The API is not trusted: each batch is checked before it is written, and none is asked for beyond those that are full as of
 * a header which the validators made final. So an API that lies can fill the disk with no more than the chain has, B * RECORD_DATA_BYTES and a proof
 * per batch.
 */
async function exportBatchData(which: Indexes | undefined, options: BatchDataOptions): Promise<void> {
  const genesis = readGenesis(options.genesis ?? pathsIn(dataPath(options.data)).genesis)
  const client = clientFor(options)
  const start = firstBatchOf(genesis)
  const { first, last } = which ?? { first: start, last: Number.POSITIVE_INFINITY }
  if (first < start)
    throw new Failure('NOT_PROVEN', `batch ${first} is of genesis, which is computed and not proven`, {
      hint: `the first proven batch is ${start}`,
    })
  const shown = await certifiedHeader(client, genesis.validators.length).catch((error) => {
    throw asUnreadable(error)
  })
  const { position } = shownHeader(genesis, shown)
  const end = Math.min(last + 1, fullBatchCount(position, genesis.batchSize))
  const check = checkedBatches(genesis)
  const bar = progress()
  makeFolder(options.out)
  let index = first
  for (; index < end; index++) {
    bar.update(index - first, end - first, 'fetching batches')
    const batch = await provenBatch(client, index, genesis)
    if (batch === undefined) break
    const { publicSignals, proof } = check(index, batch)
    writePublicFile(join(options.out, `${index}.bin`), batch.data)
    const content = { index, publicSignals, proof }
    writePublicFile(join(options.out, `${index}.json`), `${JSON.stringify(content, null, 1)}\n`)
  }
  if (index <= last && (which !== undefined || index === first))
    throw new Failure('NOT_PROVEN', `batch ${index} is not full and proven yet`, {
      hint: `ask for its proof: ictl prove ${index}`,
    })
  bar.finish(
    `${green('OK')} ${counted(index - first, 'batch', 'batches')}, ${first} to ${index - 1}, written to ${options.out}`,
  )
}

interface BatchAnswer {
  batch: { full: boolean; status: string; data: unknown; proof: unknown; publicSignals: unknown } | null
}

/** A full batch with its proof, as the API shows it; undefined if there is none yet. */
async function provenBatch(client: Client, index: number, { batchSize }: Genesis) {
  const { batch } = await client.query<BatchAnswer>(
    'query ($index: BigInt!) { batch(index: $index) { full status data proof publicSignals } }',
    { index: String(index) },
  )
  if (!batch?.full || batch.status !== 'PROVEN') return undefined
  const { data, proof, publicSignals } = batch
  if (
    typeof data !== 'string' ||
    data.length !== 2 * batchSize * RECORD_DATA_BYTES ||
    !/^[0-9a-f]*$/.test(data)
  )
    throw new ClientError('MALFORMED', `the api shows data of batch ${index} that cannot be read`)
  return { data: hexToBytes(data), proof, publicSignals }
}
