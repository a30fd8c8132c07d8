import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type EmbeddedServer, startEmbedded } from '../../../src/postgres/server.ts'
import { testFolder } from '../shared/test-folder.ts'

/**
 * Starts a Postgres server for each worker slot that needs one, and keeps it for all test files that run in this slot, because initializing a
 * server takes longer than most of these test files. A client of the socket writes its slot and reads the URL of the server.
 */
export async function servePostgres(): Promise<{ socket: string; stop: () => Promise<void> }> {
  const folder = testFolder('test')
  const servers = new Map<string, Promise<EmbeddedServer>>()
  const serverOf = (slot: string) => {
    const known = servers.get(slot) ?? startEmbedded({ dataDir: join(folder, slot) })
    servers.set(slot, known)
    return known
  }
  const broker = createServer((client) => {
    client.once('data', async (slot) => {
      const answer = await serverOf(String(slot)).then(
        (server) => ({ url: server.url('postgres') }),
        (error: unknown) => ({ error: String(error) }),
      )
      client.end(JSON.stringify(answer))
    })
  })
  const socket = join(folder, 'broker.sock')
  broker.listen(socket)
  await once(broker, 'listening')
  const stop = async () => {
    broker.close()
    await Promise.allSettled([...servers.values()].map(async (server) => (await server).stop()))
    rmSync(folder, { recursive: true, force: true })
  }
  return { socket, stop }
}

/** URL of the `postgres` database of a slot's server. */
export async function serverUrl(socket: string, slot: string): Promise<string> {
  const client = connect(socket)
  client.write(slot)
  const { url, error } = JSON.parse(await text(client))
  if (url === undefined) throw new Error(`no server for slot ${slot}: ${error}`)
  return url
}
