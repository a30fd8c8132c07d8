import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { createClient } from '../../../src/client/client.ts'
import { type Block, missingLine, ROOT, type Step, stepsOf } from './snippets.ts'

const COMMAND_TIMEOUT_MS = 150_000
const STOP_TIMEOUT_MS = 30_000
const POLL_MS = 50
/** The ports that documents use: 4000 to 4099. */
const DOCUMENTED_PORT = /\b40(\d\d)\b/g
const LONG_RUNNING = /\bnpm start\b|\bictl up\b/
/** Commands that follow a stream until they are interrupted. */
const STREAMING = /\bcurl -N\b/

export interface SessionOptions {
  /** An empty folder: the reader's home, checkout and data. */
  folder: string
  /** The port used for port 4000 of the documents. The following 99 are used for 4001 to 4099. */
  port: number
  /** More options for `ictl up`. */
  upArgs?: string
  /** Makes further changes to a command of the document. */
  substitute?: (command: string) => string
  /** Additional environment variables. */
  env?: Record<string, string | undefined>
  /** Maximum duration of a command in milliseconds. */
  timeoutMs?: number
}

/**
 * A reader who follows one document on one machine: types its commands into a shell, in order, in a folder that holds what the checkout
 * holds. What is typed is what is written, but for:
 * - ports 4000 to 4099 are others that are free,
 * - `npm ci` is left out, for the checkout is installed, and npx does not build it anew (`npm_config_ignore_scripts`),
 * - `npm start` and `ictl up` get `--port`, and options that make the network quick,
 * - a program that `npx` found once is called directly after that, for npx takes longer than most commands,
 * - `ictl key new` reads the passphrase from a file, for there is no terminal to ask at.
 */
export class Session {
  readonly #options: SessionOptions
  /** Where commands run. */
  readonly checkout: string
  readonly #env: Record<string, string | undefined>
  readonly #running: ChildProcess[] = []
  readonly #found = new Set<string>()
  #programs = 0

  constructor(options: SessionOptions) {
    this.#options = options
    const { folder, port, env = {} } = options
    this.checkout = join(folder, 'checkout')
    mkdirSync(this.checkout, { recursive: true })
    for (const name of readdirSync(ROOT)) {
      if (name !== '.git') symlinkSync(join(ROOT, name), join(this.checkout, name))
    }
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    symlinkSync(join(ROOT, 'src/cli/ictl.js'), join(bin, 'ictl'))
    symlinkSync(join(ROOT, 'node_modules/.bin/snarkjs'), join(bin, 'snarkjs'))
    const passphraseFile = join(folder, 'passphrase-of-keys')
    writeFileSync(passphraseFile, 'correct horse\n', { mode: 0o600 })
    writeFileSync(this.#exports, '')
    this.#env = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      HOME: folder,
      NO_COLOR: '1',
      npm_config_ignore_scripts: 'true',
      INPIGRITAS_CACHE: process.env.INPIGRITAS_CACHE ?? join(homedir(), '.cache', 'inpigritas'),
      INPIGRITAS_DATA: join(folder, 'data'),
      INPIGRITAS_URL: `http://127.0.0.1:${port}/graphql`,
      INPIGRITAS_PASSPHRASE_FILE: passphraseFile,
      ...env,
    }
  }

  /** Runs a block of the document. @throws Error with the command and its output if it fails */
  async run(block: Block): Promise<void> {
    if (block.language === 'console') for (const step of stepsOf(block)) await this.step(step)
    else if (block.language === 'js') await this.#program(block.text)
    else if (block.language === 'graphql') await this.#operation(block.text)
    else throw new Error(`${block.document}:${block.line}: ${block.language} cannot be run`)
  }

  /** Runs one command, and checks that it succeeds and prints the output that the document shows. */
  async step({ command, expected }: Step): Promise<void> {
    const typed = this.#typed(command)
    const wanted = expected.map((line) => this.#ports(line))
    const isEndless = LONG_RUNNING.test(command)
    const child = this.#shell(
      isEndless ? typed : `${typed}\nstatus=$?; export -p > ${this.#exports}; exit $status`,
    )
    if (isEndless) this.#running.push(child.process)
    const { timeoutMs = COMMAND_TIMEOUT_MS } = this.#options
    const goesOn = isEndless || STREAMING.test(command)
    for (const deadline = Date.now() + timeoutMs; ; await sleep(POLL_MS)) {
      const { exitCode } = child.process
      const missing = missingLine(child.output(), wanted)
      if (goesOn && missing === undefined) break
      if (exitCode === null && Date.now() < deadline) continue
      if (exitCode === 0 && missing === undefined && !goesOn) return
      await stop(child.process)
      const what =
        exitCode === 0 ? `no line like: ${missing}` : `exit status ${exitCode ?? '(none: it took too long)'}`
      throw new Error(`$ ${typed}\n${child.output()}\n${what}`)
    }
    if (!isEndless) await stop(child.process)
  }

