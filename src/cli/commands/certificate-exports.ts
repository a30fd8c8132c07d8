import { epcisDocument } from '../../standards/epcis.ts'
import { hopsCsv, hopsNdjson } from '../../standards/hop-rows.ts'
import type { CertifiedJourney } from '../../standards/journey.ts'
import { mermaidChart } from '../../standards/mermaid.ts'
import { provDocument } from '../../standards/prov.ts'
import { svgPicture } from '../../standards/svg.ts'
import { writeNewFile } from '../files/new-file.ts'
import { counted, drained, green, say, writeFilePart } from '../output.ts'

/** What a certificate exports as, in parts of text. */
const EXPORTS = {
  epcis: epcisDocument,
  prov: provDocument,
  csv: hopsCsv,
  ndjson: hopsNdjson,
  svg: svgPicture,
  mermaid: mermaidChart,
} as const satisfies Record<string, (journey: CertifiedJourney) => Iterable<string>>

/** Name of a format that certificates are exported in. */
export type CertificateFormat = keyof typeof EXPORTS
export const CERTIFICATE_FORMATS = Object.keys(EXPORTS) as CertificateFormat[]

/** Writes what a certificate shows to a new file, or to standard output. @throws Failure `BAD_FILE` */
export async function exportJourney(
  journey: CertifiedJourney,
  format: CertificateFormat,
  out: string | undefined,
): Promise<void> {
  const parts = EXPORTS[format](journey)
  if (out === undefined) {
    for (const part of parts) if (!writeFilePart(part)) await drained()
    return
  }
  writeNewFile(out, parts)
  say(
    `${green('OK')} ${out}: ${counted(journey.hops.length, 'hop')} as of height ${journey.height}, as ${format}`,
  )
}
