/** What an asset's links are made from: its code, and what its issuer says of it. */
export interface LinkedAsset {
  code: string
  metadata: Readonly<Record<string, string>>
}

/** Whether a text is a web address that needs no escapes. */
const isWebUri = (text: string) =>
  /^https?:\/\/[\w.-]+(:\d+)?(\/[\w.~!$&'()*+,;=:@/-]*|\/?)$/.test(text) && URL.canParse(text)

/** Characters of a lot or a serial number in a GS1 Digital Link that need no escapes; GS1 has 20 at most. */
const PART = /^[\w.~!$'()*,:@-]{1,20}$/
/** The path of a GS1 Digital Link of a trade item that names no single one. */
const TRADE_ITEM = /\/01\/\d{8,14}(\/(22|10)\/[^/]+)*$/

/**
 * The web address of an asset: the one that its code is, or its metadata has as `digitalLink`, or the GS1 Digital Link of the `gtin` and the `lot` of
 * its metadata; undefined if it has none.
 * @param unit a unit of it, which a GS1 Digital Link names by its serial number
 */
export function assetLink({ code, metadata }: LinkedAsset, unit?: bigint): string | undefined {
  const { digitalLink = '', gtin = '', lot = '' } = metadata
  const link = [code, digitalLink].find(isWebUri) ?? gtinLink(gtin, lot)
  return link !== undefined && unit !== undefined && TRADE_ITEM.test(link) ? `${link}/21/${unit}` : link
}

/** The canonical GS1 Digital Link of a trade item. */
function gtinLink(gtin: string, lot: string): string | undefined {
  if (!isGtin(gtin)) return undefined
  const item = `https://id.gs1.org/01/${gtin.padStart(14, '0')}`
  return PART.test(lot) ? `${item}/10/${lot}` : item
}

/** Whether a text is a GTIN of 8, 12, 13 or 14 digits with the right check digit (GS1 General Specifications, 7.9). */
function isGtin(text: string): boolean {
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return false
  const sum = [...text.padStart(14, '0')].reduce(
    (total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1),
    0,
  )
  return sum % 10 === 0
}
