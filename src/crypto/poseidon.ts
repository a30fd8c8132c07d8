/**
 * Poseidon over the BN254 scalar field with circomlib's parameters (Grassi et al. 2019, eprint 2019/458).
 *
 * Code that hashes takes a Poseidon as an argument; there is no default and no global. The entry point of each thread creates it once and
 * passes it down: `poseidonWasm()` where many hashes are computed, `poseidonLite` where the code must be small or few are.
 */
export interface Poseidon {
  /**
   * Hashes 2, 3, 4, 5 or 8 canonical field elements: the numbers that the protocol uses.
   * @throws RangeError for any other number of inputs, or if an input is not a field element. Libraries silently reduce such inputs modulo r,
   * so that two different inputs would have the same hash.
   */
  hash(inputs: readonly bigint[]): bigint
  /**
   * Hashes the four field elements at `source[offset .. offset + 128)` into `target[targetOffset .. targetOffset + 32)`: a tree node from its
   * children. Each is 32 big-endian bytes. The inputs must be canonical; an implementation need not check it.
   */
  hashFour(source: Uint8Array, offset: number, target: Uint8Array, targetOffset: number): void
  /** Two hashes at once, in less time than one after the other, if the implementation can do that. */
  readonly pairs?: PoseidonPairs
}

/** Hashes two times as many inputs as one hash takes. */
export interface PoseidonPairs {
  /** The hashes of two lists of the same length. @throws RangeError as Poseidon.hash, or if the lengths differ */
  hash(a: readonly bigint[], b: readonly bigint[]): [bigint, bigint]
  /** Hashes the first 128 bytes of `a` and of `b`, four canonical elements each, into the first 32 bytes of their targets. */
  hashFour(a: Uint8Array, b: Uint8Array, targetOfA: Uint8Array, targetOfB: Uint8Array): void
}

/** The hashes of many lists of inputs, two at a time where that is possible. @throws RangeError as Poseidon.hash */
export function hashAll(poseidon: Poseidon, lists: readonly (readonly bigint[])[]): bigint[] {
  const { pairs } = poseidon
  if (pairs === undefined) return lists.map((inputs) => poseidon.hash(inputs))
  const hashes = new Array<bigint>(lists.length)
  /** By length, a list that has no other of this length yet. */
  const alone = new Map<number, number>()
  lists.forEach((inputs, i) => {
    const other = alone.get(inputs.length)
    if (other === undefined) alone.set(inputs.length, i)
    else {
      alone.delete(inputs.length)
      const [first, second] = pairs.hash(lists[other]!, inputs)
      hashes[other] = first
      hashes[i] = second
    }
  })
  for (const i of alone.values()) hashes[i] = poseidon.hash(lists[i]!)
  return hashes
}

/**
 * Caches a value derived from a Poseidon, one per Poseidon, so that two implementations never see each other's results.
 * @param derive called once per Poseidon
 */
export function perPoseidon<T>(derive: () => T): (poseidon: Poseidon) => T {
  const derived = new WeakMap<Poseidon, T>()
  return (poseidon) => {
    let value = derived.get(poseidon)
    if (value === undefined) {
      value = derive()
      derived.set(poseidon, value)
    }
    return value
  }
}
