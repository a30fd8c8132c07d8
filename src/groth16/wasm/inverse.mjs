// AssemblyScript source of inverses modulo q: the division steps of Bernstein and Yang, "Fast constant-time gcd computation and modular
// inversion" (2019), as many at a time as a limb has bits, in variable time. README.md beside this file argues the bounds.
import { BITS, ELEMENT_BYTES, LIMBS, limbs, lines, MASK, MONTGOMERY } from '../../crypto/wasm/field-wasm.mjs'
import { HALF, negatedInverse, BASE_FIELD as Q, twice } from './pair-field.mjs'

const q = limbs(Q)
const last = LIMBS - 1

/**
 * Statements that replace the numbers at a and b by (x a + y b) / 2^29 and (z a + w b) / 2^29, which are integers; or, modulo q, are made so by
 * a multiple of q.
 */
function transformed(a, b, modulo) {
  const sum = (x, y, to) => {
    const multiple = (i) => (modulo ? ` + m * ${q[i]}` : '')
    return `  {
    let t: i64 = ${x} * a0 + ${y} * b0
    ${modulo ? `const m: i64 = ((t * ${negatedInverse(Q)} + ${HALF}) & ${MASK}) - ${HALF}; t += m * ${q[0]}` : ''}
${lines(last, (i) => `    t = (t >> ${BITS}) + ${x} * a${i + 1} + ${y} * b${i + 1}${multiple(i + 1)}; store<i32>(${to}, <i32>(t & ${MASK}), ${4 * i})`)}
    store<i32>(${to}, <i32>(t >> ${BITS}), ${4 * last})
  }`
  }
  return `
${lines(LIMBS, (i) => `  const a${i}: i64 = load<i32>(${a}, ${4 * i}), b${i}: i64 = load<i32>(${b}, ${4 * i})`)}
${sum('x', 'y', a)}
${sum('z', 'w', b)}`
}

/** @param place puts a constant into memory and returns its address */
export const inverseSource = (place) => {
  // The steps have no factors of Montgomery form: of a R they find 1 / (a R), which R^3 / R makes R / a.
  const CUBE = place(twice(MONTGOMERY ** 3n % Q))
  return `
/** The numbers f and g, and d and e: f = d x, g = e x modulo q. */
let F: usize = 0, G: usize = 0, D: usize = 0, E: usize = 0
function placeNumbers(base: usize): void { F = base; G = base + ${ELEMENT_BYTES}; D = base + ${2 * ELEMENT_BYTES}; E = base + ${3 * ELEMENT_BYTES} }
/** 29 division steps, by the lowest limbs of f and g. eta is -delta. @returns eta after them */
function divide(eta: i32): i32 {
  let f = load<i32>(F), g = load<i32>(G)
  // (f, g) is (x f + y g, z f + w g) of the numbers before, over powers of two.
  let x0: i32 = 1, y0: i32 = 0, z0: i32 = 0, w0: i32 = 1
  for (let left: i32 = ${BITS}; ; ) {
    const zeros = ctz(g | (-1 << left))
    g >>= zeros; x0 <<= zeros; y0 <<= zeros; eta -= zeros; left -= zeros
    if (left == 0) break
    if (eta < 0) {
      eta = -eta
      let swap = f; f = g; g = -swap
      swap = x0; x0 = z0; z0 = -swap
      swap = y0; y0 = w0; w0 = -swap
    }
    // As many steps as no swap comes before, up to 6: a multiple of f makes so many bits of g zero. (1 / f is f (2 - f^2) modulo 64.)
    const steps = min(min(eta + 1, left), 6)
    const multiple = (g * f * (f * f - 2)) & ((1 << steps) - 1)
    g += f * multiple; z0 += x0 * multiple; w0 += y0 * multiple
  }
  const x: i64 = x0, y: i64 = y0, z: i64 = z0, w: i64 = w0
  {${transformed('F', 'G', false)}
  }
  {${transformed('D', 'E', true)}
  }
  return eta
}
/** The inverse of the element in the first lane at a, which is no multiple of q, in both lanes at out. */
function invert(a: usize, out: usize): void {
${lines(LIMBS, (i) => `  store<i32>(F, ${q[i]}, ${4 * i}); store<i32>(G, load<i32>(a, ${8 * i}), ${4 * i}); store<i32>(D, 0, ${4 * i}); store<i32>(E, ${i === 0 ? 1 : 0}, ${4 * i})`)}
  let eta: i32 = -1
  do { eta = divide(eta) } while (${Array.from({ length: LIMBS }, (_, i) => `load<i32>(G, ${4 * i})`).join(' | ')})
  // f is 1 or -1.
  const sign: i32 = load<i32>(F, ${4 * last}) < 0 ? -1 : 1
${lines(LIMBS, (i) => `  const d${i} = sign * load<i32>(D, ${4 * i}); store<i32>(out, d${i}, ${8 * i}); store<i32>(out, d${i}, ${8 * i + 4})`)}
  multiply(out, ${CUBE}, out)
}
`
}
