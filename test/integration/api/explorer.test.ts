import { readdirSync, readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/api/limits.ts'
import { costOf } from '../../../src/api/plugins/cost.ts'
import * as operations from '../../../src/explorer/generated/operations.ts'
import { FIRST_HOPS } from '../../../src/explorer/journey/journey.ts'
import { ApiWorld } from '../../support/api/api-server.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await ApiWorld.open()
})

const get = (path: string, headers: Record<string, string> = {}) =>
  Promise.resolve(world.api.yoga.fetch(`http://api${path}`, { headers: { accept: 'text/html', ...headers } }))

describe('the page', () => {
  it.each([
    ...['/', '/blocks', '/block/7', '/assets', '/asset/A%2FB', '/asset/A/unit/3', '/asset/A/holders'],
    ...['/account/inp1', '/holding/inp1/A', '/transfer/00', '/pool', '/batches', '/batch/1', '/network'],
    ...['/proving', '/verify', '/label/A'],
  ])('is served on %s, allowed to run no code but its files', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/html')
    const policy = response.headers.get('content-security-policy')!
    expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/)
    expect(policy).not.toContain('unsafe-inline')
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each([
    '/blocksx',
    '/block',
    '/asset/',
    '/nothing',
    '/explorer/none.js',
    '/explorer/',
    '/explorer/..%2fx',
  ])('is not served on %s', async (path) => {
    expect((await get(path)).status).toBe(404)
  })

  it('loads files that browsers may keep for ever, compressed, and has no code or style of its own', async () => {
    const html = await (await get('/')).text()
    expect(html).not.toMatch(/<script(?![^>]*src=)|<style|style=|onload=/)
    const links = [...html.matchAll(/(?:src|href)="(\/explorer\/[^"]*)"/g)].map(([, link]) => link!)
    expect(links.map((link) => link.replace(/-\w+\./, '.')).sort()).toEqual([
      '/explorer/icon.png',
      '/explorer/icon.svg',
      '/explorer/main.js',
      '/explorer/manifest.webmanifest',
      '/explorer/style.css',
    ])
    for (const link of links) {
      const file = await get(link, { 'accept-encoding': 'gzip' })
      expect(file.headers.get('cache-control')).toContain('immutable')
      expect(file.headers.get('content-encoding')).toBe(link.endsWith('.png') ? null : 'gzip')
      expect((await get(link)).headers.get('content-encoding')).toBeNull()
    }
  })

  it('has a service worker on the top, which names the files that it keeps, and is asked for anew each time', async () => {
    const response = await get('/service-worker.js')
    expect(response.headers.get('content-type')).toContain('text/javascript')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    const files = [...(await response.text()).matchAll(/"(\/explorer\/[^"]+)"/g)].map(([, path]) => path!)
    expect(files.map((path) => path.replace(/-[\w-]+\./, '.'))).toEqual(
      expect.arrayContaining([
        '/explorer/main.js',
        '/explorer/verifier.js',
        '/explorer/manifest.webmanifest',
      ]),
    )
    for (const file of files) {
      const kept = await get(file)
      expect([file, kept.status]).toEqual([file, 200])
      // A worker runs under the policy that it came with.
      expect(kept.headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval'")
    }
  })

  it('has a path on the server for each path that its router knows', async () => {
    const router = readFileSync('src/explorer/app/routes.tsx', 'utf8')
    const patterns = [...router.matchAll(/^ {2}\['(\/[^']*)'/gm)].map(([, pattern]) => pattern!)
    expect(patterns.length).toBeGreaterThan(10)
    for (const pattern of patterns)
      expect([pattern, (await get(pattern.replace(/:\w+/g, 'x'))).status]).toEqual([pattern, 200])
  })
})

describe('an operation of the page', () => {
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'))
  const texts = Object.entries(operations) as [string, string][]
  /** What a page may cost: a visitor's bucket has this a hundred times. */
  const MOST = 10_000
  /** What pages with a trace ask for, before a visitor asks for more. */
  const variables = { trace: { first: FIRST_HOPS } }

  it('is written in a file of its own', () => {
    const files = readdirSync('src/explorer', { recursive: true }).map(String)
    const written = files
      .filter((name) => name.endsWith('.graphql'))
      .flatMap((name) => [
        ...readFileSync(`src/explorer/${name}`, 'utf8').matchAll(/^(?:query|subscription) (\w+)/gm),
      ])
    expect(texts.map(([name]) => name).sort()).toEqual(written.map(([, name]) => `${name}Document`).sort())
  })

  it.each(texts)('is valid and within its share of what a client may ask: %s', (_name, text) => {
    const document = parse(text)
    expect(validate(schema, document)).toEqual([])
    const { pageSize, traceHops } = DEFAULT_LIMITS
    const cost = costOf({ schema, document, variables, limits: { pageSize, traceHops }, batchSize: 4 })
    expect(cost).toBeGreaterThan(200)
    expect(cost).toBeLessThan(MOST)
    expect(text.length).toBeLessThan(DEFAULT_LIMITS.bodyBytes / 8)
  })
})
