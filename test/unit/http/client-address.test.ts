import { describe, expect, it } from 'vitest'
import { clientName, parseProxies } from '../../../src/http/client-address.ts'

const none = parseProxies('')

describe('the name of a client', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
  ])('of %s is %s', (address, name) => {
    expect(clientName(address, undefined, none)).toBe(name)
  })

  it('does not depend on X-Forwarded-For that no trusted proxy wrote', () => {
    expect(clientName('192.0.2.7', '203.0.113.1', none)).toBe('192.0.2.7')
    expect(clientName('192.0.2.7', '203.0.113.1', parseProxies('10.0.0.0/8'))).toBe('192.0.2.7')
  })

  it('is what the last proxy that is not trusted was, read from the end', () => {
    const proxies = parseProxies('10.0.0.0/8, 2001:db8:ffff::/48,127.0.0.1')
    expect(clientName('10.1.2.3', '203.0.113.1', proxies)).toBe('203.0.113.1')
    expect(clientName('127.0.0.1', '198.51.100.9, 203.0.113.1, 10.0.0.1', proxies)).toBe('203.0.113.1')
    expect(clientName('2001:db8:ffff::1', '[2001:db8:5::1]:443', proxies)).toBe('2001:db8:5:0::/64')
    expect(clientName('10.1.2.3', '203.0.113.1:1234', proxies)).toBe('203.0.113.1')
    expect(clientName('10.1.2.3', 'unknown', proxies)).toBe('10.1.2.3')
    expect(clientName('10.1.2.3', undefined, proxies)).toBe('10.1.2.3')
  })
})

describe('a list of proxies', () => {
  it.each(['10.0.0.0/33', '10.0.0', 'proxy.example', '::/129', '10.0.0.0/8/8', '10.0.0.0/x'])(
    'does not take %s',
    (text) => {
      expect(() => parseProxies(text)).toThrow(expect.objectContaining({ code: 'BAD_PROXY' }))
    },
  )
})
