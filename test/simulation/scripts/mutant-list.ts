/** A deliberate bug: one text of a file is replaced by another. The right text must occur exactly once in the file. */
export interface Mutant {
  name: string
  /** Relative to the repository. */
  file: string
  change: readonly [right: string, wrong: string]
  /** It is found by scenarios and seeds of whole nodes. */
  inShell?: boolean
}

const mutant = (name: string, file: string, right: string, wrong: string): Mutant => ({
  name,
  file: file.startsWith('test/') ? file : `src/consensus/${file}`,
  change: [right, wrong],
})

/** Bugs that the simulator must find. Some of them occurred in other implementations. */
export const MUTANTS: readonly Mutant[] = [
  mutant(
    'weak quorum',
    'quorum.ts',
    'Math.floor((2 * validators) / 3) + 1',
    'Math.floor(validators / 2) + 1',
  ),
  mutant('finalize after skip', 'vote.ts', "finalize: ['finalize', 'skip']", "finalize: ['finalize']"),
  mutant('skip after finalize', 'vote.ts', "skip: ['skip', 'finalize']", "skip: ['skip']"),
  mutant('notarize after skip', 'vote.ts', "['notarize', 'skip', 'finalize']", "['notarize', 'finalize']"),
  mutant('notarize twice', 'vote.ts', "['notarize', 'skip', 'finalize']", "['skip', 'finalize']"),
  mutant(
    'vote sent before it is durable',
    'vote.ts',
    "  effects.push({ type: 'persist', token, writes: [...restsOn",
    "  for (const vote of votes) effects.push({ type: 'send', to: 'all', message: { type: 'vote', vote } })\n  effects.push({ type: 'persist', token, writes: [...restsOn",
  ),
  mutant(
    'proposal sent before it is durable',
    'vote.ts',
    "cast(replica, subject, [{ type: 'proposal', proposal }], effects, before)",
    "effects.push(...before)\n  cast(replica, subject, [{ type: 'proposal', proposal }], effects)",
  ),
  mutant(
    'proposal not stored with the vote',
    'vote.ts',
    "cast(replica, subject, [{ type: 'proposal', proposal }], effects, before)",
    'cast(replica, subject, [], effects, before)',
  ),
  mutant(
    'notarization not stored with finalize',
    'vote.ts',
    "cast(replica, subject, [{ type: 'certificate', certificate }], effects)",
    'cast(replica, subject, [], effects)',
  ),
  mutant(
    'finalize without the block',
    'vote.ts',
    "if (held === undefined || judgeState(replica, held.proposal) !== 'valid') continue",
    '',
  ),
  mutant(
    'skip before the time is up',
    'vote.ts',
    'if (deadline === undefined || nowMs < deadline || !mayVote',
    'if (deadline === undefined || !mayVote',
  ),
  mutant('closed views not closed', 'vote.ts', ' || view <= closedView) return false', ') return false'),
  mutant(
    'no gap check',
    'parent.ts',
    "missingViews(replica, parent, header.view).length === 0 ? 'valid' : 'wait'",
    "'valid'",
  ),
  mutant(
    'height and era need not follow the parent',
    'parent.ts',
    "return header.height === parent.height + 1 && header.era > parent.era ? 'valid' : 'invalid'",
    "return 'valid'",
  ),
  mutant(
    'builds on what is committed only',
    'parent.ts',
    '  const parent = pointOf(replica, parentCertificate?.hash ?? final.hash)',
    '  const parent = replica.committed',
  ),
  mutant(
    'own votes forgotten at a restart',
    'restore.ts',
    '    votes[vote.kind] = { vote, durable: true }\n',
    '',
  ),
  mutant('own votes not counted again after a restart', 'restore.ts', '    countVote(replica, vote)\n', ''),
  mutant(
    'signer file ignored',
    'restore.ts',
    'const missing = missingVotes(stored, signed, committed.view)',
    'const missing = missingVotes(stored, NOTHING, committed.view)',
  ),
  mutant(
    'signs though it has forgotten',
    'restore.ts',
    'nonce === undefined ? signed.closedView : Infinity',
    'signed.closedView',
  ),
  mutant('own votes not taken back', 'recovery.ts', 'isNeeded ? answers.flatMap', 'false ? answers.flatMap'),
  mutant(
    'votes of nobody count',
    'certify.ts',
    'return config.verify(vote.validator, voteMessage(config.chainId, vote), vote.signature)',
    'return true',
  ),
  mutant(
    'one vote counts often in a certificate',
    'certify.ts',
    'voters.size === votes.length && votes.length === quorum',
    'votes.length === quorum',
  ),
  mutant(
    'certificates of too few',
    'certify.ts',
    'voters.size === votes.length && votes.length === quorum(config.validators)',
    'voters.size > 0',
  ),
  mutant(
    'altered bodies',
    'receive.ts',
    'return equalBytes(config.hashBody(body), header.bodyHash)',
    'return body.length > 0',
  ),
  mutant(
    'forged certificates handed on',
    'receive.ts',
    'holdProposal(replica, withHeldCertificates(replica, proposal))\n',
    'holdProposal(replica, proposal)\n',
  ),
  mutant(
    'notarized is final',
    'replica.ts',
    "if (kind === 'finalize') replica.final",
    "if (kind !== 'skip') replica.final",
  ),
  mutant(
    'votes forgotten too early',
    'replica.ts',
    'for (const key of byView.keys()) if (key <= view) byView.delete(key)',
    'for (const key of byView.keys()) if (key <= view + 2) byView.delete(key)',
  ),
  mutant(
    'nothing is repeated',
    'retransmit.ts',
    'if (nowMs < standstillAtMs(replica)) return',
    'if (nowMs > 0) return',
  ),
  mutant(
    'nothing is fetched',
    'finality.ts',
    'if (missing === undefined || fetching.has(missing)) continue',
    'continue',
  ),
  mutant(
    'descendants committed before their ancestors',
    'finality.ts',
    'if (parentHash === base.hash) {',
    'if (hash === final.hash || parentHash === base.hash) {',
  ),
  mutant(
    'announced before it is durable',
    'test/support/simulation/machine.ts',
    '      for (const part of parts.slice(0, done)) part()\n      if (done === undefined) return this.feed(answer)\n',
    '      if (done === undefined || done > 0) this.feed(answer)\n      if (done === undefined) return parts.forEach((part) => part())\n',
  ),
]

