import { type FileKind, textOf } from './kind.ts'
import type { HandedFile } from './read-files.ts'
import { type CheckRequest, type CheckResult, type GenesisResult, refusal } from './result.ts'

/** What files are checked with, as long as no other is handed over. */
export interface Kept {
  /** chainId of the genesis; undefined if none is kept. */
  chain: string | undefined
  /** The genesis file; undefined if there is none, or the browser has lost it. */
  genesis: Uint8Array | undefined
  policy: string | undefined
}

/** Proofs of batches that were found to be valid on a chain. */
export interface ValidProofs {
  file: Uint8Array
  /** chainId of the genesis that they lead from. */
  chain: string
}

/** What is trusted from now on, as far as it was handed over. */
export interface Helps {
  genesis?: { file: Uint8Array; result: GenesisResult }
  policy?: string
  proofs?: ValidProofs
  /** The files, each with what was read. */
  read: { file: Uint8Array; name: string; result: CheckResult }[]
}

/** What others are checked with, each after those that it is checked with itself. */
const HELPS = ['genesis', 'policy', 'proofs'] as const
export const isHelp = (kind: FileKind | undefined): boolean => HELPS.some((help) => help === kind)

/**
 * Reads what others are checked with among files. Whoever hands over one that cannot be read wants it to be used: then nothing is kept, and nothing
 * is checked with what was kept before. A genesis of another chain than the kept one, and a policy that is not the kept one, have to come alone,
 * as at a first visit both: whoever makes up a certificate can make up a genesis and witnesses for it.
 * @param check reads one of them
 * @returns the first that cannot be read with what is wrong with it, if there is one
 */
export async function readHelps(
  handed: readonly HandedFile[],
  kept: Kept,
  check: (request: CheckRequest) => Promise<CheckResult>,
): Promise<Helps | { unread: HandedFile; result: CheckResult }> {
  const helps: Helps = { read: [] }
  const isAlone = handed.length === 1
  for (const each of HELPS.flatMap((help) => handed.filter(({ kind }) => kind === help))) {
    const { file, name, kind } = each
    const genesis = helps.genesis?.file ?? kept.genesis
    const result = await check({ file, kind, genesis, policy: undefined, nowMs: 0, maxAgeMs: undefined })
    const refused = (result: CheckResult) => ({ unread: each, result })
    if (result.kind === 'genesis') {
      if (!isAlone && result.chain !== kept.chain)
        return refused(refusal('OTHER_GENESIS', `it is that of the chain ${result.chain}`))
      helps.genesis = { file, result }
    } else if (result.kind === 'policy') {
      const policy = textOf(file)!
      if (!isAlone && policy !== kept.policy)
        return refused(refusal('OTHER_POLICY', 'it is not the one that is kept'))
      helps.policy = policy
    } else if (result.kind === 'proofs' && result.proven !== undefined) {
      if (helps.proofs !== undefined)
        return refused({ ...result, proven: undefined, reason: 'there are others beside them' })
      helps.proofs = { file, chain: result.chain }
    } else return refused(result)
    helps.read.push({ file, name, result })
  }
  return helps
}
