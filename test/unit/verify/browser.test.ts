import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

it('inpigritas/verify needs nothing of Node', async () => {
  const { outputFiles, errors } = await build({
    entryPoints: [fileURLToPath(new URL('../../../src/verify/index.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  expect(errors).toEqual([])
  expect(outputFiles[0]!.text).toContain('verifyGroth16')
})
