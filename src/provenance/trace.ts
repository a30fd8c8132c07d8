import { Page, withHolders } from './page.ts'
import type { TraceIndex } from './record-index.ts'
import { Walk } from './sections.ts'
import type { TraceRequest, TraceResult } from './types.ts'

/**
 * Traces units through records in memory. PROTOCOL.md, "Traces".
 * @param index knows all records
 * @throws RejectionError `BAD_INPUT`, `UNKNOWN_ASSET`, `NOT_FOUND` or `BAD_CURSOR`
 */
export function trace(index: TraceIndex, request: TraceRequest): TraceResult {
  const walk = new Walk(index, request)
  const page = new Page(request.first)
  for (const step of walk.steps()) {
    if (!('need' in step) && !page.add(step)) return withHolders(index, page.finish(walk, true))
  }
  return withHolders(index, page.finish(walk, false))
}
