/**
 * Recovery of a validator that lost `signer.json`, its record of what it signed. PROTOCOL.md, "Recovery".
 *
 * Why: a validator that forgot its votes might sign others that contradict them, which is equivocation. It must not sign before it knows
 * a view that is above everything it may have signed, and only the other validators can tell it.
 *
 * How: it signs nothing (`closedView` is Infinity) and sends `recover`, with a nonce that is fresh at every start, to each peer that
 * connects and at each standstill. Every validator that is not recovering itself answers with its view, the certificate that clears the
 * view below, and the votes of the asker that it has seen. After 2f + 1 answers the asker signs again, in views above the highest
 * answered plus 1. Where every vote is needed for a quorum (2 or 3 validators), staying silent in open views would stop the chain:
 * there it waits for all others and takes the votes they have seen back as its own.
 */

import { isSignedVote, receiveCertificate } from './certify.ts'
import { quorum } from './quorum.ts'
import { isCleared, type Replica } from './replica.ts'
import { recoveryMessage, type Subject } from './signed-bytes.ts'
import type { Certificate, Effect, Message, RecoveryAnswer, Vote } from './types.ts'
import { adopt } from './vote.ts'

/** Bound on the asker's votes in one answer. A validator casts at most three votes per view, and few views are open. */
export const MAX_SHOWN_VOTES = 1_000

/** While recovering, asks for what this validator may have forgotten; otherwise does nothing. */
export function askRecovery(
  { config, recovery }: Replica,
  to: Extract<Effect, { type: 'send' }>['to'],
  effects: Effect[],
): void {
  if (recovery === undefined || config.self === undefined) return
  const message: Message = { type: 'recover', validator: config.self, nonce: recovery.nonce }
  effects.push({ type: 'send', to, message })
}

/** Answers a recovering validator with this one's view and the votes of the asker seen here. While recovering itself it does not answer. */
export function answerRecovery(
  replica: Replica,
  peer: string,
  { validator, nonce }: Extract<Message, { type: 'recover' }>,
  effects: Effect[],
): void {
  const { config, final, recovery } = replica
  if (config.self === undefined || config.self === validator || recovery !== undefined) return
  const view = highestView(replica)
  const answer: RecoveryAnswer = {
    validator: config.self,
    nonce,
    view,
    certificate: clearingCertificate(replica, view - 1),
    final: final.certificate,
    votes: votesOf(replica, validator).slice(-MAX_SHOWN_VOTES),
    signature: config.sign(recoveryMessage(config.chainId, nonce, view)),
  }
  effects.push({ type: 'send', to: { peer }, message: { type: 'recovery', answer } })
}

/**
 * Counts an answer that is signed, fresh and proves that its view can be entered. Once there are enough, the validator signs again.
 * @returns what is wrong with the answer, if an honest validator would not have sent it
 */
export function receiveRecovery(
  replica: Replica,
  answer: RecoveryAnswer,
  effects: Effect[],
): string | undefined {
  const { config, recovery } = replica
  const { validator, nonce, view, certificate, final, votes, signature } = answer
  if (recovery === undefined || nonce !== recovery.nonce || recovery.answers.has(validator)) return undefined
  if (validator >= config.validators || validator === config.self) return 'an answer of no other validator'
  if (!config.verify(validator, recoveryMessage(config.chainId, nonce, view), signature))
    return 'a recovery answer that is not signed'
  for (const shown of [final, certificate])
    if (shown && !receiveCertificate(replica, shown, effects)) return 'a certificate that is not signed'
  // A view must be proven by certificates: with a made-up one, a single liar could silence this validator forever.
  if (!isCleared(replica, view - 1)) return 'a view that no certificate proves'
  const own = votes.filter((vote) => vote.validator === config.self)
  if (!own.every((vote) => isSignedVote(replica, vote))) return 'a vote that is not signed'
  recovery.answers.set(validator, { view, votes: own })
  if (isAnswered(replica)) recover(replica, effects)
  return undefined
}

/**
 * The highest view that this validator was in, as far as it voted there. After a restart it may be in a lower one: only the certificates that its
 * votes rest on are stored, and a view without a vote between them keeps it below.
 */
function highestView({ view, own }: Replica): number {
  let highest = view
  for (const voted of own.keys()) highest = Math.max(highest, voted)
  return highest
}

function isAnswered(replica: Replica): boolean {
  const { answers, trusted } = replica.recovery!
  return trusted === undefined
    ? answers.size >= answersNeeded(replica)
    : trusted.every((validator) => answers.has(validator))
}

/**
 * How many validators an operator must at least trust for their answers to suffice: so many that each certificate has a vote of one of them.
 * They must be honest, and none of them recovering. PROTOCOL.md, "Recovery".
 */
export function trustNeeded(validators: number): number {
  return validators - quorum(validators) + 1
}

/**
 * Answers that recovery waits for: 2f + 1, f = floor((n - 1) / 3). Any 2f + 1 of the others include an honest one of those whose votes cleared
 * the last view that this validator left. Where every vote is needed for a quorum (n = 2 or 3), f is 0 and all others must answer.
 */
export function answersNeeded({ config: { validators }, quorum }: Replica): number {
  return quorum === validators ? validators - 1 : 2 * Math.floor((validators - 1) / 3) + 1
}

/**
 * Ends recovery: the validator signs again, above everything it may have signed. Its own view was at most one above the highest answered,
 * because a quorum must have left the view below it.
 * Where every vote is needed for a quorum, no one could leave the forgotten views without this validator. There it takes back the votes
 * that the others have seen (any other was lost and counted nowhere) and may vote, but not propose, in these views.
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
    // A finalize vote follows a notarization, and here a notarization holds the votes of all validators.
    ...(kind === 'finalize' ? [{ kind: 'notarize' as const, view, hash }] : []),
    { kind, view, hash },
  ])
  adopt(replica, votes, { type: 'close', closedView, proposedView }, effects)
}

/** A certificate that clears a view; null if it needs none, i.e. below the first view. */
function clearingCertificate({ final, certificates }: Replica, view: number): Certificate | null {
  const { notarize, skip } = certificates.get(view) ?? {}
  return (view > final.view ? (notarize ?? skip) : undefined) ?? final.certificate
}

/** A validator's votes in open views, ascending by view, as seen here alone or within certificates. */
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
          signature: signatures.find((entry) => entry.validator === validator)?.signature,
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
