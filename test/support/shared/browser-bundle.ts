import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'

/** A bundle for browsers of a file of src, minified unless the options say otherwise. @throws if it needs anything of Node */
export async function browserBundle(file: string, options: BuildOptions = {}): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../../../src/${file}`, import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    logLevel: 'silent',
    ...options,
    write: false,
  })
  return outputFiles[0]!.contents
}
