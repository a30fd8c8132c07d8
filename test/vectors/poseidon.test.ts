import { beforeAll, expect, it } from 'vitest'
import { poseidonLite } from '../../src/crypto/poseidon.ts'
import { poseidonWasm, usePoseidonWasm } from '../../src/crypto/poseidon-wasm.ts'
import { describeShared, readSharedJson } from '../support/shared/shared-folder.ts'

describeShared('Poseidon vectors of go-iden3-crypto', () => {
  const { hash } = readSharedJson<{ hash: { inputs: string[]; out: string }[] }>('vectors', 'poseidon.json')
  beforeAll(usePoseidonWasm)

  it.each(hash)('$inputs', ({ inputs, out }) => {
    const fields = inputs.map(BigInt)
    expect(poseidonLite(fields)).toBe(BigInt(out))
    expect(poseidonWasm().hash(fields)).toBe(BigInt(out))
  })
})
