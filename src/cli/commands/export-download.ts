import { ClientError, withPatience } from '../../client/graphql.ts'
import { Failure } from '../../config/failure.ts'
import { EXPORT_COLUMNS, type ListName } from '../../export/columns.ts'
import type { ExportRow } from '../../export/rows.ts'
import { chunksOf, linesOf, refusalIn } from '../../http/answer-body.ts'
import type { ExportProgress } from '../files/export-file.ts'
import { damaged, ExportPart } from './export-part.ts'

/** What to ask an API for. */
export interface ExportQuery {
  /** URL of the API; only its origin counts. */
  url: string
  list: ListName
  /** Filters, by the names of the parameters. */
  filters: Readonly<Record<string, string>>
}

/** Rows per request. Each part is verified on its own, so this is the most that has to be fetched again after an interruption. */
const PART_ROWS = 50_000
/**
 * Bytes of a line. The longest is that of an asset whose definition has 8 KiB (MAX_DEFINITION_BYTES), nearly all of it metadata that is written as JSON in
 * JSON, with four bytes for each two; the other cells have less than 2 KiB. A note has 4 KiB (MAX_NOTE_BYTES), or 8 as JSON.
 */
export const MAX_LINE_BYTES = 32_768
const CHAIN = /^[0-9a-f]{64}$/

/**
 * Downloads the rows that follow `from`, part by part, and yields them as they arrive; `verified` is set after the last rows of a part that has
 * the count and the SHA-256 that the server names. A server that runs as many exports as it may is asked again after the time that it says.
 * @throws Failure EXPORT_TRUNCATED, EXPORT_DAMAGED, EXPORT_OTHER_CHAIN
 * @throws ClientError API_UNREACHABLE, or what the API answers
 */
export async function* downloadRows(
  query: ExportQuery,
  from?: ExportProgress,
  partRows = PART_ROWS,
): AsyncGenerator<{ rows: ExportRow[]; height: number; verified?: ExportProgress }> {
  const key = EXPORT_COLUMNS[query.list][0]
  let progress = from
  while (progress?.complete !== true) {
    const response = await withPatience(() => request(query, progress, partRows))
    const { chain, height } = asOf(response, progress?.height ?? query.filters.atHeight)
    if (progress !== undefined && chain !== progress.chain) {
      throw new Failure(
        'EXPORT_OTHER_CHAIN',
        'the API serves another chain than the one that the export is of',
        {
          hint: 'name an API of the same chain with --url, or start again without --resume',
        },
      )
    }
    const part = new ExportPart({ key, after: progress?.after ?? -1, first: partRows })
    for await (const lines of linesOf(whole(response), MAX_LINE_BYTES, damaged)) {
      const rows = part.take(lines)
      if (rows.length > 0) yield { rows, height }
      if (part.isOver) break
    }
    const end = part.finish()
    if (end === undefined) throw truncated()
    const { after, complete } = end
    progress = { chain, height, after, count: (progress?.count ?? 0) + end.count, complete }
    yield { rows: [], height, verified: progress }
  }
}

/** The chain and the block that an answer is of. @throws Failure EXPORT_DAMAGED if it names none, or another block than was asked for */
function asOf({ headers }: Response, asked: number | string | undefined): { chain: string; height: number } {
  const chain = headers.get('inpigritas-chain') ?? ''
  const height = Number(headers.get('inpigritas-height') ?? Number.NaN)
  if (!CHAIN.test(chain) || !Number.isSafeInteger(height)) throw damaged()
  if (asked !== undefined && height !== Number(asked)) throw damaged()
  return { chain, height }
}

async function request(
  { url, list, filters }: ExportQuery,
  progress: ExportProgress | undefined,
  first: number,
): Promise<Response> {
  const target = new URL(`/export/${list}.ndjson`, url)
  for (const [name, value] of Object.entries(filters)) target.searchParams.set(name, value)
  target.searchParams.set('first', String(first))
  if (progress !== undefined) {
    target.searchParams.set('atHeight', String(progress.height))
    if (progress.after >= 0) target.searchParams.set('after', String(progress.after))
  }
  const response = await fetch(target).catch((cause) => {
    throw new ClientError('API_UNREACHABLE', `there is no answer from ${target.origin}`, {}, cause)
  })
  if (response.ok) return response
  const { code = 'EXPORT_REFUSED', message } = await refusalIn(response)
  const seconds = response.headers.get('retry-after')
  const data = seconds === null ? {} : { retryAfterMs: 1_000 * Number(seconds) }
  throw new ClientError(code, message ?? `the API answered ${response.status}`, data)
}

/** The chunks of an answer. @throws Failure EXPORT_TRUNCATED if the connection breaks off */
async function* whole(response: Response): AsyncGenerator<Uint8Array> {
  const chunks = chunksOf(response)
  try {
    for (;;) {
      const { done, value } = await chunks.next().catch((cause) => {
        throw truncated(cause)
      })
      if (done) return
      yield value
    }
  } finally {
    await chunks.return(undefined)
  }
}

function truncated(cause?: unknown): Failure {
  return new Failure('EXPORT_TRUNCATED', 'the API stopped in the middle of the export', {
    hint: 'run the same command again with --resume',
    retry: true,
    cause,
  })
}
