import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '../codec/bytes.ts'
import { Failure } from '../config/failure.ts'
import {
  badCircuits,
  CIRCUITS_MANIFEST,
  MAX_MANIFEST_BYTES,
  parseServedCircuits,
  type ServedCircuit,
  type ServedFile,
} from '../config/served-circuits.ts'
import { openKey } from '../groth16/open-key.ts'
import type { ProverOptions } from '../groth16/prover.ts'
import { WitnessProgram } from '../groth16/witness.ts'
import { wholeBody, wholeText } from '../http/answer-body.ts'
import type { OriginProver, UsableCircuit } from './prove.ts'

export interface ServedOptions extends ProverOptions {
  /**
   * The manifest that the taker trusts, with the hashes that files must have. By default the one that is served, which says no more than that files
   * are whole: a server that lies could serve keys whose proofs tell of what they hide.
   */
  manifest?: readonly ServedCircuit[]
}

/**
 * The origin circuits that an api serves, over a chain's state tree, the smallest first. A key is fetched when it is opened, in ranges, straight into
 * the prover's memory; its SHA-256 and that of the witness program are checked. Needs nothing of Node.
 * @param api URL of the api; only its origin counts
 * @throws Failure NOT_SERVED if it serves no circuits or does not answer, BAD_CIRCUITS; when one is opened: KEY_DAMAGED, OUT_OF_MEMORY, ENGINE_FAILED
 */
export async function servedOriginCircuits(
  api: string | URL,
  stateDepth: number,
  { manifest, ...options }: ServedOptions = {},
): Promise<UsableCircuit[]> {
  const base = new URL('/circuits/', api)
  const circuits = manifest ?? parseServedCircuits(await servedManifest(base))
  return circuits
    .filter(({ template, parameters }) => template === 'Origin' && parameters.depth === stateDepth)
    .map((circuit) => ({
      parameters: { hops: circuit.parameters.hops!, depth: stateDepth },
      open: (onProgress: (fraction: number) => void) => open(base, circuit, { ...options, onProgress }),
    }))
    .sort((a, b) => a.parameters.hops - b.parameters.hops)
}

/** The text of the manifest. @throws Failure NOT_SERVED, BAD_CIRCUITS if it is too long */
async function servedManifest(base: URL): Promise<string> {
  const text = await wholeText(await fetched(base, CIRCUITS_MANIFEST), MAX_MANIFEST_BYTES)
  if (text === undefined) throw badCircuits(`it has more than ${MAX_MANIFEST_BYTES} bytes`)
  return text
}

type OpenOptions = ProverOptions & { onProgress: (fraction: number) => void }

async function open(base: URL, circuit: ServedCircuit, options: OpenOptions): Promise<OriginProver> {
  const { key, program, vkHash } = circuit
  const witnesses = await WitnessProgram.compile(await fetchWhole(base, program))
  const source = {
    bytes: key.bytes,
    read: (at: number, bytes: number) => fetchRange(base, key, at, bytes),
  }
  const prover = await openKey(source, { ...options, sha256: key.sha256 })
  if (prover.header.vkHash !== vkHash) {
    await prover.close()
    throw new Failure('KEY_DAMAGED', `${key.file} is of another key than the manifest says`)
  }
  return {
    async prove(input, onProgress) {
      const { proof } = await prover.prove(await witnesses.witness(input), onProgress)
      return proof
    },
    close: () => prover.close(),
  }
}

async function fetchWhole(base: URL, { file, bytes, sha256: expected }: ServedFile): Promise<Uint8Array> {
  const body = await wholeBody(await fetched(base, file), bytes)
  if (body?.length === bytes && bytesToHex(sha256(body)) === expected) return body
  throw new Failure('KEY_DAMAGED', `${file} is not what the manifest says: its hash is another`)
}

/** Bytes of a file, and no more than were asked for. A server that does not know ranges is refused before its answer is read. */
async function fetchRange(base: URL, { file }: ServedFile, at: number, bytes: number): Promise<Uint8Array> {
  const response = await fetched(base, file, { range: `bytes=${at}-${at + bytes - 1}` })
  const part = response.status === 206 ? await wholeBody(response, bytes) : undefined
  if (part !== undefined) return part
  await response.body?.cancel()
  throw new Failure('NOT_SERVED', `${base.origin} does not serve ranges of files`)
}

async function fetched(base: URL, file: string, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(new URL(file, base), { headers }).catch((cause: unknown) => {
    throw new Failure('NOT_SERVED', `${base.origin} does not answer`, { retry: true, cause })
  })
  if (response.ok) return response
  throw new Failure('NOT_SERVED', `${base.origin} does not serve ${file} (status ${response.status})`, {
    hint: 'start its api with --circuits',
    retry: response.status === 429 || response.status >= 500,
  })
}