  /** Stops all programs that are still running, as Ctrl-C does. */
  async end(): Promise<void> {
    await Promise.all(this.#running.map(stop))
  }

  /** File through which variables exported by one command reach the next ones. */
  get #exports(): string {
    return join(this.#options.folder, 'exports')
  }

  #ports(text: string): string {
    return text.replace(DOCUMENTED_PORT, (_, offset: string) => String(this.#options.port + Number(offset)))
  }

  #typed(command: string): string {
    const { upArgs = '', substitute = (text) => text } = this.#options
    const here = this.#ports(substitute(command))
    const port = here.includes('--port') ? '' : `--port ${this.#options.port}`
    return here
      .replace(/\bnpm ci && /, '')
      .replace(/\bnpx (\w+)/, (npx, program: string) => {
        if (this.#found.has(program)) return program
        this.#found.add(program)
        return npx
      })
      .replace(/\bnpm start\b/, `npm start -- ${port} ${upArgs}`)
      .replace(/\bictl up\b/, `ictl up ${port} ${upArgs}`)
      .replace(/\bictl key new \S+/, '$& --passphrase-file "$INPIGRITAS_PASSPHRASE_FILE"')
  }

  #shell(script: string): { process: ChildProcess; output: () => string } {
    const child = spawn('bash', ['-c', `. ${this.#exports}\n${script}`], {
      cwd: this.checkout,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
    return { process: child, output: () => stripVTControlCharacters(output) }
  }

  /** Runs a program, and checks that it prints what its comments announce with "prints". */
  async #program(text: string): Promise<void> {
    const name = `program-${++this.#programs}.mjs`
    writeFileSync(join(this.checkout, name), this.#ports(text))
    const expected = [...text.matchAll(/\/\/ prints (.+)$/gm)].map(([, line]) => line!)
    await this.step({ command: `node ${name}`, expected })
  }

  /** Runs an operation. A query must return data without null fields, and a subscription a first event. */
  async #operation(document: string): Promise<void> {
    const client = createClient({ url: this.#env.INPIGRITAS_URL! })
    const answer = document.trimStart().startsWith('subscription')
      ? await firstOf(client.subscribe<Record<string, unknown>>(document))
      : await client.query<Record<string, unknown>>(document)
    const empty = Object.entries(answer).find(([, value]) => value === null)
    if (empty !== undefined) throw new Error(`${document}\n${empty[0]} is null`)
  }
}

async function firstOf<T>(events: AsyncGenerator<T>): Promise<T> {
  for await (const event of events) return event
  throw new Error('the subscription ended without an event')
}

/** Interrupts a command as Ctrl-C does, and waits until it and all processes that it started have ended. */
async function stop({ pid }: ChildProcess): Promise<void> {
  const all = withDescendants(pid!)
  const network = all.filter(({ args }) => /^\S*node \S*ictl(\.js)? up\b/.test(args))
  for (const { id } of network.length > 0 ? network : all) send(id, 'SIGINT')
  for (
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    all.some(({ id }) => send(id, 0));
    await sleep(POLL_MS)
  ) {
    if (Date.now() > deadline) for (const { id } of all) send(id, 'SIGKILL')
  }
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

interface Process {
  id: number
  parent: number
  args: string
}

/** A process with all its descendants, without zombies. */
function withDescendants(root: number): Process[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).split('\n')
  const processes = rows.flatMap((row): Process[] => {
    const [, id, parent, state, args = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(row) ?? []
    return id === undefined || state!.startsWith('Z')
      ? []
      : [{ id: Number(id), parent: Number(parent), args }]
  })
  const found = processes.filter(({ id }) => id === root)
  for (const { id } of found) found.push(...processes.filter(({ parent }) => parent === id))
  return found
}
