import type { Logger } from '../../telemetry/log.ts'
import { maskError } from '../errors.ts'

/** An answer to a request that failed. */
export interface FailureAnswer {
  /** 503 if it may be sent again, else 500. */
  status: 500 | 503
  /** In the form of a GraphQL response. */
  body: string
}

/** What a client sees of an error outside GraphQL; the error is logged. */
export function failureAnswer(error: unknown, log: Logger): FailureAnswer {
  const { message, extensions } = maskError(error, log)
  const { code, data } = extensions as { code: string; data?: { retry?: boolean } }
  return {
    status: statusOfFailure(data),
    body: JSON.stringify({ errors: [{ message, extensions: { code, data } }] }),
  }
}

/** The status of an error that is not the client's. @param data of its extensions */
export function statusOfFailure(data: { retry?: boolean } | undefined): 500 | 503 {
  return data?.retry === true ? 503 : 500
}
