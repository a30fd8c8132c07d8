import { existsSync, readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '../codec/bytes.ts'
import { parseJson } from '../codec/canonical-json.ts'
import { DecodeError } from '../codec/error.ts'
import { Failure } from '../config/failure.ts'
import type { Genesis } from '../ledger/genesis.ts'
import { JsonReader } from '../ledger/json-reader.ts'
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
  const reader: JsonReader = new JsonReader('BAD_PEERS')
  const fields = reader.object(json, 'peers.json', ['format', 'listen', 'peers'])
  if (fields.format !== '1') reader.fail('format', 'must be "1"')
  const peers = reader.list(fields.peers, 'peers', MAX_PEERS).map((entry) => {
    const { name, address, transportKey } = reader.object(
      entry,
      'peers',
      ['name'],
      ['address', 'transportKey'],
    )
    const known = reader.text(name, 'peers.name', 1, 64)
    const validator = validators.findIndex((one) => one.name === known)
    const at = address === undefined ? undefined : parseAddress(reader, address, 'peers.address')
    if (validator >= 0) {
      if (transportKey !== undefined)
        reader.fail('peers.transportKey', `${known} is a validator: genesis has its key`)
      return { name: known, key: bytesToHex(validators[validator]!.transportKey), validator, address: at }
    }
    const key = bytesToHex(hexToBytes(reader.hex(transportKey, 'peers.transportKey', 32)))
    return { name: known, key, validator: undefined, address: at }
  })
  const listed = new Set(peers.map(({ key }) => key))
  if (listed.size !== peers.length) reader.fail('peers', 'names a peer twice')
  validators.forEach(({ name, transportKey }, validator) => {
    const key = bytesToHex(transportKey)
    if (!listed.has(key)) peers.push({ name, key, validator, address: undefined })
  })
  return { listen: parseAddress(reader, fields.listen, 'listen'), peers }
}

function parseAddress(reader: JsonReader, value: unknown, path: string): Address {
  const text = reader.text(value, path, 3, 300)
  const at = text.lastIndexOf(':')
  const port = Number(text.slice(at + 1))
  const host = text.slice(0, at).replace(/^\[(.*)\]$/, '$1')
  if (at < 1 || !/^\d{1,5}$/.test(text.slice(at + 1)) || port > 65_535) reader.fail(path, 'is not host:port')
  return { host, port }
}
