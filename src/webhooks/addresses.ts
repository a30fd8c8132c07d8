import dns from 'node:dns'
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net'

/** IPv4 networks that are not public (IANA's special-purpose registry), and multicast. */
const PRIVATE_IPV4 = networks('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
])
/** Public IPv6 addresses are in 2000::/3, except for these: Teredo and 6to4 contain IPv4 addresses, the others are for documentation and tests. */
const GLOBAL_IPV6 = networks('ipv6', ['2000::/3'])
const SPECIAL_IPV6 = networks('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])

function networks(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address, length] = range.split('/')
    list.addSubnet(address!, Number(length), family)
  }
  return list
}

/** True for an IP address that anyone on the internet can reach: neither loopback nor private, link-local, or reserved. */
export function isPublicAddress(address: string): boolean {
  if (!isIPv6(address)) return isIP(address) === 4 && !PRIVATE_IPV4.check(address, 'ipv4')
  return GLOBAL_IPV6.check(address, 'ipv6') && !SPECIAL_IPV6.check(address, 'ipv6')
}

/** A target in a network that webhooks may not reach. */
class PrivateTarget extends Error {
  readonly code = 'PRIVATE_TARGET'
}

type Resolve = (
  host: string,
  options: dns.LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, found: dns.LookupAddress[]) => void,
) => void

/**
 * Resolves a name for a connection, to public addresses only. The connection goes to the very addresses that were checked, so a name that resolves
 * to something else the next time (DNS rebinding) gains nothing.
 */
export function publicLookup(resolve: Resolve = dns.lookup): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error) return done(error, [])
      const usable = found.filter(({ address }) => isPublicAddress(address))
      const [first] = usable
      if (first === undefined) return done(new PrivateTarget(`${host} is in a private network`), [])
      if (options.all) done(null, usable)
      else done(null, first.address, first.family)
    })
  }
}
