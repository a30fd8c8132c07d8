// Bundles src/explorer into dist/explorer: index.html, and files that are named after their content, so that browsers may keep them for ever.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const source = fileURLToPath(new URL('../src/explorer/', import.meta.url))
const target = fileURLToPath(new URL('../dist/explorer/', import.meta.url))
/** The path that the files are served under. */
const PREFIX = '/explorer/'

mkdirSync(target, { recursive: true })
const { metafile } = await build({
  entryPoints: [join(source, 'main.tsx'), join(source, 'style.css')],
  outdir: target,
  entryNames: '[name]-[hash]',
  chunkNames: 'part-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'browser',
  target: ['es2022'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify: true,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
})

/** The name of the file that an entry became. */
function builtFrom(entry) {
  const [path] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(entry))
  return basename(path)
}
const html = readFileSync(join(source, 'index.html'), 'utf8')
  .replace('{{style}}', PREFIX + builtFrom('src/explorer/style.css'))
  .replace('{{script}}', PREFIX + builtFrom('src/explorer/main.tsx'))
writeFileSync(join(target, 'index.html'), html)

const built = new Set(['index.html', ...Object.keys(metafile.outputs).map((path) => basename(path))])
for (const name of readdirSync(target)) if (!built.has(name)) rmSync(join(target, name))
