import { readFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import type { Socket } from 'node:net'
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
 * - The error with which a server ended a connection is reported for the first query of the next connection, although that one succeeded, and
 *   rows of a result that broke off are counted as rows of its first result.
 * - If the server has no TLS and TLS is demanded, the driver speaks TLS to it all the same.
 * - If a statement is to be canceled and the server takes no new connection, there is an unhandled rejection.
 * - If listening fails at first, it is tried for ever all the same. Whoever stops listening after a reconnection is listened for on, and the connection
 *   that listens stays open when nobody listens any more.
 * The driver is therefore loaded with parts of its source replaced: the text in the release that package.json pins, and its replacement.
 *
 * What else is added are four options (`SessionOptions`). The check of a session costs no round trip: its columns come with the list of types that
 * the driver reads at the start of each connection.
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
      '    query = errorResponse = results = null\n    result = new Result()\n    rows = 0\n    closedTime = performance.now()\n',
    ],
    [
      "    onclose(connection, Errors.connection('CONNECTION_CLOSED', options, socket))\n",
      "    onclose(connection, Errors.connection('CONNECTION_CLOSED', options, socket))\n    initial || (ended && (ended(), (ending = ended = null)))\n",
    ],
    ['async function fetchArrayTypes() {\n', 'function fetchArrayTypes() {\n'],
    [
      'const types = await new Query([`\n      select b.oid, b.typarray\n',
      'const types = new Query([`\n      select b.oid, b.typarray, ` + options.sessionSql + `\n',
    ],
    [
      '    types.forEach(({ oid, typarray }) => addArrayType(oid, typarray))\n',
      `    types.reject = noop
    types.resolve = rows => {
      rows.forEach(({ oid, typarray }) => addArrayType(oid, typarray))
      const refusal = options.onsession(rows[0])
      if (refusal) {
        errored(refusal)
        socket.destroy()
      }
    }
    types.execute()
`,
    ],
    [
      '    connectTimer.cancel()\n\n    if (initial) {\n',
      '    connectTimer.cancel()\n    if (socket.destroyed)\n      return\n\n    if (initial) {\n',
    ],
    [
      "      if (!canSSL && ssl === 'prefer')\n        return connected()\n",
      `      if (!canSSL) {
        if (ssl.isOptional)
          return connected()
        errored(Errors.generic('NO_TLS', 'the server offers no TLS'))
        return socket.destroy()
      }
`,
    ],
    [
      '    if (!socket)\n      return\n\n    connectTimer.start()\n',
      '    if (!socket)\n      return\n\n    opened(socket)\n    connectTimer.start()\n',
    ],
    ['    socket = tls.connect(options)\n', '    socket = tls.connect(options)\n    opened(socket)\n'],
    [
      '  function reconnect() {\n',
      `  function opened(own) {
    options.onsocket(own, () => own === socket && !!(query || initial || sent.length))
  }

  function reconnect() {
`,
    ],
    ["      socket.once('error', reject)\n", "      socket.once('error', resolve)\n"],
  ],
  'index.js': [
    [
      '    onparameter     : o.onparameter,\n',
      '    onparameter     : o.onparameter,\n    sessionSql      : o.sessionSql,\n    onsession       : o.onsession,\n    onsocket        : o.onsocket,\n    isgone          : o.isgone,\n',
    ],
    [
      "      return query.reject(Errors.connection('CONNECTION_ENDED', options, options))\n",
      "      return query.reject(Errors.connection('CONNECTION_ENDED', options, options))\n\n    if (options.isgone())\n      return query.reject(Errors.generic('ETIMEDOUT', 'Postgres does not answer'))\n",
    ],
    [
      '    queries.length && connect(c, queries.shift())\n',
      `    while (options.isgone() && queries.length)
      queries.shift().reject(Errors.generic('ETIMEDOUT', 'Postgres does not answer'))
    queries.length && connect(c, queries.shift())
`,
    ],
    ['      ...options,\n      max: 1,\n', '      ...options,\n      isgone: () => false,\n      max: 1,\n'],
    ['async function listen(name, fn, onlisten) {\n', 'async function listen(name, fn, onlisten, again) {\n'],
    [
      '      onclose() {\n        Object.entries',
      '      onclose() {\n        listen.sql === sql && Object.entries',
    ],
    ['listen(name, l.fn, l.onlisten).catch', 'listen(name, l.fn, l.onlisten, true).catch'],
    [
      '      channels[name].listeners.push(listener)\n      const result = await channels[name].result\n',
      '      channels[name].listeners.push(listener)\n      const result = await channels[name].result.catch(failed)\n',
    ],
    [
      'listeners: [listener] }\n    const result = await channels[name].result\n',
      'listeners: [listener] }\n    const result = await channels[name].result.catch(failed)\n',
    ],
    [
      '    async function unlisten() {\n',
      `    async function failed(x) {
      again || await unlisten().catch(() => {})
      throw x
    }

    async function unlisten() {
`,
    ],
    ['x => x !== listener', 'x => x.fn !== fn'],
    [
      '      delete channels[name]\n      return sql`unlisten',
      `      delete channels[name]
      if (Object.keys(channels).length === 0) {
        listen.sql = null
        return sql.end({ timeout: 1 })
      }
      return sql\`unlisten`,
    ],
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

/** Options beside those of the driver. */
interface SessionOptions {
  /** Columns that are read at the start of each session. */
  sessionSql: string
  /** Called with them before the first statement. An error that it returns ends the connection, and is what the statement fails with. */
  onsession(row: never): Error | undefined
  /** Called with each new socket before it connects, and with a function that says whether an answer of the server is due. */
  onsocket(socket: Socket, isWaiting: () => boolean): void
  /** While it is true, statements are refused with ETIMEDOUT instead of waiting for a connection. Not what listens: it connects again. */
  isgone(): boolean
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
export const connectPostgres = loadRepaired() as (
  options: postgres.Options<Record<string, postgres.PostgresType>> & SessionOptions,
) => postgres.Sql
