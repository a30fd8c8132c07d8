import { Failure } from '../config/failure.ts'

/** What an error of the database means for whoever met it. `retry`: a node pauses and tries again; otherwise it ends. */
interface Meaning {
  code: string
  message: string
  hint: string
  retry: boolean
}

const failure = (code: string, message: string, hint: string, retry: boolean): Meaning => ({
  code,
  message,
  hint,
  retry,
})

const UNREACHABLE = failure(
  'POSTGRES_UNREACHABLE',
  'Postgres cannot be reached',
  'start it, or check DATABASE_URL',
  true,
)
const FULL = failure(
  'DISK_FULL',
  'there is no space left on the disk',
  'free some space; it goes on by itself',
  true,
)
const BUSY = failure(
  'POSTGRES_BUSY',
  'Postgres or this machine has no room for this at the moment',
  'it goes on by itself; if it lasts, raise the limit that the code names',
  true,
)
const IN_THE_WAY = failure(
  'POSTGRES_CONFLICT',
  'another session of Postgres is in the way',
  'it goes on by itself; if it lasts, look for the session in pg_stat_activity and pg_locks',
  true,
)
const CONNECTIONS = failure(
  'TOO_MANY_CONNECTIONS',
  'Postgres has no free connection',
  'raise max_connections of the server or CONNECTION LIMIT of the role, or end other clients',
  true,
)
const READ_ONLY = failure(
  'POSTGRES_READ_ONLY',
  'Postgres takes no writes',
  'name the primary in DATABASE_URL, or turn default_transaction_read_only off',
  true,
)
const CANCELED = failure(
  'STATEMENT_CANCELED',
  'Postgres ended a statement that took too long',
  'ask for less, or try again when the server has less to do',
  true,
)
const ENDED = failure(
  'TRANSACTION_ENDED',
  'Postgres ended a transaction that took too long',
  'it goes on by itself; if it lasts, raise transaction_timeout of the role',
  true,
)
const DISK = failure(
  'POSTGRES_DISK',
  'Postgres cannot read or write its files',
  'its log says which; it goes on by itself once it can',
  true,
)
const DAMAGED = failure(
  'DATABASE_DAMAGED',
  'files of the database are damaged or missing',
  'see the log of Postgres, then restore a backup, or start with an empty database that the other nodes fill in',
  false,
)
const BROKEN = failure(
  'POSTGRES_INTERNAL',
  'Postgres reports an error inside itself',
  'see its log: files may be damaged; ictl audit checks the data',
  false,
)
const PASSWORD = failure(
  'POSTGRES_PASSWORD',
  'Postgres rejected the user or the password',
  'check DATABASE_URL',
  false,
)
const PRIVILEGE = failure(
  'NO_PRIVILEGE',
  'the role in DATABASE_URL may not do this in the database',
  'run ictl migrate as the owner of the tables: it makes them and grants the rights',
  false,
)
const ABSENT = failure(
  'NO_DATABASE',
  'the database does not exist',
  'create it, or check the name in DATABASE_URL',
  false,
)
const SOCKET = failure(
  'POSTGRES_SOCKET',
  'this user may not open the socket of Postgres',
  'run as a user that may enter its folder, or name another host in DATABASE_URL',
  false,
)
const CERTIFICATE = failure(
  'POSTGRES_CERTIFICATE',
  'the certificate of Postgres is not the one that DATABASE_URL demands',
  'check sslmode, sslrootcert and the host in DATABASE_URL',
  false,
)
const NO_TLS = failure(
  'POSTGRES_WITHOUT_TLS',
  'Postgres offers no TLS, and sslmode in DATABASE_URL demands it',
  'turn ssl on in the server, or choose another sslmode',
  false,
)

/** One kind of error: its codes, `40*` standing for a class, what it means, and why. */
interface Row {
  codes: string
  /** The system calls that the row is about, where others fail with the same code for other reasons. */
  syscall?: string
  means: Meaning
  why: string
}

/**
 * The errors that say something to an operator. All others are bugs of this program, and are not changed. What may pass without a change of this
 * program or its settings is retried: a node that pauses loses nothing, and says why. What ends it would only fail again.
 * SQLSTATE: appendix A of the manual of Postgres, "Error Codes"; codes that begin with E: errno(3); others: those of the driver and of TLS.
 */
