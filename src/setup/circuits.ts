import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the circuits, in a checkout and in the package alike. */
export const CIRCUITS_DIR = fileURLToPath(new URL('../../circuits', import.meta.url))

/** An instance of a circuit: circuits/circuits.json. */
export interface Circuit {
  /** `batch-B-DEPTH`, or `origin-HOPS-DEPTH` */
  name: string
  file: string
  template: string
  /** The template's parameters, in order. */
  parameters: Record<string, number>
  /** Public signals, in order. */
  public: string[]
  constraints: number
  /**
   * SHA-256 of the compiled constraints, 64 hex digits: neither the key's hash nor their number shows that all of them are there. Empty while a
   * circuit is being changed, as is the hash of its key.
   */
  r1csSha256: string
  /** vkHash of the development key, 64 hex digits. */
  developmentVkHash: string
}

/** A circuit that proves batches: 4^height slots, a state tree of `depth` levels, the nodes `top` levels under its root as an array. */
export interface BatchCircuit extends Circuit {
  parameters: { height: number; depth: number; top: number }
}

/** A circuit that proves origins: at most `hops` hops, trees of `depth` and `historyDepth` levels. */
export interface OriginCircuit extends Circuit {
  parameters: { hops: number; depth: number; historyDepth: number }
}

/** All instances that are shipped. */
export function circuits(): Circuit[] {
  const instances = JSON.parse(readFileSync(join(CIRCUITS_DIR, 'circuits.json'), 'utf8'))
  return Object.entries(instances as Record<string, Omit<Circuit, 'name'>>).map(([name, circuit]) => ({
    name,
    ...circuit,
  }))
}

/** The batch circuit for a chain's batch size and state depth; undefined if none is shipped. */
export function batchCircuit(batchSize: number, stateDepth: number): BatchCircuit | undefined {
  return batchCircuits().find(({ name }) => name === `batch-${batchSize}-${stateDepth}`)
}

/** All circuits that prove batches. */
export function batchCircuits(): BatchCircuit[] {
  return circuits().filter((circuit): circuit is BatchCircuit => circuit.template === 'Batch')
}

/** The circuits that prove origins over a state tree of this depth, the smallest first. */
export function originCircuits(stateDepth: number): OriginCircuit[] {
  return circuits()
    .filter((circuit): circuit is OriginCircuit => circuit.template === 'Origin')
    .filter(({ parameters }) => parameters.depth === stateDepth)
    .sort((a, b) => a.parameters.hops - b.parameters.hops)
}

/** The shipped circuit with this name; undefined if there is none. */
export function circuitNamed(name: string | undefined): Circuit | undefined {
  return circuits().find((circuit) => circuit.name === name)
}

/** Number of records that a batch of the circuit holds. */
export function batchSizeOf({ parameters }: BatchCircuit): number {
  return 4 ** parameters.height
}

/** The main component of an instance. */
export function mainSource({ file, template, parameters, ...circuit }: Circuit): string {
  const values = Object.values(parameters).join(', ')
  const visible = circuit.public.length === 0 ? '' : ` {public [${circuit.public.join(', ')}]}`
  return `pragma circom 2.2.0;

include "${file}";

component main${visible} = ${template}(${values});
`
}

/** Hash of everything a build depends on: its sources, the instance, the compiler, its library and how keys are made. 16 hex digits. */
export function inputsHash(circuit: Circuit): string {
  const hash = createHash('sha256')
  const add = (part: string) => hash.update(`${part.length}:${part}`)
  add('development set-up 1')
  for (const name of ['circom2', 'circomlib']) add(`${name} ${packageVersion(name)}`)
  add(mainSource(circuit))
  for (const file of sourcesOf(circuit.file)) {
    add(file)
    add(readFileSync(join(CIRCUITS_DIR, file), 'utf8'))
  }
  return hash.digest('hex').slice(0, 16)
}

/** The project's own files that a circuit consists of: it, and all that it includes. Paths in CIRCUITS_DIR, in order. */
function sourcesOf(file: string): string[] {
  const found = new Set<string>()
  const add = (path: string) => {
    if (found.has(path)) return
    found.add(path)
    const text = readFileSync(join(CIRCUITS_DIR, path), 'utf8')
    for (const [, included] of text.matchAll(/^include "(.+)";$/gm))
      if (!included!.startsWith('circomlib/')) add(posix.join(posix.dirname(path), included!))
  }
  add(file)
  return [...found].sort()
}

/** The folder of circomlib's circuits, as npm installed it. */
export function circomlibDir(): string {
  return join(dirname(packageFile('circomlib')), 'circuits')
}

function packageVersion(name: string): string {
  return JSON.parse(readFileSync(packageFile(name), 'utf8')).version
}

function packageFile(name: string): string {
  return createRequire(import.meta.url).resolve(`${name}/package.json`)
}
