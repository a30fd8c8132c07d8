import { readFileSync } from 'node:fs'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import type { PostgresTarget } from '../config/postgres-url.ts'

/** Options of `tls.connect`; `isOptional`: go on without TLS if the server has none. */
export interface TlsOptions extends ConnectionOptions {
  isOptional: boolean
}

/**
 * TLS as `sslmode` asks for it, false for none. `system` are the authorities that Node trusts.
 * @throws the error of the file system if a file of `target` cannot be read
 */
export function tlsOptions({ sslMode, rootCert, cert, key, host }: PostgresTarget): TlsOptions | false {
  if (sslMode === 'disable') return false
  const isChecked = sslMode === 'verify-ca' || sslMode === 'verify-full'
  return {
    isOptional: sslMode === 'prefer',
    rejectUnauthorized: isChecked,
    ...(isChecked && rootCert !== undefined && rootCert !== 'system' ? { ca: readFileSync(rootCert) } : {}),
    ...(cert === undefined ? {} : { cert: readFileSync(cert) }),
    ...(key === undefined ? {} : { key: readFileSync(key) }),
    // Node would compare with the name that it sends, and it sends none for an address.
    checkServerIdentity: (_, certificate) =>
      sslMode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
  }
}
