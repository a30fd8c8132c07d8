import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExports, EXPORT_COST } from '../../../src/api/http/export.ts'
import type { RunningApi } from '../../../src/api/start.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { hashAction } from '../../../src/ledger/action-hash.ts'
import { memoOf } from '../../../src/ledger/note.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { getExport, openExport, rowsOf, sha256Hex } from '../../support/api/export-client.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { eddsaKey, signTransfer } from '../../support/ledger/ledger-world.ts'
import { until } from '../../support/shared/until.ts'

const ann = eddsaKey('ann')
const bob = eddsaKey('bob')
const FORMULA = '=HYPERLINK("https://evil.example","prize"), with a comma'
/** Records of the lot FULL: more than a page. */
const MANY = 1_380
/** Records of the lot HEAVY, 8 kB each in JSON: more than the buffers of a connection hold, so that the server has to wait for its reader. */
const HEAVY = 1_840
/** Height of the block before those of HEAVY. */
let light = 0
let world: ApiWorld
let api: RunningApi

/** Serves the world's database. @param max connections of the server */
const serve = (limits: Parameters<typeof createExports>[1] = {}, max = 3): Promise<RunningApi> => {
  const database = openDatabase(world.url, { max })
  afterAll(() => database.close())
  return serveApi(database, world.api.services.genesis, {
    exportLimits: limits,
  })
}

beforeAll(async () => {
  world = await ApiWorld.open()
  const lot = await world.lot(ann, 'LOT-1', 1_000n)
  const noted = { chainId: world.chainId, from: ann.account, to: bob.account, assetId: lot, era: world.era }
  const memo = memoOf(FORMULA)
  const action = signTransfer(ann, { ...noted, fromStart: 0n, amount: 7n, memo })
  await world.chain.commit([hashAction(poseidon, action)], [FORMULA])
  await movedLot('FULL', MANY)
  light = world.chain.header.height
  await movedLot('HEAVY', HEAVY, '"'.repeat(4_000))
  api = await serve()
})
afterAll(() => api.stop())

/** A lot of which Ann sends Bob one unit per record. */
async function movedLot(code: string, records: number, note?: string): Promise<void> {
  const lot = await world.lot(ann, code, 10_000n)
  for (let done = 0; done < records; done += 460) {
    const actions = Array.from({ length: 460 }, (_, i) =>
      world.move(ann, ann.account, bob.account, lot, 1n, BigInt(i)),
    )
    await world.chain.commit(
      actions,
      actions.map(() => note),
    )
  }
}

/** All records as GraphQL shows them, page by page. */
async function asked(filter: object) {
  const nodes: Record<string, never>[] = []
  for (let after: string | null = null; ; ) {
    const { transfers } = await world.data(
      `query ($filter: TransferFilter, $after: String) { transfers(filter: $filter, first: 100, after: $after) { nodes {
        position height timestamp kind hash asset { code } from { address } to { address } amount fromStart toStart era memo note }
        pageInfo { hasNextPage endCursor } } }`,
      { filter, after },
    )
    nodes.push(...transfers.nodes)
    if (!transfers.pageInfo.hasNextPage) break
    after = transfers.pageInfo.endCursor
  }
  return nodes.map(({ asset, from, to, ...rest }: Record<string, { code?: string; address?: string }>) => ({
    ...rest,
    asset: asset!.code,
    from: from!.address,
    to: to!.address,
  }))
}

