import { describe, expect, it, test } from 'vitest'
import { Failure } from '../../../src/config/failure.ts'
import { DATABASE_FAILURES, databaseFailure } from '../../../src/storage/database-failure.ts'

/** The failure for an error with this code. */
function of(code: string, syscall?: string): Failure {
  return databaseFailure(Object.assign(new Error('its message'), { code, syscall })) as Failure
}

/** A case per code that servers, Node and TLS have: `code`, or `code syscall`, what it becomes, and whether it is retried. */
const CASES: readonly [codes: string[], becomes: string, retry: boolean][] = [
  [['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'], 'POSTGRES_UNREACHABLE', true],
  [['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET'], 'POSTGRES_UNREACHABLE', true],
  [['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'], 'POSTGRES_UNREACHABLE', true],
  [['EAI_NODATA', 'EAI_NONAME', 'EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'], 'POSTGRES_UNREACHABLE', true],
  [['ENOENT connect', 'ENOTDIR connect', 'EAGAIN connect'], 'POSTGRES_UNREACHABLE', true],
  [
    ['CONNECT_TIMEOUT', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED'],
    'POSTGRES_UNREACHABLE',
    true,
  ],
  [['EACCES connect', 'EPERM connect'], 'POSTGRES_SOCKET', false],
  [['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', '53000', '53200', '53400'], 'POSTGRES_BUSY', true],
  [['ENOSPC', 'EDQUOT', '53100'], 'DISK_FULL', true],
  [
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED'],
    'POSTGRES_CERTIFICATE',
    false,
  ],
  [['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID'], 'POSTGRES_CERTIFICATE', false],
  [['NO_TLS'], 'POSTGRES_WITHOUT_TLS', false],
  [['08000', '08001', '08003', '08004', '08006', '08007', '08P01'], 'POSTGRES_UNREACHABLE', true],
  [['25006'], 'POSTGRES_READ_ONLY', true],
  [['25P03', '25P04'], 'TRANSACTION_ENDED', true],
  [['28000', '28P01'], 'POSTGRES_PASSWORD', false],
  [['3D000', '57P04'], 'NO_DATABASE', false],
  [['40000', '40001', '40002', '40003', '40P01', '55000', '55006', '55P03'], 'POSTGRES_CONFLICT', true],
  [['42501'], 'NO_PRIVILEGE', false],
  [['53300'], 'TOO_MANY_CONNECTIONS', true],
  [['57014'], 'STATEMENT_CANCELED', true],
  [['57000', '57P01', '57P02', '57P03', '57P05'], 'POSTGRES_UNREACHABLE', true],
  [['58000', '58030'], 'POSTGRES_DISK', true],
  [['58P01', '58P02', 'XX001', 'XX002'], 'DATABASE_DAMAGED', false],
  [['XX000'], 'POSTGRES_INTERNAL', false],
]

describe('an error of the database', () => {
  const cases = CASES.flatMap(([codes, becomes, retry]) =>
    codes.map((code) => [code, becomes, retry] as const),
  )

  test.each(cases)('%s becomes %s, retried: %s', (given, becomes, retry) => {
    const [code = '', syscall] = given.split(' ')
    const failure = of(code, syscall)
    expect(failure).toBeInstanceOf(Failure)
    expect(failure).toMatchObject({ code: becomes, retry })
    expect(failure.message).toContain(code)
    expect(failure.hint).toBeTruthy()
  })

  // Rows are matched by their codes here, without the code that is tested.
  test.each(DATABASE_FAILURES.map((row) => [row.codes, row] as const))(
    'row "%s" has a case for each code',
    (_, row) => {
      const tested = cases.map(([code]) => code.split(' ')[0]!)
      for (const code of row.codes.split(' ')) {
        const covers = (other: string) =>
          code.endsWith('*') ? other.startsWith(code.slice(0, -1)) : other === code
        expect(tested.some(covers), code).toBe(true)
      }
    },
  )

  it.each([
    ['23505', undefined, 'a row that is there twice'],
    ['22003', undefined, 'a number out of range'],
    ['22P05', undefined, 'a character that the encoding lacks'],
    ['25001', undefined, 'a transaction inside another'],
    ['25P02', undefined, 'a statement after a failed one'],
    ['42P01', undefined, 'a table that does not exist'],
    ['55P02', undefined, 'a parameter that cannot be changed'],
    ['ENOENT', 'open', 'a file that does not exist'],
    ['EACCES', 'open', 'a file that may not be opened'],
    ['EIO', 'fsync', 'a disk that fails while a vote is written'],
    ['EROFS', 'open', 'a file system that takes no votes'],
  ] as [code: string, syscall: string | undefined, what: string][])(
    '%s %s is returned unchanged: %s',
    (code, syscall, _what) => {
      expect(of(code, syscall)).not.toBeInstanceOf(Failure)
    },
  )

  it("inside the server is told in the server's own words", () => {
    expect(of('XX001').message).toContain('its message')
    expect(of('57P01').message).not.toContain('its message')
  })
})
