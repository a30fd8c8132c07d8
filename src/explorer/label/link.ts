import { assetLink, type LinkedAsset } from '../../standards/links.ts'
import { links } from '../app/links.ts'

/** What a code on a label may say. */
export type LinkChoice = 'digitalLink' | 'journey'

/** The web addresses that lead to an asset, or to a unit of it. */
export interface LabelLinks {
  /** The GS1 Digital Link, or another web address that the issuer gave it; undefined if it has none. */
  digitalLink: string | undefined
  /** Its journey in this explorer. */
  journey: string
}

/**
 * The addresses for a code on a label.
 * @param unit number of a unit in the order of issue; undefined for the whole asset
 * @param origin the origin of this explorer, such as `https://example.com`
 */
export function labelLinks(asset: LinkedAsset, unit: bigint | undefined, origin: string): LabelLinks {
  const path = unit === undefined ? links.asset(asset.code) : links.unit(asset.code, String(unit))
  return { digitalLink: assetLink(asset, unit), journey: origin + path }
}