describe('the budget of a client', () => {
  it('pays for each request, page and row of an export, which waits while there is too little', async () => {
    const { services } = world.api
    const exports = createExports(services)
    const server = createServer((request, response) => exports.handle(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const client = services.clients.of('127.0.0.1')
    let [paid, release] = [0, () => {}]
    client.pay = (cost) => {
      paid += cost
      return new Promise((resolve) => {
        release = () => resolve(true)
      })
    }
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/export`
    for (const [path, method, status] of [
      ['transfers.csv', 'HEAD', 200],
      ['holdings.csv?asset=NONE', 'GET', 400],
    ] as const) {
      paid = 0
      const answered = fetch(`${url}/${path}`, { method })
      await until(() => paid === EXPORT_COST.page)
      release()
      expect((await answered).status).toBe(status)
    }
    paid = 0
    const opened = openExport(`${url}/transfers.ndjson?first=1200`)
    await until(() => paid > 0)
    release()
    const response = await opened
    let body = ''
    response.setEncoding('utf8').on('data', (part) => {
      body += part
    })
    const pages = [1_000, 200]
    let rows = 0
    for (const [i, page] of pages.entries()) {
      const due = (i + 2) * EXPORT_COST.page + (rows + page) * EXPORT_COST.row
      await until(() => paid > 0 && body.split('\n').length - 1 === rows && paid === due)
      rows += page
      release()
    }
    await until(() => body.includes('"end"'))
    expect(rowsOf(body).rows).toHaveLength(rows)
    server.close()
  })
})

describe('an export of transfers', () => {
  it('has every record as GraphQL shows it, and ends with count and digest', async () => {
    const { status, headers, trailers, body } = await getExport(
      `${api.url}/export/transfers.ndjson?atHeight=${light}`,
    )
    const { rows, end } = rowsOf(body)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'inpigritas-height': String(light),
    })
    expect(rows).toEqual(await asked({ heightTo: String(light) }))
    const sha256 = sha256Hex(body.slice(0, body.lastIndexOf('{"end"')))
    const height = String(light)
    expect(end).toEqual({
      count: String(rows.length),
      sha256,
      height,
      after: rows.at(-1)!.position,
      complete: true,
    })
    expect(trailers).toMatchObject({ 'inpigritas-count': end.count, 'inpigritas-sha256': sha256 })
  })

  it.each<[string, Record<string, string | string[]>]>([
    ['an asset', { asset: 'LOT-1' }],
    ['an account and a kind', { account: encodeAddress(ann.account), kind: 'ISSUE' }],
    ['sender and receiver', { from: encodeAddress(0n), to: encodeAddress(ann.account) }],
    ['heights', { heightFrom: '2', heightTo: '4' }],
    ['lists', { assets: ['LOT-1', 'HEAVY'], kinds: ['REGISTER', 'ISSUE'], accounts: [encodeAddress(0n)] }],
    ['a list of one account', { accounts: [encodeAddress(bob.account)], asset: 'LOT-1' }],
    ['times', { timeFrom: '2023-11-14T22:13:21Z', timeTo: '2023-11-14T22:13:23.000Z' }],
    ['nobody', { to: encodeAddress(ann.account), kind: 'RETIRE' }],
  ])('takes the filters of GraphQL: %s', async (name, filter) => {
    const parameters = Object.entries(filter).map(([parameter, value]) => [parameter, String(value)])
    const { body } = await getExport(`${api.url}/export/transfers.ndjson?${new URLSearchParams(parameters)}`)
    const { rows } = rowsOf(body)
    expect(rows).toEqual(await asked(filter))
    expect(rows.length === 0).toBe(name === 'nobody')
  })

  it('is CSV that spreadsheets do not run, with the digest in the trailers', async () => {
    const { headers, trailers, body } = await getExport(`${api.url}/export/transfers.csv?asset=LOT-1`)
    const rows = parse(body, { columns: true }) as Record<string, string>[]
    expect(headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(rows.map(({ kind, note }) => [kind, note])).toEqual([
      ['REGISTER', ''],
      ['ISSUE', ''],
      ['TRANSFER', `'${FORMULA}`],
    ])
    expect(trailers).toMatchObject({
      'inpigritas-count': '3',
      'inpigritas-sha256': sha256Hex(body),
      'inpigritas-complete': 'true',
    })
  })

  it('is compressed for those who take gzip; the digest is of the text', async () => {
    const url = `${api.url}/export/transfers.csv?asset=FULL`
    const plain = await getExport(url)
    const zipped = await getExport(url, { 'accept-encoding': 'br, gzip' })
    expect(zipped.headers['content-encoding']).toBe('gzip')
    expect(zipped.body).toBe(plain.body)
    expect(zipped.trailers).toEqual(plain.trailers)
    const refused = await getExport(url, { 'accept-encoding': 'gzip;q=0' })
    expect(refused.headers['content-encoding']).toBeUndefined()
  })
})

describe('a client that was cut off', () => {
  it('continues after any row, as of the height of its beginning, although blocks have come', async () => {
    const whole = await getExport(
      `${api.url}/export/transfers.csv?to=${encodeAddress(bob.account)}&heightTo=${light}`,
    )
    const height = whole.headers['inpigritas-height']
    await world.lot(bob, 'LATER', 5n)
    const lines = whole.body.split('\r\n').slice(0, 1_135)
    const after = lines.at(-1)!.split(',')[0]
    const rest = await getExport(
      `${api.url}/export/transfers.csv?to=${encodeAddress(bob.account)}&after=${after}&atHeight=${height}&heightTo=${light}`,
    )
    expect(`${lines.join('\r\n')}\r\n${rest.body}`).toBe(whole.body)
  })

  it('asks for parts of `first` rows, each of which says where the next one begins', async () => {
    const whole = await getExport(`${api.url}/export/transfers.ndjson?atHeight=6&asset=FULL`)
    const rows: object[] = []
    let part: ReturnType<typeof rowsOf> | undefined
    do {
      const after = part === undefined ? '' : `&after=${part.end.after}`
      const url = `${api.url}/export/transfers.ndjson?atHeight=6&asset=FULL&first=300${after}`
      part = rowsOf((await getExport(url)).body)
      expect(part.rows.length).toBeLessThanOrEqual(300)
      rows.push(...part.rows)
    } while (!part.end.complete)
    expect(rows).toEqual(rowsOf(whole.body).rows)
  })
})

