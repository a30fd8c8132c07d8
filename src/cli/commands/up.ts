import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { createClient } from '../../client/client.ts'
import type { Client } from '../../client/types.ts'
import { type DataDirectory, dataPath, openDataDirectory } from '../../config/data-directory.ts'
import { takeLock } from '../../process/lock.ts'
import { whenParentEnds } from '../../process/parent.ts'
import { playDemo } from '../demo/play.ts'
import { ROAST } from '../demo/story.ts'
import { readGenesis } from '../files/genesis-file.ts'
import { readTrustedDocuments } from '../files/trusted-documents.ts'
import { addHttpOptions, type HttpOptions, httpArguments } from '../http-options.ts'
import { ACCEPT_CLOCK, type DataOptions, dataOption, RECOVER, TRUST, wholeNumber } from '../options.ts'
import { bold, cyan, dim, print, say } from '../output.ts'
import { type Child, keepRunning } from '../up/child.ts'
import { type Part, untilLost } from '../up/essential.ts'
import {
  checkPort,
  logFolder,
  type Member,
  prepareDatabases,
  prepareNetwork,
  writeLocalPeers,
} from '../up/network.ts'

const HOST = '127.0.0.1'

interface UpOptions extends DataOptions, HttpOptions {
  port: number
  nodes?: number
  era?: number
  prove: string
  demo: boolean
  recover?: boolean
  trust?: string
  acceptClock?: boolean
  observer?: boolean
  endWithParent?: boolean
}

export function addUp(program: Command): void {
  const command = program
    .command('up')
    .description('run a network on this machine: Postgres, nodes, apis and prover')
    .addOption(dataOption())
    .option('--nodes <n>', 'number of validators of a new chain (default: 1)', wholeNumber(1, 16))
    .option(
      '--port <port>',
      'port of the API; the APIs of further nodes take the ports after it',
      wholeNumber(1, 65_000),
      4000,
    )
    .option('--era <ms>', 'milliseconds per era of a new chain (default: 2000)', wholeNumber(100, 3_600_000))
    .addOption(
      new Option('--prove <what>', 'which batches to prove')
        .choices(['none', 'ask', 'latest', 'all'])
        .default('latest'),
    )
    .option('--no-demo', 'leave out the invented story')
    .option('--recover', RECOVER)
    .option('--trust <names>', TRUST)
    .option('--accept-clock', ACCEPT_CLOCK)
    .option('--observer', 'follow and serve a chain made elsewhere, without voting')
    .option(
      '--end-with-parent',
      'stop when the process that started this one ends, as npm does without a word',
    )
  addHttpOptions(command).action(up)
}

/** The running parts, in the order in which they were started. They are stopped in reverse order. */
type Closing = (() => Promise<void> | void)[]

async function up(options: UpOptions): Promise<void> {
  readTrustedDocuments(options) // so that a wrong manifest is found before anything starts
  const paths = openDataDirectory(dataPath(options.data))
  const closing: Closing = [takeLock(join(paths.root, 'lock'))]
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve('interrupted'))
    if (options.endWithParent) whenParentEnds(() => resolve('interrupted'))
  })
  try {
    await Promise.race([run(paths, options, closing), interrupted])
    say(dim('stopping'))
  } finally {
    for (const close of closing.reverse()) await close()
  }
  // If starting was interrupted, a part may still be starting. It ends with this process.
  process.exit(0)
}

/**
 * Starts all parts and prints that the network is ready.
 * @throws Failure if a part is given up before that, or later if the rest cannot go on without it
 */
