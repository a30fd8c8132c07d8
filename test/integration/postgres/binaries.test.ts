import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { canReach, serverAccount } from '../../../src/postgres/account.ts'
import { embeddedBinaries, packagedFolder } from '../../../src/postgres/binaries.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

let folder: string

beforeEach(() => {
  folder = testFolder('package')
})
afterEach(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true, force: true })
})

/** The package as `npm ci --ignore-scripts` leaves it. */
function withoutLinks(): string {
  const packaged = join(folder, 'package', 'native')
  cpSync(packagedFolder(), packaged, { recursive: true, verbatimSymlinks: true })
  cpSync(join(packagedFolder(), '../package.json'), join(packaged, '../package.json'))
  for (const entry of readdirSync(join(packaged, 'lib'), { withFileTypes: true })) {
    if (entry.isSymbolicLink()) rmSync(join(packaged, 'lib', entry.name))
  }
  return packaged
}

/** Runs a program that needs the libraries, as the server's user. */
function versionOf(native: string): string {
  const account = serverAccount()
  const options = account ? { uid: account.uid, gid: account.gid } : {}
  return execFileSync(join(native, 'bin/initdb'), ['--version'], {
    ...options,
    cwd: '/',
    encoding: 'utf8',
    stdio: 'pipe',
  })
}

test('a package whose install script was blocked gets its links', () => {
  chmodSync(folder, 0o755)
  const packaged = withoutLinks()
  expect(() => versionOf(packaged)).toThrow()
  const { folder: native, major } = embeddedBinaries(serverAccount(), join(folder, 'data'), packaged)
  expect(native).toBe(packaged)
  expect(versionOf(native)).toContain(`PostgreSQL) ${major}.`)
})

test('a package that the server cannot use in its place is copied once', () => {
  const packaged = withoutLinks()
  const account = serverAccount()
  // Root may write anywhere, but the server's user may not come here; an ordinary user owns what it may not write.
  chmodSync(account ? folder : join(packaged, 'lib'), account ? 0o700 : 0o500)
  const copyTo = join(folder, 'data')
  mkdirSync(copyTo)
  const { folder: native } = embeddedBinaries(account, copyTo, packaged)
  expect(native.startsWith(packaged)).toBe(false)
  if (account) expect(canReach(native, account)).toBe(true)
  expect(versionOf(native)).toContain('PostgreSQL')
  expect(embeddedBinaries(account, copyTo, packaged).folder).toBe(native)
  chmodSync(join(packaged, 'lib'), 0o700)
})
