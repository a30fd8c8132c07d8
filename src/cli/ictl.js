#!/usr/bin/env node
// Starts ictl from its compiled files. In a checkout it compiles them first when they are missing or older than the sources.
// Written so that a Node far too old can still read it, and say so.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)
const root = fileURLToPath(new URL('../../', import.meta.url))
const compiled = `${root}dist/cli/main.js`
/** As old as the last compilation. */
const stamp = `${root}dist/.tsbuildinfo`
/** Files that something is compiled or bundled from. */
const SOURCE = /\.(tsx?|css|html)$/

if (major < 20 || (major === 20 && minor < 20)) {
  giveUp(`Node ${process.versions.node} is too old`, 'Install Node 20.20 or later, then start again.')
} else {
  if (existsSync(`${root}src/cli/main.ts`) && isStale()) compile()
  // Otherwise graphql-js compares the names of classes as well, for each value of an input.
  process.env.NODE_ENV ??= 'production'
  import('../../dist/cli/main.js').catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    giveUp(error.message.split('\n')[0], `Run npm ci in ${root}, then start again.`)
  })
}

function isStale() {
  if (!existsSync(compiled) || !existsSync(stamp)) return true
  const built = statSync(stamp).mtimeMs
  const sources = readdirSync(`${root}src`, { recursive: true, withFileTypes: true })
  return sources.some(
    (entry) =>
      entry.isFile() &&
      SOURCE.test(entry.name) &&
      statSync(`${entry.parentPath || entry.path}/${entry.name}`).mtimeMs > built,
  )
}

function compile() {
  const tsc = `${root}node_modules/typescript/bin/tsc`
  if (!existsSync(tsc)) {
    if (existsSync(compiled)) return
    giveUp('nothing is compiled and there is no compiler', `Run npm ci in ${root}, then start again.`)
  }
  const { status } = spawnSync(process.execPath, [tsc, '-p', `${root}tsconfig.build.json`], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0 && !existsSync(compiled)) process.exit(1)
  bundle()
  // The compiler leaves it as it is where nothing has changed in a source but its time.
  if (status === 0 && existsSync(stamp)) utimesSync(stamp, new Date(), new Date())
}

/** Bundles the page. Without it, everything else still runs. */
function bundle() {
  const script = `${root}scripts/build-explorer.mjs`
  if (existsSync(script)) spawnSync(process.execPath, [script], { stdio: ['ignore', 2, 2] })
}

function giveUp(what, hint) {
  console.error(`error: ${what}. ${hint}`)
  process.exit(1)
}
