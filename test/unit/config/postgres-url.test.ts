import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/config/failure.ts'
import { type PostgresTarget, parsePostgresUrl } from '../../../src/config/postgres-url.ts'

const ENVIRONMENT = { USER: 'me' }

/** URLs as the manual of Postgres has them, and what libpq makes of each. */
const ACCEPTED: readonly [url: string, target: Partial<PostgresTarget>, env?: Record<string, string>][] = [
  ['postgresql://localhost', { host: 'localhost', port: 5432, user: 'me', password: '', database: 'me' }],
  ['postgres://localhost:5433', { host: 'localhost', port: 5433 }],
  ['postgresql://localhost/mydb', { database: 'mydb' }],
  ['postgresql://user@localhost', { user: 'user', database: 'user' }],
  ['postgresql://user:secret@localhost', { user: 'user', password: 'secret' }],
  [
    'postgresql://other@localhost/otherdb?connect_timeout=10&application_name=myapp',
    { connectTimeoutS: 10, applicationName: 'myapp' },
  ],
  ['postgresql:///mydb?host=localhost&port=5433', { host: 'localhost', port: 5433, database: 'mydb' }],
  ['postgresql://[2001:db8::1234]/database', { host: '2001:db8::1234', port: 5432 }],
  ['postgresql://[::1]:5433/database', { host: '::1', port: 5433 }],
  ['postgresql:///dbname?host=/var/lib/postgresql', { host: '/var/lib/postgresql', sslMode: 'disable' }],
  ['postgresql://%2Fvar%2Flib%2Fpostgresql:5433/dbname', { host: '/var/lib/postgresql', port: 5433 }],
  ['postgresql://localhost/my%20db', { database: 'my db' }],
  ['postgresql://a%40b:p%3Aq%2F%3F%23@localhost/x', { user: 'a@b', password: 'p:q/?#' }],
  ['postgresql://u:a:b?c#d@localhost/x', { user: 'u', password: 'a:b?c#d' }],
  ['postgresql://localhost/x?user=u&password=p%26q&dbname=y', { user: 'u', password: 'p&q', database: 'y' }],
  ['postgresql://localhost/x?options=-c%20geqo%3Doff', { options: '-c geqo=off' }],
  ['postgresql://localhost/x?fallback_application_name=f', { applicationName: 'f' }],
  ['postgresql://localhost/x', { sslMode: 'prefer', connectTimeoutS: undefined, applicationName: undefined }],
  ['postgresql://localhost/x?sslmode=disable', { sslMode: 'disable' }],
  ['postgresql://localhost/x?sslmode=require', { sslMode: 'require' }],
  ['postgresql://localhost/x?ssl=true', { sslMode: 'require' }],
  [
    'postgresql://localhost/x?sslmode=require&sslrootcert=/etc/hosts',
    { sslMode: 'verify-ca', rootCert: '/etc/hosts' },
  ],
  [
    'postgresql://localhost/x?sslmode=verify-full&sslrootcert=system',
    { sslMode: 'verify-full', rootCert: 'system' },
  ],
  ['postgresql://localhost/x?sslcert=/c&sslkey=/k', { cert: '/c', key: '/k' }],
  [
    'postgresql://localhost/x?client_encoding=UTF8&target_session_attrs=any&gssencmode=disable',
    { database: 'x' },
  ],
  [
    'postgresql://',
    { host: '/run/pg', port: 6000, user: 'u', database: 'd' },
    { PGHOST: '/run/pg', PGPORT: '6000', PGUSER: 'u', PGDATABASE: 'd' },
  ],
  [
    'postgresql://h/d',
    { sslMode: 'require', password: 'p', options: '-c a=b' },
    { PGSSLMODE: 'require', PGPASSWORD: 'p', PGOPTIONS: '-c a=b' },
  ],
  [
    'postgresql://h:1/d',
    { host: 'h', port: 1, database: 'd' },
    { PGHOST: 'other', PGPORT: '2', PGDATABASE: 'e' },
  ],
]

/** What is refused, with a word of the reason. */
const REFUSED: readonly [url: string, reason: string][] = [
  ['', 'does not begin'],
  ['host=localhost dbname=x', 'does not begin'],
  ['mysql://localhost/x', 'does not begin'],
  ['postgres://a,b/x', 'several hosts'],
  ['postgres:///x?host=a,b', 'several hosts'],
  ['postgres://[::1/x', 'is not one'],
  ['postgres://[::1]5432/x', 'is not one'],
  ['postgres://localhost:0/x', 'port'],
  ['postgres://localhost:65536/x', 'port'],
  ['postgres://localhost:54x/x', 'port'],
  ['postgres://localhost/x?port=-1', 'port'],
  ['postgres://localhost/x?connect_timeout=soon', 'connect_timeout'],
  ['postgres://localhost/100%', 'percent-encoding'],
  ['postgres://localhost/a%00b', 'percent-encoding'],
  ['postgres://localhost/x?application_name', 'name=value'],
  ['postgres://localhost/x?options=-c a=b', 'name=value'],
  ['postgres://localhost/x?sslmode=allow', 'sslmode=allow'],
  ['postgres://localhost/x?sslmode=Require', 'sslmode=Require'],
  ['postgres://localhost/x?sslmode=verify-ca', 'needs sslrootcert'],
  ['postgres://localhost/x?sslmode=verify-ca&sslrootcert=/nowhere/ca.pem', '/nowhere/ca.pem does not exist'],
  ['postgres://localhost/x?sslmode=require&sslrootcert=system', 'verify-full'],
  ['postgres://localhost/x?hostaddr=127.0.0.1', 'hostaddr'],
  ['postgres://localhost/x?passfile=/p', 'passfile'],
  ['postgres://localhost/x?service=s', 'service'],
  ['postgres://localhost/x?target_session_attrs=read-write', 'target_session_attrs'],
  ['postgres://localhost/x?client_encoding=LATIN1', 'client_encoding'],
  ['postgres://localhost/x?gssencmode=require', 'gssencmode'],
  ['postgres://localhost/x?channel_binding=require', 'channel_binding'],
  ['postgres://localhost/x?constructor=1', 'constructor'],
]

describe('the URL of a database', () => {
  it.each(ACCEPTED)('%s is read as libpq reads it', (url, target, env = {}) => {
    expect(parsePostgresUrl(url, { ...ENVIRONMENT, ...env })).toMatchObject(target)
  })

  it.each(REFUSED)('%s is refused with one line', (url, reason) => {
    const refusal = (() => {
      try {
        return parsePostgresUrl(url, ENVIRONMENT)
      } catch (error) {
        return error as Failure
      }
    })()
    expect(refusal).toBeInstanceOf(Failure)
    expect(refusal).toMatchObject({ code: 'BAD_DATABASE_URL', retry: false, hint: expect.any(String) })
    expect((refusal as Failure).message).toContain(reason)
  })

  it('is never told with its password', () => {
    for (const url of ['postgres://u:hunter2@a,b/x', 'postgres://u:hunter2@h/x?foo=bar', 'u:hunter2@h'])
      expect(() => parsePostgresUrl(url, ENVIRONMENT)).toThrow(
        expect.not.stringContaining('hunter2') as never,
      )
  })
})
