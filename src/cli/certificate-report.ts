import type { Question } from '../certificate/certificate.ts'
import type { CertificateReport, CertifiedContent } from '../certificate/report.ts'
import { encodeAddress } from '../crypto/address.ts'
import { fieldToHex } from '../crypto/field.ts'
import { RETIRED } from '../ledger/params.ts'
import { formatUnits } from '../ledger/units.ts'
import { bold, counted, table } from './output.ts'

/** Origins and holders that are printed. */
const SHOWN = 20

/** What a final certificate shows, in lines for people. */
export function contentLines({ certificate, trace, assets, timeMs }: CertifiedContent): string[] {
  const { direction, length, height } = certificate.question
  const units = (amount: bigint, assetId: bigint) => {
    const asset = assets.get(assetId)
    return asset === undefined ? String(amount) : `${formatUnits(amount, asset.decimals)} ${asset.code}`
  }
  const lines = [
    '',
    `${counted(length, 'unit')} as of height ${height} (${new Date(timeMs).toISOString()}), ${direction}: ${counted(trace.hops.length, 'hop')}`,
    subjectLine(certificate.question, assets),
  ]
  for (const { code, definition } of assets.values())
    if (definition.custody !== undefined)
      lines.push(
        `${code}: ${definition.custody}, says its issuer; the order of its units here is bookkeeping`,
      )
  const rows =
    direction === 'BACKWARD'
      ? trace.origins.map(({ length, assetId, serialFrom, position }) => [
          bold(units(length, assetId)),
          `issued with record ${position}, serials ${serialFrom} to ${serialFrom + length - 1n}`,
        ])
      : trace.holders.map(({ length, assetId, account }) => [
          bold(units(length, assetId)),
          `${account === RETIRED ? 'retired' : `held by ${encodeAddress(account)}`}`,
        ])
  lines.push(...table(rows.slice(0, SHOWN)))
  if (rows.length > SHOWN) lines.push(`and ${rows.length - SHOWN} more: --json has all`)
  return lines
}

/** Which units a certificate is about: a good one of others has the same verdicts. */
function subjectLine(
  { direction, asset = 0n, account, transfer, offset }: Question,
  assets: CertifiedContent['assets'],
): string {
  const from = `from unit ${offset} on`
  if (transfer !== undefined) return `moved by transfer ${fieldToHex(transfer)}, ${from}`
  const name = assets.get(asset)?.code ?? `asset ${fieldToHex(asset)}`
  if (account === undefined) return `issued of ${name}, ${from}`
  const word = direction === 'BACKWARD' ? 'held' : 'received'
  const who = account === RETIRED ? 'RETIRED' : encodeAddress(account)
  return `${word} by ${who}, of ${name}, ${from}`
}

/** A report as JSON for programs. */
export function toJson({ content, ...verdicts }: CertificateReport) {
  if (content === undefined) return verdicts
  const { certificate, trace, timeMs, assets } = content
  return {
    ...verdicts,
    question: questionJson(certificate.question),
    height: String(certificate.question.height),
    time: new Date(timeMs).toISOString(),
    assets: [...assets.values()].map(({ id, code, definition }) => ({
      assetId: fieldToHex(id),
      code,
      custody: definition.custody ?? null,
    })),
    hops: trace.hops.map(({ unit, length, offset, depth, position, hash }) => ({
      unit: String(unit),
      length: String(length),
      offset: String(offset),
      depth,
      position: String(position),
      hash: fieldToHex(hash),
    })),
    origins: trace.origins.map(({ length, serialFrom, position, assetId }) => ({
      length: String(length),
      serialFrom: String(serialFrom),
      position: String(position),
      assetId: fieldToHex(assetId),
    })),
    holders: trace.holders.map(({ account, length, assetId }) => ({
      address: encodeAddress(account),
      length: String(length),
      assetId: fieldToHex(assetId),
    })),
  }
}

function questionJson({ direction, asset, account, transfer, offset, length }: Question) {
  return {
    direction,
    assetId: asset === undefined ? null : fieldToHex(asset),
    address: account === undefined ? null : encodeAddress(account),
    transfer: transfer === undefined ? null : fieldToHex(transfer),
    offset: String(offset),
    length: String(length),
  }
}
