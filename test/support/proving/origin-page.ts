import { hexToBytes } from '../../../src/codec/bytes.ts'
import { browserThreads, makeOriginProof } from '../../../src/origin/index.ts'

/** What a page is asked to prove. */
export interface PageOrigin {
  /** Text of the certificate's file. */
  certificate: string
  genesis: string
  asset: string
  /** Units of the balance to skip. */
  offset: string
  length: string
  purpose: string
  /** Seed of the holder's key, in hex. */
  seed: string
}

/** What a page made. */
export interface PageProof {
  /** Text of the proof's file. */
  file: string
  isolated: boolean
  /** Milliseconds until the key was loaded, and from then on. */
  keyMs: number
  proofMs: number
  /** Code of what a page says where its server has no circuits. */
  refused: string
}

/** Runs in a browser: makes an origin proof with a key that the page's server serves. */
async function run(): Promise<PageProof> {
  const asked: PageOrigin = await (await fetch('asked')).json()
  const { certificate, genesis, asset, purpose, seed } = asked
  const units = { asset, offset: BigInt(asked.offset), length: BigInt(asked.length) }
  const key = { kind: 'eddsa' as const, seed: hexToBytes(seed) }
  const started = performance.now()
  let loaded = started
  const make = (api: string) =>
    makeOriginProof(
      new TextEncoder().encode(certificate),
      genesis,
      { ...units, purpose, key },
      {
        api,
        threads: Math.min(4, navigator.hardwareConcurrency),
        spawn: browserThreads(() => new Worker('worker.js', { type: 'module' })),
        onProgress: (stage, fraction) => {
          if (stage === 'key' && fraction === 1) loaded = performance.now()
        },
      },
    )
  const file = await make(location.origin)
  const proofMs = performance.now() - loaded
  const refused = await make(`${location.protocol}//localhost:1`).catch(({ code }) => code)
  return { file, isolated: crossOriginIsolated, keyMs: loaded - started, proofMs, refused }
}

Object.assign(globalThis, { proven: run() })
