import { buildBn128 } from 'ffjavascript'

/**
 * snarkjs takes its curve from this global, and otherwise starts a thread a core, which would keep a process from ending.
 */
export async function useOneThread(): Promise<void> {
  const cache = globalThis as { curve_bn128?: unknown }
  cache.curve_bn128 ??= await buildBn128(true)
}
