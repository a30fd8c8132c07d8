import { DecodeError } from '../codec/error.ts'
import { fieldToHex } from '../crypto/field.ts'
import type { BlockHeader } from '../ledger/header.ts'
import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.ts'
import { originOf } from '../log/cosigned.ts'
import { entryHash } from '../log/merkle.ts'
import { type Note, parseNote } from '../log/note.ts'
import { judgeCheckpoint, type Policy } from '../log/policy.ts'
import { verifyInclusion } from '../log/proofs.ts'
import type { CertifiedCheckpoint } from './certificate.ts'
import type { Judgment } from './report.ts'

/**
 * Whether those whom a policy names have cosigned a log that contains the header.
 * @param bytes the encoded header
 */
export function judgeWitnesses(
  certified: CertifiedCheckpoint | undefined,
  header: BlockHeader,
  bytes: Uint8Array,
  policy: Policy | undefined,
): Judgment {
  if (certified === undefined)
    return { verdict: 'unknown', reason: 'the certificate has no cosigned checkpoint' }
  const read = readNote(certified.note)
  if (typeof read === 'string') return no(read)
  const { note, checkpoint } = read
  const origin = originOf(fieldToHex(header.chainId))
  if (checkpoint.origin !== origin) return no(`its checkpoint is of the log ${checkpoint.origin}`)
  const { size, root } = checkpoint
  const inclusion = { index: header.height, size, hash: entryHash(bytes), proof: certified.inclusion, root }
  if (!verifyInclusion(inclusion))
    return no(`the log of its checkpoint, of size ${size}, is not shown to contain block ${header.height}`)
  if (policy === undefined)
    return {
      verdict: 'unknown',
      reason: `its header is in a log of size ${size}; no policy was given that says who must have cosigned it`,
    }
  const { valid, cosigned } = judgeCheckpoint(policy, note)
  const who = cosigned.length === 0 ? 'nobody that the policy names' : cosigned.join(', ')
  return valid
    ? { verdict: 'yes', reason: `its header is in the log that ${who} cosigned at size ${size}` }
    : no(`the policy is not met: its checkpoint of size ${size} is cosigned by ${who}`)
}

function readNote(text: string): { note: Note; checkpoint: Checkpoint } | string {
  try {
    const note = parseNote(text)
    return { note, checkpoint: parseCheckpoint(note.text) }
  } catch (error) {
    if (error instanceof DecodeError) return `its checkpoint cannot be read: ${error.message}`
    throw error
  }
}

const no = (reason: string): Judgment => ({ verdict: 'no', reason })
