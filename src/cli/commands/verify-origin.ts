import { Failure } from '../../config/failure.ts'
import { encodeAddress } from '../../crypto/address.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { formatUnits } from '../../ledger/units.ts'
import { chosenKey } from '../../setup/chain-key.ts'
import { originCircuits } from '../../setup/circuits.ts'
import { type OriginKey, verifyOriginProof } from '../../verify/origin.ts'
import {
  ORIGIN_VERDICTS,
  type OriginContent,
  type OriginReport,
  type OriginVerdictName,
} from '../../verify/origin-report.ts'
import { UsageError } from '../failures.ts'
import { counted, print, printJson, yellow } from '../output.ts'
import { verdictLines } from '../verdicts.ts'

/** What `--require` asks for by default. */
const REQUIRED: readonly OriginVerdictName[] = ['intact', 'proven', 'final', 'holder']

export interface OriginChecks {
  /** A list of verdicts, separated by commas. */
  require?: string
  maxAge?: number
  /** The text that the proof has to be made for. */
  purpose?: string
  /** vkHash of an installed key from a ceremony. */
  key?: string
  json?: boolean
}

/**
 * Checks an origin proof with the genesis and a key, and prints a verdict per question, and what it says if it is proven and final.
 * @throws Failure `NOT_SHOWN` if a verdict that is required is not yes, or as `chosenKey` does; UsageError
 */
export async function checkOriginProof(
  bytes: Uint8Array,
  genesis: Genesis,
  checks: OriginChecks,
): Promise<void> {
  const { maxAge, purpose, key, json } = checks
  const required = requiredOf(checks)
  const report = await verifyOriginProof(bytes, genesis, poseidonWasm(), {
    keyFor: (hops) => keyFor(genesis, hops, key),
    nowMs: Date.now(),
    ...(maxAge === undefined ? {} : { maxAgeMs: maxAge }),
    ...(purpose === undefined ? {} : { purpose }),
  })
  if (json) printJson(toJson(report))
  else {
    for (const line of verdictLines(ORIGIN_VERDICTS, report)) print(line)
    const { content, proven, final } = report
    const isShown = proven.verdict === 'yes' && final.verdict === 'yes'
    if (isShown && content !== undefined) for (const line of contentLines(content)) print(line)
    if (key === undefined && proven.verdict !== 'unknown')
      print(yellow('A development key: anyone can forge such proofs, so this one proves nothing to others.'))
  }
  const missing = required.filter((name) => report[name].verdict !== 'yes')
  if (missing.length > 0)
    throw new Failure('NOT_SHOWN', `not every verdict that is required is yes: ${missing.join(', ')}`, {
      hint: 'the verdicts above say why; --require names what you ask for',
    })
}

/** The verdicts that are asked for: the list, and those that other options ask for. @throws UsageError */
function requiredOf({ require, maxAge, purpose }: OriginChecks): OriginVerdictName[] {
  const names = require?.split(',') ?? REQUIRED
  for (const name of names)
    if (!ORIGIN_VERDICTS.some((known) => known === name))
      throw new UsageError(`--require takes a list of ${ORIGIN_VERDICTS.join(', ')}, separated by commas`)
  const more: OriginVerdictName[] = [
    ...(maxAge === undefined ? [] : (['fresh'] as const)),
    ...(purpose === undefined ? [] : (['purpose'] as const)),
  ]
  return [...new Set([...(names as OriginVerdictName[]), ...more])]
}

function keyFor(
  { stateDepth, provingKey }: Genesis,
  hops: number,
  key: string | undefined,
): OriginKey | undefined {
  const circuit = originCircuits(stateDepth).find(({ parameters }) => parameters.hops === hops)
  if (circuit === undefined || (key === undefined && provingKey.kind === 'production')) return undefined
  return chosenKey(circuit, key)
}

function contentLines({ origin, asset, account, header, timeMs }: OriginContent): string[] {
  const { code, decimals } = asset
  const { length, serialLo, serialHi, purpose } = origin
  return [
    '',
    `${counted(length, 'unit')} (${formatUnits(length, decimals)} ${code}), with serials among ${serialLo} to ${serialHi - 1n}`,
    `held as of block ${header.height} of ${new Date(timeMs).toISOString()}${account === undefined ? '' : ` by ${encodeAddress(account)}`}`,
    `issued by ${encodeAddress(asset.issuer)}`,
    `made for: ${purpose}`,
  ]
}

function toJson({ content, ...verdicts }: OriginReport) {
  if (content === undefined) return verdicts
  const { origin, asset, account, header, timeMs } = content
  return {
    ...verdicts,
    height: String(header.height),
    time: new Date(timeMs).toISOString(),
    asset: {
      assetId: asset.id.toString(16).padStart(64, '0'),
      code: asset.code,
      issuer: encodeAddress(asset.issuer),
    },
    length: String(origin.length),
    serialLo: String(origin.serialLo),
    serialHi: String(origin.serialHi),
    purposeText: origin.purpose,
    hopsAtMost: origin.hops,
    holderAddress: account === undefined ? null : encodeAddress(account),
  }
}