async function run(paths: DataDirectory, given: UpOptions, closing: Closing): Promise<never> {
  await checkPort(HOST, given.port)
  const members = prepareNetwork(paths, { eraMs: given.era, nodes: given.nodes })
  // The demo runs only on a network whose validators are all on this machine, and with documents of its own.
  const isOwn = readGenesis(paths.genesis).validators.length === members.length && !given.observer
  const options = { ...given, demo: given.demo && isOwn && !given.trustedDocumentsOnly }
  const isSeveral = members.length > 1
  for (const { index } of members.slice(1)) await checkPort(HOST, options.port + index)
  writeLocalPeers(members, options.port)
  say(dim('starting Postgres'))
  const database = await prepareDatabases(members, (line) => say(dim(line)))
  closing.push(() => database.stop())
  say(dim(isSeveral ? `starting ${members.length} nodes, each with its api` : 'starting node and api'))
  const { nodes, apis } = await startMembers(members, options, database.urls, closing)
  const provers = options.prove === 'none' ? [] : [startProver(paths, options, closing)]
  const client = createClient({ url: `http://${HOST}:${options.port}/graphql` })
  const demo = new AbortController()
  closing.push(() => demo.abort())
  const lost = untilLost({ database: database.failed, nodes, others: [...apis, ...provers] }, say)
  lost.catch(() => {})
  if (options.demo) await Promise.race([tellStory(client, paths, demo.signal), lost])
  print(`${bold('Inpigritas')} is ready: ${cyan(`http://${HOST}:${options.port}/`)}`)
  for (const { index } of members.slice(1))
    print(`  validator ${index} answers on ${cyan(`http://${HOST}:${options.port + index}/`)}`)
  if (options.demo) {
    print(dim('Assets that begin with DEMO are an invented story (--no-demo leaves it out).'))
  }
  for (const line of nextSteps(options)) print(line)
  return lost
}

/** Starts the node and the api of each member. All nodes come first, because they need each other to become ready. */
async function startMembers(
  members: readonly Member[],
  options: UpOptions,
  urls: readonly string[],
  closing: Closing,
): Promise<{ nodes: Part[]; apis: Part[] }> {
  const { port, recover = false, trust, acceptClock = false, observer = false } = options
  const run = ({ index, paths }: Member, name: string, args: string[]): Child => {
    const child = keepRunning(name, args, {
      logFolder: logFolder(paths),
      env: { DATABASE_URL: urls[index]!, INPIGRITAS_DATA: paths.root },
      onRestart: (line) => say(dim(members.length > 1 ? `validator ${index}: ${line}` : line)),
    })
    closing.push(() => child.stop())
    return child
  }
  // With several validators, only those without a record of what they signed recover. The others are needed to tell them their votes.
  const isLost = ({ paths }: Member) => members.length === 1 || !existsSync(join(paths.node, 'signer.json'))
  const flags = (member: Member) => [
    ...(recover && isLost(member) ? ['--recover', ...(trust === undefined ? [] : ['--trust', trust])] : []),
    ...(acceptClock ? ['--accept-clock'] : []),
    ...(observer ? ['--observer'] : []),
  ]
  const nodes = members.map((member) => run(member, 'node', flags(member)))
  await Promise.all(nodes.map(({ ready }) => ready))
  const apis = members.map((member) =>
    run(member, 'api', ['--host', HOST, '--port', `${port + member.index}`, ...httpArguments(options)]),
  )
  await Promise.all(apis.map(({ ready }) => ready))
  const named = (what: string, children: Child[]): Part[] =>
    children.map(({ failed }, i) => ({
      name: members.length > 1 ? `${what} of validator ${members[i]!.index}` : what,
      failed,
    }))
  return { nodes: named('node', nodes), apis: named('api', apis) }
}

function startProver(paths: DataDirectory, { port, prove }: UpOptions, closing: Closing): Part {
  const prover = keepRunning('prover', ['--url', `http://${HOST}:${port}/graphql`, '--prove', prove], {
    logFolder: logFolder(paths),
    env: { INPIGRITAS_DATA: paths.root },
    onRestart: (line) => say(dim(line)),
    onProgress: proverLine,
  })
  closing.push(() => prover.stop())
  return { name: 'prover', failed: prover.failed }
}

let lastProverLine = ''

/** Prints the progress of building circuits, one line now and then. Messages about batches go to the log only. */
function proverLine(line: string): void {
  const step = line.replace(/\d(%| s)$/, '0$1')
  if (!line.includes('circuits') || step === lastProverLine) return
  lastProverLine = step
  say(dim(line))
}

/** Continues the demo's story where it was left, and then its payments until `signal` aborts. */
async function tellStory(client: Client, paths: DataDirectory, signal: AbortSignal): Promise<void> {
  say(dim('telling an invented story'))
  const { story, traffic } = playDemo(client, { root: paths.root, keys: paths.keys, signal })
  traffic.catch((error) => say(dim(`the demo stopped: ${error instanceof Error ? error.message : error}`)))
  await story.catch(() => {})
}

function nextSteps({ port, demo, trustedDocumentsOnly }: UpOptions): string[] {
  if (trustedDocumentsOnly) return [dim('Ctrl-C stops it.')]
  const url = `http://${HOST}:${port}/graphql`
  const at = port === 4000 ? '' : ` --url ${url}`
  const subscription = `{"query":"subscription { chain { height finalizedHeight era } }"}`
  return [
    '',
    'Try next, in another terminal:',
    demo ? `  npx ictl trace ${ROAST}${at}` : `  npx ictl status${at}`,
    `  curl -N ${url} -H 'accept: text/event-stream' -H 'content-type: application/json' -d '${subscription}'`,
    `  npx ictl prove --latest --out p${at}`,
    '',
    dim('Ctrl-C stops it.'),
  ]
}
