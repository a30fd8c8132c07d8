import { bn254 } from '@noble/curves/bn254.js'
import { expect, it } from 'vitest'
import { bytesToHex, hexToBytes } from '../../src/codec/bytes.ts'
import { isPairingOne } from '../../src/verify/pairing.ts'
import { G1, G2 } from '../../src/verify/points.ts'
import { describeShared, readSharedJson } from '../support/shared/shared-folder.ts'

interface Case {
  Input: string
  Expected: string
  Name: string
}

/** Words of 32 bytes, the input filled up with zeros as the precompiles do. */
function words(hex: string, count: number): bigint[] {
  const filled = hex.padEnd(64 * count, '0')
  return Array.from({ length: count }, (_, i) => BigInt(`0x${filled.slice(64 * i, 64 * (i + 1))}`))
}

function point1(x: bigint, y: bigint) {
  if (x === 0n && y === 0n) return G1.ZERO
  const point = G1.fromAffine({ x, y })
  point.assertValidity()
  return point
}

function point2(x1: bigint, x0: bigint, y1: bigint, y0: bigint) {
  if ([x1, x0, y1, y0].every((word) => word === 0n)) return G2.ZERO
  const point = G2.fromAffine({ x: { c0: x0, c1: x1 }, y: { c0: y0, c1: y1 } })
  point.assertValidity()
  return point
}

function encoded(point: InstanceType<typeof G1>): string {
  const { x, y } = point.is0() ? { x: 0n, y: 0n } : point.toAffine()
  return [x, y].map((word) => word.toString(16).padStart(64, '0')).join('')
}

describeShared('EIP-196 and EIP-197', () => {
  it.each(readSharedJson<Case[]>('vectors', 'bn254', 'bn256Add.json'))('$Name', ({ Input, Expected }) => {
    const [ax, ay, bx, by] = words(Input, 4)
    expect(encoded(point1(ax!, ay!).add(point1(bx!, by!)))).toBe(bytesToHex(hexToBytes(Expected)))
  })

  it.each(readSharedJson<Case[]>('vectors', 'bn254', 'bn256ScalarMul.json'))(
    '$Name',
    ({ Input, Expected }) => {
      const [x, y, scalar] = words(Input, 3)
      const { ORDER } = bn254.fields.Fr
      expect(encoded(point1(x!, y!).multiplyUnsafe(scalar! % ORDER))).toBe(bytesToHex(hexToBytes(Expected)))
    },
  )

  it.each(readSharedJson<Case[]>('vectors', 'bn254', 'bn256Pairing.json'))('$Name', ({ Input, Expected }) => {
    const all = words(Input, Input.length / 64)
    const pairs = Array.from({ length: all.length / 6 }, (_, i) => {
      const [x, y, x1, x0, y1, y0] = all.slice(6 * i, 6 * i + 6) as [
        bigint,
        bigint,
        bigint,
        bigint,
        bigint,
        bigint,
      ]
      return [point1(x, y), point2(x1, x0, y1, y0)] as const
    })
    expect(isPairingOne(pairs)).toBe(BigInt(`0x${Expected}`) === 1n)
  })
})
