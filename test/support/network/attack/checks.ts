import type { ProcessNetwork } from '../process-network.ts'
import type { Sample } from './process-costs.ts'

/** Eras for which height may stand beside what one faulty leader costs, twice baseMs: its turn, and a view that it spoils. */
const STILL_ERAS = 3
/** Resident memory may grow by this factor after `settleMs`, beside CACHE_BYTES. */
const GROWTH = 1.2
/**
 * What a node's caches take, each bounded in numbers, which fill as long as actions come, whoever sends them: 65,536 checked signatures, 50,000 outcomes,
 * 50,000 names that each of two honest peers knows, all at some 130 bytes, and 4 MiB of actions that left the pool.
 */
export const CACHE_BYTES = 32 * 2 ** 20
/** What the first of these takes that is full: actions that left the pool. */
export const RECENT_BYTES = 4 * 2 ** 20
/**
 * What the main thread may hold for the attackers, in all, beside what fills caches: their share of the pool, and of each of the three on whom a node spends memory a message that
 * it has not finished (three bodies), names of actions, and answers that wait for it.
 */
const ATTACKED_BYTES = 32 * 2 ** 20
/** What it may still hold once they are gone, beside what fills caches: the pool, the blocks that they filled, and the code that ran for the first time. */
const LEFT_BYTES = 8 * 2 ** 20

/** Bytes that the main thread of each honest node holds without garbage: before the attack, at its end, and once the attackers are gone. */
export interface Live {
  before: number[]
  attacked: number[]
  after: number[]
}

/** An honest node neither ends nor bans an honest peer. */
export function watchLogs(network: ProcessNetwork, breaches: string[]): void {
  const honest = new Set(network.nodes.map((_, i) => `node-${i}`))
  network.onWarning = (i, line) => {
    const { msg, peer, why } = JSON.parse(line)
    if (msg === 'peer banned' && honest.has(peer)) breaches.push(`node ${i} bans ${peer}: ${why}`)
    if (process.env.ATTACK_LOG) console.error(i, line)
  }
  network.onExit = (i, how) => breaches.push(`node ${i} ended with ${how}`)
}

/** No honest node stands still for too long. @param slack factor on the bound */
export function checkHeights(network: ProcessNetwork, slack: number, breaches: string[]): void {
  const { eraMs, baseMs } = network.genesis
  const maxMs = slack * (STILL_ERAS * eraMs + 2 * baseMs)
  network.nodes.forEach(({ blocks }, i) => {
    const ms = Date.now() - (blocks.at(-1)?.atMs ?? network.genesis.startTime)
    if (ms > maxMs) breaches.push(`node ${i} stands at height ${network.height(i)} for ${ms} ms`)
  })
}

/** Longest time without a new final block on an honest node, in eras. */
export function stillErasOf(network: ProcessNetwork, fromMs: number, toMs: number): number {
  const gaps = network.nodes.flatMap(({ blocks }) => {
    const times = blocks
      .map(({ atMs }) => atMs - performance.timeOrigin)
      .filter((ms) => ms >= fromMs && ms < toMs)
    return times.slice(1).map((ms, at) => ms - times[at]!)
  })
  return Math.max(0, ...gaps) / network.genesis.eraMs
}

/**
 * What attackers cost in memory is bounded while they are there, and free when they are gone.
 * @param cacheBytes what caches may have taken meanwhile
 */
export function checkLive({ before, attacked, after }: Live, cacheBytes: number, breaches: string[]): void {
  before.forEach((quiet, i) => {
    const [during, left] = [attacked[i]! - quiet, after[i]! - quiet]
    if (during > ATTACKED_BYTES + cacheBytes)
      breaches.push(`node ${i} holds ${toMiB(during)} MiB for its attackers`)
    if (left > LEFT_BYTES + cacheBytes)
      breaches.push(`node ${i} still holds ${toMiB(left)} MiB when its attackers are gone`)
  })
}

/** No honest node's resident memory grows after `settledMs`. @param samples of each node */
export function checkMemory(samples: readonly Sample[][], settledMs: number, breaches: string[]): void {
  samples.forEach((own, i) => {
    const peak = (after: boolean) =>
      Math.max(0, ...own.filter(({ atMs }) => atMs >= settledMs === after).map(({ rssBytes }) => rssBytes))
    const [before, after] = [peak(false), peak(true)]
    if (after > GROWTH * before + CACHE_BYTES)
      breaches.push(`the memory of node ${i} grew from ${toMiB(before)} to ${toMiB(after)} MiB`)
  })
}

/** Bytes in MiB, rounded. */
export const toMiB = (bytes: number): number => Math.round(bytes / 2 ** 20)
