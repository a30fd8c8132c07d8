import http from 'node:http'
import { Failure } from '../config/failure.ts'
import type { ActionKind } from '../ledger/action.ts'
import type { Rejection } from '../ledger/rejection.ts'

/** Bytes of one request's body: an action with the longest definition, key and note, in JSON, and room to spare. */
export const MAX_CONTROL_BODY_BYTES = 64 * 1024
/** Entries one page of pending actions may carry. */
export const MAX_PENDING_PAGE = 200

/** What became of an action handed in. ACCEPTED: it is durable on this node. FINAL: it was in a final block already. */
export interface SubmitReply {
  /** transferHash or registerHash, 64 hex digits. */
  hash: string
  status: 'ACCEPTED' | 'FINAL' | 'REJECTED'
  rejection?: Rejection
}

/** What the node still knows of an action; `height` with FINAL. Older final actions are found in the database. */
export interface SubmissionStatus {
  hash: string
  status: 'ACCEPTED' | 'FINAL' | 'REJECTED' | 'EXPIRED'
  rejection?: Rejection
  height?: number
}

/** The pool as a whole. */
export interface PoolStatus {
  size: number
  bytes: number
  /** Out-of-order entries waiting for their predecessor; not part of `size`. */
  parked: number
  /** The lowest era among the entries, null when empty. */
  oldestEra: number | null
  limits: { entries: number; bytes: number; perSigner: number }
}

/** One waiting action, in the order of arrival. */
export interface PendingEntry {
  hash: string
  /** Number of its arrival on this node: the cursor of `pending`. */
  arrival: number
  kind: ActionKind
  era: number
  /** The canonical action with key and signature. */
  bytes: Uint8Array
  note: string | null
}

/** A page of waiting actions. */
export interface PendingPage {
  entries: PendingEntry[]
  hasMore: boolean
}

/** Liveness of the node. */
export interface NodeStatus {
  chainId: string
  /**
   * READY; SYNCING while it is behind the others; RECOVERING while it asks what it signed; PAUSED while the database does not answer;
   * CLOCK_OFF while the clocks of its peers differ from its own by more than the chain allows.
   */
  state: 'READY' | 'SYNCING' | 'RECOVERING' | 'PAUSED' | 'CLOCK_OFF'
  /** Height of the highest block it holds, final or not. */
  height: number
  finalHeight: number
  finalEra: number
  /** The era of now. */
  era: number
  view: number
  /** Final blocks whose trees are not yet hashed. */
  hashLag: number
  poolSize: number
  /** Connected now. */
  peers: PeerStatus[]
  /** By how much the clocks of peers are ahead, the median; at most skewMs for a node that is ready. */
  clockOffsetMs: number
  version: string
}

/** A connected peer. */
export interface PeerStatus {
  name: string
  validator: boolean
  /** Of its last final block, as it says; null before it said any. */
  height: number | null
  software: string
}

/** A holding by what it is of, as hex: 64 digits each. */
export interface HoldingName {
  account: string
  assetId: string
}

/** The node's side of the control socket. Handlers may throw Failure; everything else is masked as INTERNAL. */
export interface ControlHandler {
  submit(actionBytes: Uint8Array, note: string | undefined): Promise<SubmitReply>
  submission(hash: string): SubmissionStatus | undefined
  pool(): PoolStatus
  pending(first: number, after: number | undefined): PendingPage
  /** What the next transfer of each holding (at most 200) must give as fromStart: outTotal in the pending state, in decimal; "0" where there is none. */
  nextStarts(holdings: readonly HoldingName[]): string[]
  status(): NodeStatus
  /** Readings in the text format of Prometheus. */
  metrics(): Promise<string>
}

/** The api's side of the control socket. Every call throws Failure NODE_UNREACHABLE (retry) when no node answers. */
export interface ControlClient {
  submit(actionBytes: Uint8Array, note?: string): Promise<SubmitReply>
  submission(hash: string): Promise<SubmissionStatus | undefined>
  pool(): Promise<PoolStatus>
  /** Entries in the order of arrival, at most `first` (1 to 200), behind the arrival number `after`. */
  pending(first: number, after?: number): Promise<PendingPage>
  /** `fromStart` of each holding's next transfer (at most 200 holdings), counting those that wait. */
  nextStarts(holdings: readonly HoldingName[]): Promise<bigint[]>
  status(): Promise<NodeStatus>
  /** Readings in the text format of Prometheus. */
  metrics(): Promise<string>
  close(): void
}

/** A pending entry as JSON: the bytes in base64. */
type WireEntry = Omit<PendingEntry, 'bytes'> & { bytes: string }

/** Connects to a node's control socket. Connections are made on demand, kept alive and at most 64. */
export function connectControl(path: string, options: { timeoutMs?: number } = {}): ControlClient {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64, maxFreeSockets: 16 })
  const timeoutMs = options.timeoutMs ?? 30_000
  const call = (method: 'GET' | 'POST', url: string, body?: unknown) =>
    request({ agent, socketPath: path, method, path: url, timeout: timeoutMs }, body)
  return {
    submit: (actionBytes, note) =>
      call('POST', '/submit', {
        action: Buffer.from(actionBytes).toString('base64'),
        ...(note === undefined ? {} : { note }),
      }) as Promise<SubmitReply>,
    submission: async (hash) =>
      ((await call('GET', `/submission/${encodeURIComponent(hash)}`)) as SubmissionStatus | null) ??
      undefined,
    pool: () => call('GET', '/pool') as Promise<PoolStatus>,
    async pending(first, after) {
      const query = after === undefined ? `first=${first}` : `first=${first}&after=${after}`
      const page = (await call('GET', `/pending?${query}`)) as { entries: WireEntry[]; hasMore: boolean }
      return {
        hasMore: page.hasMore,
        entries: page.entries.map((entry) => ({
          ...entry,
          bytes: new Uint8Array(Buffer.from(entry.bytes, 'base64')),
        })),
      }
    },
    nextStarts: async (holdings) =>
      ((await call('POST', '/next-starts', { holdings })) as string[]).map((start) => BigInt(start)),
    status: () => call('GET', '/status') as Promise<NodeStatus>,
    metrics: async () => ((await call('GET', '/metrics')) as { text: string }).text,
    close: () => agent.destroy(),
  }
}

/** One exchange: JSON out, JSON back. A dead or silent node is a Failure to retry. */
function request(options: http.RequestOptions, body: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const unreachable = (cause: Error) =>
      reject(
        new Failure('NODE_UNREACHABLE', `the node does not answer on its control socket: ${cause.message}`, {
          hint: 'see whether the node runs (ictl status), and try again',
          retry: true,
          cause,
        }),
      )
    const outgoing = http.request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', unreachable)
      response.on('end', () => {
        try {
          resolve(parseReply(response.statusCode ?? 0, Buffer.concat(chunks).toString()))
        } catch (error) {
          reject(error)
        }
      })
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${options.timeout} ms`)))
    outgoing.on('error', unreachable)
    if (body === undefined) return outgoing.end()
    const text = JSON.stringify(body)
    outgoing.setHeader('content-type', 'application/json')
    outgoing.setHeader('content-length', Buffer.byteLength(text))
    outgoing.end(text)
  })
}

function parseReply(status: number, text: string): unknown {
  const reply = JSON.parse(text) as unknown
  if (status === 200) return reply
  const { code, message, retry } = reply as { code: string; message: string; retry?: boolean }
  throw new Failure(code, message, { retry: retry ?? false })
}
