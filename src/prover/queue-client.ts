import { Failure } from '../config/failure.ts'
import { refusalIn, wholeJson } from '../http/answer-body.ts'
import type {
  ProveMode,
  ProverHello,
  ProverJob,
  ProverResult,
  ProverSelf,
  QueueStatus,
} from '../proofs/wire.ts'

const TIMEOUT_MS = 60_000
/** Bytes of an answer that are read at most. The longest has the inputs of a batch, which take less than an eighth of it. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024

/** A client of the proof queue's HTTP endpoint. */
export class ProverClient {
  readonly #base: URL
  readonly #token: string
  readonly #prover: string
  readonly #self: Partial<ProverSelf>

  /**
   * @param url of the API; only its origin counts
   * @param self what the API shows of this prover
   */
  constructor(url: string, token: string, prover: string, self: Partial<ProverSelf> = {}) {
    this.#base = new URL('/prover/', url)
    this.#token = token
    this.#prover = prover
    this.#self = self
  }

  hello(stage: string): Promise<ProverHello> {
    return this.#post('hello', { stage, ...this.#self })
  }

  async claim(mode: ProveMode): Promise<ProverJob | undefined> {
    const { job } = await this.#post<{ job: ProverJob | null }>('claim', { mode, ...this.#self })
    return job ?? undefined
  }

  /** @returns false if the claim is lost */
  async progress({ batch, claim }: ProverJob, stage: string): Promise<boolean> {
    return (await this.#post<{ claimed: boolean }>('progress', { batch, claim, stage })).claimed
  }

  complete(result: Omit<ProverResult, 'prover'>): Promise<void> {
    return this.#post('complete', result)
  }

  /** The circuit's inputs for the first `count` records of a batch. */
  async input(batch: number, count: number): Promise<Record<string, unknown>> {
    return (await this.#post<{ input: Record<string, unknown> }>('input', { batch, count })).input
  }

  fail({ batch, claim }: ProverJob, error: string): Promise<void> {
    return this.#post('fail', { batch, claim, error: error.slice(0, 1_000) })
  }

  /** Lets batches that were given up be tried again; needs the operator token. @returns their indexes */
  async requeue(batch: number | undefined): Promise<number[]> {
    return (await this.#post<{ batches: number[] }>('requeue', { batch })).batches
  }

  release({ batch, claim }: ProverJob): Promise<void> {
    return this.#post('release', { batch, claim })
  }

  async #post<T>(method: string, body: object): Promise<T> {
    const response = await request(new URL(method, this.#base), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#token}` },
      body: JSON.stringify({ prover: this.#prover, ...body }),
    })
    if (response.ok) return answerIn<T>(response)
    if (response.status === 401) {
      throw new Failure('BAD_TOKEN', 'the API does not take this token', {
        hint: 'use the one of the data directory of that API',
      })
    }
    const { code = 'PROVER_API', message = `the API answered ${response.status}` } = await refusalIn(response)
    throw new Failure(code, message, {
      retry: response.status >= 500 || response.status === 429,
    })
  }
}

/** What the provers of an API are doing; undefined if that API has no queue. */
export async function queueStatus(url: string): Promise<QueueStatus | undefined> {
  const response = await request(new URL('/prover/status', url), {})
  return response.ok ? answerIn<QueueStatus>(response) : undefined
}

/** The answer in a response. @throws Failure PROVER_API if there is none, or it has more than MAX_ANSWER_BYTES */
async function answerIn<T>(response: Response): Promise<T> {
  const answer = await wholeJson(response, MAX_ANSWER_BYTES).catch((cause) => {
    throw unreachable(response.url, cause)
  })
  if (typeof answer === 'object' && answer !== null) return answer as T
  throw new Failure('PROVER_API', `the API's answer is no JSON of at most ${MAX_ANSWER_BYTES} bytes`)
}

async function request(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
  } catch (cause) {
    throw unreachable(url, cause)
  }
}

function unreachable(url: URL | string, cause: unknown): Failure {
  return new Failure('API_UNREACHABLE', `the API at ${new URL(url).origin} does not answer`, {
    hint: 'start it, or check --url',
    retry: true,
    cause,
  })
}
