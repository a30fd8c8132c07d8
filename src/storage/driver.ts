import { readFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type postgres from 'postgres'

/**
 * postgres.js 3.4.9 with repairs. When a connection's socket closes in the middle of a transaction, the driver still sends the transaction's
 * ROLLBACK: to no socket, from a timer, as an exception that nobody can catch (github.com/porsager/postgres, issues 1154 and 1208); or,
 * once the connection was opened again, into somebody else's transaction. A write that waited for its turn when the socket closed leaves
 * a connection that never sends again, and so does a query that came between a socket's error and its end. A session that ends while
 * the driver asks for the server's types is a rejection that nobody can handle; one that ends before that is opened again at once, for
 * ever; one that ends while the pool is being closed is waited for in vain. The error with which a server ended a connection is given
 * to the first query of the next one, which has succeeded. A node must outlive its database and never do half of a block, so the driver
 * is loaded with these places mended: text of the release that package.json pins, and what stands there instead. `reserve()` is not
 * mended, and nothing here uses it: a reservation that failed once takes the next connection and never gives it back.
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
  /** How Node itself turns source text into a CommonJS module. */
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
  // The connections first: the index takes them from the cache.
  const modules = Object.entries(REPAIRS).map(([name, repairs]) => load(join(folder, name), repairs))
  return modules.at(-1)!.exports as typeof postgres
}

/** postgres.js, repaired. Nothing else runs the package's code. */
export const connectPostgres = loadRepaired()
