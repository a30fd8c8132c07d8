import { type KeptGenesis, parseKept } from './trust.ts'

/** Where the browser keeps which genesis the visitor trusts, and who must cosign checkpoints. */
const GENESIS_KEY = 'inpigritas.genesis'
const POLICY_KEY = 'inpigritas.policy'
/** The cache with the genesis file itself: it may be larger than what localStorage takes. */
const CACHE = 'inpigritas-genesis'
const pathOf = (chain: string) => `/genesis/${chain}`

/** Files of this page load, where the browser keeps nothing: without HTTPS, or if the visitor forbids it. */
const here = new Map<string, Uint8Array>()

export const keptGenesis = (): KeptGenesis | undefined => parseKept(read(GENESIS_KEY))

/** Keeps a genesis instead of the one before. */
export async function keepGenesis(kept: KeptGenesis, file: Uint8Array): Promise<void> {
  write(GENESIS_KEY, JSON.stringify(kept))
  here.clear()
  here.set(kept.chain, file)
  try {
    await globalThis.caches?.delete(CACHE)
    const cache = await globalThis.caches?.open(CACHE)
    await cache?.put(pathOf(kept.chain), new Response(new Uint8Array(file)))
  } catch {
    // Without it, the genesis is asked for again at the next visit.
  }
}

/** The kept genesis file; undefined if the browser has it no more. Its hash is computed whenever it is used. */
export async function keptFile({ chain }: KeptGenesis): Promise<Uint8Array | undefined> {
  const known = here.get(chain)
  if (known !== undefined) return known
  try {
    const response = await globalThis.caches?.match(pathOf(chain))
    return response && new Uint8Array(await response.arrayBuffer())
  } catch {
    return undefined
  }
}

export const keptPolicy = (): string | undefined => read(POLICY_KEY) ?? undefined
export const keepPolicy = (policy: string | undefined): void => write(POLICY_KEY, policy)

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function write(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // The visitor forbids it: then it is the first visit each time.
  }
}
