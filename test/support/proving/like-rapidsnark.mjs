// Proves as rapidsnark is called: ZKEY WITNESS PROOF PUBLIC. With the compiled engine.
import { readFileSync, writeFileSync } from 'node:fs'

const compiled = (path) => import(new URL(`../../../dist/${path}`, import.meta.url))
const { openProver } = await compiled('groth16/key-file.js')
const { readWitness } = await compiled('groth16/sections.js')
const { sha256Of } = await compiled('setup/artifacts.js')

const [zkey, witness, proofFile, publicFile] = process.argv.slice(2)
const prover = await openProver(zkey, await sha256Of(zkey), 1)
const { proof, publicSignals } = await prover.prove(readWitness(readFileSync(witness), prover.header.wires))
// Older releases omit the names of protocol and curve.
const { protocol, curve, ...points } = proof
writeFileSync(proofFile, JSON.stringify(points))
writeFileSync(publicFile, JSON.stringify(publicSignals))
