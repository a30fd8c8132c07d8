import { existsSync, readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '../codec/bytes.ts'
import { parseJson } from '../codec/canonical-json.ts'
import { DecodeError } from '../codec/error.ts'
import { Failure } from '../config/failure.ts'
import type { Genesis } from '../ledger/genesis.ts'
import { Shape } from '../ledger/json-reader.ts'
import { RejectionError } from '../ledger/rejection.ts'

const MAX_BYTES = 1024 * 1024
const MAX_PEERS = 1_024

/** An interface and port. */
export interface Address {
  host: string
  port: number
}

/** A node that this one speaks with. */
export interface Peer {
  name: string
  /** Public transport key, hex: whoever shows another is not this peer. */
  key: string
  /** Index in the genesis's validators; undefined for an observer. */
  validator: number | undefined
  /** Where it is dialed; undefined if it dials. */
  address: Address | undefined
}

/** What `peers.json` says, with the validators of genesis it leaves out. */
export interface PeersFile {
  listen: Address
  peers: Peer[]
}

/**
 * Reads `peers.json`: where this node listens, and where the others are. A validator is named as in genesis, which holds its key; any
 * other peer is an observer and is pinned here. PROTOCOL.md, "Peers".
 * @throws Failure NO_PEERS, BAD_PEERS
 */
export function readPeers(path: string, { validators }: Genesis): PeersFile {
  if (!existsSync(path)) {
    throw new Failure('NO_PEERS', `there is no ${path}, and the chain has ${validators.length} validators`, {
      hint: 'write where the others are: {"format":"1","listen":"0.0.0.0:4100","peers":[{"name":"...","address":"host:4100"}]}',
    })
  }
  try {
    return parsePeers(parseJson(readFileSync(path, 'utf8'), MAX_BYTES), validators)
  } catch (cause) {
    if (!(cause instanceof RejectionError || cause instanceof DecodeError)) throw cause
    throw new Failure('BAD_PEERS', `${path} does not say where peers are: ${cause.message}`, {
      hint: 'see PROTOCOL.md, "Peers", for its form',
      cause,
    })
  }
}

/** @throws RejectionError BAD_PEERS */
export function parsePeers(json: unknown, validators: Genesis['validators']): PeersFile {
  const shape: Shape = new Shape('BAD_PEERS')
  const fields = shape.object(json, 'peers.json', ['format', 'listen', 'peers'])
  if (fields.format !== '1') shape.fail('format', 'must be "1"')
  const peers = shape.list(fields.peers, 'peers', MAX_PEERS).map((entry) => {
    const { name, address, transportKey } = shape.object(
      entry,
      'peers',
      ['name'],
      ['address', 'transportKey'],
    )
    const known = shape.text(name, 'peers.name', 1, 64)
    const validator = validators.findIndex((one) => one.name === known)
    const at = address === undefined ? undefined : parseAddress(shape, address, 'peers.address')
    if (validator >= 0) {
      if (transportKey !== undefined)
        shape.fail('peers.transportKey', `${known} is a validator: genesis has its key`)
      return { name: known, key: bytesToHex(validators[validator]!.transportKey), validator, address: at }
    }
    const key = bytesToHex(hexToBytes(shape.hex(transportKey, 'peers.transportKey', 32)))
    return { name: known, key, validator: undefined, address: at }
  })
  const listed = new Set(peers.map(({ key }) => key))
  if (listed.size !== peers.length) shape.fail('peers', 'names a peer twice')
  validators.forEach(({ name, transportKey }, validator) => {
    const key = bytesToHex(transportKey)
    if (!listed.has(key)) peers.push({ name, key, validator, address: undefined })
  })
  return { listen: parseAddress(shape, fields.listen, 'listen'), peers }
}

function parseAddress(shape: Shape, value: unknown, path: string): Address {
  const text = shape.text(value, path, 3, 300)
  const at = text.lastIndexOf(':')
  const port = Number(text.slice(at + 1))
  const host = text.slice(0, at).replace(/^\[(.*)\]$/, '$1')
  if (at < 1 || !/^\d{1,5}$/.test(text.slice(at + 1)) || port > 65_535) shape.fail(path, 'is not host:port')
  return { host, port }
}
