// Writes the package @inpigritas/client into a folder (default dist-client): the files of dist that its entries import, directly or not, and a
// manifest with the versions of the main package. Fails if an entry for browsers imports a module of Node. Run it after the build.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** Subpaths of the package and their files in dist. */
const ENTRIES = {
  '.': { file: 'client/index', isForBrowsers: true },
  './keys': { file: 'keys/index', isForBrowsers: false },
  './verify': { file: 'verify/index', isForBrowsers: true },
  './verify/chain': { file: 'verify/batch-chain', isForBrowsers: true },
  './verify/certificate': { file: 'certificate/index', isForBrowsers: true },
  './verify/origin': { file: 'verify/check-origin', isForBrowsers: true },
}

const root = fileURLToPath(new URL('../', import.meta.url))
const target = process.argv[2] ?? join(root, 'dist-client')
const main = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Adds a file of dist and all files that it imports, directly or not, to `files`, and the packages that they import to `packages`. */
function follow(file, files, packages) {
  if (files.has(file)) return
  files.add(file)
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, 'dist', file), 'utf8'), true, true)
  for (const { fileName: specifier } of importedFiles) {
    if (!specifier.startsWith('.')) packages.add(specifier)
    // Declarations name the TypeScript source that they declare.
    else follow(normalize(join(dirname(file), specifier)).replace(/(?<!\.d)\.ts$/, '.d.ts'), files, packages)
  }
}

const files = new Set()
const packages = new Set()
for (const [subpath, { file, isForBrowsers }] of Object.entries(ENTRIES)) {
  const own = { files: new Set(), packages: new Set() }
  for (const extension of ['.js', '.d.ts']) follow(`${file}${extension}`, own.files, own.packages)
  const ofNode = [...own.packages].filter((name) => name.startsWith('node:'))
  if (isForBrowsers && ofNode.length > 0) throw new Error(`${subpath} imports ${ofNode.join(', ')}`)
  for (const each of own.files) files.add(each)
  for (const each of own.packages) packages.add(each)
}

const names = [...packages]
  .filter((name) => !name.startsWith('node:'))
  .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)[0])
const dependencies = Object.fromEntries(
  [...new Set(names)].sort().map((name) => {
    if (main.dependencies[name] === undefined) throw new Error(`${name} is not a dependency`)
    return [name, main.dependencies[name]]
  }),
)

const manifest = {
  name: '@inpigritas/client',
  version: main.version,
  description:
    'Query, subscribe, sign, submit and verify: the client of an Inpigritas ledger, for Node and browsers',
  license: main.license,
  type: 'module',
  sideEffects: false,
  engines: main.engines,
  exports: {
    ...Object.fromEntries(
      Object.entries(ENTRIES).map(([subpath, { file }]) => [
        subpath,
        { types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` },
      ]),
    ),
    './schema.graphql': './schema.graphql',
    './package.json': './package.json',
  },
  files: ['dist', 'schema.graphql'],
  dependencies,
}

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
for (const file of files) cpSync(join(root, 'dist', file), join(target, 'dist', file))
for (const file of ['schema.graphql', 'LICENSE']) cpSync(join(root, file), join(target, file))
cpSync(join(root, 'src/client/README.md'), join(target, 'README.md'))
writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
