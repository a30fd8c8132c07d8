import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseBatchSignals } from '../../src/ledger/batch.ts'
import { encodeBatchData } from '../../src/ledger/batch-data.ts'
import { jsonInput } from '../../src/proofs/batch-input.ts'
import type { ProofJson } from '../../src/prover/proof.ts'
import { type Backend, BatchProver, ENGINE, prove, SNARKJS } from '../../src/prover/prove.ts'
import { calculateWitness } from '../../src/prover/witness.ts'
import { encodeConstructor, encodeSettle, proofWords } from '../../src/settlement/abi.ts'
import { compileContracts } from '../../src/settlement/compile.ts'
import { type Artifacts, readVerificationKey } from '../../src/setup/artifacts.ts'
import { ensureArtifacts } from '../../src/setup/build.ts'
import { type BatchCircuit, batchCircuits, batchSizeOf, type Circuit } from '../../src/setup/circuits.ts'
import { verifyGroth16 } from '../../src/verify/groth16.ts'
import { parseVerificationKey } from '../../src/verify/verification-key.ts'
import { storyOfEveryKind } from '../support/circuits/batch-world.ts'
import { Evm, operatorsNamed, signBatch } from '../support/proving/evm.ts'
import { verifyInBrowser } from './support/browser-verify.ts'
import { bundleBytes, comparedPrograms } from './support/prover-programs.ts'
import { count, type Figure, median, printFigures, seconds } from './support/report.ts'

const CONSTRAINTS_GOAL = 20_000
const VERIFICATIONS = 11
const QUORUM = 2

const s = (ms: number | undefined) => `${((ms ?? 0) / 1000).toFixed(1)} s`
const megabytes = (bytes: number) => `${count(bytes / 1e6)} MB`

