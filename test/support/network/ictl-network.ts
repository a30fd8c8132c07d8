import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createClient } from '../../../src/client/client.ts'
import type { Client } from '../../../src/client/types.ts'

/** The launcher of ictl. */
export const ICTL = fileURLToPath(new URL('../../../src/cli/ictl.js', import.meta.url))
const SNARKJS = fileURLToPath(new URL('../../../node_modules/snarkjs/build/cli.cjs', import.meta.url))
const READY_MS = 300_000

export interface Result {
  status: number
  stdout: string
  stderr: string
}

/** Runs `ictl` with these arguments until it ends. */
export function ictl(args: string[], env: Record<string, string> = {}): Promise<Result> {
  return run(ICTL, args, env)
}

/** Runs the command line of snarkjs. @returns what it prints */
export async function snarkjs(args: string[]): Promise<string> {
  return (await run(SNARKJS, args)).stdout
}

async function run(script: string, args: string[], env: Record<string, string> = {}): Promise<Result> {
  try {
    const options = { env: { ...process.env, NO_COLOR: '1', ...env }, maxBuffer: 64 * 1024 * 1024 }
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...args], options)
    return { status: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { status: code, stdout, stderr }
  }
}

/** A network that runs as `ictl up` on a data directory. */
export class Network {
  readonly data: string
  readonly port: number
  readonly url: string
  readonly client: Client
  readonly #args: string[]
  #process: ChildProcess | undefined
  output = ''

  constructor(data: string, port: number, args: string[] = []) {
    this.data = data
    this.port = port
    this.url = `http://127.0.0.1:${port}/graphql`
    this.client = createClient({ url: this.url })
    this.#args = ['up', '--data', data, '--port', String(port), ...args]
  }

  /** Starts it, and resolves once it prints that it is ready. */
  async start(env: Record<string, string> = {}): Promise<void> {
    const child = spawn(process.execPath, [ICTL, ...this.#args], {
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    const collect = (chunk: Buffer) => {
      this.output += chunk.toString()
    }
    this.output = ''
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not ready:\n${this.output}`)), READY_MS)
      const check = () => {
        if (!this.output.includes('is ready')) return
        clearTimeout(timer)
        resolve()
      }
      child.stdout.on('data', check)
      child.once('exit', (code) => {
        clearTimeout(timer)
        reject(new Error(`ended with ${code}:\n${this.output}`))
      })
    })
  }

  /** Interrupts it as Ctrl-C does. @returns the exit status */
  async stop(): Promise<number | null> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    child.kill('SIGINT')
    return ended
  }

  /** Ids of all its processes, Postgres included. */
  pids(): number[] {
    const pid = this.#process?.pid
    return pid === undefined ? [] : [pid, ...descendants(pid)]
  }

  /** Kills those of its processes whose command lines match, or sends them another signal. */
  killPart(command: RegExp, signal: NodeJS.Signals = 'SIGKILL'): void {
    const rows = execFileSync('ps', ['-o', 'pid=,args=', '-p', this.pids().join(',')], { encoding: 'utf8' })
    const found = rows.split('\n').filter((row) => command.test(row) && !/\/bin\/sh/.test(row))
    if (found.length === 0) throw new Error(`nothing runs as ${command}`)
    for (const row of found) process.kill(Number(row.trim().split(/\s+/)[0]), signal)
  }

  /** Kills all its processes at once, Postgres included, and waits until it has ended. */
  async kill(): Promise<void> {
    const child = this.#process
    if (child?.pid === undefined) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    for (const pid of this.pids()) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // The process had already ended.
      }
    }
    await ended
  }
}

/** Process ids of all descendants. */
export function descendants(pid: number): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const found: number[] = []
  for (let parents = [pid]; parents.length > 0; ) {
    parents = rows.filter(([, parent]) => parents.includes(parent!)).map(([child]) => child!)
    found.push(...parents)
  }
  return found
}
