/** How the units of an asset are kept apart from others, from the strictest on, in the words of UNTP. PROTOCOL.md, "Definitions". */
export const CUSTODY_MODELS = ['identity-preserved', 'segregated', 'mass-balance'] as const
export type CustodyModel = (typeof CUSTODY_MODELS)[number]

/**
 * An asset's definition as its issuer signs it (canonical JSON; PROTOCOL.md, "Definitions").
 * Integers are decimal strings; field elements and hashes 64 lower-case hex digits.
 */
export interface AssetDefinition {
  /** Unique; 1 to 64 of `A-Za-z0-9._:/-`. */
  code: string
  /** Name to display, 1 to 128 characters. */
  name: string
  /** Account of the issuer, hex. */
  issuer: string
  /** 1 <= cap < 2^112, decimal. */
  cap: string
  /** 0 to 255, decimal. */
  decimals: string
  reinstatable: boolean
  /** Hashes of the retirements that this asset was made from: up to 16, all different. */
  madeFrom: string[]
  /** Free information from the issuer: up to 32 entries with keys of 1 to 64 and values of up to 1,024 characters. */
  metadata: Record<string, string>
  /** What the issuer says about how the units are kept; absent if nothing. */
  custody?: CustodyModel
}

/** What the rules need to know about a registered asset. */
export interface AssetFacts {
  id: bigint
  code: string
  /** The account that registered it. */
  issuer: bigint
  reinstatable: boolean
  /** Index of the mint holding. */
  mintHolding: number
}

/** A registered asset. */
export interface Asset extends AssetFacts {
  cap: bigint
  decimals: number
  definition: AssetDefinition
  /** H31 of the canonical definition. */
  definitionHash: bigint
  /** Hashes of the retirements that it was made from. */
  madeFrom: bigint[]
}
