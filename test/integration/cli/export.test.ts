import { existsSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningApi, startApi } from '../../../src/api/start.ts'
import { copyRows } from '../../../src/cli/commands/export.ts'
import { ExportFile } from '../../../src/cli/files/export-file.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { getExport, sha256Hex } from '../../support/api/export-client.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'
import { idleNode } from '../../support/node/idle-node.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const ann = eddsaKey('ann')
const folder = testFolder('export')
let world: ApiWorld
let api: RunningApi
let proxy: http.Server
/** Requests that the proxy refuses first, as a server does that runs as many exports as it may. */
let busy = 0
/** What the proxy does to the bodies that it passes on; undefined cuts the connection. */
let change: (body: string, request: number) => string | undefined
let requests = 0

beforeAll(async () => {
  world = await ApiWorld.open()
  for (let i = 0; i < 30; i++) await world.lot(ann, `LOT-${i}`, 10n)
  const { database, genesis, log } = world.api.services
  const rest = { host: '127.0.0.1', port: 0, version: '0.0.0-test' }
  api = await startApi({ ...rest, database, genesis, log, poseidon, control: idleNode('00'.repeat(32)) })
  proxy = http.createServer(async ({ url }, response) => {
    if (busy-- > 0) {
      response.writeHead(429, { 'retry-after': '0.005' })
      response.end(JSON.stringify({ code: 'TOO_MANY_REQUESTS', message: 'busy' }))
      return
    }
    const { status, headers, body } = await getExport(`${api.url}${url}`)
    const changed = change(body, ++requests)
    response.writeHead(status, headers)
    if (changed === undefined) response.write(body.slice(0, body.length / 2), () => response.destroy())
    else response.end(changed)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  proxy.close()
  await api.stop()
  rmSync(folder, { recursive: true })
})

/** Exports through the proxy to a file in parts of 16 rows, as `ictl export --file` does. @returns SHA-256 of the file */
async function download(path: string, { json = false, resume = false, url = '' } = {}): Promise<string> {
  requests = 0
  const { port } = proxy.address() as AddressInfo
  const file = await ExportFile.open(path, `test ${json}`, resume)
  const query = { url: url || `http://127.0.0.1:${port}/graphql`, list: 'transfers' as const, filters: {} }
  try {
    await copyRows(query, file, { json, partRows: 16 })
    return await file.finish()
  } catch (error) {
    await file.close()
    throw error
  }
}

const whole = async (format: string) => (await getExport(`${api.url}/export/transfers.${format}`)).body
const path = (name: string) => join(folder, name)

describe('ictl export --file', () => {
  it('writes the CSV that the API serves, and names its SHA-256', async () => {
    change = (body) => body
    const sha256 = await download(path('a.csv'))
    expect(readFileSync(path('a.csv'), 'utf8')).toBe(await whole('csv'))
    expect(sha256).toBe(sha256Hex(await whole('csv')))
    expect([existsSync(path('a.csv.part')), existsSync(path('a.csv.part.json'))]).toEqual([false, false])
  })

  it.each([false, true])('continues what was cut off, as of the same block (JSON: %s)', async (json) => {
    const name = path(`b-${json}`)
    const before = await whole(json ? 'ndjson' : 'csv')
    change = (body, request) => (request < 3 ? body : undefined)
    const cut = { code: 'EXPORT_TRUNCATED', hint: expect.stringContaining('--resume') }
    await expect(download(name, { json })).rejects.toMatchObject(cut)
    expect(existsSync(name)).toBe(false)
    await world.lot(ann, `LATER-${json}`, 5n)
    change = (body) => body
    await download(name, { json, resume: true })
    // Two of four parts were verified before.
    expect(requests).toBe(2)
    const expected = json ? before.slice(0, before.lastIndexOf('{"end"')) : before
    expect(readFileSync(name, 'utf8')).toBe(expected)
  })

  it('does not take rows that were changed on the way, or an end that is missing', async () => {
    change = (body) => body.replace('"10"', '"11"')
    await expect(download(path('c'))).rejects.toMatchObject({ code: 'EXPORT_DAMAGED' })
    change = (body) => body.slice(0, body.indexOf('{"end"'))
    await expect(download(path('c'))).rejects.toMatchObject({ code: 'EXPORT_TRUNCATED' })
    expect(existsSync(path('c'))).toBe(false)
  })

  it('continues only the same export of the same chain', async () => {
    change = (body) => body
    await expect(download(path('d'), { resume: true })).rejects.toMatchObject({ code: 'NOTHING_TO_RESUME' })
    change = (body, request) => (request < 2 ? body : undefined)
    await expect(download(path('d'))).rejects.toMatchObject({ code: 'EXPORT_TRUNCATED' })
    await expect(download(path('d'), { json: true, resume: true })).rejects.toMatchObject({
      code: 'EXPORT_DIFFERS',
    })
    const other = await ApiWorld.open({ name: 'other' })
    for (let i = 0; i < 33; i++) await other.lot(ann, `LOT-${i}`, 10n)
    const { database, genesis, log } = other.api.services
    const rest = { host: '127.0.0.1', port: 0, version: '0.0.0-test', control: idleNode('00'.repeat(32)) }
    const foreign = await startApi({ ...rest, database, genesis, log, poseidon })
    await expect(download(path('d'), { resume: true, url: foreign.url })).rejects.toMatchObject({
      code: 'EXPORT_OTHER_CHAIN',
    })
    await foreign.stop()
  })

  it('waits as long as a busy server asks for', async () => {
    change = (body) => body
    busy = 3
    await download(path('busy.csv'))
    expect(busy).toBeLessThan(0)
    expect(readFileSync(path('busy.csv'), 'utf8')).toBe(await whole('csv'))
  })

  it('passes on why the API refuses', async () => {
    change = (body) => body
    const file = await ExportFile.open(path('e'), 'e', false)
    const query = { url: api.url, list: 'transfers' as const, filters: { asset: 'NO-SUCH' } }
    await expect(copyRows(query, file, { json: false })).rejects.toMatchObject({ code: 'UNKNOWN_ASSET' })
    await expect(
      copyRows({ ...query, url: 'http://127.0.0.1:1' }, file, { json: false }),
    ).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
    await file.close()
  })
})
