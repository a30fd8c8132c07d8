import { browserThreads } from '../../../src/groth16/browser-threads.ts'
import { openKey } from '../../../src/groth16/open-key.ts'
import { readWitness } from '../../../src/groth16/sections.ts'

/** What the page found out about itself and proved. */
export interface PageReport {
  isolated: boolean
  shared: boolean
  workers: number
  progress: number[]
  proofs: { proof: unknown; publicSignals: string[] }[]
  /** Codes of what was refused. */
  refused: string[]
}

/** Runs in a browser: proves a witness twice with a key file that it reads in pieces, and tries what must be refused. */
async function run(): Promise<PageReport> {
  const isolated = globalThis.crossOriginIsolated
  const report: PageReport = {
    isolated,
    shared: typeof SharedArrayBuffer !== 'undefined',
    workers: 0,
    progress: [],
    proofs: [],
    refused: [],
  }
  const file = new Uint8Array(await (await fetch('key')).arrayBuffer())
  const source = {
    bytes: file.length,
    read: async (at: number, bytes: number) => file.slice(at, at + bytes),
  }
  const make = () => {
    report.workers++
    return new Worker('worker.js', { type: 'module' })
  }
  const open = (from = source) =>
    openKey(from, {
      threads: 2,
      spawn: browserThreads(make),
      onProgress: (fraction) => report.progress.push(fraction),
    })
  const prover = await open()
  const witness = readWitness(
    new Uint8Array(await (await fetch('witness')).arrayBuffer()),
    prover.header.wires,
  )
  report.proofs = [await prover.prove(witness), await prover.prove(witness)]
  const refused: unknown[] = []
  const attempt = (work: Promise<unknown>) => work.catch((error) => refused.push(error.code))
  const other = witness.slice()
  other[32 * (witness.length / 32 - 1)]! ^= 1
  await attempt(prover.prove(other))
  await prover.close()
  await attempt(open({ ...source, bytes: file.length - 1 }))
  file[file.length - 1]! ^= 1
  await attempt(open())
  file[file.length - 1]! ^= 1
  const missing = () => new Worker('missing.js', { type: 'module' })
  await attempt(openKey(source, { threads: 2, spawn: browserThreads(missing) }))
  report.refused = refused.map(String)
  return report
}

Object.assign(globalThis, { proven: run() })
