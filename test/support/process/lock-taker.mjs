// Takes a lock when it is told to, and stops before a chosen use of the file system until it is told to go on. Each line on standard input is an
// order, each line on standard output the answer: everything happens in between, because nothing here is asynchronous.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

let usesLeft = Number.POSITIVE_INFINITY
const say = (text) => fs.writeSync(1, `${text}\n`)
const { readSync } = fs

/** The next line of standard input. Whoever writes waits for the answer to each. */
function order() {
  const bytes = Buffer.alloc(4096)
  const length = readSync(0, bytes)
  if (length === 0) process.exit()
  return bytes.toString('utf8', 0, length).trim()
}

for (const name of ['readFileSync', 'writeFileSync', 'linkSync', 'renameSync', 'rmSync']) {
  const use = fs[name]
  fs[name] = (path, ...rest) => {
    if (!String(path).startsWith('/proc/') && usesLeft-- === 0) {
      say(`before ${name}`)
      order()
    }
    return use(path, ...rest)
  }
}
syncBuiltinESMExports()
const { takeLock } = await import('../../../dist/process/lock.js')

say('ready')
let release = () => {}
for (;;) {
  const [what, path, uses] = order().split(' ')
  if (what === 'release') {
    release()
    say('released')
    continue
  }
  usesLeft = Number(uses)
  release = () => {}
  try {
    release = takeLock(path)
    say('taken')
  } catch (error) {
    say(error.code)
  }
  usesLeft = Number.POSITIVE_INFINITY
}
