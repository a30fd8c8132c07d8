import { existsSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Failure } from './failure.ts'

/** Values of `sslmode` that are supported, as the manual of Postgres describes them ("SSL Support", table "SSL Mode Descriptions"). */
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
type SslMode = (typeof SSL_MODES)[number]

/** Where a database is and how to connect to it. */
export interface PostgresTarget {
  /** A name, an address, or the folder of a Unix socket, which begins with a slash. */
  host: string
  port: number
  user: string
  password: string
  database: string
  /** What TLS is used for; `disable` for a Unix socket. */
  sslMode: SslMode
  /** PEM files: the authorities that may sign the server's certificate, and this client's certificate and key. */
  rootCert: string | undefined
  cert: string | undefined
  key: string | undefined
  /** 0 for no bound, undefined if the URL does not say. */
  connectTimeoutS: number | undefined
  applicationName: string | undefined
  /** Command-line options for the session, `-c name=value`. */
  options: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** Parameters that are read, and the variable that stands in for each, as in libpq. */
const PARAMETERS: Readonly<Record<string, string | undefined>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  dbname: 'PGDATABASE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  application_name: 'PGAPPNAME',
  options: 'PGOPTIONS',
  fallback_application_name: undefined,
}

/** Parameters of libpq that ask for nothing more than what happens anyway, as long as they have one of these values. */
const SATISFIED: Readonly<Record<string, readonly string[]>> = {
  client_encoding: ['UTF8', 'utf8', 'UTF-8', 'utf-8', 'auto'],
  target_session_attrs: ['any'],
  load_balance_hosts: ['disable'],
  gssencmode: ['disable', 'prefer'],
  channel_binding: ['disable', 'prefer'],
  sslnegotiation: ['postgres'],
  sslcompression: ['0'],
  sslsni: ['1'],
  keepalives: ['1'],
}

/** Folders in which servers put their socket: that of Debian and Red Hat, and that of Postgres itself. */
const SOCKET_FOLDERS = ['/var/run/postgresql', '/tmp']
const DEFAULT_PORT = 5432

