import { useEffect, useRef, useState } from 'preact/hooks'
import type { FileKind } from './kind.ts'
import { isReliable } from './not-shown.ts'
import { type CheckResult, FRESH_MS, type Subject } from './result.ts'
import { type Progress, type Running, runCheck } from './run.ts'

/** A file that is to be checked, with what the visitor trusts. */
export interface Checkable {
  file: Uint8Array
  kind: FileKind | undefined
  /** What the file is called where it came from, and when it is saved. */
  name: string
  /** Height that a certificate says it is as of; 0 for other files. */
  height: number
  genesis: Uint8Array | undefined
  policy: string | undefined
  /** The proofs of the chain's batches, as a file. */
  proofs?: Uint8Array | undefined
  /** What the server was asked for, if it comes from there. */
  asked?: Subject | undefined
}

/** A file with what came out of its check. */
export interface Checked {
  file: Uint8Array
  name: string
  result: CheckResult
  /** Whether the browser could not keep it, so that it is used until the page is closed. */
  isFleeting?: boolean
  /** What the newer certificate is called that it was compared with; undefined if with none. */
  newer?: string | undefined
}

/** Where a check is. */
export type CheckState =
  | { phase: 'idle' }
  | { phase: 'running'; name: string; progress: Progress | undefined }
  | { phase: 'done'; checked: readonly Checked[] }

type Begin<Result> = (onProgress: (progress: Progress) => void) => Running<Result>

export interface Checks {
  state: CheckState
  /** Checks files one after the other, and shows what came out of them, followed by what came out without a check. */
  check: (files: readonly Checkable[], known?: readonly Checked[]) => void
  /** Begins what comes before a check, and shows it. What comes out never settles if something else is begun, or at `reset`. */
  prepare: <Result>(name: string, begin: Begin<Result>) => Promise<Result>
  reset: () => void
}

/** Checks of one set of files at a time, which end with the component. */
export function useCheck(): Checks {
  const [state, setState] = useState<CheckState>({ phase: 'idle' })
  const running = useRef<Running<unknown> | undefined>(undefined)
  const newest = useRef<object | undefined>(undefined)
  const reset = () => {
    newest.current = undefined
    running.current?.cancel()
    setState({ phase: 'idle' })
  }
  const start = <Result>(name: string, begin: Begin<Result>): Promise<Result> => {
    setState({ phase: 'running', name, progress: undefined })
    const begun = begin((progress) => setState({ phase: 'running', name, progress }))
    running.current = begun
    return begun.result
  }
  const prepare: Checks['prepare'] = (name, begin) => {
    reset()
    return start(name, begin)
  }
  const check = async (files: readonly Checkable[], known: readonly Checked[] = []) => {
    reset()
    const run = {}
    newest.current = run
    const checked = await checkAll(files, (request, name) =>
      start(name, (onProgress) => runCheck(request, onProgress)),
    )
    if (newest.current === run) setState({ phase: 'done', checked: [...checked, ...known] })
  }
  useEffect(() => () => running.current?.cancel(), [])
  return { state, check, prepare, reset }
}

type Check = (request: Parameters<typeof runCheck>[0], name: string) => Promise<CheckResult>

/**
 * Checks files, the newest certificate first: what may be relied on of those says whether units have left since an older one.
 * @returns what came out, in the order of the files
 */
export async function checkAll(files: readonly Checkable[], check: Check): Promise<Checked[]> {
  const found = new Map<Checkable, Checked>()
  const reliable: Checkable[] = []
  for (const each of [...files].sort((a, b) => b.height - a.height)) {
    const newer = reliable.filter(({ height }) => each.kind === 'certificate' && each.height < height)
    const checked = await checkBeside(each, newer, check)
    found.set(each, checked)
    if (isReliable(checked.result)) reliable.push(each)
  }
  return files.map((each) => found.get(each)!)
}

/**
 * Checks a file beside each of the newer certificates, until one shows that units have left.
 * @returns what came out beside that one, or else beside the first that shows that the units are still there; otherwise compared with none
 */
async function checkBeside(each: Checkable, newer: readonly Checkable[], check: Check): Promise<Checked> {
  const { name, height: _, ...rest } = each
  let checked: Checked | undefined
  for (const other of newer.length === 0 ? [undefined] : newer) {
    const request = { ...rest, newer: other?.file, nowMs: Date.now(), maxAgeMs: FRESH_MS }
    const result = await check(request, name)
    const { hasLeft, isThere } = { hasLeft: false, isThere: false, ...result }
    if (checked === undefined || hasLeft || (isThere && checked.newer === undefined))
      checked = { file: each.file, name, result, newer: hasLeft || isThere ? other?.name : undefined }
    if (hasLeft || !isReliable(result)) break
  }
  return checked!
}