export const DATABASE_FAILURES: readonly Row[] = [
  {
    codes: 'ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT',
    means: UNREACHABLE,
    why: 'the server stopped, restarts, or vanished',
  },
  {
    codes: 'EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ENETRESET EADDRNOTAVAIL',
    means: UNREACHABLE,
    why: 'the network between is down',
  },
  {
    codes: 'ENOTFOUND EAI_AGAIN EAI_FAIL EAI_NODATA EAI_NONAME',
    means: UNREACHABLE,
    why: 'name service fails',
  },
  { codes: 'ENOENT ENOTDIR', syscall: 'connect', means: UNREACHABLE, why: 'a stopped server has no socket' },
  { codes: 'EAGAIN', syscall: 'connect', means: UNREACHABLE, why: 'the queue of the socket is full' },
  {
    codes: 'EACCES EPERM',
    syscall: 'connect',
    means: SOCKET,
    why: 'rights of files do not change by themselves',
  },
  {
    codes: 'CONNECT_TIMEOUT CONNECTION_CLOSED CONNECTION_ENDED CONNECTION_DESTROYED',
    means: UNREACHABLE,
    why: 'the driver says the same',
  },
  { codes: 'EPROTO ERR_SSL_*', means: UNREACHABLE, why: 'a TLS connection broke' },
  {
    codes: 'EMFILE ENFILE ENOBUFS ENOMEM',
    means: BUSY,
    why: 'other connections of this machine close again',
  },
  { codes: 'ENOSPC EDQUOT', means: FULL, why: 'an operator makes room' },
  {
    codes: 'DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_* CERT_* ERR_TLS_CERT_*',
    means: CERTIFICATE,
    why: 'it must not be trusted next time either',
  },
  { codes: 'NO_TLS', means: NO_TLS, why: 'a setting' },
  { codes: '08*', means: UNREACHABLE, why: 'connection exceptions; poolers report theirs as 08P01' },
  { codes: '25006', means: READ_ONLY, why: 'after a failover, until the primary is back at this address' },
  { codes: '25P03 25P04', means: ENDED, why: 'nothing of the transaction is stored' },
  { codes: '28000 28P01', means: PASSWORD, why: 'a setting' },
  { codes: '3D000 57P04', means: ABSENT, why: 'it must be made' },
  { codes: '40*', means: IN_THE_WAY, why: 'rollbacks for concurrency: run it again' },
  { codes: '42501', means: PRIVILEGE, why: 'rights must be granted' },
  { codes: '53100', means: FULL, why: 'an operator makes room' },
  { codes: '53300', means: CONNECTIONS, why: 'others disconnect' },
  { codes: '53*', means: BUSY, why: 'memory, locks and temporary files are given back' },
  {
    codes: '55000 55006 55P03',
    means: IN_THE_WAY,
    why: 'locks, maintenance, and databases that take no connections',
  },
  { codes: '57014', means: CANCELED, why: 'a time-out, or somebody canceled it' },
  { codes: '57*', means: UNREACHABLE, why: 'the server stops, starts, recovers, or ended an idle session' },
  {
    codes: '58000 58030',
    means: DISK,
    why: 'storage over a network comes back; nothing is stored until it does',
  },
  { codes: '58P01 58P02', means: DAMAGED, why: 'a file is missing, or one is there that must not be' },
  { codes: 'XX001 XX002', means: DAMAGED, why: 'checksums or indexes are wrong' },
  { codes: 'XX*', means: BROKEN, why: 'what the server must not trust, nobody should' },
]

/** The rows by code and by class, without the star. Of several rows, the first one counts. */
const byCode = new Map<string, Row>()
const byClass = new Map<string, Row>()
for (const row of DATABASE_FAILURES) {
  for (const code of row.codes.split(' ')) {
    if (code.endsWith('*')) byClass.set(code.slice(0, -1), row)
    else byCode.set(code, row)
  }
}

/**
 * Converts an error of the database into a Failure that says whether to retry. Other errors, and those that indicate a bug in this program, are
 * returned unchanged.
 */
export function databaseFailure(error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error
  const { code, syscall } = error as NodeJS.ErrnoException
  if (typeof code !== 'string') return error
  const row = byCode.get(code) ?? [...byClass].find(([start]) => code.startsWith(start))?.[1]
  if (row === undefined || (row.syscall !== undefined && row.syscall !== syscall)) return error
  const { means } = row
  // Only the server itself can say what is wrong inside it.
  const detail = means === BROKEN || means === DAMAGED ? `${code}: ${error.message}` : code
  const { hint, retry } = means
  return new Failure(means.code, `${means.message} (${detail})`, { hint, retry, cause: error })
}