/** scheme, user and password, hosts with ports, database, parameters */
const URI = /^postgres(?:ql)?:\/\/(?:([^@/]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s
/** A host, or an IPv6 address in brackets, and a port. */
const HOST = /^(\[[^\]]*\]|[^:[\]]*)(?::(.*))?$/s

/**
 * Reads a connection URI as libpq does (manual of Postgres, "Connection URIs"), environment variables included. Parameters that are not supported
 * are refused, so that nothing of a URL is silently left out. Not read: `~/.pgpass`, service files, and URIs with several hosts.
 * @throws Failure BAD_DATABASE_URL; the message never has the password
 */
export function parsePostgresUrl(url: string, env: Environment = process.env): PostgresTarget {
  const match = URI.exec(url)
  if (match === null) throw bad('it does not begin with postgres:// or postgresql://')
  const [, userInfoPart, hostPart = '', path, query] = match
  const given = new Map<string, string>()
  const set = (name: string, text: string | undefined) => {
    if (text !== undefined && text !== '') given.set(name, decode(text, name))
  }
  const [user, ...password] = userInfoPart?.split(':') ?? []
  set('user', user)
  set('password', password.length === 0 ? undefined : password.join(':'))
  if (hostPart.includes(',')) throw bad('it names several hosts, which is not supported', 'name one')
  const [, host, port] = HOST.exec(hostPart) ?? []
  if (host === undefined) throw bad(`its host ${hostPart} is not one`)
  set('host', host.startsWith('[') ? host.slice(1, -1) : host)
  set('port', port)
  set('dbname', path)
  for (const pair of query === undefined || query === '' ? [] : query.split('&')) {
    const [name, value] = parameter(pair)
    if (name === 'ssl' && value === 'true') given.set('sslmode', 'require')
    else if (checkParameter(name, value)) given.set(name, value)
  }
  return target((name) => given.get(name) ?? (env[PARAMETERS[name] ?? ''] || undefined), env)
}

/** One `name=value` of the query part. */
function parameter(pair: string): [name: string, value: string] {
  const [name, value, ...more] = pair.split('=')
  if (!name || value === undefined || more.length > 0) throw bad(`its parameter ${name} must be name=value`)
  return [decode(name, 'name'), decode(value, name)]
}

/** True if the parameter is read, false if it may be left out. @throws Failure BAD_DATABASE_URL for all others */
function checkParameter(name: string, value: string): boolean {
  if (Object.hasOwn(PARAMETERS, name)) return true
  if (Object.hasOwn(SATISFIED, name) && SATISFIED[name]!.includes(value)) return false
  throw bad(`its parameter ${name}=${value} is not supported`, 'leave it out')
}

/** @param value of a parameter, from the URL or the environment */
function target(value: (name: string) => string | undefined, env: Environment): PostgresTarget {
  const port = wholeNumber('port', value('port') ?? `${DEFAULT_PORT}`, 1, 65_535)
  const host = value('host') ?? defaultHost(port)
  if (host.includes(',')) throw bad('it names several hosts, which is not supported', 'name one')
  const isSocket = host.startsWith('/')
  const user = value('user') ?? (env.USER || userInfo().username)
  const timeout = value('connect_timeout')
  return {
    host,
    port,
    user,
    password: value('password') ?? '',
    database: value('dbname') ?? user,
    ...(isSocket ? { sslMode: 'disable', rootCert: undefined } : security(value)),
    cert: isSocket ? undefined : value('sslcert'),
    key: isSocket ? undefined : value('sslkey'),
    connectTimeoutS: timeout === undefined ? undefined : wholeNumber('connect_timeout', timeout, 0, 86_400),
    applicationName: value('application_name') ?? value('fallback_application_name'),
    options: value('options'),
  }
}

/** The mode of TLS and its authorities. As in libpq, `require` with authorities checks the certificate like `verify-ca`. */
function security(value: (name: string) => string | undefined): Pick<PostgresTarget, 'sslMode' | 'rootCert'> {
  const mode = value('sslmode') ?? 'prefer'
  if (!(SSL_MODES as readonly string[]).includes(mode)) {
    throw bad(`its sslmode=${mode} is not supported`, `choose one of ${SSL_MODES.join(', ')}`)
  }
  const standard = join(homedir(), '.postgresql/root.crt')
  const rootCert = value('sslrootcert') ?? (existsSync(standard) ? standard : undefined)
  if (mode.startsWith('verify') && rootCert === undefined) {
    throw bad(`its sslmode=${mode} needs sslrootcert`, 'name the file of the authorities, or system')
  }
  if (rootCert === 'system' && mode !== 'verify-full') {
    throw bad('its sslrootcert=system needs sslmode=verify-full', 'name both')
  }
  if (rootCert !== undefined && rootCert !== 'system' && mode.startsWith('verify') && !existsSync(rootCert)) {
    throw bad(`its sslrootcert ${rootCert} does not exist`, 'check the path')
  }
  const checks = mode === 'require' && rootCert !== undefined && existsSync(rootCert)
  return { sslMode: checks ? 'verify-ca' : (mode as SslMode), rootCert }
}

/** The folder of the socket of a server on this machine; localhost if there is none. */
function defaultHost(port: number): string {
  return SOCKET_FOLDERS.find((folder) => existsSync(join(folder, `.s.PGSQL.${port}`))) ?? 'localhost'
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw bad(`its ${name} must be a whole number from ${min} to ${max}`)
}

function decode(text: string, name: string): string {
  try {
    const decoded = decodeURIComponent(text)
    if (!decoded.includes('\0')) return decoded
  } catch {
    // Told below.
  }
  throw bad(`the percent-encoding of its ${name} is wrong`, 'write a percent sign as %25')
}

function bad(what: string, hint = 'it has the form postgres://user:password@host:port/database'): Failure {
  return new Failure('BAD_DATABASE_URL', `the URL of the database cannot be used: ${what}`, { hint })
}
