import { readFileSync } from 'node:fs'
import { buildSchema, isEnumType, isInputObjectType, isObjectType, parse, validate } from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
const schema = buildSchema(readFileSync('schema.graphql', 'utf8'))
let world: ApiWorld

beforeAll(async () => {
  world = await ApiWorld.open()
})

const get = (path: string, headers: Record<string, string> = {}) =>
  Promise.resolve(world.api.yoga.fetch(`http://api${path}`, { headers: { accept: 'text/html', ...headers } }))

interface Options {
  endpoint: string
  defaultTabs: { query: string; variables: string | null }[]
}

async function options(): Promise<{ html: string; options: Options }> {
  const html = await (await get('/graphiql')).text()
  const text = /<script type="application\/json" id="options">(.*?)<\/script>/s.exec(html)![1]!
  return { html, options: JSON.parse(text) as Options }
}

describe('GraphiQL', () => {
  it('loads everything from this server, and may fetch from nowhere else', async () => {
    const response = await get('/graphiql')
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*connect-src 'self'/)
    const { html } = await options()
    const links = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) => link!)
    const loaded = links.filter((link) => !link.startsWith('data:'))
    expect(loaded.length).toBeGreaterThanOrEqual(3)
    expect(loaded.every((link) => link.startsWith('/graphiql/'))).toBe(true)
    for (const link of loaded) {
      const asset = await get(link)
      expect([link, asset.status]).toEqual([link, 200])
      expect(asset.headers.get('cache-control')).toContain('immutable')
      expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(100)
    }
    expect((await get('/graphiql/0000/graphiql.js')).status).toBe(404)
    const script = loaded.find((link) => link.endsWith('/graphiql.js'))!
    const zipped = await get(script, { 'accept-encoding': 'gzip' })
    expect(zipped.headers.get('content-encoding')).toBe('gzip')
    expect((await zipped.arrayBuffer()).byteLength).toBeLessThan(2_000_000)
  })

  it('opens with five operations that run on an empty chain and on a filled one', async () => {
    const empty = (await options()).options
    expect(empty.defaultTabs).toHaveLength(5)
    const farm = await world.lot(ann, 'FARM-LOT', 100n)
    await world.chain.commit([world.move(ann, ann.account, eddsaKey('bea').account, farm, 10n)])
    const retirement = world.retire(ann, farm, 90n)
    await world.chain.commit([retirement])
    await world.lot(ann, 'ROAST', 80n, { madeFrom: [fieldToHex(retirement.hash)] })
    const { defaultTabs, endpoint } = (await options()).options
    expect(endpoint).toBe('/graphql')
    expect(defaultTabs).toHaveLength(5)
    const text = JSON.stringify(defaultTabs)
    for (const value of ['ROAST', 'FARM-LOT', encodeAddress(ann.account)]) expect(text).toContain(value)
    for (const { query } of defaultTabs) expect(validate(schema, parse(query))).toEqual([])
    for (const { query, variables } of defaultTabs.slice(0, -1)) {
      const answer = await world.ask(query, variables === null ? {} : JSON.parse(variables))
      expect(answer.errors).toBeUndefined()
    }
  })

  it('escapes whatever a chain contains', async () => {
    const hostile = await ApiWorld.open({ name: '</script><script>alert(1)</script>' })
    const html = await (
      await hostile.api.yoga.fetch('http://api/graphiql', { headers: { accept: 'text/html' } })
    ).text()
    expect(html).not.toContain('<script>alert')
  })
})

describe('schema.graphql', () => {
  it('documents every type, field, argument and value', () => {
    const silent: string[] = []
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || ['String', 'Int', 'Boolean', 'ID', 'Float'].includes(type.name))
        continue
      if (!type.description) silent.push(type.name)
      if (isEnumType(type)) {
        for (const value of type.getValues())
          if (!value.description) silent.push(`${type.name}.${value.name}`)
      } else if (isObjectType(type) || isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          if (!field.description) silent.push(`${type.name}.${field.name}`)
          for (const arg of 'args' in field ? field.args : []) {
            if (!arg.description) silent.push(`${type.name}.${field.name}(${arg.name})`)
          }
        }
      }
    }
    expect(silent).toEqual([])
  })

  it('is what the server serves, documentation included', async () => {
    const { __type } = await world.data('{ __type(name: "BigInt") { description } }')
    expect(__type.description).toBe(schema.getType('BigInt')!.description)
  })
})
