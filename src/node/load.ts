import { bytesToHex } from '../codec/bytes.ts'
import { decodeCertificate } from '../consensus/codec.ts'
import type { ReplicaConfig } from '../consensus/types.ts'
import { fieldToHex } from '../crypto/field.ts'
import { eraAt } from '../ledger/era.ts'
import type { Rules } from '../ledger/rules.ts'
import { Pool } from '../mempool/pool.ts'
import type { StoredTip } from '../storage/load-state.ts'
import { Chain } from './chain/chain.ts'
import { checkClockOfOne } from './chain/clock-of-one.ts'
import type { LoopStart } from './chain/consensus-loop.ts'
import { openSigner, reloadPool, trustedIndexes } from './chain/recover.ts'
import { SignerFile } from './chain/signer-file.ts'
import { type Edges, nonceOf } from './edges.ts'
import type { NodeEvents } from './events.ts'
import type { NodeOptions } from './options.ts'
import type { NodeStore } from './store.ts'
import type { RunningHasher } from './trees/hasher.ts'

/** Loads the final state here and the trees in the hash worker, at the same time. */
export async function loadFinal(
  rules: Rules,
  store: NodeStore,
  { clock, startHasher }: Pick<Edges, 'clock' | 'startHasher'>,
): Promise<{ tip: StoredTip; chain: Chain; hasher: RunningHasher }> {
  const tip = await store.tip()
  const hashing = startHasher()
  const loading = store.state(rules, new DataView(clock.randomBytes(4).buffer).getUint32(0))
  const logging = store.log()
  await Promise.allSettled([hashing, loading, logging])
  const hasher = await hashing
  const state = await loading
  const log = await logging
  return { tip, hasher, chain: new Chain({ header: tip.header, hash: bytesToHex(tip.hash) }, state, log) }
}

/** Loads the stored pool on top of the final state, and drops the actions that no longer apply. `events` gets what leaves it from then on. */
export async function loadPool(
  { genesis, log }: NodeOptions,
  rules: Rules,
  store: NodeStore,
  { state }: Chain,
  { era, events }: { era: number; events: NodeEvents },
): Promise<Pool> {
  const { poolEntries, poolBytes, poolPerSigner } = genesis.limits
  const limits = { entries: poolEntries, bytes: poolBytes, perSigner: poolPerSigner }
  const pool = new Pool(
    state,
    { ledger: rules, limits },
    (left) => events.emit('left', left),
    (action) => events.emit('overtaken', action),
  )
  const { loaded, dropped } = await reloadPool(store, rules.poseidon, { pool, era, events }, (hash) =>
    log.warn({ hash }, 'waiting action dropped: its row in the database is damaged'),
  )
  if (loaded + dropped > 0) log.info({ loaded, dropped }, 'pool reloaded')
  return pool
}

/**
 * Loads what the replica resumes from: what consensus stored, and what this validator signed.
 * @throws Failure as openSigner, trustedIndexes and checkClockOfOne
 */
export async function loadReplica(
  { genesis, votingKey, recover = false, trust, acceptClock }: NodeOptions,
  store: NodeStore,
  { config, signerDisk, clock }: Pick<Edges, 'signerDisk' | 'clock'> & { config: ReplicaConfig },
  tip: StoredTip,
): Promise<{ signer: SignerFile; start: LoopStart }> {
  const { chainId, validators } = config
  const stored = await store.consensus()
  const { height, view, era } = tip.header
  const trusted = trust && trustedIndexes(genesis, config.self, trust)
  if (votingKey !== undefined && acceptClock !== true)
    checkClockOfOne(config, { height, era }, eraAt(config, clock.now()))
  const { signer, nonce } =
    votingKey === undefined
      ? { signer: SignerFile.forgotten(signerDisk, fieldToHex(chainId)) }
      : openSigner(signerDisk, { chainId, validators, tipView: view, stored }, recover, () => nonceOf(clock))
  const committed = { hash: bytesToHex(tip.hash), height, view, era }
  const certificate = tip.certificate && decodeCertificate(tip.certificate, validators)
  return {
    signer,
    start: { config, committed, certificate, stored, signed: signer.signed, nonce, trusted, acceptClock },
  }
}
