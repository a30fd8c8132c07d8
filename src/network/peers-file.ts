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

/** A host name or IP address, and a port. */
export interface Address {
  host: string
  port: number
}

/** A node that this one exchanges messages with. */
export interface Peer {
  name: string
  /** Public transport key, hex. It authenticates the peer. */
  key: string
  /** Index in the genesis's validators; undefined for an observer. */
  validator: number | undefined
  /** Where to dial it; undefined if only it dials. */
  address: Address | undefined
}

/** The content of `peers.json`; `peers` also has the validators of genesis that the file leaves out. */
export interface PeersFile {
  listen: Address
  peers: Peer[]
}

/**
 * Reads `peers.json`: where this node listens, and the addresses of others. A validator has the name that it has in genesis, which holds its
 * key; any other peer is an observer, and the file holds its key. PROTOCOL.md, "Peers".
 * @throws Failure NO_PEERS, BAD_PEERS
 */
export function readPeers(path: string, { validators }: Genesis): PeersFile {
  if (!existsSync(path)) {
    throw new Failure('NO_PEERS', `there is no ${path}, and the chain has ${validators.length} validators`, {
      hint: 'write the addresses of the other nodes: {"format":"1","listen":"0.0.0.0:4100","peers":[{"name":"...","address":"host:4100"}]}',
    })
  }
  try {
    return parsePeers(parseJson(readFileSync(path, 'utf8'), MAX_BYTES), validators)
  } catch (cause) {
    if (!(cause instanceof RejectionError || cause instanceof DecodeError)) throw cause
    throw new Failure('BAD_PEERS', `${path} is not a valid list of peers: ${cause.message}`, {
      hint: 'see PROTOCOL.md, "Peers", for its format',
      cause,
    })
  }
}

/** Parses the content of `peers.json`. @throws RejectionError BAD_PEERS */
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
    const peer = {
      name: reader.text(name, 'peers.name', 1, 64),
      address: address === undefined ? undefined : parseAddress(reader, address, 'peers.address'),
    }
    const validator = validators.findIndex((entry) => entry.name === peer.name)
    if (validator >= 0) {
      if (transportKey !== undefined)
        reader.fail('peers.transportKey', `${peer.name} is a validator: genesis has its key`)
      return { ...peer, key: bytesToHex(validators[validator]!.transportKey), validator }
    }
    const key = bytesToHex(hexToBytes(reader.hex(transportKey, 'peers.transportKey', 32)))
    const owner = validators.find((entry) => bytesToHex(entry.transportKey) === key)
    if (owner !== undefined) reader.fail('peers.transportKey', `is the key of the validator ${owner.name}`)
    return { ...peer, key, validator: undefined }
  })
  const listed = new Set(peers.map(({ key }) => key))
  const names = new Set(peers.map(({ name }) => name))
  if (listed.size !== peers.length || names.size !== peers.length) reader.fail('peers', 'names a peer twice')
  validators.forEach(({ name, transportKey }, validator) => {
    const key = bytesToHex(transportKey)
    if (!listed.has(key)) peers.push({ name, key, validator, address: undefined })
  })
  return { listen: parseAddress(reader, fields.listen, 'listen'), peers }
}

function parseAddress(reader: JsonReader, value: unknown, path: string): Address {
  const text = reader.text(value, path, 3, 300)
  const colon = text.lastIndexOf(':')
  const digits = text.slice(colon + 1)
  const port = Number(digits)
  const host = text.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  if (colon < 1 || !/^\d{1,5}$/.test(digits) || port > 65_535) reader.fail(path, 'is not host:port')
  return { host, port }
}
