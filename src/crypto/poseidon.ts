/**
 * Poseidon over the BN254 scalar field with circomlib's parameters (Grassi et al. 2019, eprint 2019/458).
 *
 * Whatever hashes takes one of these as an argument; there is no default and no global. Who starts a thread of its own makes the value once
 * and hands it down: `poseidonWasm()` where much is hashed, `poseidonLite` where the code must be small or is needed for one hash.
 */
export interface Poseidon {
  /**
   * Hashes 2, 3, 4, 5 or 8 canonical field elements: the numbers that the protocol uses.
   * @throws RangeError on any other number of inputs, or on an input that is not a field element; libraries reduce such inputs silently, and
   * two of them would hash alike
   */
  hash(inputs: readonly bigint[]): bigint
  /**
   * Hashes the four field elements at `source[offset .. offset + 128)` into `target[targetOffset .. + 32)`: a tree's node from its children.
   * All are 32 big-endian bytes and canonical, which is not checked.
   */
  hashFour(source: Uint8Array, offset: number, target: Uint8Array, targetOffset: number): void
}

/**
 * Keeps, for each Poseidon, what is derived from it alone. Two implementations never see each other's results.
 * @param derive called once for each Poseidon
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
