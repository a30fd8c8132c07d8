// Bundles src/explorer into dist/explorer: index.html, the service worker, files that are named after their content, so that browsers may keep them
// for ever, and the manifest of the page's documents.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { pngOf } from './icon-png.mjs'

const source = fileURLToPath(new URL('../src/explorer/', import.meta.url))
const target = fileURLToPath(new URL('../dist/explorer/', import.meta.url))
/** Width and height that iOS asks icons of, in pixels. */
const TOUCH_ICON = 180
/** The path that the files are served under. */
const PREFIX = '/explorer/'
const common = {
  outdir: target,
  entryNames: '[name]-[hash]',
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: ['es2022'],
  minify: true,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
}
const built = new Set()
const sha256 = (text) => createHash('sha256').update(text).digest('hex')
const hashOf = (text) => sha256(text).slice(0, 8)

/** Bundles entries. @returns the path that the first file made of an entry is served under */
async function bundle(entries, options) {
  const entryPoints = entries.map((entry) => join(source, entry))
  const { metafile } = await build({ ...common, entryPoints, ...options })
  const outputs = Object.entries(metafile.outputs)
  for (const [path] of outputs) built.add(basename(path))
  return (entry) => {
    const found = outputs.find(([, { entryPoint, inputs }]) =>
      (entryPoint ?? Object.keys(inputs)[0])?.endsWith(`src/explorer/${entry}`),
    )
    return PREFIX + basename(found[0])
  }
}

/** The documents that the page sends, by their SHA-256 in hex: what an api trusts that runs no others. */
async function documents() {
  const entryPoints = [join(source, 'generated/operations.ts')]
  const { outputFiles } = await build({ entryPoints, format: 'esm', write: false, logLevel: 'warning' })
  const url = `data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`
  const texts = Object.values(await import(url))
  return Object.fromEntries(texts.map((text) => [sha256(text), text]))
}

/** Writes a file that is no bundle. */
function write(name, content) {
  writeFileSync(join(target, name), content)
  built.add(name)
  return PREFIX + name
}

mkdirSync(target, { recursive: true })
const verifier = (await bundle(['verify/worker.ts'], { entryNames: 'verifier-[hash]' }))('verify/worker.ts')
const pathOf = await bundle(['main.tsx', 'style.css', 'icon.svg'], {
  chunkNames: 'part-[hash]',
  assetNames: '[name]-[hash]',
  splitting: true,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.svg': 'copy' },
  define: { VERIFIER_URL: JSON.stringify(verifier) },
})
const icon = pathOf('icon.svg')
const manifest = readFileSync(join(source, 'manifest.json'), 'utf8').replaceAll('{{icon}}', icon)
const touchIcon = pngOf(readFileSync(join(source, 'icon.svg'), 'utf8'), TOUCH_ICON)
const html = readFileSync(join(source, 'index.html'), 'utf8')
  .replace('{{style}}', pathOf('style.css'))
  .replace('{{script}}', pathOf('main.tsx'))
  .replace('{{manifest}}', write(`manifest-${hashOf(manifest)}.webmanifest`, manifest))
  .replace('{{icon}}', icon)
  .replace('{{touchIcon}}', write(`icon-${hashOf(touchIcon)}.png`, touchIcon))

const files = [...built].sort().map((name) => PREFIX + name)
await bundle(['verify/service-worker.ts'], {
  entryNames: '[name]',
  define: { FILES: JSON.stringify(files), VERSION: JSON.stringify(hashOf(html + files)) },
})
write('index.html', html)
write('documents.json', JSON.stringify(await documents(), null, 1))
for (const name of readdirSync(target)) if (!built.has(name)) rmSync(join(target, name), { recursive: true })