/** Builds every shipped circuit into an empty cache, proves and verifies batches with each, and settles one. */
export async function benchProving(): Promise<void> {
  const cache = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  try {
    for (const circuit of batchCircuits()) await benchCircuit(circuit, cache)
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
}

async function benchCircuit(circuit: BatchCircuit, cache: string): Promise<void> {
  const slots = batchSizeOf(circuit)
  const { artifacts, stages } = await built(circuit, cache)
  const world = storyOfEveryKind()
  const records = Math.min(slots, world.records.length)
  const input = jsonInput(world.input(circuit.parameters, 0, records))
  const run = (backend: Backend) => prove(circuit.developmentVkHash, artifacts, input, { backend })
  const first = await run(ENGINE)
  const theirs = await run(SNARKJS)
  const witness = join(cache, 'witness.wtns')
  await calculateWitness(artifacts, input, witness)
  const beside = await comparedPrograms(artifacts.zkey, witness, cache)
  const warm = await inOneProcess(circuit, artifacts, input)
  const [one, two] = [await rate(1, circuit, artifacts, input), await rate(2, circuit, artifacts, input)]
  const claim = { ...warm, verificationKey: readVerificationKey(artifacts) }
  const times: number[] = []
  for (let i = 0; i < VERIFICATIONS; i++) {
    times.push(1000 * (await seconds(() => verifyGroth16(claim, circuit.developmentVkHash))))
  }
  const browser = await verifyInBrowser(claim, circuit.developmentVkHash)
  const figures: Figure[] = [
    { name: 'constraints', value: count(circuit.constraints) },
    {
      name: 'constraints per slot',
      value: count(circuit.constraints / slots),
      ...(slots === 16 ? { goal: `${count(CONSTRAINTS_GOAL)} or fewer` } : {}),
    },
    { name: 'compile', value: s(stages.get('compile')) },
    { name: 'trusted setup', value: s(stages.get('trusted setup')) },
    { name: "the engine's key file", value: s(stages.get('proving key')) },
    { name: 'proving key', value: megabytes(statSync(artifacts.zkey).size) },
    { name: 'witness', value: s(first.witnessMs) },
    { name: 'witness, in a process that has made one', value: s(warm.witnessMs) },
    { name: 'proof', value: s(warm.proofMs) },
    { name: 'proof, snarkjs', value: s(theirs.proofMs) },
    { name: 'memory of the proving process at most', value: megabytes(warm.peakBytes) },
    ...beside,
    { name: 'the engine in a bundle for browsers', value: `${count((await bundleBytes()) / 1e3)} kB` },
    { name: 'batches an hour, 1 prover', value: count(one) },
    { name: 'batches an hour, 2 provers', value: count(two) },
    {
      name: 'proven transfers per second per core, 2 provers on 2 cores',
      value: ((two * slots) / 3600 / 2).toFixed(2),
    },
    { name: 'verification in Node', value: `${median(times).toFixed(0)} ms` },
    {
      name: 'verification in Chromium',
      value: browser === undefined ? 'no Chromium here' : `${browser.toFixed(0)} ms`,
    },
  ]
  const data = encodeBatchData(world.records.slice(0, records))
  if (records === slots) figures.push(...(await gas(artifacts, warm, { slots, data })))
  printFigures(`Proving, ${circuit.name}`, figures)
}

/** The second of two proofs by one process: it has the key and the witness program loaded. */
async function inOneProcess(
  circuit: Circuit,
  artifacts: Artifacts,
  input: Record<string, unknown>,
): Promise<ProofJson> {
  const prover = new BatchProver(circuit.developmentVkHash, artifacts)
  try {
    await prover.prove(input)
    return await prover.prove(input)
  } finally {
    prover.close()
  }
}

async function built(circuit: Circuit, cache: string) {
  const stages = new Map<string, number>()
  let last = performance.now()
  let stage = 'compile'
  const artifacts = await ensureArtifacts(circuit, {
    cache,
    onProgress: (progress) => {
      if (progress.stage === stage) return
      stages.set(stage, performance.now() - last)
      last = performance.now()
      stage = progress.stage
    },
  })
  stages.set(stage, performance.now() - last)
  return { artifacts, stages }
}

/** Proofs of each prover whose time is taken. */
const RATED_PROOFS = 4

/** Batches an hour of so many provers side by side, as they work: key and witness program loaded, the next witness made while a batch is proven. */
async function rate(
  provers: number,
  circuit: Circuit,
  artifacts: Artifacts,
  input: Record<string, unknown>,
): Promise<number> {
  const all = Array.from({ length: provers }, () => new BatchProver(circuit.developmentVkHash, artifacts))
  try {
    await Promise.all(all.map((prover) => prover.prove(input)))
    const many = async (prover: BatchProver) => {
      let waiting = prover.prove(input)
      for (let i = 1; i < RATED_PROOFS; i++) {
        const next = prover.prove(input)
        await waiting
        waiting = next
      }
      await waiting
    }
    const took = await seconds(() => Promise.all(all.map(many)))
    return (3600 * provers * RATED_PROOFS) / took
  } finally {
    for (const prover of all) prover.close()
  }
}

/** What settling a full batch costs on an EVM, with two of three operators. */
async function gas(
  artifacts: Artifacts,
  { proof, publicSignals }: ProofJson,
  { slots, data }: { slots: number; data: Uint8Array },
): Promise<Figure[]> {
  const key = parseVerificationKey(readVerificationKey(artifacts))!
  const { verifier, settlement } = await compileContracts(key)
  const batch = parseBatchSignals(publicSignals)!
  const evm = await Evm.create()
  const operators = operatorsNamed('a', 'b', 'c')
  const { created, gas: verifierGas } = await evm.deploy(verifier.bytecode)
  const given = {
    verifier: created,
    chainId: batch.chainId,
    batchSize: slots,
    firstIndex: Number(batch.index),
    genesisRoot: batch.stateRootBefore,
    operators: operators.map(({ address }) => address),
    quorum: QUORUM,
  }
  const deployed = await evm.deploy(settlement.bytecode, encodeConstructor(given))
  const where = { evmChainId: evm.chainId, contract: deployed.created }
  const signatures = signBatch(operators.slice(0, QUORUM), batch, where)
  const sent = await evm.send(encodeSettle(batch, proofWords(proof), data, signatures), deployed.created)
  if (sent.error !== undefined) throw new Error(`the contract rejected the batch: ${sent.error}`)
  return [
    { name: 'gas to deploy verifier and settlement', value: count(Number(verifierGas + deployed.gas)) },
    { name: 'gas per batch', value: count(Number(sent.gas)) },
    { name: 'gas per transfer', value: count(Number(sent.gas) / slots) },
  ]
}
