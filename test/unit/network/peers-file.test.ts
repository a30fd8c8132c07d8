import { describe, expect, test } from 'vitest'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import type { RejectionError } from '../../../src/ledger/rejection.ts'
import { parsePeers } from '../../../src/network/peers-file.ts'

const validators = ['ann', 'bea'].map((name, i) => ({
  name,
  votingKey: new Uint8Array(32).fill(i + 1),
  transportKey: new Uint8Array(32).fill(i + 11),
  logKey: new Uint8Array(32).fill(i + 21),
}))
const file = (rest: object) => ({ format: '1', listen: '0.0.0.0:4100', peers: [], ...rest })
const KEY = 'ab'.repeat(32)

describe('peers.json', () => {
  test('names validators, whose keys are in genesis, and pins observers; a validator left out may dial', () => {
    const peers = [
      { name: 'bea', address: 'bea.example:4100' },
      { name: 'archive', transportKey: KEY, address: '[::1]:4200' },
    ]
    expect(parsePeers(file({ peers }), validators)).toEqual({
      listen: { host: '0.0.0.0', port: 4100 },
      peers: [
        {
          name: 'bea',
          key: bytesToHex(validators[1]!.transportKey),
          validator: 1,
          address: { host: 'bea.example', port: 4100 },
        },
        { name: 'archive', key: KEY, validator: undefined, address: { host: '::1', port: 4200 } },
        { name: 'ann', key: bytesToHex(validators[0]!.transportKey), validator: 0, address: undefined },
      ],
    })
  })

  test.each([
    ['another format', { format: '2' }, 'format'],
    ['no port', { listen: 'localhost' }, 'listen'],
    ['a port that is none', { listen: 'localhost:70000' }, 'listen'],
    ['an unknown property', { extra: 1 }, 'peers.json.extra'],
    ['an observer without its key', { peers: [{ name: 'archive', address: 'a:1' }] }, 'peers.transportKey'],
    ['another key for a validator', { peers: [{ name: 'ann', transportKey: KEY }] }, 'peers.transportKey'],
    ['a peer twice', { peers: [{ name: 'ann' }, { name: 'ann' }] }, 'peers'],
    [
      'two observers of one name',
      {
        peers: [
          { name: 'archive', transportKey: KEY },
          { name: 'archive', transportKey: 'cd'.repeat(32) },
        ],
      },
      'peers',
    ],
    [
      'the key of a validator under another name',
      { peers: [{ name: 'archive', transportKey: '0b'.repeat(32) }] },
      'peers.transportKey',
    ],
  ])('with %s is rejected, and says where', (_, rest, path) => {
    const rejected = () => parsePeers(file(rest), validators)
    expect(rejected).toThrow()
    try {
      rejected()
    } catch (error) {
      expect((error as RejectionError).rejection).toMatchObject({ code: 'BAD_PEERS', data: { path } })
    }
  })
})
