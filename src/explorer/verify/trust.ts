/** The genesis that this browser keeps for the server that the page came from. */
export interface KeptGenesis {
  /** chainId, which is the hash of the genesis: 64 hex digits. */
  chain: string
  name: string
  /** When it was kept, ISO 8601. */
  since: string
  /** Whether the visitor chose it from a file; otherwise it is what the server showed at the first visit. */
  pinned: boolean
}

/**
 * What the page's trust in a genesis rests on.
 * - `first`: the server's word, now for the first time
 * - `same`: the server's word at the first visit, and now
 * - `pinned`: a file that the visitor chose; the server shows the same, or nothing
 * - `differs`: the server shows another genesis than at the first visit
 * - `differsFromPinned`: the server shows another genesis than the file that the visitor chose
 * - `unshown`: the server's word at the first visit; now it shows none
 * - `none`: there is no genesis
 */
export type Standing = 'first' | 'same' | 'pinned' | 'differs' | 'differsFromPinned' | 'unshown' | 'none'

/** @param served chainId of the genesis that the server shows, computed here; undefined if it shows none */
export function standingOf(kept: KeptGenesis | undefined, served: string | undefined): Standing {
  if (kept === undefined) return served === undefined ? 'none' : 'first'
  if (served !== undefined && served !== kept.chain) return kept.pinned ? 'differsFromPinned' : 'differs'
  if (kept.pinned) return 'pinned'
  return served === undefined ? 'unshown' : 'same'
}

/** A kept genesis as it was stored; undefined if the text is none. */
export function parseKept(text: string | null): KeptGenesis | undefined {
  if (text === null) return undefined
  try {
    const { chain, name, since, pinned } = JSON.parse(text) as Record<string, unknown>
    const isWhole =
      typeof chain === 'string' &&
      /^[0-9a-f]{64}$/.test(chain) &&
      typeof name === 'string' &&
      typeof since === 'string' &&
      !Number.isNaN(Date.parse(since)) &&
      typeof pinned === 'boolean'
    return isWhole ? { chain, name, since, pinned } : undefined
  } catch {
    return undefined
  }
}
