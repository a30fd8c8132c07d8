import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { checkPoseidon } from '../../../src/crypto/poseidon-check.ts'
import type { SignedAction } from '../../../src/ledger/action.ts'
import { encodeAction } from '../../../src/ledger/action-codec.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { type Assembled, assemble } from '../../../src/node/assemble.ts'
import { systemEdges } from '../../../src/node/edges.ts'
import type { NodeOptions } from '../../../src/node/options.ts'
import { Resources } from '../../../src/node/resources.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

/** Submissions on their way at once. */
const CONCURRENCY = 512

/** What a node logs of a block. */
export interface BlockLine {
  height: number
  records: number
  ms: Record<string, number>
}

/** A node in this process without its socket, on a clock that can be set forward. */
export class BenchNode {
  readonly blocks: BlockLine[] = []
  readonly genesis: Genesis
  readonly #resources = new Resources()
  readonly #dir = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  #aheadMs = 0
  #node: Assembled | undefined

  constructor(genesis: Genesis) {
    this.genesis = genesis
  }

  get node(): Assembled {
    if (this.#node === undefined) throw new Error('the node is not started')
    return this.#node
  }

  get era(): number {
    return Math.floor((this.#now() - this.genesis.startTime) / this.genesis.eraMs)
  }

  /** @returns seconds until it was ready */
  async start(databaseUrl: string, votingKey: Uint8Array): Promise<number> {
    const started = performance.now()
    const write = (line: string) => {
      const { msg, ...fields } = JSON.parse(line)
      if (msg === 'block') this.blocks.push(fields)
      else if (fields.level >= 40) console.error(line)
    }
    await checkPoseidon(poseidon)
    const options: NodeOptions = {
      genesis: this.genesis,
      databaseUrl,
      dir: this.#dir,
      controlPath: '',
      votingKey,
      log: pino({}, { write }),
      version: 'bench',
      recover: true,
      now: () => this.#now(),
      onFatal: (error) => {
        throw error
      },
    }
    this.#node = await assemble(poseidon, options, systemEdges(poseidon, options, this.#resources))
    await this.node.start()
    this.#resources.add(() => this.node.stopMaking())
    return (performance.now() - started) / 1000
  }

  /** Sets the clock forward to an era, if it is not there yet. */
  jumpTo(era: number): void {
    this.#aheadMs += Math.max(0, (era - this.era) * this.genesis.eraMs)
  }

  /** Submits everything; throws if anything is rejected. */
  async submitAll(actions: readonly SignedAction[]): Promise<void> {
    const bytes = actions.map(encodeAction)
    let next = 0
    const lane = async () => {
      for (let i = next++; i < bytes.length; i = next++) {
        const { status, rejection } = await this.node.handler.submit(bytes[i]!, undefined)
        if (status !== 'ACCEPTED') throw new Error(`${status}: ${rejection?.message}`)
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, lane))
  }

  /** Waits until an action is final. */
  async final(hash: string): Promise<void> {
    while (this.node.handler.submission(hash)?.status !== 'FINAL') await sleep(5)
  }

  async stop(): Promise<void> {
    await this.#resources.close()
    rmSync(this.#dir, { recursive: true })
  }

  #now(): number {
    return Date.now() + this.#aheadMs
  }
}
