import { closeSync, openSync, writeSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { FIELD_BYTES, R } from '../../crypto/field.ts'
import { FixedBase, zkeyPointBytes } from '../../groth16/fixed-base.ts'
import { nodeThreads } from '../../groth16/node-threads.ts'
import { littleEndianBytes } from '../../groth16/sections.ts'
import { DEVELOPMENT_SECRETS } from '../../verify/development-key.ts'
import { Bn254 } from './bn254.ts'
import { inverse } from './modular.ts'
import { evaluateH, evaluateQap } from './qap.ts'
import { type R1cs, readR1cs } from './r1cs.ts'
import { ZkeyWriter } from './zkey.ts'

/** Secrets of a Groth16 setup: field elements other than 0. */
export type SetupSecrets = typeof DEVELOPMENT_SECRETS

/** Threads at most; more gain little beside the writing. */
const MAX_THREADS = 8
/** Below this many points, starting threads takes longer than they save. */
const FEW_POINTS = 20_000

/**
 * Computes the proving key of a compiled circuit from known secrets, instead of a ceremony: it evaluates the circuit's polynomials at tau and
 * multiplies the generators by the results (Groth 2016, section 3.2). The file is the same on every machine.
 * @param onProgress a fraction from 0 to 1
 * @throws Error on a .r1cs file that is malformed or too large; the system's error if the disk is full; Failure OUT_OF_MEMORY
 */
export async function setUp(
  r1csPath: string,
  zkeyPath: string,
  onProgress: (fraction: number) => void = () => {},
  secrets: SetupSecrets = DEVELOPMENT_SECRETS,
): Promise<void> {
  const bn254 = await Bn254.load()
  const r1cs = readR1cs(r1csPath)
  const threads = Math.min(MAX_THREADS, availableParallelism())
  const base = await FixedBase.start({
    scalars: r1cs.wires,
    ...(r1cs.wires < FEW_POINTS ? {} : { threads, spawn: nodeThreads }),
  })
  const file = openSync(zkeyPath, 'w')
  try {
    const zkey = new ZkeyWriter((bytes) => writeAll(file, bytes))
    await writeKey({ bn254, base }, r1cs, zkey, { onProgress, secrets })
  } finally {
    closeSync(file)
    await base.close()
  }
}

/** How much of a setup's time has passed once the circuit's polynomials are evaluated, about. */
const EVALUATED = 0.4
/** A multiplication in G2 costs about three in G1. */
const WEIGHT = { 1: 1, 2: 3 }

async function writeKey(
  { bn254, base }: { bn254: Bn254; base: FixedBase },
  r1cs: R1cs,
  zkey: ZkeyWriter,
  { onProgress, secrets }: { onProgress: (fraction: number) => void; secrets: SetupSecrets },
): Promise<void> {
  const { tau, alpha, beta, gamma, delta } = secrets
  const { wires, publicSignals } = r1cs
  const qap = evaluateQap(bn254, r1cs, tau, (share) => onProgress(EVALUATED * share))
  const publicWires = publicSignals + 1
  const overGamma = combine(bn254, { ...qap, wires: publicWires, first: 0 }, secrets, gamma)
  const overDelta = combine(bn254, { ...qap, wires: wires - publicWires, first: publicWires }, secrets, delta)
  const h = evaluateH(bn254, qap.domainPower, tau, bn254.plain(inverse(delta)))
  const domain = 2 ** qap.domainPower
  const total = 3 * wires + domain + WEIGHT[2] * wires
  let done = 0
  const points = async (degree: 1 | 2, section: number, scalars: number, count: number) => {
    await zkey.section(section, count * zkeyPointBytes(degree), (write) =>
      base.multiply(degree, bn254.bytes.subarray(scalars, scalars + FIELD_BYTES * count), (bytes, at) => {
        write(bytes)
        onProgress(EVALUATED + (1 - EVALUATED) * ((done + at * WEIGHT[degree]) / total))
      }),
    )
    done += count * WEIGHT[degree]
  }
  const one = async (degree: 1 | 2, secret: bigint) => {
    let point = new Uint8Array()
    await base.multiply(degree, littleEndianBytes(secret), (bytes) => {
      point = bytes.slice()
    })
    return point
  }
  await zkey.header({
    wires,
    publicSignals,
    domain,
    points: [
      await one(1, alpha),
      await one(1, beta),
      await one(2, beta),
      await one(2, gamma),
      await one(1, delta),
      await one(2, delta),
    ],
  })
  await points(1, 3, overGamma, publicWires)
  await zkey.coefficients(qap.coefficients)
  await points(1, 5, qap.u, wires)
  await points(1, 6, qap.v, wires)
  await points(2, 7, qap.v, wires)
  await points(1, 8, overDelta, wires - publicWires)
  await points(1, 9, h, domain)
  await zkey.contributions()
}

/** (beta * u_i + alpha * v_i + w_i) / divisor, canonical, for `wires` wires from `first` on. */
function combine(
  bn254: Bn254,
  { u, v, w, wires, first }: { u: number; v: number; w: number; wires: number; first: number },
  { alpha, beta }: SetupSecrets,
  divisor: bigint,
): number {
  const { frm_add: add, frm_mul: multiply } = bn254.exports
  const over = inverse(divisor)
  const factors = [
    [u, bn254.montgomery((beta * over) % R)],
    [v, bn254.montgomery((alpha * over) % R)],
    [w, bn254.montgomery(over)],
  ] as const
  const product = bn254.alloc(FIELD_BYTES)
  const sums = bn254.alloc(wires * FIELD_BYTES)
  for (let i = 0; i < wires; i++) {
    const sum = sums + i * FIELD_BYTES
    for (const [values, factor] of factors) {
      multiply(values + (first + i) * FIELD_BYTES, factor, product)
      add(sum, product, sum)
    }
  }
  return sums
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}
