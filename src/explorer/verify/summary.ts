import {
  type CertificateReport,
  type CertifiedContent,
  VERDICTS,
  type VerdictName,
} from '../../certificate/report.ts'
import { bytesToHex } from '../../codec/bytes.ts'
import { encodeAddress } from '../../crypto/address.ts'
import { fieldToHex } from '../../crypto/field.ts'
import { sha256 } from '../../crypto/hash.ts'
import { chainIdOf, type Genesis } from '../../ledger/genesis.ts'
import { RETIRED } from '../../ledger/params.ts'
import { type CertificateResult, MAX_SHOWN, type ShownCertificate, type ShownEnd } from './result.ts'

/** What a report says, as plain data of a bounded size. */
export function summaryOf(report: CertificateReport, file: Uint8Array, genesis: Genesis): CertificateResult {
  return {
    kind: 'certificate',
    chain: fieldToHex(chainIdOf(genesis)),
    sha256: bytesToHex(sha256(file)),
    code: report.intact.code,
    verdicts: Object.fromEntries(
      VERDICTS.map((name) => [name, { verdict: report[name].verdict, reason: report[name].reason }]),
    ) as Record<VerdictName, CertificateResult['verdicts'][VerdictName]>,
    hasLeft: report.fresh.hasLeft === true,
    isThere: report.fresh.isThere === true,
    development: genesis.provingKey.kind === 'development',
    shown:
      report.content === undefined || report.final.verdict !== 'yes' ? undefined : shownOf(report.content),
  }
}

function shownOf({ certificate, trace, assets, timeMs }: CertifiedContent): ShownCertificate {
  const { direction, offset, length, height, asset, account, transfer } = certificate.question
  const amount = (units: bigint, assetId: bigint) => {
    const asset = assets.get(assetId)
    return { units: String(units), asset: asset?.code ?? fieldToHex(assetId), decimals: asset?.decimals ?? 0 }
  }
  const { origins, holders } = trace
  const ends: ShownEnd[] =
    direction === 'BACKWARD'
      ? origins.slice(0, MAX_SHOWN).map(({ length, assetId, serialFrom, position }) => ({
          ...amount(length, assetId),
          serial: { from: String(serialFrom), position },
        }))
      : holders.slice(0, MAX_SHOWN).map(({ length, assetId, account }) => ({
          ...amount(length, assetId),
          holder: account === RETIRED ? null : encodeAddress(account),
        }))
  return {
    direction,
    of: {
      ...(asset !== undefined && { asset: assets.get(asset)?.code ?? fieldToHex(asset) }),
      ...(account !== undefined && { holder: encodeAddress(account) }),
      ...(transfer !== undefined && { transfer: fieldToHex(transfer) }),
    },
    offset: String(offset),
    units: String(length),
    height,
    timeMs,
    records: certificate.records.length,
    hops: trace.hops.length,
    assets: [...assets.values()]
      .slice(0, MAX_SHOWN)
      .map(({ code, definition }) => ({ code, custody: definition.custody ?? null })),
    ends,
    allEnds: direction === 'BACKWARD' ? origins.length : holders.length,
  }
}
