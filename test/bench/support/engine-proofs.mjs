// Proves so many times in one process: ZKEY SHA256 WITNESS THREADS PROOFS. Prints JSON: milliseconds to load, and of each proof its time and its CPU
// time. With the compiled engine. The hash of the zkey is given, as a manifest gives it to ictl prove.
import { readFileSync } from 'node:fs'

const compiled = (path) => import(new URL(`../../../dist/${path}`, import.meta.url))
const { openProver } = await compiled('groth16/key-file.js')
const { readWitness } = await compiled('groth16/sections.js')

const [zkey, sha256, witness, threads, proofs] = process.argv.slice(2)
const started = performance.now()
const prover = await openProver(zkey, sha256, Number(threads))
const loadMs = performance.now() - started
const values = readWitness(readFileSync(witness), prover.header.wires)
const times = []
for (let i = 0; i < Number(proofs); i++) {
  const [began, before] = [performance.now(), process.cpuUsage()]
  await prover.prove(values)
  const { user, system } = process.cpuUsage(before)
  times.push({ ms: performance.now() - began, cpuMs: (user + system) / 1_000 })
}
await prover.close()
console.log(JSON.stringify({ loadMs, times, memoryBytes: prover.memoryBytes }))
