import { utf8Decode } from '../../codec/bytes.ts'
import { DecodeError } from '../../codec/error.ts'

/** What a file is, by a look at it: whether it is a good one, its check tells. */
export type FileKind = 'certificate' | 'proof' | 'proofs' | 'origin' | 'genesis' | 'policy'

/** Characters at the beginning of a file that a policy is known by. */
const HEAD = 4096

/**
 * What a text is, by the names of properties that the others do not have; undefined if it is none of what the page checks. It is not parsed, so that
 * a text of any depth is told in linear time.
 */
export function kindOf(text: string): FileKind | undefined {
  const has = (...names: string[]) => names.every((name) => text.includes(`"${name}"`))
  if (/^\s*\{/.test(text)) {
    if (has('pi_a', 'publicSignals')) return 'proof'
    if (has('batches', 'verificationKey')) return 'proofs'
    if (has('endCommit', 'holderProven')) return 'origin'
    if (has('validators', 'stateDepth')) return 'genesis'
    if (has('question') || has('finality')) return 'certificate'
    return undefined
  }
  return /^(#|log |witness |group |quorum )/m.test(text.slice(0, HEAD)) ? 'policy' : undefined
}

/** What can be told of a file by a look at all of it: its kind, and the height that a certificate says it is as of, 0 for other files. */
export function told(file: Uint8Array): { kind: FileKind | undefined; height: number } {
  const text = textOf(file) ?? ''
  return { kind: kindOf(text), height: Number(/"height":"(\d{1,15})"/.exec(text)?.[1] ?? 0) }
}

/** The text of a file; undefined if it is not UTF-8. */
export function textOf(file: Uint8Array): string | undefined {
  try {
    return utf8Decode(file)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
