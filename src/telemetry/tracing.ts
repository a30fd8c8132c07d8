import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { type OtlpSpan, SpanExporter } from './span-exporter.ts'

type Attributes = Record<string, string | number>

/** SpanKind of OTLP. */
export const KIND = { internal: 1, server: 2, client: 3 } as const

/** A span that runs. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  /** False if the trace is not recorded. */
  readonly sampled: boolean
  set(attributes: Attributes): void
  /** Ends the span, once; `failure` is the class or code of an error. */
  end(failure?: string): void
}

/** Trace context of W3C (www.w3.org/TR/trace-context): version, trace, parent and flags. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** Makes spans, and knows the one that the running code is in. */
export class Tracer {
  readonly #exporter: SpanExporter
  readonly #running = new AsyncLocalStorage<Span>()

  constructor(exporter: SpanExporter) {
    this.#exporter = exporter
  }

  /** Starts a span inside the running one; inside that of a `traceparent` header if one is given and valid. */
  start(name: string, kind: number, attributes: Attributes, traceparent?: string): Span {
    const remote = parentOf(traceparent)
    const parent = remote ?? this.#running.getStore()
    const sampled = parent?.sampled ?? true
    const given: Attributes = { ...attributes }
    const startMs = performance.timeOrigin + performance.now()
    const traceId = parent?.traceId ?? randomBytes(16).toString('hex')
    const spanId = randomBytes(8).toString('hex')
    let ended = false
    const end = (failure?: string) => {
      if (ended) return
      ended = true
      if (!sampled) return
      const endMs = performance.timeOrigin + performance.now()
      const parentSpanId = parent?.spanId
      const span: OtlpSpan = {
        traceId,
        spanId,
        parentSpanId,
        name,
        kind,
        startMs,
        endMs,
        attributes: given,
        failure,
      }
      this.#exporter.add(span)
    }
    return { traceId, spanId, sampled, set: (more) => void Object.assign(given, more), end }
  }

  /** Runs code inside a span, which does not end with it. */
  inside<T>(span: Span, work: () => T): T {
    return this.#running.run(span, work)
  }

  /** Runs asynchronous work in a span of its own, which ends with it. */
  async trace<T>(name: string, kind: number, attributes: Attributes, work: () => Promise<T>): Promise<T> {
    const span = this.start(name, kind, attributes)
    try {
      const result = await this.inside(span, work)
      span.end()
      return result
    } catch (error) {
      span.end(errorType(error))
      throw error
    }
  }

  /** Sends what is left. */
  stop(): Promise<void> {
    return this.#exporter.stop()
  }
}

/** The code of an error, or its class. Messages may contain values, so they are left out. */
export function errorType(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  return String(code ?? name ?? 'Error')
}

function parentOf(header: string | undefined): Pick<Span, 'traceId' | 'spanId' | 'sampled'> | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(header ?? '') ?? []
  if (!traceId || !spanId || /^0+$/.test(traceId) || /^0+$/.test(spanId) || header?.startsWith('ff'))
    return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags ?? '', 16) & 1) === 1 }
}

/**
 * The tracer that OpenTelemetry's environment variables switch on: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT,
 * OTEL_EXPORTER_OTLP_HEADERS, OTEL_SERVICE_NAME; undefined without an endpoint, with OTEL_SDK_DISABLED=true or OTEL_TRACES_EXPORTER=none.
 */
export function tracerOf(
  env: NodeJS.ProcessEnv,
  service: string,
  onError: (error: unknown) => void,
): Tracer | undefined {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT
  const url =
    env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || (base ? `${base.replace(/\/$/, '')}/v1/traces` : undefined)
  if (!url || env.OTEL_SDK_DISABLED === 'true' || env.OTEL_TRACES_EXPORTER === 'none') return undefined
  const headers = Object.fromEntries(
    (env.OTEL_EXPORTER_OTLP_HEADERS ?? '')
      .split(',')
      .filter(Boolean)
      .map((pair) => {
        const at = pair.indexOf('=')
        return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]
      }),
  )
  return new Tracer(new SpanExporter({ url, headers, service: env.OTEL_SERVICE_NAME || service, onError }))
}
