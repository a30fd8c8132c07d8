import http from 'node:http'
import { Failure } from '../config/failure.ts'
import type { ActionKind } from '../ledger/action.ts'
import type { Rejection } from '../ledger/rejection.ts'

/** Bound on a request's body. An action with the longest definition, key and note fits with room to spare. */
export const MAX_CONTROL_BODY_BYTES = 64 * 1024
/** Bound on the body of many actions: an api's request of 128 KiB has them in hexadecimal, which is longer. */
export const MAX_ACTIONS_BODY_BYTES = 256 * 1024
/** Actions that are submitted, or asked about, in one request. */
export const MAX_ACTIONS = 100
/** Bound on the entries of one page of pending actions. */
export const MAX_PENDING_PAGE = 200
/** Milliseconds that a node has for a question. A node that hangs must not hold up readers, who can do without its answer. */
export const QUESTION_MS = 1_000
/** Milliseconds for the next starts of holdings: actions are built on them, so they are worth waiting for a busy node. */
export const NEXT_STARTS_MS = 5_000
/** Milliseconds that a node has to check and store a submitted action. */
export const SUBMISSION_MS = 30_000

/**
 * The answer to a submitted action. ACCEPTED: it is durable on this node. PARKED: it waits in memory for actions before it, and `rejection` says what is
 * missing. FINAL: it was in a final block already. EVICTED, REPLACED: it left the pool while it was stored.
 */
export interface SubmitReply {
  /** transferHash or registerHash, 64 hex digits. */
  hash: string
  status: 'ACCEPTED' | 'PARKED' | 'FINAL' | 'REJECTED' | 'EXPIRED' | 'EVICTED' | 'REPLACED'
  rejection?: Rejection
}

/** An action as it is handed to a node. */
export interface SubmittedAction {
  /** The canonical action with key and signature. */
  bytes: Uint8Array
  note: string | undefined
}

/** What the node remembers of an action; `height` is set with FINAL. Older final actions are in the database only. */
export interface SubmissionStatus {
  hash: string
  status: 'ACCEPTED' | 'PARKED' | 'FINAL' | 'REJECTED' | 'EXPIRED' | 'EVICTED' | 'REPLACED'
  rejection?: Rejection
  height?: number
}

/** Counters and limits of the pool. */
export interface PoolStatus {
  size: number
  bytes: number
  /** Out-of-order actions that wait for a predecessor; not part of `size`. */
  parked: number
  /** The lowest era among the entries, null when empty. */
  oldestEra: number | null
  limits: { entries: number; bytes: number; perSigner: number }
}

/** One waiting action. */
export interface PendingEntry {
  hash: string
  /** Counts admissions on this node; the cursor of `pending`. */
  arrival: number
  kind: ActionKind
  era: number
  /** The canonical action with key and signature. */
  bytes: Uint8Array
  note: string | null
}

/** A page of waiting actions, in order of arrival. */
export interface PendingPage {
  entries: PendingEntry[]
  hasMore: boolean
}

/** State and progress of the node. */
export interface NodeStatus {
  chainId: string
  /**
   * READY; SYNCING while it is behind the others; RECOVERING while it asks others for what it signed; PAUSED while the database does not
   * answer; CLOCK_OFF while its clock is off from its peers' by more than `skewMs`, or
   * behind the last block.
   */
  state: 'READY' | 'SYNCING' | 'RECOVERING' | 'PAUSED' | 'CLOCK_OFF'
  /** Height of the highest block it holds, final or not. */
  height: number
  finalHeight: number
  finalEra: number
  /** The current era, by the node's clock. */
  era: number
  view: number
  /** Number of final blocks whose trees are not hashed yet. */
  hashLag: number
  poolSize: number
  /** The peers that are connected now. */
  peers: PeerStatus[]
  /** Median by which peers' clocks are ahead of this one, in milliseconds. Its amount is at most `skewMs` while the node is READY. */
  clockOffsetMs: number
  /** Null before the first block since the start. */
  finality: FinalityStatus | null
  log: LogStatus
  version: string
}

/**
 * Milliseconds from when the eras of blocks were due until the node had them final and stored, of the newest ones since its start: negative where the
 * clocks of those who proposed them are ahead. Blocks that it fetched while it was behind do not count.
 */
