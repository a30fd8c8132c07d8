/** A span that ended. */
export interface OtlpSpan {
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  name: string
  kind: number
  /** Milliseconds since 1970. */
  startMs: number
  endMs: number
  attributes: Record<string, string | number>
  /** The class or code of the error with which it ended. */
  failure: string | undefined
}

/** Spans that wait to be sent. Further ones are dropped. */
export const MAX_WAITING_SPANS = 2_048
/** Spans per request. */
const MAX_BATCH = 512
/** Milliseconds between requests. */
const PAUSE_MS = 5_000
/** Milliseconds that the receiver has to answer. */
const ANSWER_MS = 5_000

interface ExporterOptions {
  url: string
  headers: Record<string, string>
  service: string
  onError: (error: unknown) => void
}

/** Sends spans as OTLP over HTTP in JSON (opentelemetry.io/docs/specs/otlp), in batches. What cannot be sent is dropped. */
export class SpanExporter {
  readonly #options: ExporterOptions
  #waiting: OtlpSpan[] = []
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> = Promise.resolve()

  constructor(options: ExporterOptions) {
    this.#options = options
  }

  /** Number of spans that wait. */
  get waiting(): number {
    return this.#waiting.length
  }

  add(span: OtlpSpan): void {
    if (this.#waiting.length >= MAX_WAITING_SPANS) return
    this.#waiting.push(span)
    this.#timer ??= setTimeout(() => void this.#flush(), PAUSE_MS).unref()
  }

  /** Sends what waits. */
  stop(): Promise<void> {
    return this.#flush()
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#sending = this.#sending.then(async () => {
      while (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, MAX_BATCH))
    })
    return this.#sending
  }

  async #send(spans: readonly OtlpSpan[]): Promise<void> {
    const { url, headers, service, onError } = this.#options
    const scopeSpans = [{ scope: { name: 'inpigritas' }, spans: spans.map(toJson) }]
    const resource = { attributes: attributesOf({ 'service.name': service }) }
    const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] })
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(ANSWER_MS),
      })
      // What it says beside the status is not needed.
      await response.body?.cancel()
      if (!response.ok) throw new Error(`the receiver of traces answers ${response.status}`)
    } catch (error) {
      onError(error)
    }
  }
}

function toJson({
  traceId,
  spanId,
  parentSpanId,
  name,
  kind,
  startMs,
  endMs,
  attributes,
  failure,
}: OtlpSpan) {
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: attributesOf(failure === undefined ? attributes : { ...attributes, 'error.type': failure }),
    // STATUS_CODE_ERROR
    status: failure === undefined ? {} : { code: 2 },
  }
}

const nanoseconds = (ms: number) => String(BigInt(Math.round(ms * 1_000)) * 1_000n)

const attributesOf = (attributes: Record<string, string | number>) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }))
