import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { removeAbandoned } from './shared/test-folder.ts'
import { servePostgres } from './storage/postgres-servers.ts'

/** Runs once before all tests: removes what killed runs left behind, compiles dist, from which worker threads and child processes run, and bundles the page into it, and serves Postgres servers to the test files. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  removeAbandoned(Date.now())
  const root = fileURLToPath(new URL('../../', import.meta.url))
  for (const args of [
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
    ['scripts/build-explorer.mjs'],
  ]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
    if (status !== 0) throw new Error(`dist cannot be built:\n${stdout}${stderr}`)
  }
  const { socket, stop } = await servePostgres()
  provide('postgresSocket', socket)
  return stop
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Unix socket of servePostgres. */
    postgresSocket: string
  }
}