export interface FinalityStatus {
  /** How many blocks these numbers are of, at most 256. */
  blocks: number
  medianMs: number
  /** 95 of 100 blocks took at most so long. */
  p95Ms: number
  maxMs: number
}

/** What is said of the log of headers, as the node has heard since its start. */
export interface LogStatus {
  /** Size of the newest checkpoint that a quorum of validators has cosigned; null before there is one. */
  size: number | null
  /** In the order of genesis. */
  validators: CosignerStatus[]
  /** The witnesses that the node asks. */
  witnesses: WitnessStatus[]
}

/** What a witness says of the log. */
export interface WitnessStatus {
  name: string
  /** The size that it cosigned last for this node; null before it has cosigned one. */
  size: number | null
  /** When that was, by its clock, in seconds since 1970. */
  time: number | null
  /** Why it did not cosign at the last attempt; null after a success. */
  failure: string | null
}

/** What a cosigner says of the log. */
export interface CosignerStatus {
  name: string
  /** The largest size that it has cosigned; null before it has cosigned one. */
  size: number | null
  /** When that was, by its clock, in seconds since 1970. */
  time: number | null
  /** A root, 64 hex digits, that it has cosigned at a size and that contradicts this node's log, or another root that it has cosigned there. */
  contradiction: { size: number; root: string } | null
}

/** A connected peer. */
export interface PeerStatus {
  name: string
  validator: boolean
  /** Height in its latest status message, not verified; null before the first. */
  height: number | null
  software: string
}

/** Identifies a holding; both are hex of 64 digits. */
export interface HoldingName {
  account: string
  assetId: string
}

/**
 * The node's side of the control socket. A Failure that a handler throws reaches the client; a DecodeError becomes BAD_REQUEST, any other
 * error INTERNAL.
 */
export interface ControlHandler {
  submit(actionBytes: Uint8Array, note: string | undefined): Promise<SubmitReply>
  /** At most MAX_ACTIONS, admitted in order. A rejected one does not keep the others back; a Failure is one of all. */
  submitAll(actions: readonly SubmittedAction[]): Promise<SubmitReply[]>
  submission(hash: string): SubmissionStatus | undefined
  pool(): PoolStatus
  /** @param account hex; only actions in which it is sender or receiver */
  pending(first: number, after: number | undefined, account: string | undefined): PendingPage
  /**
   * The `fromStart` that the next transfer of each holding (at most 200) must have: its outTotal in the pending state, in decimal; "0" for a
   * holding that does not exist.
   */
  nextStarts(holdings: readonly HoldingName[]): string[]
  status(): NodeStatus
  /** The newest checkpoint of the log of headers that a quorum of validators has cosigned, as a signed note; null before there is one. */
  checkpoint(): string | null
  /** Metrics in the text format of Prometheus. */
  metrics(): Promise<string>
}

/**
 * The api's side of the control socket. Every call throws Failure NODE_UNREACHABLE (to be retried) when no node answers: within SUBMISSION_MS for
 * `submit` and `submitAll`, NEXT_STARTS_MS for `nextStarts`, QUESTION_MS for everything else.
 */
export interface ControlClient {
  submit(actionBytes: Uint8Array, note?: string): Promise<SubmitReply>
  /** At most MAX_ACTIONS, admitted in order. A rejected one does not keep the others back; a Failure is one of all, and all may be sent again. */
  submitAll(actions: readonly SubmittedAction[]): Promise<SubmitReply[]>
  submission(hash: string): Promise<SubmissionStatus | undefined>
  /** For each of at most MAX_ACTIONS hashes what the node remembers. */
  submissions(hashes: readonly string[]): Promise<(SubmissionStatus | undefined)[]>
  pool(): Promise<PoolStatus>
  /**
   * At most `first` (1 to 200) entries in order of arrival, after the one with the arrival number `after`; only those in which `account`, in hex,
   * is sender or receiver, if it is given.
   */
  pending(first: number, after?: number, account?: string): Promise<PendingPage>
  /** The `fromStart` that each holding's next transfer must have, pending transfers included. At most 200 holdings. */
  nextStarts(holdings: readonly HoldingName[]): Promise<bigint[]>
  status(): Promise<NodeStatus>
  /** As the handler's. */
  checkpoint(): Promise<string | null>
  /** Metrics in the text format of Prometheus. */
  metrics(): Promise<string>
  close(): void
}

