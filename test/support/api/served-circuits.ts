import type { IncomingMessage, ServerResponse } from 'node:http'
import { BlockList } from 'node:net'
import { Clients } from '../../../src/api/budget/clients.ts'
import { readCircuitFolder } from '../../../src/api/http/circuit-folder.ts'
import { CIRCUIT_LIMITS, type CircuitLimits, circuitHandler } from '../../../src/api/http/circuits.ts'
import { DEFAULT_LIMITS } from '../../../src/api/limits.ts'
import { openLog } from '../../../src/telemetry/log.ts'

export interface CircuitsOptions {
  limits?: CircuitLimits
  /** What clients may use; default the api's own. */
  clients?: Clients
}

/** What an api answers requests below /circuits/ with, without the api. */
export function circuitsOf(
  folder: string,
  {
    limits = CIRCUIT_LIMITS,
    clients = new Clients(DEFAULT_LIMITS, () => performance.now()),
  }: CircuitsOptions = {},
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const services = { clients, proxies: new BlockList(), log: openLog('test', 'silent') }
  return circuitHandler(services, readCircuitFolder(folder), limits)
}
