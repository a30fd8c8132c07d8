import { createHash } from 'node:crypto'
import { ClientError, withPatience } from '../../client/graphql.ts'
import { Failure } from '../../config/failure.ts'
import type { ListName } from '../../export/columns.ts'
import { type ExportEnd, parseNdjsonEnd } from '../../export/format.ts'
import type { ExportRow } from '../../export/rows.ts'
import type { ExportProgress } from '../files/export-file.ts'

/** What to ask an API for. */
export interface ExportQuery {
  /** URL of the API; only its origin counts. */
  url: string
  list: ListName
  /** Filters, by the names of the parameters. */
  filters: Readonly<Record<string, string>>
}

/** A part of an export: some rows and then an end. */
type PartLine = { rows: ExportRow[]; text: string } | { end: ExportEnd }

/** Rows per request. Each part is verified on its own, so this is the most that has to be fetched again after an interruption. */
const PART_ROWS = 50_000

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
  let progress = from
  while (progress?.complete !== true) {
    const response = await withPatience(() => request(query, progress, partRows))
    const chain = response.headers.get('inpigritas-chain') ?? ''
    const height = Number(response.headers.get('inpigritas-height'))
    if (progress !== undefined && chain !== progress.chain) {
      throw new Failure(
        'EXPORT_OTHER_CHAIN',
        'the API serves another chain than the one that the export is of',
        {
          hint: 'name an API of the same chain with --url, or start again without --resume',
        },
      )
    }
    const digest = createHash('sha256')
    let count = 0
    let end: ExportEnd | undefined
    for await (const line of linesOf(response)) {
      if ('end' in line) {
        end = line.end
        continue
      }
      digest.update(line.text)
      count += line.rows.length
      yield { rows: line.rows, height }
    }
    if (end === undefined) throw truncated()
    if (end.count !== count || end.sha256 !== digest.digest('hex')) {
      throw new Failure('EXPORT_DAMAGED', 'the rows that arrived are not those that the API sent', {
        hint: 'run the same command again with --resume; if it happens again, look for a proxy that changes answers',
      })
    }
    progress = {
      chain,
      height,
      after: end.after,
      count: (progress?.count ?? 0) + count,
      complete: end.complete,
    }
    yield { rows: [], height, verified: progress }
  }
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
  const { code = 'EXPORT_REFUSED', message } = (await response.json().catch(() => ({}))) as {
    code?: string
    message?: string
  }
  const seconds = response.headers.get('retry-after')
  const data = seconds === null ? {} : { retryAfterMs: 1_000 * Number(seconds) }
  throw new ClientError(code, message ?? `the API answered ${response.status}`, data)
}

/** The lines of an answer: rows in groups as they arrive, and the end. @throws Failure EXPORT_TRUNCATED */
async function* linesOf(response: Response): AsyncGenerator<PartLine> {
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const bytes of response.body ?? []) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop()!
      const last = lines.at(-1)
      const end = last === undefined ? undefined : parseNdjsonEnd(last)
      const rows = end === undefined ? lines : lines.slice(0, -1)
      if (rows.length > 0) {
        yield { rows: rows.map((line) => JSON.parse(line)), text: `${rows.join('\n')}\n` }
      }
      if (end !== undefined) yield { end }
    }
  } catch (cause) {
    throw truncated(cause)
  }
  if (rest !== '') throw truncated()
}

function truncated(cause?: unknown): Failure {
  return new Failure('EXPORT_TRUNCATED', 'the API stopped in the middle of the export', {
    hint: 'run the same command again with --resume',
    retry: true,
    cause,
  })
}
