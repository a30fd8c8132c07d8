import { useCallback, useEffect, useState } from 'preact/hooks'
import { utf8 } from '../../codec/bytes.ts'
import { ask, RequestFailure } from '../data/request.ts'
import { ServedGenesisDocument } from '../generated/operations.ts'
import { keepGenesis, keptGenesis, keptWithFile } from './genesis-store.ts'
import type { CheckResult, GenesisResult, Refusal } from './result.ts'
import { runCheck } from './run.ts'
import { type KeptGenesis, type Standing, standingOf } from './trust.ts'

/** A genesis that was read here: its file, and the hash that was computed from it. */
export interface ReadGenesis {
  file: Uint8Array
  result: GenesisResult
}

/** Why there is no genesis of the server: it was not to be had, or it cannot be read. */
export type Unserved = RequestFailure | Refusal

/** The genesis that files are checked against, and what the trust in it rests on. */
export interface TrustedGenesis {
  /** False until it is known what the server shows. */
  isSettled: boolean
  standing: Standing
  kept: KeptGenesis | undefined
  /** Undefined if there is none, it is not read yet, or the browser has lost it. */
  file: Uint8Array | undefined
  /** What the server shows now. */
  served: ReadGenesis | undefined
  /** Why it shows none; undefined if it does. */
  unserved: Unserved | undefined
  /** Trusts another genesis from now on: that of a file, or that of the server. */
  keep: (genesis: ReadGenesis, pinned: boolean) => void
}

type Known = Omit<TrustedGenesis, 'standing' | 'keep'>

/** What is known before the kept file is read and the server is asked. */
const nothingYet = (): Known => ({
  isSettled: false,
  kept: keptGenesis(),
  file: undefined,
  served: undefined,
  unserved: undefined,
})

/** Finds out which genesis to trust: the kept one, or at the first visit the server's, which is kept from then on. */
export function useGenesis(): TrustedGenesis {
  const [known, setKnown] = useState(nothingYet)
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    const learn = (more: Partial<Known>) => signal.aborted || setKnown((before) => ({ ...before, ...more }))
    void find(signal, learn)
    return () => controller.abort()
  }, [])
  const keep = useCallback((genesis: ReadGenesis, pinned: boolean) => {
    const kept = keptOf(genesis, pinned)
    void keepGenesis(kept, genesis.file)
    setKnown((before) => ({ ...before, kept, file: genesis.file }))
  }, [])
  const standing = standingOf(known.kept, known.served?.result.chain)
  const isFirst = standing === 'same' && isFirstVisit
  return { ...known, standing: isFirst ? 'first' : standing, keep }
}

/** Whether the kept genesis is the server's word since this load of the page. */
let isFirstVisit = false

const keptOf = ({ result: { chain, name } }: ReadGenesis, pinned: boolean): KeptGenesis => ({
  chain,
  name,
  since: new Date().toISOString(),
  pinned,
})

/** Reads what is kept first, and asks the server then: it may take its time, and what the visitor pins meanwhile stays. */
async function find(signal: AbortSignal, learn: (more: Partial<Known>) => void): Promise<void> {
  learn(await keptWithFile())
  const shown = await servedGenesis(signal)
  if (signal.aborted) return
  if (!('file' in shown)) return learn({ isSettled: true, unserved: shown })
  const { kept, file } = await keptWithFile()
  if (kept === undefined) isFirstVisit = true
  if (kept === undefined || (kept.chain === shown.result.chain && file === undefined))
    await keepGenesis(kept ?? keptOf(shown, false), shown.file)
  learn({ isSettled: true, served: shown, ...(await keptWithFile()) })
}

/** The genesis that the server shows, with its hash computed here, or why there is none. */
async function servedGenesis(signal: AbortSignal): Promise<ReadGenesis | Unserved> {
  try {
    const { data } = await ask(ServedGenesisDocument, {}, signal)
    const file = utf8(JSON.stringify(data.chain.genesis))
    const result = await readGenesis(file, signal)
    return result.kind === 'genesis' ? { file, result } : (result as Refusal)
  } catch (error) {
    return error instanceof RequestFailure ? error : new RequestFailure('BAD_ANSWER')
  }
}

/** Reads a genesis file in the worker, which ends with the signal. @returns the genesis, or a refusal */
function readGenesis(file: Uint8Array, signal: AbortSignal): Promise<CheckResult> {
  const nothing = { genesis: undefined, policy: undefined, nowMs: 0, maxAgeMs: undefined }
  const { result, cancel } = runCheck({ file, kind: 'genesis', ...nothing })
  signal.addEventListener('abort', cancel)
  return result
}
