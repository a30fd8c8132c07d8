import { hexToBytes } from '../../../../src/codec/bytes.ts'
import { signEd25519 } from '../../../../src/crypto/ed25519.ts'
import { tlsTransport } from '../../../../src/network/tls.ts'
import { assemble } from '../../../../src/node/assemble.ts'
import { systemEdges } from '../../../../src/node/edges.ts'
import type { NodeOptions } from '../../../../src/node/options.ts'
import { Resources } from '../../../../src/node/resources.ts'
import { openLog } from '../../../../src/telemetry/log.ts'
import { poseidon } from '../../crypto/poseidon.ts'
import type { Random } from '../../simulation/random.ts'
import { byzantineTransport } from '../byzantine-transport.ts'
import type { Misbehavior } from '../misbehaviors.ts'
import type { ProcessNetwork } from '../process-network.ts'

/** Time between unprovoked acts on each connection. */
const ACT_MS = 100

/** A faulty validator in this process: a whole node with real keys, over TLS, whose every byte goes through its misbehaviors. */
export interface ByzantineValidator {
  /** It is honest until this is set. */
  acts: readonly Misbehavior[]
  stop(): Promise<void>
}

/**
 * Starts validator `i` of a network as a faulty one.
 * @param onFatal told when its own shell fails, which then ends
 */
export async function startByzantineValidator(
  network: ProcessNetwork,
  i: number,
  random: Random,
  onFatal: (error: unknown) => void,
): Promise<ByzantineValidator> {
  const { genesis } = network
  const { databaseUrl, dir, controlPath, votingKey, logKey, network: wire } = await network.prepare(i)
  const voting = hexToBytes(votingKey!)
  const options: NodeOptions = {
    ...{ genesis, databaseUrl, dir, controlPath, onFatal },
    votingKey: voting,
    logKey: hexToBytes(logKey!),
    network: { ...wire, transportKey: hexToBytes(wire.transportKey) },
    log: openLog('attacker', 'silent'),
    version: 'attack',
    signatureThreads: 0,
  }
  const validator: ByzantineValidator = {
    acts: [],
    stop: async () => {
      await node.stopMaking()
      await resources.close()
    },
  }
  const resources = new Resources()
  const edges = systemEdges(poseidon, options, resources)
  const peer = {
    genesis,
    validator: i,
    keys: wire.peers.map(({ key }) => key),
    sign: (message: Uint8Array) => signEd25519(voting, message),
    signLog: (message: Uint8Array) => signEd25519(hexToBytes(logKey!), message),
    acts: () => validator.acts,
    actMs: ACT_MS,
    clock: edges.clock,
    random,
  }
  const transport = () => byzantineTransport(tlsTransport(options.network!.transportKey), peer)
  const node = await assemble(poseidon, options, { ...edges, transport })
  await node.start()
  return validator
}
