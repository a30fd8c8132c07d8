import { expect, it } from 'vitest'
import { poseidonLite } from '../../src/crypto/poseidon-lite.ts'
import { poseidonWasm } from '../../src/crypto/poseidon-wasm.ts'
import { describeShared, readSharedJson } from '../support/shared/shared-folder.ts'

describeShared('Poseidon vectors of go-iden3-crypto', () => {
  const { hash } = readSharedJson<{ hash: { inputs: string[]; out: string }[] }>('vectors', 'poseidon.json')
  const kernel = poseidonWasm()
  const used = hash.filter(({ inputs }) => [2, 3, 4, 5, 8].includes(inputs.length))

  it.each(used)('$inputs', ({ inputs, out }) => {
    const fields = inputs.map(BigInt)
    expect(poseidonLite.hash(fields)).toBe(BigInt(out))
    expect(kernel.hash(fields)).toBe(BigInt(out))
  })
})
