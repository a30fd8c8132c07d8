import { gunzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { staticFiles } from '../../../../src/api/http/static-files.ts'

/** Compressions that were begun, and whether they fail. */
const zip = vi.hoisted(() => ({ begun: 0, fails: false }))

vi.mock('node:zlib', async (original) => {
  const zlib = await original<typeof import('node:zlib')>()
  const gzip = (body: string, done: (error: Error | null, bytes?: Buffer) => void) => {
    zip.begun++
    if (zip.fails) done(new Error('no memory'))
    else zlib.gzip(body, done as never)
  }
  return { ...zlib, gzip }
})

const request = (encoding = 'identity') =>
  new Request('http://api/a.js', { headers: { 'accept-encoding': encoding } })
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())

describe('static files', () => {
  it('are compressed once, and again after a failure', async () => {
    const serve = staticFiles(new Map([['a.js', { type: 'text/javascript', body: 'let a = 1' }]]))
    zip.fails = true
    await expect(serve(request('gzip'), 'a.js')).rejects.toThrow('no memory')
    zip.fails = false
    const [first, second] = await Promise.all([
      serve(request('gzip'), 'a.js'),
      serve(request('gzip'), 'a.js'),
    ])
    expect(zip.begun).toBe(2)
    expect(first.headers.get('content-encoding')).toBe('gzip')
    for (const response of [first, second])
      expect(gunzipSync(await bytesOf(response)).toString()).toBe('let a = 1')
  })

  it('say how long they are, and are sent as they are to whoever takes no gzip', async () => {
    const serve = staticFiles(new Map([['a.js', { type: 'text/javascript', body: 'let ä = 1' }]]))
    const response = await serve(request(), 'a.js')
    expect([response.headers.get('content-encoding'), response.headers.get('content-length')]).toEqual([
      null,
      '10',
    ])
    expect(Buffer.from(await bytesOf(response)).toString()).toBe('let ä = 1')
  })
})
