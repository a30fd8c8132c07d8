import { closeSync, openSync, writeSync } from 'node:fs'
import { FIELD_BYTES, R } from '../../crypto/field.ts'
import { DEVELOPMENT_SECRETS } from '../../verify/development-key.ts'
import { Bn254 } from './bn254.ts'
import { FixedBase } from './fixed-base.ts'
import { inverse } from './modular.ts'
import { evaluateH, evaluateQap } from './qap.ts'
import { type R1cs, readR1cs } from './r1cs.ts'
import { ZkeyWriter } from './zkey.ts'

/** Secrets of a Groth16 setup: field elements other than 0. */
export type SetupSecrets = typeof DEVELOPMENT_SECRETS

/**
 * Computes the proving key of a compiled circuit from known secrets, instead of a ceremony: it evaluates the circuit's polynomials at tau and
 * multiplies the generators by the results (Groth 2016, section 3.2). The file is the same on every machine.
 * @param onProgress a fraction from 0 to 1
 * @throws Error on a .r1cs file that is malformed or too large; the system's error if the disk is full
 */
export async function setUp(
  r1csPath: string,
  zkeyPath: string,
  onProgress: (fraction: number) => void = () => {},
  secrets: SetupSecrets = DEVELOPMENT_SECRETS,
): Promise<void> {
  const bn254 = await Bn254.load()
  const r1cs = readR1cs(r1csPath)
  const file = openSync(zkeyPath, 'w')
  try {
    writeKey(bn254, r1cs, new ZkeyWriter((bytes) => writeAll(file, bytes)), { onProgress, secrets })
  } finally {
    closeSync(file)
  }
}

function writeKey(
  bn254: Bn254,
  r1cs: R1cs,
  zkey: ZkeyWriter,
  { onProgress, secrets }: { onProgress: (fraction: number) => void; secrets: SetupSecrets },
): void {
  const { tau, alpha, beta, gamma, delta } = secrets
  const { wires, publicSignals } = r1cs
  const qap = evaluateQap(bn254, r1cs, tau)
  const publicWires = publicSignals + 1
  const overGamma = combine(bn254, { ...qap, wires: publicWires, first: 0 }, secrets, gamma)
  const overDelta = combine(bn254, { ...qap, wires: wires - publicWires, first: publicWires }, secrets, delta)
  const h = evaluateH(bn254, qap.domainPower, tau, bn254.plain(inverse(delta)))
  const g1 = new FixedBase(bn254, 'g1')
  const g2 = new FixedBase(bn254, 'g2')

  const domain = 2 ** qap.domainPower
  // A multiplication in G2 costs about three in G1.
  const total = 3 * wires + domain + 3 * wires
  let done = 0
  const points = (group: FixedBase, section: number, scalars: number, count: number) => {
    const weight = group === g2 ? 3 : 1
    zkey.section(section, count * group.pointBytes, (write) => {
      group.multiply(scalars, count, (bytes, at) => {
        write(bytes)
        onProgress(Math.min(1, (done + at * weight) / total))
      })
    })
    done += count * weight
  }
  const multiplyGenerator = (group: FixedBase, secret: bigint) => {
    let point = new Uint8Array()
    group.multiply(bn254.plain(secret), 1, (bytes) => {
      point = bytes.slice()
    })
    return point
  }

  zkey.header({
    wires,
    publicSignals,
    domain,
    points: [
      multiplyGenerator(g1, alpha),
      multiplyGenerator(g1, beta),
      multiplyGenerator(g2, beta),
      multiplyGenerator(g2, gamma),
      multiplyGenerator(g1, delta),
      multiplyGenerator(g2, delta),
    ],
  })
  points(g1, 3, overGamma, publicWires)
  zkey.coefficients(qap.coefficients)
  points(g1, 5, qap.u, wires)
  points(g1, 6, qap.v, wires)
  points(g2, 7, qap.v, wires)
  points(g1, 8, overDelta, wires - publicWires)
  points(g1, 9, h, domain)
  zkey.contributions()
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
