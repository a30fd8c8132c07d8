import { textOf } from './kind.ts'
import type { HandedFile } from './read-files.ts'
import { type CheckRequest, type CheckResult, type GenesisResult, refusal } from './result.ts'

/** What is trusted from now on, as far as it was handed over. */
export interface Helps {
  genesis?: { file: Uint8Array; result: GenesisResult }
  policy?: string
  /** The files, each with what was read. */
  read: { file: Uint8Array; name: string; result: CheckResult }[]
}

/** What a file is read with that needs nothing else. */
const NOTHING = { genesis: undefined, policy: undefined, nowMs: 0, maxAgeMs: undefined }

/**
 * Reads the genesis and the policy among files. Whoever hands over one that cannot be read wants it to be used: then nothing is kept, and nothing
 * is checked with what was kept before. A genesis of another chain than the kept one has to come alone: whoever makes up a certificate can make up a
 * genesis for it.
 * @param kept chainId of the genesis that is kept; undefined if none is
 * @param check reads one of them
 * @returns the first that cannot be read with what is wrong with it, if there is one
 */
export async function readHelps(
  handed: readonly HandedFile[],
  kept: string | undefined,
  check: (request: CheckRequest) => Promise<CheckResult>,
): Promise<Helps | { unread: HandedFile; result: CheckResult }> {
  const helps: Helps = { read: [] }
  for (const each of handed) {
    const { file, name, kind } = each
    if (kind !== 'genesis' && kind !== 'policy') continue
    const result = await check({ ...NOTHING, file, kind })
    const expected = kept ?? helps.genesis?.result.chain
    if (result.kind === 'genesis' && handed.length > 1 && result.chain !== (expected ?? result.chain))
      return { unread: each, result: refusal('OTHER_GENESIS', `it is that of the chain ${result.chain}`) }
    if (result.kind === 'genesis') helps.genesis = { file, result }
    else if (result.kind === 'policy' && helps.policy !== undefined)
      return {
        unread: each,
        result: refusal('BAD_POLICY', 'there is another one beside it: choose one of them'),
      }
    else if (result.kind === 'policy') helps.policy = textOf(file)!
    else return { unread: each, result }
    helps.read.push({ file, name, result })
  }
  return helps
}
