import { startEmbedded } from '../../../src/postgres/server.ts'

/** An embedded server in a process of its own, to be killed by tests. One argument: its data directory. Tells its parent the URL. */
const [, , dataDir = ''] = process.argv
try {
  const server = await startEmbedded({ dataDir })
  process.send!({ url: server.url('postgres') })
} catch (error) {
  process.send!({ code: (error as { code?: string }).code })
}
// The channel keeps this process alive until it is killed or its parent is gone.
process.on('disconnect', () => process.exit(1))
