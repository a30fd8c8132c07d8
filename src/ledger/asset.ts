/**
 * An asset's definition as its issuer signs it (canonical JSON; PROTOCOL.md, "Definitions").
 * Integers are decimal strings; field elements and hashes 64 lower-case hex digits.
 */
export interface AssetDefinition {
  /** Unique; 1 to 64 of `A-Za-z0-9._:/-`. */
  code: string
  /** For people, 1 to 128 characters. */
  name: string
  /** Account of the issuer, hex. */
  issuer: string
  /** 1 <= cap < 2^112, decimal. */
  cap: string
  /** 0 to 255, decimal. */
  decimals: string
  reinstatable: boolean
  /** Up to 16 hashes of retirements this asset was made from, no two alike. */
  madeFrom: string[]
  /** What else the issuer says: up to 32 entries, keys of 1 to 64, values of up to 1,024 characters. */
  metadata: Record<string, string>
}

/** A registered asset. */
export interface Asset {
  id: bigint
  code: string
  issuer: bigint
  cap: bigint
  decimals: number
  reinstatable: boolean
  definition: AssetDefinition
  /** H31 of the canonical definition. */
  definitionHash: bigint
  /** Retirements it was made from. */
  madeFrom: bigint[]
  /** Index of the mint holding. */
  mintHolding: number
}
