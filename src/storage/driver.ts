import { readFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type postgres from 'postgres'

/**
 * postgres.js 3.4.9 with repairs. A node must survive an outage of its database and never commit half of a block, but this release has the
 * following faults when a connection ends:
 * - If the socket closes during a transaction, the driver still sends the transaction's ROLLBACK. It goes to no socket, which throws from a
 *   timer where nothing can catch it (github.com/porsager/postgres, issues 1154 and 1208), or, if the connection was reopened, into another
 *   transaction.
 * - If a write is queued when the socket closes, or a query arrives between a socket's error and its end, the connection never sends again.
 * - If a session ends while the driver fetches the types of the server, there is an unhandled rejection. If it ends earlier, the driver
 *   reconnects in an endless loop without pauses. If it ends while the pool is being closed, closing never finishes.
 * - The error with which a server ended a connection is reported for the first query of the next connection, although that one succeeded.
 * The driver is therefore loaded with parts of its source replaced: the text in the release that package.json pins, and its replacement.
 * `reserve()` is not repaired and must not be used: after a failed reservation, it takes the next connection and never returns it.
 */
const REPAIRS: Record<string, readonly [broken: string, mended: string][]> = {
  'connection.js': [
    [
      'function execute(q) {\n',
      `function execute(q) {
    if (socket === null) {
      queryError(q, Errors.connection('CONNECTION_CLOSED', options, socket))
      return true
    }
`,
    ],
    [
      'function nextWrite(fn) {\n',
      `function nextWrite(fn) {
    if (socket === null) {
      chunk = nextWriteTimer = null
      return false
    }
`,
    ],
    [
      'clearImmediate(nextWriteTimer)\n    socket.',
      'clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    socket.',
    ],
    [
      '    if (initial)\n      return reconnect()\n',
      '    if (initial && options.host.length > 1) {\n      query = errorResponse = null\n      return reconnect()\n    }\n',
    ],
    ['    !hadError && (query || sent.length) &&', '    ;(query || initial || sent.length) &&'],
    [
      '    closedTime = performance.now()\n',
      '    query = errorResponse = null\n    closedTime = performance.now()\n',
    ],
    [
      "    onclose(connection, Errors.connection('CONNECTION_CLOSED', options, socket))\n",
      "    onclose(connection, Errors.connection('CONNECTION_CLOSED', options, socket))\n    initial || (ended && (ended(), (ending = ended = null)))\n",
    ],
    ['return fetchArrayTypes()', 'return fetchArrayTypes().catch(noop)'],
  ],
  'index.js': [
    ['let savepoints = 0\n', 'let lost = null\n    let savepoints = 0\n'],
    [
      'connection.onclose = reject)\n      ])\n    } catch',
      'connection.onclose = x => { lost = x; reject(x) })\n      ])\n    } catch',
    ],
    [
      '        c.queue === full\n          ? queries',
      '        lost ? q.reject(lost) : c.queue === full\n          ? queries',
    ],
  ],
}

interface LoadedModule extends NodeJS.Module {
  /** Node's internal function that compiles source text to a CommonJS module. */
  _compile(source: string, filename: string): void
}

const require = createRequire(import.meta.url)

function load(filename: string, repairs: readonly [broken: string, mended: string][]): LoadedModule {
  let source = readFileSync(filename, 'utf8')
  for (const [broken, mended] of repairs) {
    const [before, after, ...more] = source.split(broken)
    if (after === undefined || more.length > 0)
      throw new Error(`${filename} is not of the release that is repaired here`)
    source = before + mended + after
  }
  const module = new Module(filename) as LoadedModule
  module.filename = filename
  require.cache[filename] = module
  module._compile(source, filename)
  module.loaded = true
  return module
}

function loadRepaired(): typeof postgres {
  const folder = dirname(require.resolve('postgres'))
  // connection.js must be loaded first, so that the index gets the repaired one from the cache.
  const modules = Object.entries(REPAIRS).map(([name, repairs]) => load(join(folder, name), repairs))
  return modules.at(-1)!.exports as typeof postgres
}

/** The repaired postgres.js. Nothing else may load the package. */
export const connectPostgres = loadRepaired()
