import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Failure } from '../config/failure.ts'

/**
 * BLAKE2b-512 of the files of phase 1 that the Hermez project prepared from the ceremony "Perpetual Powers of Tau" (54 contributions and a
 * beacon), by their power: from the table in snarkjs's README, where the files are named powersOfTau28_hez_final_POWER.ptau. Whoever knows these
 * hashes needs not verify the files again.
 */
const PUBLISHED: Readonly<Record<number, string>> = {
  15: '982372c867d229c236091f767e703253249a9b432c1710b4f326306bfa2428a17b06240359606cfe4d580b10a5a1f63fbed499527069c18ae17060472969ae6e',
  16: '6a6277a2f74e1073601b4f9fed6e1e55226917efb0f0db8a07d98ab01df1ccf43eb0e8c3159432acd4960e2f29fe84a4198501fa54c8dad9e43297453efec125',
  17: '6247a3433948b35fbfae414fa5a9355bfb45f56efa7ab4929e669264a0258976741dfbe3288bfb49828e5df02c2e633df38d2245e30162ae7e3bcca5b8b49345',
  18: '7e6a9c2e5f05179ddfc923f38f917c9e6831d16922a902b0b4758b8e79c2ab8a81bb5f29952e16ee6c5067ed044d7857b5de120a90704c1d3b637fd94b95b13e',
  19: 'bca9d8b04242f175189872c42ceaa21e2951e0f0f272a0cc54fc37193ff6648600eaf1c555c70cdedfaf9fb74927de7aa1d33dc1e2a7f1a50619484989da0887',
  20: '89a66eb5590a1c94e3f1ee0e72acf49b1669e050bb5f93c73b066b564dca4e0c7556a52b323178269d64af325d8fdddb33da3a27c34409b821de82aa2bf1a27b',
  21: '9aef0573cef4ded9c4a75f148709056bf989f80dad96876aadeb6f1c6d062391f07a394a9e756d16f7eb233198d5b69407cca44594c763ab4a5b67ae73254678',
}

/** What a file of phase 1 was found to be. */
export interface Phase1 {
  /** 64 hex digits. */
  sha256: string
  /** The power of a published file; undefined for another, which its SHA-256 was given for. */
  published: number | undefined
}

/**
 * Finds out whether a file of phase 1 is one that others know: a published one, or one whose SHA-256 was announced. What is in an announced file is
 * for verifyPhase1 to check.
 * @param expected SHA-256, 64 hex digits
 * @throws Failure BAD_CEREMONY if it has another hash, or is not published and no hash was given
 */
export async function identifyPhase1(ptau: string, expected?: string): Promise<Phase1> {
  const [sha, blake] = [createHash('sha256'), createHash('blake2b512')]
  for await (const part of createReadStream(ptau)) {
    sha.update(part)
    blake.update(part)
  }
  const sha256 = sha.digest('hex')
  const hash = blake.digest('hex')
  if (expected !== undefined && sha256 !== expected.toLowerCase())
    throw new Failure('BAD_CEREMONY', `${ptau} has the SHA-256 ${sha256}`, {
      hint: 'download it again: others reject a key that comes from another phase 1 file',
    })
  const power = Object.keys(PUBLISHED).find((key) => PUBLISHED[Number(key)] === hash)
  if (power === undefined && expected === undefined)
    throw new Failure(
      'BAD_CEREMONY',
      `${ptau} is no published phase 1 file, and its SHA-256 ${sha256} was not given`,
      { hint: 'give the hash that its makers announced: --sha256 HASH; the file is then verified itself' },
    )
  return { sha256, published: power === undefined ? undefined : Number(power) }
}
