import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The client as a page would load it: one minified script that puts its exports into the global `inpigritas`, nothing left out. */
export async function bundleClient(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../../src/client/index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'iife',
    globalName: 'inpigritas',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]!.text
}