describe('an export of assets and holdings', () => {
  it('lists the assets with their definitions', async () => {
    const { body } = await getExport(`${api.url}/export/assets.ndjson?atHeight=4`)
    expect(rowsOf(body).rows).toMatchObject([
      {
        ordinal: '0',
        code: 'LOT-1',
        issuer: encodeAddress(ann.account),
        cap: '1000',
        reinstatable: expect.any(Boolean),
      },
      { ordinal: '1', code: 'FULL', cap: '10000' },
    ])
  })

  it('lists all holdings of an asset or an account with their balances as of the height', async () => {
    const { body } = await getExport(`${api.url}/export/holdings.ndjson?asset=LOT-1&atHeight=2`)
    expect(rowsOf(body).rows.map(({ account, balance }) => [account, balance])).toEqual([
      [encodeAddress(0n), '0'],
      [encodeAddress(ann.account), '1000'],
    ])
    const bobs = await getExport(
      `${api.url}/export/holdings.ndjson?account=${encodeAddress(bob.account)}&atHeight=6`,
    )
    expect(rowsOf(bobs.body).rows.map(({ asset, balance }) => [asset, balance])).toEqual([
      ['LOT-1', '7'],
      ['FULL', '460'],
    ])
  })
})

describe('a request for an export', () => {
  it.each([
    ['transfers.csv?assset=LOT-1', 'BAD_INPUT'],
    ['transfers.csv?asset=LOT-1&asset=FULL', 'BAD_INPUT'],
    ['transfers.csv?kind=transfer', 'BAD_INPUT'],
    ['transfers.csv?kinds=ISSUE,', 'BAD_INPUT'],
    ['transfers.csv?accounts=', 'BAD_ADDRESS'],
    [`transfers.csv?accounts=${Array(21).fill('MINT')}`, 'BAD_INPUT'],
    ['transfers.csv?timeFrom=2023-11-14', 'BAD_INPUT'],
    ['transfers.csv?after=-1', 'BAD_INPUT'],
    ['transfers.csv?asset=NO-SUCH', 'UNKNOWN_ASSET'],
    ['transfers.csv?account=bob', 'BAD_ADDRESS'],
    ['transfers.csv?atHeight=100000', 'HEIGHT_TOO_HIGH'],
    ['holdings.csv', 'BAD_INPUT'],
    ['holdings.csv?asset=LOT-1&account=MINT', 'BAD_INPUT'],
    ['assets.csv?unique=yes', 'BAD_INPUT'],
  ])('%s is rejected with %s', async (path, code) => {
    const { status, body } = await getExport(`${api.url}/export/${path}`)
    expect([status, JSON.parse(body).code]).toEqual([400, code])
  })

  it('for another list or by another method is answered as HTTP has it', async () => {
    expect((await getExport(`${api.url}/export/pool.csv`)).status).toBe(404)
    const post = await fetch(`${api.url}/export/transfers.csv`, { method: 'POST' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    const old = await new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () =>
        socket.write('GET /export/assets.ndjson HTTP/1.0\r\n\r\n'),
      )
      text(socket).then(resolve, reject)
    })
    expect(old).toMatch(/^HTTP\/1.1 200 .+\n\{"end":\{.+\}\}\n$/s)
    const head = await fetch(`${api.url}/export/transfers.csv`, { method: 'HEAD' })
    expect([head.status, head.headers.get('inpigritas-height')]).toEqual([
      200,
      String(world.chain.header.height),
    ])
  })
})

describe('a slow or vanished reader', () => {
  it('holds no connection of the database while it does not read', async () => {
    const narrow = await serve({}, 1)
    const response = await openExport(`${narrow.url}/export/transfers.ndjson`)
    // With a single connection, these could not be answered if the export held it.
    for (let i = 0; i < 3; i++) expect((await fetch(`${narrow.url}/health`)).status).toBe(200)
    response.destroy()
    await narrow.stop()
  })

  it('is cut off when it reads nothing for too long', async () => {
    const strict = await serve({ stallMs: 500, exportsPerClient: 1 })
    const response = await openExport(`${strict.url}/export/transfers.ndjson`)
    const cut = new Promise((resolve) => response.once('close', resolve))
    response.on('error', () => {})
    await until(async () => (await getExport(`${strict.url}/export/assets.csv`)).status === 200)
    response.resume()
    await cut
    expect(response.complete).toBe(false)
    await strict.stop()
  })

  it('counts against the bounds per client and in all until it is gone, which ends the reads', async () => {
    const strict = await serve({ exports: 2, exportsPerClient: 1 })
    const one = await openExport(`${strict.url}/export/transfers.ndjson`, { localAddress: '127.0.0.2' })
    const again = await openExport(`${strict.url}/export/assets.csv`, { localAddress: '127.0.0.2' })
    expect([again.statusCode, again.headers['retry-after']]).toEqual([429, '10'])
    const two = await openExport(`${strict.url}/export/transfers.ndjson`, { localAddress: '127.0.0.3' })
    expect(two.statusCode).toBe(200)
    const { status, body } = await getExport(`${strict.url}/export/assets.csv`)
    expect([status, JSON.parse(body).code]).toEqual([429, 'TOO_MANY_REQUESTS'])
    one.destroy()
    await until(async () => (await getExport(`${strict.url}/export/assets.csv`)).status === 200)
    two.destroy()
    await strict.stop()
  })
})
