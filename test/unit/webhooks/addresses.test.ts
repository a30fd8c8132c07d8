import { describe, expect, it } from 'vitest'
import { isPublicAddress, publicLookup } from '../../../src/webhooks/addresses.ts'
import { postMessage } from '../../../src/webhooks/post.ts'

const PUBLIC = ['1.1.1.1', '93.184.216.34', '172.15.255.255', '172.32.0.1', '2606:4700::1111', '2a00:1450::1']
const NOT_PUBLIC = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  'fc00::1',
  'fe80::1',
  'ff02::1',
  '64:ff9b::7f00:1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::1',
  'localhost',
]

describe('addresses', () => {
  it.each(PUBLIC)('%s is public', (address) => expect(isPublicAddress(address)).toBe(true))
  it.each(NOT_PUBLIC)('%s is not', (address) => expect(isPublicAddress(address)).toBe(false))
})

describe('a lookup', () => {
  const lookup = (addresses: string[], all = false) =>
    new Promise<unknown[]>((resolve) => {
      const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      const options = { all } as never
      publicLookup((_host, _options, done) => done(null, found))('host.example', options, (...answer) =>
        resolve(answer),
      )
    })

  it('passes on public addresses only', async () => {
    expect(await lookup(['10.0.0.1', '1.1.1.1', '::1'], true)).toEqual([
      null,
      [{ address: '1.1.1.1', family: 4 }],
    ])
    expect(await lookup(['10.0.0.1', '1.1.1.1'])).toEqual([null, '1.1.1.1', 4])
  })

  it('fails for a name that leads to a private network only', async () => {
    expect(await lookup(['127.0.0.1', '::1'], true)).toMatchObject([{ code: 'PRIVATE_TARGET' }, []])
  })
})

describe('a message to a private network', () => {
  it.each(['http://127.0.0.1:1/', 'http://[::1]:1/', 'http://0x7f.1:1/', 'http://localhost:1/'])(
    'is not sent without permission: %s',
    async (url) => {
      const { signal } = new AbortController()
      const options = { allowPrivate: false, timeoutMs: 10_000, signal }
      expect(await postMessage({ url, headers: {}, body: '{}' }, options)).toBe('PRIVATE_TARGET')
    },
  )
})
