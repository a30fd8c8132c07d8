import { buildBn128 } from 'ffjavascript'
import * as snarkjs from 'snarkjs'

/**
 * Makes snarkjs compute in this thread: it takes its curve from this global variable. Otherwise it starts one thread per core, and those keep
 * a process from ending.
 */
export async function useOneThread(): Promise<void> {
  const cache = globalThis as { curve_bn128?: unknown }
  cache.curve_bn128 ??= await buildBn128(true)
}

/** The verification key that a proving key contains, as snarkjs writes it. */
export async function readZkeyVerificationKey(zkey: string): Promise<unknown> {
  await useOneThread()
  return snarkjs.zKey.exportVerificationKey(zkey)
}