/** A pending entry as JSON: the bytes in base64. */
type WireEntry = Omit<PendingEntry, 'bytes'> & { bytes: string }

/** Milliseconds that the calls of a client may take. */
export interface ControlDeadlines {
  /** Default QUESTION_MS. */
  questionMs?: number
  /** Default NEXT_STARTS_MS. */
  nextStartsMs?: number
  /** Default SUBMISSION_MS. */
  submissionMs?: number
}

/**
 * Makes a client of a node's control socket. Connections are opened on demand and kept alive: at most 64 for submissions, and 64 of their own
 * for questions, so that neither waits for the other.
 */
export function connectControl(
  path: string,
  {
    questionMs = QUESTION_MS,
    nextStartsMs = NEXT_STARTS_MS,
    submissionMs = SUBMISSION_MS,
  }: ControlDeadlines = {},
): ControlClient {
  const newAgent = () => new http.Agent({ keepAlive: true, maxSockets: 64, maxFreeSockets: 16 })
  const [questions, submissions] = [newAgent(), newAgent()]
  const post = (agent: http.Agent, url: string, ms: number, body: unknown) =>
    request({ agent, socketPath: path, method: 'POST', path: url }, ms, body)
  const ask = (url: string) =>
    request({ agent: questions, socketPath: path, method: 'GET', path: url }, questionMs, undefined)
  return {
    submit: (actionBytes, note) => {
      const body = wireAction({ bytes: actionBytes, note })
      return post(submissions, '/submit', submissionMs, body) as Promise<SubmitReply>
    },
    submitAll: (actions) =>
      post(submissions, '/submit-all', submissionMs, { actions: actions.map(wireAction) }) as Promise<
        SubmitReply[]
      >,
    submission: async (hash) =>
      ((await ask(`/submission/${encodeURIComponent(hash)}`)) as SubmissionStatus | null) ?? undefined,
    submissions: async (hashes) =>
      ((await post(questions, '/submissions', questionMs, { hashes })) as (SubmissionStatus | null)[]).map(
        (status) => status ?? undefined,
      ),
    pool: () => ask('/pool') as Promise<PoolStatus>,
    async pending(first, after, account) {
      const query = new URLSearchParams({
        first: String(first),
        ...(after !== undefined && { after: String(after) }),
        ...(account !== undefined && { account }),
      })
      const page = (await ask(`/pending?${query}`)) as { entries: WireEntry[]; hasMore: boolean }
      return {
        hasMore: page.hasMore,
        entries: page.entries.map((entry) => ({
          ...entry,
          bytes: new Uint8Array(Buffer.from(entry.bytes, 'base64')),
        })),
      }
    },
    nextStarts: async (holdings) =>
      ((await post(questions, '/next-starts', nextStartsMs, { holdings })) as string[]).map((start) =>
        BigInt(start),
      ),
    status: () => ask('/status') as Promise<NodeStatus>,
    checkpoint: async () => ((await ask('/checkpoint')) as { note: string | null }).note,
    metrics: async () => ((await ask('/metrics')) as { text: string }).text,
    close() {
      questions.destroy()
      submissions.destroy()
    },
  }
}

function wireAction({ bytes, note }: SubmittedAction): { action: string; note?: string } {
  const action = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
  return note === undefined ? { action } : { action, note }
}

/**
 * One request and its reply, both JSON. `ms` bounds all of it, waiting for a free connection included.
 * @throws Failure NODE_UNREACHABLE (to be retried), or the one that the node replied with
 */
function request(options: http.RequestOptions, ms: number, body: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const unreachable = (cause: Error) =>
      reject(
        new Failure('NODE_UNREACHABLE', `the node does not answer on its control socket: ${cause.message}`, {
          hint: 'check whether the node runs (ictl status), and try again',
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
    const late = () => outgoing.destroy(new Error(`no answer within ${ms} ms`))
    const timer = setTimeout(late, ms)
    outgoing.on('close', () => clearTimeout(timer))
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
