import { isSignedVote, receiveCertificate } from './certify.ts'
import type { Replica } from './replica.ts'
import { recoveryMessage, type Subject } from './signed-bytes.ts'
import type { Certificate, Effect, Message, RecoveryAnswer, Vote } from './types.ts'
import { adopt } from './vote.ts'

/** Own votes that one answer may show; a validator casts three a view, and few views are open. */
export const MAX_SHOWN_VOTES = 1_000

/** While recovering: asks what this validator may have forgotten. PROTOCOL.md, "Recovery". */
export function askRecovery(
  { config, recovery }: Replica,
  to: Extract<Effect, { type: 'send' }>['to'],
  effects: Effect[],
): void {
  if (recovery === undefined || config.self === undefined) return
  const message: Message = { type: 'recover', validator: config.self, nonce: recovery.nonce }
  effects.push({ type: 'send', to, message })
}

/** Tells a validator that lost its memory where this one is, and which votes of its it has seen. Who is recovering itself has nothing to tell. */
export function answerRecovery(
  replica: Replica,
  peer: string,
  { validator, nonce }: Extract<Message, { type: 'recover' }>,
  effects: Effect[],
): void {
  const { config, view, final, recovery } = replica
  if (config.self === undefined || config.self === validator || recovery !== undefined) return
  const answer: RecoveryAnswer = {
    validator: config.self,
    nonce,
    view,
    certificate: clearing(replica, view - 1),
    final: final.certificate,
    votes: votesOf(replica, validator).slice(-MAX_SHOWN_VOTES),
    signature: config.sign(recoveryMessage(config.chainId, nonce, view)),
  }
  effects.push({ type: 'send', to: { peer }, message: { type: 'recovery', answer } })
}

/** Counts an answer that is signed, fresh and shows its view; with enough of them the validator signs again. */
export function receiveRecovery(replica: Replica, answer: RecoveryAnswer, effects: Effect[]): void {
  const { config, recovery } = replica
  const { validator, nonce, view, certificate, final, votes, signature } = answer
  if (recovery === undefined || nonce !== recovery.nonce || recovery.answers.has(validator)) return
  if (validator >= config.validators || validator === config.self) return
  if (!config.verify(validator, recoveryMessage(config.chainId, nonce, view), signature)) return
  for (const shown of [final, certificate]) if (shown) receiveCertificate(replica, shown, effects)
  // Only what certificates show counts: else one liar could silence this validator for ever.
  if (!isShown(replica, view)) return
  const own = votes.filter((vote) => vote.validator === config.self && isSignedVote(replica, vote))
  recovery.answers.set(validator, { view, votes: own })
  if (recovery.answers.size >= answersNeeded(replica)) recover(replica, effects)
}

/**
 * Two thirds and one of the others, so that an honest one that was as far as any is among them. Where every vote is needed for a quorum, all
 * others, and none of them lies: f is 0.
 */
export function answersNeeded({ config: { validators }, quorum }: Replica): number {
  return quorum === validators ? validators - 1 : 2 * Math.floor((validators - 1) / 3) + 1
}

/**
 * Signs again above everything it may have signed: it was in a view at most one above the highest answered, for a quorum had left the one below.
 * Where its vote is needed in the very views it forgot, nobody would ever get past them: there the votes that the others have
 * seen are its own again, any other never counted anywhere, and it may vote but not propose.
 */
function recover(replica: Replica, effects: Effect[]): void {
  const { config, quorum, recovery, final } = replica
  if (recovery === undefined) return
  const answers = [...recovery.answers.values()]
  const highest = Math.max(...answers.map(({ view }) => view)) + 1
  const isNeeded = quorum === config.validators
  replica.recovery = undefined
  replica.closedView = isNeeded ? final.view : highest
  replica.proposedView = highest
  const { closedView, proposedView } = replica
  const seen = isNeeded ? answers.flatMap(({ votes }) => votes).filter(({ view }) => view > final.view) : []
  const votes = seen.flatMap(({ kind, view, hash }): Subject[] => [
    // Who finalized held a notarization, and no one's vote was missing in it.
    ...(kind === 'finalize' ? [{ kind: 'notarize' as const, view, hash }] : []),
    { kind, view, hash },
  ])
  adopt(replica, votes, { type: 'close', closedView, proposedView }, effects)
}

/** What shows that a view may be entered; null for the first. */
function clearing({ final, certificates }: Replica, view: number): Certificate | null {
  const { notarize, skip } = certificates.get(view) ?? {}
  return (view > final.view ? (notarize ?? skip) : undefined) ?? final.certificate
}

function isShown({ final, certificates }: Replica, view: number): boolean {
  const { notarize, skip } = certificates.get(view - 1) ?? {}
  return view - 1 <= final.view || notarize !== undefined || skip !== undefined
}

/** All that was seen of a validator's votes in open views, alone or within certificates. */
function votesOf({ tallies, certificates, final }: Replica, validator: number): Vote[] {
  const subjects = [
    ...[...tallies].flatMap(([view, list]) =>
      list.map(({ kind, hash, signatures }) => ({ kind, view, hash, signature: signatures.get(validator) })),
    ),
    ...[...certificates.values()].flatMap((kinds) =>
      Object.values(kinds).map(({ kind, view, hash, signatures }) => {
        return {
          kind,
          view,
          hash,
          signature: signatures.find((one) => one.validator === validator)?.signature,
        }
      }),
    ),
  ]
  const seen = new Map<string, Vote>()
  for (const { signature, ...subject } of subjects) {
    if (signature === undefined || subject.view <= final.view) continue
    seen.set(`${subject.kind}/${subject.view}/${subject.hash}`, { ...subject, validator, signature })
  }
  return [...seen.values()].sort((a, b) => a.view - b.view)
}
