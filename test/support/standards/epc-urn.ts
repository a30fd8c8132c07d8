/**
 * EPC URNs of the kinds that the published vectors have most, as GS1 Digital Links. The exports contain no such URNs, so this is not part of the
 * project; it lets the vectors show everything else.
 */
export function withDigitalLinks(json: string): string {
  return json.replace(/"urn:epc:(?:id|class|idpat):(\w+):([^"]+)"/g, (urn, scheme: string, rest: string) => {
    const link = LINKS[scheme]?.(rest.split('.'))
    return link === undefined ? urn : `"https://id.gs1.org/${link}"`
  })
}

const LINKS: Record<string, (parts: string[]) => string> = {
  sgtin: ([company, item, serial]) => `01/${gtin(company!, item!)}${serial === '*' ? '' : `/21/${serial}`}`,
  lgtin: ([company, item, ...lot]) => `01/${gtin(company!, item!)}/10/${lot.join('.')}`,
  sscc: ([company, serial]) => `00/${checked(serial![0] + company! + serial!.slice(1))}`,
  sgln: ([company, location, extension]) =>
    `414/${checked(company! + location!)}${extension === '0' ? '' : `/254/${extension}`}`,
  pgln: ([company, party]) => `417/${checked(company! + party!)}`,
  gdti: ([company, type, ...serial]) => `253/${checked(company! + type!)}${serial.join('.')}`,
}

const gtin = (company: string, item: string) => checked(item[0] + company + item.slice(1))

/** Digits with their GS1 check digit. */
function checked(digits: string): string {
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0)
  return digits + ((10 - (sum % 10)) % 10)
}
