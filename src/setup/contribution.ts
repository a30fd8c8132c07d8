import * as snarkjs from 'snarkjs'
import { useOneThread } from './snarkjs.ts'
import { type Contribution, readTranscript } from './transcript.ts'

/** A file in memory, as snarkjs takes and makes them. */
interface MemoryFile {
  type: 'mem'
  data?: Uint8Array
}

/**
 * Mixes a secret into a proving key: it is drawn from the system's randomness and from `entropy`, and forgotten. The same function serves `ictl`
 * and pages: it needs nothing of Node, and computes in the thread that calls it.
 * @param name of the contributor, 1 to 64 characters
 * @param entropy added to what the system provides
 * @returns the key, and the contribution with the hash by which its contributor finds it in the transcript
 * @throws Failure as readTranscript: snarkjs would contribute to a key whose parts do not fit each other
 */
export async function contributeTo(
  zkey: Uint8Array,
  name: string,
  entropy: string,
): Promise<{ zkey: Uint8Array; contribution: Contribution }> {
  readTranscript(zkey)
  await useOneThread()
  const out: MemoryFile = { type: 'mem' }
  const run = snarkjs.zKey.contribute as unknown as (
    from: MemoryFile,
    to: MemoryFile,
    ...rest: string[]
  ) => Promise<unknown>
  await run({ type: 'mem', data: zkey }, out, name, entropy)
  return { zkey: out.data!, contribution: readTranscript(out.data!).at(-1)! }
}
