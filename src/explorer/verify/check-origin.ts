import key4 from '../../../circuits/generated/origin-4-12.vkey.json' with { type: 'json' }
import key8 from '../../../circuits/generated/origin-8-12.vkey.json' with { type: 'json' }
import key16 from '../../../circuits/generated/origin-16-12.vkey.json' with { type: 'json' }
import key32 from '../../../circuits/generated/origin-32-12.vkey.json' with { type: 'json' }
import { encodeAddress } from '../../crypto/address.ts'
import { fieldToHex } from '../../crypto/field.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { chainIdOf, type Genesis } from '../../ledger/genesis.ts'
import { type OriginKey, verifyOriginProof } from '../../verify/origin.ts'
import { ORIGIN_VERDICTS, type OriginContent, type OriginVerdictName } from '../../verify/origin-report.ts'
import { parseVerificationKey, vkHash } from '../../verify/verification-key.ts'
import type { CheckRequest, OriginResult, ShownOrigin } from './result.ts'

/** The development keys of the origin circuits over trees of depth 12, by hops. */
const KEYS: ReadonlyMap<number, unknown> = new Map([
  [4, key4],
  [8, key8],
  [16, key16],
  [32, key32],
])
const DEPTH = 12

/** Checks an origin proof under the development keys that come with the project. PROTOCOL.md, "Origin proofs". */
export async function checkOrigin(
  { file, nowMs, maxAgeMs }: CheckRequest,
  genesis: Genesis,
  poseidon: Poseidon,
): Promise<OriginResult> {
  const report = await verifyOriginProof(file, genesis, poseidon, {
    keyFor: (hops) => (isForDevelopment(genesis) ? keyFor(hops) : undefined),
    nowMs,
    ...(maxAgeMs !== undefined && { maxAgeMs }),
  })
  const { content } = report
  const isShown = [report.proven, report.final].every(({ verdict }) => verdict === 'yes')
  return {
    kind: 'origin',
    chain: fieldToHex(chainIdOf(genesis)),
    code: report.intact.code,
    verdicts: Object.fromEntries(
      ORIGIN_VERDICTS.map((name) => [name, { verdict: report[name].verdict, reason: report[name].reason }]),
    ) as Record<OriginVerdictName, OriginResult['verdicts'][OriginVerdictName]>,
    shown: isShown && content !== undefined ? shownOf(content) : undefined,
  }
}

/** A chain for production has keys from a ceremony, which the page does not have. */
const isForDevelopment = ({ stateDepth, provingKey }: Genesis) =>
  stateDepth === DEPTH && provingKey.kind === 'development'

function keyFor(hops: number): OriginKey | undefined {
  const verificationKey = KEYS.get(hops)
  const parsed = verificationKey === undefined ? undefined : parseVerificationKey(verificationKey)
  return parsed === undefined ? undefined : { verificationKey, vkHash: vkHash(parsed) }
}

function shownOf({ origin, asset, header, timeMs, account }: OriginContent): ShownOrigin {
  const { length, serialLo, serialHi, purpose, hops } = origin
  return {
    units: String(length),
    asset: asset.code,
    decimals: asset.decimals,
    issuer: encodeAddress(asset.issuer),
    serials: { from: String(serialLo), to: String(serialHi - 1n) },
    holder: account === undefined ? undefined : encodeAddress(account),
    purpose,
    hops,
    height: header.height,
    timeMs,
  }
}
