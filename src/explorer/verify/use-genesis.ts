import { useCallback, useEffect, useState } from 'preact/hooks'
import { utf8 } from '../../codec/bytes.ts'
import { ask } from '../data/request.ts'
import { ServedGenesisDocument } from '../generated/operations.ts'
import { keepGenesis, keptFile, keptGenesis } from './genesis-store.ts'
import type { GenesisResult } from './result.ts'
import { runCheck } from './run.ts'
import { type KeptGenesis, type Standing, standingOf } from './trust.ts'

/** A genesis that was read here: its file, and the hash that was computed from it. */
export interface ReadGenesis {
  file: Uint8Array
  result: GenesisResult
}

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
  /** Trusts another genesis from now on: that of a file, or that of the server. */
  keep: (genesis: ReadGenesis, pinned: boolean) => void
}

interface Known {
  kept: KeptGenesis | undefined
  file: Uint8Array | undefined
  served: ReadGenesis | undefined
}

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
    setKnown((before) => ({ served: before?.served, kept, file: genesis.file }))
  }, [])
  const { kept, file, served } = known ?? { kept: keptGenesis(), file: undefined, served: undefined }
  const standing = standingOf(kept, served?.result.chain)
  const isFirst = standing === 'same' && isFirstVisit
  return { isSettled: known !== undefined, standing: isFirst ? 'first' : standing, kept, file, served, keep }
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
  const served = await servedGenesis(signal)
  const kept = keptGenesis()
  if (kept === undefined) {
    if (served === undefined || signal.aborted) return { kept: undefined, file: undefined, served }
    isFirstVisit = true
    const first = keptOf(served, false)
    await keepGenesis(first, served.file)
    return { kept: first, file: served.file, served }
  }
  const file = (await keptFile(kept)) ?? (served?.result.chain === kept.chain ? served.file : undefined)
  return { kept, file, served }
}

/** The genesis that the server shows, with its hash computed here; undefined if it shows none. */
async function servedGenesis(signal: AbortSignal): Promise<ReadGenesis | undefined> {
  try {
    const { data } = await ask(ServedGenesisDocument, {}, signal)
    return await readGenesisFile(utf8(JSON.stringify(data.chain.genesis)))
  } catch {
    return undefined
  }
}

/** Reads a genesis file in the worker; undefined if it is none. */
async function readGenesisFile(file: Uint8Array): Promise<ReadGenesis | undefined> {
  const request = {
    file,
    kind: 'genesis' as const,
    genesis: undefined,
    policy: undefined,
    nowMs: 0,
    maxAgeMs: undefined,
  }
  const result = await runCheck(request).result
  return result.kind === 'genesis' ? { file, result } : undefined
}
