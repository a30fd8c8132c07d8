import { fieldToHex } from '../../../../src/crypto/field.ts'
import type { SignedAction } from '../../../../src/ledger/action.ts'
import { encodeAction } from '../../../../src/ledger/action-codec.ts'
import { actionHash } from '../../../../src/ledger/action-hash.ts'
import { eraAt } from '../../../../src/ledger/era.ts'
import { chainIdOf } from '../../../../src/ledger/genesis.ts'
import type { TestKey } from '../../ledger/ledger-world.ts'
import { ASSET, HOLDERS } from './chain.ts'
import { cheapActionSignature, poseidon } from './cheap-edges.ts'
import type { NodeWorld } from './node-world.ts'
import type { SimNode } from './sim-node.ts'
import { START_MS } from './virtual-clock.ts'

/** Time between submissions. */
const CLIENT_MS = 400
/** An action names an era so many eras ahead, so that it can be submitted again after a crash. */
const AHEAD_ERAS = 4

interface Client {
  key: TestKey
  home: SimNode
  /** Submitted, and not answered yet. */
  open: { bytes: Uint8Array; hash: bigint } | undefined
  /** It no longer knows what the chain has of its actions. */
  isLost: boolean
}

/** Honest clients: each trades with the units of one account, at one honest node, and signs the next action when the one before was answered. */
export class Clients {
  /** Accepted actions that must become final. */
  readonly accepted = new Map<bigint, SimNode>()
  readonly #world: NodeWorld
  readonly #clients: Client[]
  #isTrading = true

  constructor(world: NodeWorld) {
    this.#world = world
    const { honest } = world
    this.#clients = HOLDERS.map((key, i) => ({
      key,
      home: honest[i % honest.length]!,
      open: undefined,
      isLost: false,
    }))
    world.schedule.after(CLIENT_MS, () => this.#trade())
  }

  /** Submits nothing new from now on. */
  stop(): void {
    this.#isTrading = false
  }

  /** A node lost its disk, and with it what only it knew of its clients' actions. */
  forget(node: SimNode): void {
    for (const client of this.#clients) client.isLost ||= client.home === node
    for (const [hash, home] of this.accepted) if (home === node) this.accepted.delete(hash)
  }

  /** Accepted actions that an honest node does not have in a final block yet. */
  get waiting(): bigint[] {
    const { honest } = this.#world
    return [...this.accepted.keys()].filter((hash) => !honest.every(({ disk }) => disk.final.has(hash)))
  }

  #trade(): void {
    const { random, schedule } = this.#world
    const client = this.#clients[random.below(this.#clients.length)]!
    const { node } = client.home
    if (node !== undefined && !client.isLost && (this.#isTrading || client.open)) this.#submit(client)
    schedule.after(CLIENT_MS, () => this.#trade())
  }

  #submit(client: Client): void {
    const world = this.#world
    const { home } = client
    const isAgain = client.open !== undefined
    client.open ??= this.#sign(client)
    const { bytes, hash } = client.open
    world.ran(home)
    home.node!.handler.submit(bytes, undefined).then(
      ({ status, rejection }) => {
        world.note(`${home.id} answers ${fieldToHex(hash).slice(0, 8)}: ${status} ${rejection?.code ?? ''}`)
        if (client.open?.hash !== hash) return
        client.open = undefined
        if (status === 'REJECTED') client.isLost ||= isAgain
        else if (!client.isLost) this.accepted.set(hash, home)
      },
      () => undefined,
    )
  }

  #sign({ key, home }: Client): { bytes: Uint8Array; hash: bigint } {
    const { random, chain, schedule } = this.#world
    const to = HOLDERS[random.below(HOLDERS.length)]!
    const name = { account: fieldToHex(key.account), assetId: fieldToHex(ASSET) }
    const [start] = home.node!.handler.nextStarts([name])
    const { genesis } = chain
    const era = eraAt({ startTimeMs: genesis.startTime, eraMs: genesis.eraMs }, START_MS + schedule.nowMs)
    const transfer = {
      chainId: chainIdOf(genesis),
      from: key.account,
      to: to.account,
      assetId: ASSET,
      fromStart: BigInt(start!),
      // Some are invalid: they go to the sender.
      amount: 1n,
      era: era + genesis.delay + AHEAD_ERAS,
      memo: 0n,
    }
    const { publicKey } = key
    const unsigned: SignedAction = { type: 'transfer', transfer, publicKey, signature: new Uint8Array() }
    const hash = actionHash(poseidon, unsigned)
    return { bytes: encodeAction({ ...unsigned, signature: cheapActionSignature(hash) }), hash }
  }
}