const inShell = (name: string, file: string, right: string, wrong: string): Mutant => ({
  name,
  file: `src/${file}`,
  change: [right, wrong],
  inShell: true,
})

/** Bugs, most of them in the shell of a node, that scenarios and seeds of whole nodes must find. */
export const SHELL_MUTANTS: readonly Mutant[] = [
  inShell(
    'blocks are stored with the newest certificate',
    'consensus/finality.ts',
    '    if (own?.hash === hash) certificate = own\n',
    '',
  ),
  inShell(
    'shell: votes leave before they are durable',
    'node/chain/consensus-loop.ts',
    "      .then(() => this.dispatch({ type: 'persisted', token }))",
    "    this.dispatch({ type: 'persisted', token })",
  ),
  inShell(
    'shell: votes not in signer.json',
    'node/chain/committer.ts',
    'signer.record(votes, chain.tip.header.view, close)',
    '',
  ),
  inShell(
    'shell: votes not in the database',
    'node/chain/committer.ts',
    "    await this.repeat('persist votes', () => store.persist(writes))\n",
    '',
  ),
  inShell(
    'shell: a commit whose answer is lost is fatal',
    'node/chain/committer.ts',
    "this.repeat('commit', () => store.commit(final))",
    'store.commit(final)',
  ),
  inShell(
    'shell: nothing is retried',
    'node/retry.ts',
    'if (!(error instanceof Failure && error.retry)) throw error',
    'throw error',
  ),
  inShell(
    'shell: roots are not awaited',
    'node/chain/consensus-loop.ts',
    'if (reason === null) this.#awaitRoots(hash)',
    '',
  ),
  inShell(
    'shell: final blocks do not change the state',
    'node/chain/chain.ts',
    'this.state.apply(block.overlay.changes)',
    '',
  ),
  inShell(
    'shell: accepted actions are not stored',
    'node/assemble.ts',
    'await store.insertPool(entries)',
    'await Promise.resolve(entries)',
  ),
  inShell(
    'shell: answered before the action is durable',
    'node/intake/group-commit.ts',
    'await this.#write(group.map(({ item }) => item))',
    'void this.#write(group.map(({ item }) => item))',
  ),
  inShell(
    'shell: the pool is not reloaded',
    'node/chain/recover.ts',
    'of await store.pool(onDamaged)',
    'of []',
  ),
  inShell(
    'shell: waiting actions are not named to new peers',
    'node/peers/gossip.ts',
    'for (const { bytes } of this.#parts.waiting()) this.#announce(peer, idOf(bytes))',
    '',
  ),
  inShell(
    'shell: compact blocks are put together in another order',
    'node/peers/compact-blocks.ts',
    'const actions = ids.map(',
    'const actions = [...ids].reverse().map(',
  ),
  inShell(
    'shell: a status needs no quorum',
    'node/peers/sync.ts',
    '    certificate.view === header.view &&\n    isCertified(verifying, certificate)\n',
    '    certificate.view === header.view\n',
  ),
  inShell(
    'shell: one report of a second process is believed',
    'node/peers/peering.ts',
    'witnesses: faulty + 1,',
    'witnesses: 1,',
  ),
  inShell(
    'shell: cosignatures are believed unverified',
    'log/cosigned.ts',
    "    if (!this.#cosigners.verify(validator, cosignedMessage(text, time), signature)) return 'forged'\n",
    '',
  ),
  inShell(
    'shell: a checkpoint needs no quorum',
    'log/cosigned.ts',
    'if (cosignatures.length >= this.#cosigners.quorum)',
    'if (cosignatures.length >= 1)',
  ),
  inShell(
    'shell: cosignatures are kept without end',
    'log/cosigned.ts',
    'if (sizes.size > COSIGNED_SIZES) sizes.delete(Math.min(...sizes.keys()))',
    '',
  ),
  inShell(
    'shell: whoever is contradicted is blamed',
    'log/cosigned.ts',
    '    if (own !== undefined && !equalBytes(own, root)) {',
    '    if (own !== undefined) {',
  ),
  inShell(
    "shell: a witness's answer is not verified",
    'log/cosignature.ts',
    'return isGood ? found : undefined',
    'return found',
  ),
  inShell(
    'shell: the beginning of a frame is lost',
    'network/frames.ts',
    'this.#bytes = this.#bytes.slice(this.#at)',
    'this.#bytes = new Uint8Array(0)',
  ),
  inShell(
    'shell: garbage is thrown at whoever reads',
    'network/connection.ts',
    'const isExpected = error instanceof DecodeError || error instanceof RejectionError',
    'if (error instanceof DecodeError) throw error\n      const isExpected = error instanceof RejectionError',
  ),
]
