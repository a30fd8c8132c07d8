import { BlockList, isIP } from 'node:net'
import { Failure } from '../config/failure.ts'

/**
 * Parses a list of proxies: addresses and networks (`10.0.0.0/8`), separated by commas.
 * @throws Failure BAD_PROXY
 */
export function parseProxies(text: string): BlockList {
  const proxies = new BlockList()
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue
    const [address = '', bits, ...rest] = entry.split('/')
    const family = familyOf(address)
    const prefix = bits === undefined ? undefined : Number(bits)
    const isPrefix =
      prefix === undefined || (/^\d{1,3}$/.test(bits!) && prefix <= (family === 'ipv4' ? 32 : 128))
    if (family === undefined || !isPrefix || rest.length > 0)
      throw new Failure('BAD_PROXY', `${entry} is neither an address nor a network`, {
        hint: 'give addresses and networks separated by commas, such as 127.0.0.1,10.0.0.0/8',
      })
    if (prefix === undefined) proxies.addAddress(address, family)
    else proxies.addSubnet(address, prefix, family)
  }
  return proxies
}

/**
 * The name under which a client is counted: its IPv4 address, or the /64 network of its IPv6 address, because one client usually has all
 * addresses of such a network.
 * @param peer address of the other end of the connection; undefined if there is none
 * @param forwardedFor header X-Forwarded-For: believed as far as trusted proxies wrote it, from its end
 */
export function clientName(
  peer: string | undefined,
  forwardedFor: string | null | undefined,
  proxies: BlockList,
): string {
  let client = plain(peer ?? '')
  const hops = forwardedFor?.split(',') ?? []
  while (hops.length > 0 && isProxy(client, proxies)) {
    const hop = plain(hops.pop()!.trim())
    if (familyOf(hop) === undefined) break
    client = hop
  }
  return familyOf(client) === 'ipv6' ? networkOf(client) : client
}

/** True if the other end of a connection is one of the trusted proxies. */
export function isProxy(peer: string | undefined, proxies: BlockList): boolean {
  const address = plain(peer ?? '')
  const family = familyOf(address)
  return family !== undefined && proxies.check(address, family)
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address)
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : undefined
}

/** An address without zone, brackets and port; an IPv4 address instead of one mapped to IPv6. */
function plain(address: string): string {
  const bare = /^\[(.+)\](:\d+)?$/.exec(address)?.[1] ?? address.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  const [unzoned = ''] = bare.split('%')
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(unzoned)?.[1] ?? unzoned
}

/** The first 64 bits of an IPv6 address. */
function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === undefined || tail === '' ? [] : tail.split(':')
  // An embedded IPv4 address stands for the last two groups.
  const length = groups.length + rest.length + (address.includes('.') ? 1 : 0)
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - length }, () => '0')
  const first = [...groups, ...zeros, ...rest].slice(0, 4)
  return `${first.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
