import { useEffect, useRef, useState } from 'preact/hooks'
import type { FileKind } from './kind.ts'
import { type CheckResult, FRESH_MS, type Subject } from './result.ts'
import { type Progress, type RunningCheck, runCheck } from './run.ts'

/** A file that is to be checked, with what the visitor trusts. */
export interface Checkable {
  file: Uint8Array
  kind: FileKind | undefined
  /** What the file is called where it came from, and when it is saved. */
  name: string
  genesis: Uint8Array | undefined
  policy: string | undefined
  /** The proofs of the chain's batches, as a file. */
  proofs?: Uint8Array | undefined
  /** A certificate as of a later height. */
  newer?: Uint8Array | undefined
  /** What the server was asked for, if it comes from there. */
  asked?: Subject | undefined
}

/** Where a check is. */
export type CheckState =
  | { phase: 'idle' }
  | { phase: 'running'; progress: Progress | undefined }
  | { phase: 'done'; checked: Checkable; result: CheckResult }

export interface Checks {
  state: CheckState
  check: (checkable: Checkable) => void
  /** Shows a result that came without a check. */
  settle: (name: string, result: CheckResult) => void
  reset: () => void
}

/** A check at a time, which ends with the component. */
export function useCheck(): Checks {
  const [state, setState] = useState<CheckState>({ phase: 'idle' })
  const running = useRef<RunningCheck | undefined>(undefined)
  const reset = () => {
    running.current?.cancel()
    running.current = undefined
    setState({ phase: 'idle' })
  }
  const settle = (name: string, result: CheckResult) => {
    reset()
    const checked = { file: new Uint8Array(), kind: undefined, name, genesis: undefined, policy: undefined }
    setState({ phase: 'done', checked, result })
  }
  const check = (checked: Checkable) => {
    running.current?.cancel()
    setState({ phase: 'running', progress: undefined })
    const { name: _, ...files } = checked
    const request = { ...files, nowMs: Date.now(), maxAgeMs: FRESH_MS }
    const started = runCheck(request, (progress) => setState({ phase: 'running', progress }))
    running.current = started
    started.result.then((result) => {
      if (running.current === started) setState({ phase: 'done', checked, result })
    })
  }
  useEffect(() => () => running.current?.cancel(), [])
  return { state, check, settle, reset }
}
