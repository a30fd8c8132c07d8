#!/usr/bin/env node
// Starts ictl from its compiled files. In a checkout it compiles them first when they are missing or older than the sources.
const version = process.versions.node.split('.').map(Number)
if (version[0] < 20 || (version[0] === 20 && version[1] < 20)) {
  console.error(
    `error: Node ${process.versions.node} is too old. Install Node 20.20 or later, then start again.`,
  )
  process.exit(1)
}

const { existsSync, readdirSync, statSync } = await import('node:fs')
const { fileURLToPath } = await import('node:url')
const { spawnSync } = await import('node:child_process')

const root = fileURLToPath(new URL('../../', import.meta.url))
const compiled = `${root}dist/cli/main.js`

if (existsSync(`${root}src/cli/main.ts`) && isStale()) compile()
await import(new URL('../../dist/cli/main.js', import.meta.url).href)

function isStale() {
  const stamp = `${root}dist/.tsbuildinfo`
  if (!existsSync(compiled) || !existsSync(stamp)) return true
  const built = statSync(stamp).mtimeMs
  const sources = readdirSync(`${root}src`, { recursive: true, withFileTypes: true })
  return sources.some(
    (entry) =>
      entry.isFile() &&
      entry.name.endsWith('.ts') &&
      statSync(`${entry.parentPath ?? entry.path}/${entry.name}`).mtimeMs > built,
  )
}

function compile() {
  const tsc = `${root}node_modules/typescript/bin/tsc`
  if (!existsSync(tsc)) {
    if (existsSync(compiled)) return
    console.error(
      `error: nothing is compiled and there is no compiler. Run npm ci in ${root}, then start again.`,
    )
    process.exit(1)
  }
  const { status } = spawnSync(process.execPath, [tsc, '-p', `${root}tsconfig.build.json`], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0 && !existsSync(compiled)) process.exit(1)
}
