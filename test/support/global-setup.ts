import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Workers and child processes run from dist: compiles it once before all tests. */
export default function setup(): void {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const { status, stdout } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(`dist cannot be built:\n${stdout}`)
}
