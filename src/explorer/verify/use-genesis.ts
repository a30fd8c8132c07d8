import { useCallback, useEffect, useState } from 'preact/hooks'
import { utf8 } from '../../codec/bytes.ts'
import { ask, RequestFailure } from '../data/request.ts'
import { ServedGenesisDocument } from '../generated/operations.ts'
import { keepGenesis, keptFile, keptGenesis } from './genesis-store.ts'
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
  /** Undefined if there is none, or the browser has lost it. */
  file: Uint8Array | undefined
  /** What the server shows now. */
  served: ReadGenesis | undefined
  /** Why it shows none; undefined if it does. */
  unserved: Unserved | undefined
  /** Trusts another genesis from now on: that of a file, or that of the server. */
  keep: (genesis: ReadGenesis, pinned: boolean) => void
}

interface Known {
  kept: KeptGenesis | undefined
  file: Uint8Array | undefined
  served: ReadGenesis | undefined
  unserved: Unserved | undefined
}

/** What is known before the server is asked. */
const NOTHING = { file: undefined, served: undefined, unserved: undefined }

/** Finds out which genesis to trust: the kept one, or at the first visit the server's, which is kept from then on. */
export function useGenesis(): TrustedGenesis {
  const [known, setKnown] = useState<Known | undefined>(undefined)
  useEffect(() => {
    const controller = new AbortController()
    find(controller.signal).then(
      (found) => controller.signal.aborted || setKnown(found),
      () => {},
    )
    return () => controller.abort()
  }, [])
  const keep = useCallback((genesis: ReadGenesis, pinned: boolean) => {
    const kept = keptOf(genesis, pinned)
    void keepGenesis(kept, genesis.file)
    setKnown((before) => ({ ...(before ?? NOTHING), kept, file: genesis.file }))
  }, [])
  const found = known ?? { ...NOTHING, kept: keptGenesis() }
  const standing = standingOf(found.kept, found.served?.result.chain)
  const isFirst = standing === 'same' && isFirstVisit
  return { ...found, isSettled: known !== undefined, standing: isFirst ? 'first' : standing, keep }
}

/** Whether the kept genesis is the server's word since this load of the page. */
let isFirstVisit = false

const keptOf = ({ result: { chain, name } }: ReadGenesis, pinned: boolean): KeptGenesis => ({
  chain,
  name,
  since: new Date().toISOString(),
  pinned,
})

async function find(signal: AbortSignal): Promise<Known> {
  const shown = await servedGenesis(signal)
  const [served, unserved] = 'file' in shown ? [shown, undefined] : [undefined, shown]
  const kept = keptGenesis()
  if (kept === undefined) {
    if (served === undefined || signal.aborted) return { kept, file: undefined, served, unserved }
    isFirstVisit = true
    const first = keptOf(served, false)
    await keepGenesis(first, served.file)
    return { kept: first, file: served.file, served, unserved }
  }
  const file = (await keptFile(kept)) ?? (served?.result.chain === kept.chain ? served.file : undefined)
  return { kept, file, served, unserved }
}

/** The genesis that the server shows, with its hash computed here, or why there is none. */
async function servedGenesis(signal: AbortSignal): Promise<ReadGenesis | Unserved> {
  try {
    const { data } = await ask(ServedGenesisDocument, {}, signal)
    const file = utf8(JSON.stringify(data.chain.genesis))
    const result = await readGenesis(file)
    return result.kind === 'genesis' ? { file, result } : (result as Refusal)
  } catch (error) {
    return error instanceof RequestFailure ? error : new RequestFailure('BAD_ANSWER')
  }
}

/** Reads a genesis file in the worker. @returns the genesis, or a refusal */
function readGenesis(file: Uint8Array): Promise<CheckResult> {
  const nothing = { genesis: undefined, policy: undefined, nowMs: 0, maxAgeMs: undefined }
  return runCheck({ file, kind: 'genesis', ...nothing }).result
}
