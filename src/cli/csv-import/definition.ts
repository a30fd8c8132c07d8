import type { NewAsset } from '../../client/types.ts'
import { canonicalDefinition } from '../../ledger/definition.ts'
import { printable } from './codes.ts'

/** The definition with which an asset is registered that the file calls `name`. */
export function definitionFor(name: string, code: string, cap: bigint, decimals: number): NewAsset {
  return {
    code,
    name: printable(name, 128),
    cap: cap.toString(),
    decimals: String(decimals),
    reinstatable: true,
    metadata: { source: 'import', value: printable(name, 1024) },
  }
}

/** Bytes of a canonical definition, whoever issues it. */
export function bytesOf(asset: NewAsset): number {
  const rest = {
    name: '',
    decimals: '',
    reinstatable: true,
    metadata: {},
    madeFrom: [],
    issuer: '0'.repeat(64),
  }
  return Buffer.byteLength(canonicalDefinition({ ...rest, ...asset }))
}
