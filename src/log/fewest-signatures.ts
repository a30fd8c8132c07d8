import { parseCheckpoint } from './checkpoint.ts'
import { type Cosignature, cosignaturesNamed, verifyCosignature } from './cosignature.ts'
import type { Note, NoteKey } from './note.ts'
import { isReached, type Policy } from './policy.ts'

/** Whether a cosignature of a key over a text is good. */
export type Verify = (publicKey: Uint8Array, text: string, said: Cosignature) => boolean

/**
 * Whether a policy holds a note to be valid, with as few verifications as that takes: none if too few have signed, else at most one per key that the quorum
 * needs, up to the first wrong one. Signatures that are not needed are not looked at; `judgeCheckpoint` looks at all of them.
 * @returns undefined if it is valid, else why not
 * @throws DecodeError `MALFORMED` if it is no checkpoint
 */
export function whyNotBelieved(
  policy: Policy,
  note: Note,
  verify: Verify = verifyCosignature,
): string | undefined {
  const { logs, witnesses } = policy
  const { origin } = parseCheckpoint(note.text)
  const own = cosignaturesNamed(
    logs.filter(({ name }) => name === origin),
    note.signatures,
  )
  const others = cosignaturesNamed([...witnesses.values()], note.signatures)
  if (own === undefined || others === undefined)
    return 'what a known key is said to have signed is no cosignature'
  const signed = [...witnesses].flatMap(([name, key]) => (others.has(key) ? [name] : []))
  if ((logs.length > 0 && own.size === 0) || !isReached(policy, new Set(signed)))
    return `signed by ${signed.join(', ') || 'nobody that it names'}`
  const needed: [NoteKey, Cosignature][] = [
    ...[...own].slice(0, 1),
    ...fewest(policy, signed).map((name) => {
      const key = witnesses.get(name)!
      return [key, others.get(key)!] as [NoteKey, Cosignature]
    }),
  ]
  const wrong = needed.find(([{ publicKey }, said]) => !verify(publicKey, note.text, said))
  return wrong === undefined ? undefined : `the signature of ${wrong[0].name} is wrong`
}

/** Names that reach the quorum, none of which could be left out. */
function fewest(policy: Policy, signed: readonly string[]): string[] {
  const left = new Set(signed)
  for (const name of [...signed].reverse()) {
    left.delete(name)
    if (!isReached(policy, left)) left.add(name)
  }
  return [...left]
}
