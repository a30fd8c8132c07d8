import { readdirSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { addApi } from '../../src/cli/commands/api.ts'
import { addGenesis } from '../../src/cli/commands/genesis.ts'
import { addMigrate } from '../../src/cli/commands/migrate.ts'
import { addNode } from '../../src/cli/commands/node.ts'
import { addProver } from '../../src/cli/commands/prover.ts'
import { parseProxies } from '../../src/http/client-address.ts'

const folder = new URL('../../deploy/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')

interface Service {
  image: string
  command: string[]
  depends_on?: string[] | Record<string, unknown>
  networks?: string[] | Record<string, { ipv4_address?: string }>
  volumes?: string[]
}
interface Compose {
  services: Record<string, Service>
  networks: Record<string, { ipam?: { config: { subnet: string; ip_range: string }[] } }>
  volumes: Record<string, unknown>
}
const compose: Compose = parse(read('compose.yaml'), { merge: true })

/** Parses a command line of ictl as it does itself, without running it. @throws CommanderError */
function check(args: readonly string[]): void {
  const program = new Command().exitOverride()
  for (const add of [addApi, addGenesis, addMigrate, addNode, addProver]) add(program)
  let command = program
  let rest = [...args]
  for (let next: Command | undefined = program; next !== undefined; ) {
    command = next
    next = command.commands.find((one) => one.name() === rest[0])
    if (next) rest = rest.slice(1)
  }
  expect(command, `no command: ${args.join(' ')}`).not.toBe(program)
  command.exitOverride().action(() => {})
  command.configureOutput({ writeErr: () => {} }).parse(rest, { from: 'user' })
}

/** The command lines of ictl in the files for operators. */
function commandLines(): [string, string[]][] {
  const services = Object.entries(compose.services).filter(([, { image }]) => image === 'inpigritas')
  const units = readdirSync(folder).filter((name) => name.endsWith('.service'))
  const comments = [...read('compose.yaml').matchAll(/^# +docker compose run .* node (genesis .*)$/gm)]
  return [
    ...services.map(([name, { command }]): [string, string[]] => [`compose ${name}`, command]),
    ...units.map((name): [string, string[]] => [
      name,
      /^ExecStart=.*\/ictl\.js (.*)$/m.exec(read(name))![1]!.split(' '),
    ]),
    ...comments.map(([, line]): [string, string[]] => [line!, line!.replace(/ > .*/, '').split(' ')]),
    ['Containerfile', JSON.parse(/^CMD (.*)$/m.exec(read('Containerfile'))![1]!)],
  ]
}

describe('the files for operators', () => {
  it('have command lines', () => {
    expect(commandLines().length).toBeGreaterThanOrEqual(10)
    expect(() => check(['api', '--hots', '0.0.0.0'])).toThrow("unknown option '--hots'")
    expect(() => check(['api', '--port', 'x'])).toThrow('whole number')
  })

  it.each(commandLines())('%s has options that ictl knows', (_name, args) => {
    check(args)
  })
})

describe('the compose file', () => {
  it('names services, networks and volumes that it has', () => {
    for (const { depends_on = [], networks = [], volumes = [] } of Object.values(compose.services)) {
      const names = (value: string[] | object) => (Array.isArray(value) ? value : Object.keys(value))
      for (const name of names(depends_on)) expect(compose.services).toHaveProperty(name)
      for (const name of names(networks)) expect(compose.networks).toHaveProperty(name)
      for (const volume of volumes) {
        const [source = ''] = volume.split(':')
        if (!source.startsWith('.')) expect(compose.volumes).toHaveProperty(source)
      }
    }
  })

  it('lets the apis believe the address of its proxy, and of nothing else', () => {
    const { proxy, ...others } = compose.services
    const { ipv4_address: address = '' } = (proxy!.networks as Record<string, { ipv4_address: string }>)
      .public!
    expect(isIP(address)).toBe(4)
    const apis = Object.values(others).filter(({ command }) => command?.[0] === 'api')
    expect(apis).toHaveLength(2)
    for (const { command } of apis) {
      const list = command[command.indexOf('--trusted-proxies') + 1]
      expect(list).toBe(address)
      expect(parseProxies(list!).check(address, 'ipv4')).toBe(true)
    }
    // Other containers get addresses from a range that does not have the proxy's.
    const [{ subnet, ip_range: range }] = compose.networks.public!.ipam!.config as [never]
    expect(parseProxies(subnet).check(address, 'ipv4')).toBe(true)
    expect(parseProxies(range).check(address, 'ipv4')).toBe(false)
  })
})
