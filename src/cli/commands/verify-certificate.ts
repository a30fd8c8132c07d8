import { readFileSync, statSync } from 'node:fs'
import { MAX_CERTIFICATE_BYTES } from '../../certificate/certificate.ts'
import {
  type CertificateReport,
  type CertifiedContent,
  VERDICTS,
  type VerdictName,
} from '../../certificate/report.ts'
import { verifyCertificate } from '../../certificate/verify.ts'
import { Failure } from '../../config/failure.ts'
import { encodeAddress } from '../../crypto/address.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { RETIRED } from '../../ledger/params.ts'
import { UsageError } from '../failures.ts'
import { bold, counted, formatUnits, green, print, printJson, red, table, yellow } from '../output.ts'

/** What `--require` asks for by default. */
const REQUIRED: readonly VerdictName[] = ['intact', 'complete', 'signed', 'final']
/** Origins and holders that are printed. */
const SHOWN = 20

export interface CertificateChecks {
  /** A list of verdicts, separated by commas. */
  require?: string
  maxAge?: number
  json?: boolean
}

/**
 * Checks a certificate of origin with the genesis alone, and prints a verdict per question.
 * @throws Failure `NOT_SHOWN` if a verdict that is required is not yes; UsageError
 */
export async function checkCertificate(
  path: string,
  genesis: Genesis,
  { require, maxAge, json }: CertificateChecks,
): Promise<void> {
  const required = requiredOf(require, maxAge)
  const report = await verifyCertificate(readCertificate(path), genesis, poseidonWasm(), {
    nowMs: Date.now(),
    ...(maxAge === undefined ? {} : { maxAgeMs: maxAge }),
  })
  if (json) printJson(toJson(report))
  else {
    for (const line of verdictLines(report)) print(line)
    if (report.content !== undefined) for (const line of contentLines(report.content)) print(line)
  }
  const isIntact = report.intact.verdict === 'yes'
  const missing = isIntact ? required.filter((name) => report[name].verdict !== 'yes') : ['intact']
  if (missing.length > 0)
    throw new Failure('NOT_SHOWN', `the certificate does not show that it is ${missing.join(', ')}`, {
      hint: 'the verdicts above say why; --require names what you ask for',
    })
}

function requiredOf(list: string | undefined, maxAge: number | undefined): VerdictName[] {
  const names = list?.split(',') ?? REQUIRED
  for (const name of names)
    if (!VERDICTS.some((known) => known === name))
      throw new UsageError(`--require takes a list of ${VERDICTS.join(', ')}, separated by commas`)
  const required = names as VerdictName[]
  return maxAge === undefined || required.includes('fresh') ? required : [...required, 'fresh']
}

function readCertificate(path: string): Uint8Array {
  const { size } = statSync(path)
  if (size > MAX_CERTIFICATE_BYTES)
    throw new Failure(
      'TOO_LARGE',
      `${path} has more than the ${MAX_CERTIFICATE_BYTES} bytes of the largest certificate`,
    )
  return readFileSync(path)
}

const PAINT = { yes: green, no: red, partly: yellow, unknown: yellow }

function verdictLines(report: CertificateReport): string[] {
  return table(
    VERDICTS.map((name) => {
      const { verdict, reason } = report[name]
      return [name, PAINT[verdict](verdict), reason]
    }),
  )
}

function contentLines({ certificate, trace, assets, timeMs }: CertifiedContent): string[] {
  const { direction, length, height } = certificate.question
  const units = (amount: bigint, assetId: bigint) => {
    const asset = assets.get(assetId)
    return asset === undefined ? String(amount) : `${formatUnits(amount, asset.decimals)} ${asset.code}`
  }
  const lines = [
    '',
    `${counted(length, 'unit')} as of height ${height} (${new Date(timeMs).toISOString()}), ${direction}: ${counted(trace.hops.length, 'hop')}`,
  ]
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

function toJson({ content, ...verdicts }: CertificateReport) {
  if (content === undefined) return verdicts
  const { certificate, trace, timeMs } = content
  return {
    ...verdicts,
    height: String(certificate.question.height),
    time: new Date(timeMs).toISOString(),
    hops: trace.hops.map(({ unit, length, offset, depth, position, hash }) => ({
      unit: String(unit),
      length: String(length),
      offset: String(offset),
      depth,
      position: String(position),
      hash: hash.toString(16).padStart(64, '0'),
    })),
    origins: trace.origins.map(({ length, serialFrom, position, assetId }) => ({
      length: String(length),
      serialFrom: String(serialFrom),
      position: String(position),
      assetId: assetId.toString(16).padStart(64, '0'),
    })),
    holders: trace.holders.map(({ account, length, assetId }) => ({
      address: encodeAddress(account),
      length: String(length),
      assetId: assetId.toString(16).padStart(64, '0'),
    })),
  }
}
