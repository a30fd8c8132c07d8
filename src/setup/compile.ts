import fs, { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { bindings, CircomRunner } from 'circom2'
import { CIRCUITS_DIR, type Circuit, circomlibDir, mainSource } from './circuits.ts'

export interface CompileOptions {
  /** Level of simplification. All circuits of chains use O2. */
  level?: 'O0' | 'O2'
  /** Writes `NAME.sym` too: the wire of each signal. */
  symbols?: boolean
  /** Changes the sources in this folder, circomlib's among them, before they are compiled. */
  edit?: (sources: string) => void
}

/**
 * Compiles a circuit into `NAME.r1cs` and `NAME.wasm` of a folder: circom 2 in WebAssembly.
 * @throws Error with the compiler's messages
 */
export async function compileCircuit(
  circuit: Circuit,
  folder: string,
  { level = 'O2', symbols = false, edit }: CompileOptions = {},
): Promise<void> {
  const { name } = circuit
  // The compiler can read its preopened folder only, so all sources are copied there.
  const sources = join(folder, 'source')
  mkdirSync(sources)
  cpSync(CIRCUITS_DIR, sources, { recursive: true })
  cpSync(circomlibDir(), join(sources, 'circomlib', 'circuits'), {
    recursive: true,
  })
  edit?.(sources)
  writeFileSync(join(sources, `${name}.circom`), mainSource(circuit))
  const compiler = fs.readFileSync(createRequire(import.meta.url).resolve('circom2/circom.wasm'))
  let output = ''
  // What the compiler prints becomes the message of its error; other writes go to real files.
  const writeSync = (fd: number, ...rest: unknown[]): number => {
    if (fd !== 1 && fd !== 2) return (fs.writeSync as (...all: unknown[]) => number)(fd, ...rest)
    const [data, offset, length] = rest as [Uint8Array, number | undefined, number | undefined]
    const from = offset ?? 0
    const size = length ?? data.length - from
    output += Buffer.from(data.subarray(from, from + size)).toString('utf8')
    return size
  }
  const outputs = ['--r1cs', '--wasm', ...(symbols ? ['--sym'] : []), `--${level}`]
  const before = process.cwd()
  process.chdir(sources)
  try {
    const circom = new CircomRunner({
      args: [`${name}.circom`, ...outputs, '-l', '.', '-o', '.'],
      env: {},
      preopens: { '.': '.' },
      bindings: {
        ...bindings,
        exit(code: number) {
          if (code !== 0) throw new Error(`the circuit compiler ended with status ${code}: ${output}`)
        },
        kill(signal: string) {
          throw new Error(`the circuit compiler was ended by ${signal}`)
        },
        fs: { ...fs, writeSync },
      },
    })
    await circom.execute(compiler)
  } finally {
    process.chdir(before)
  }
  for (const ending of symbols ? ['r1cs', 'sym'] : ['r1cs'])
    renameSync(join(sources, `${name}.${ending}`), join(folder, `${name}.${ending}`))
  renameSync(join(sources, `${name}_js`, `${name}.wasm`), join(folder, `${name}.wasm`))
  rmSync(sources, { recursive: true, force: true })
}
