import { type KeptGenesis, parseKept } from './trust.ts'

/** Where the browser keeps which genesis the visitor trusts, and who must cosign checkpoints. */
const GENESIS_KEY = 'inpigritas.genesis'
const POLICY_KEY = 'inpigritas.policy'
/** The cache with the genesis file itself: it may be larger than what localStorage takes. */
const CACHE = 'inpigritas-genesis'
const pathOf = (chain: string) => `/genesis/${chain}`

/** Files of this page load, where the browser keeps nothing: without HTTPS, or if the visitor forbids it. */
const here = new Map<string, Uint8Array>()
/** What the browser does not keep, because the visitor forbids it or it has no room; undefined for what was forgotten. */
const unwritten = new Map<string, string | undefined>()

/** Whether what is kept now ends with this load of the page, because the browser could not write it. */
export const isFleeting = (what: 'genesis' | 'policy'): boolean =>
  unwritten.has(what === 'genesis' ? GENESIS_KEY : POLICY_KEY)

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

/** The genesis that is kept, with its file, which is undefined if the browser has it no more. */
export interface KeptWithFile {
  kept: KeptGenesis | undefined
  file: Uint8Array | undefined
}

/** What is kept now. */
export async function keptWithFile(): Promise<KeptWithFile> {
  const before = keptGenesis()
  const file = before && (await keptFile(before))
  const kept = keptGenesis()
  // Another one may have been kept while the file was read.
  return kept?.chain === before?.chain ? { kept, file } : keptWithFile()
}

/** The file of a kept genesis. Its hash is computed whenever it is used. */
async function keptFile({ chain }: KeptGenesis): Promise<Uint8Array | undefined> {
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
  if (unwritten.has(key)) return unwritten.get(key) ?? null
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
    unwritten.delete(key)
  } catch {
    // With the next load, what was there before is back.
    unwritten.set(key, value)
  }
}
