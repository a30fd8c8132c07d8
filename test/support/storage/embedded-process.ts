import { startEmbedded } from '../../../src/postgres/server.ts'

/** An embedded server in its own process, for tests that kill it. Its only argument is its data directory. Sends its parent the URL. */
const [, , dataDir = ''] = process.argv
try {
  const server = await startEmbedded({ dataDir })
  process.send!({ url: server.url('postgres') })
} catch (error) {
  process.send!({ code: (error as { code?: string }).code })
}
// The channel keeps this process alive until it is killed or its parent has ended.
process.on('disconnect', () => process.exit(1))
