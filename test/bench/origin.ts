import { statSync } from 'node:fs'
import { originInput } from '../../src/origin/input.ts'
import { originStatement } from '../../src/origin/statement.ts'
import { wayOf } from '../../src/origin/way.ts'
import { jsonInput } from '../../src/proofs/batch-input.ts'
import { BatchProver } from '../../src/prover/prove.ts'
import { ensureArtifacts } from '../../src/setup/build.ts'
import { type OriginCircuit, originCircuits } from '../../src/setup/circuits.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { askedOfPage, contentOf, DEPTH, lotWithHolders } from '../support/proving/origin-world.ts'
import { proveInPage } from '../support/proving/prove-in-page.ts'
import { count, type Figure, printFigures } from './support/report.ts'

/** Constraints per hop at most, and seconds that 32 hops may take. */
const GOALS = { constraints: 6_200, seconds: 30 }

/** Proves an origin of as many hops as each circuit has, in a process that has proven one before, and in a page of Chromium that has not. */
export async function benchOrigin(): Promise<void> {
  const circuits = originCircuits(DEPTH)
  const [small, large] = [circuits[0]!, circuits.at(-1)!]
  const perHop = (large.constraints - small.constraints) / (large.parameters.hops - small.parameters.hops)
  const figures: Figure[] = [
    { name: 'constraints per hop', value: count(perHop), goal: `${count(GOALS.constraints)} or fewer` },
  ]
  const browser = hasChromium ? await Browser.open() : undefined
  for (const circuit of circuits) figures.push(...(await figuresOf(circuit, browser)))
  await browser?.close()
  printFigures('Origin proofs', figures)
}

async function figuresOf(circuit: OriginCircuit, browser: Browser | undefined): Promise<Figure[]> {
  const { hops } = circuit.parameters
  const world = lotWithHolders(hops)
  const { chain, asset, issuer } = world
  const content = await contentOf(chain, { account: issuer.account, asset, direction: 'BACKWARD' })
  const way = wayOf(content, { asset, account: issuer.account, offset: 60n }, hops)
  const claim = { purpose: 'bench', salt: 7n, key: issuer.secret }
  const statement = await originStatement(poseidon, content, way, claim)
  const input = jsonInput(originInput(poseidon, content, way, statement, circuit.parameters))
  const artifacts = await ensureArtifacts(circuit)
  const prover = new BatchProver(circuit.developmentVkHash, artifacts)
  try {
    await prover.prove(input)
    const { witnessMs, proofMs, peakBytes } = await prover.prove(input)
    const inPage =
      browser && (await proveInPage(browser, circuit, artifacts, await askedOfPage(world, 'bench')))
    const s = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
    return [
      { name: `${hops} hops: constraints`, value: count(circuit.constraints) },
      { name: `${hops} hops: proving key`, value: `${count(statSync(artifacts.zkey).size / 1e6)} MB` },
      { name: `${hops} hops: memory of the process at most`, value: `${count(peakBytes / 1e6)} MB` },
      {
        name: `${hops} hops: witness and proof`,
        value: `${s(witnessMs)} and ${s(proofMs)}`,
        ...(hops === 32 ? { goal: `${GOALS.seconds} s` } : {}),
      },
      {
        name: `${hops} hops: in Chromium, loading the key, then witness and proof`,
        value: inPage === undefined ? 'no Chromium here' : `${s(inPage.keyMs)} and ${s(inPage.proofMs)}`,
      },
    ]
  } finally {
    prover.close()
  }
}
