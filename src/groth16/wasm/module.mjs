// How the kernels of the prover are compiled: with SIMD, and a shared memory that they import.
import { base64, compile } from '../../crypto/wasm/field-wasm.mjs'

const FLAGS = ['--enable', 'simd', '--enable', 'threads', '--importMemory', '--sharedMemory']
const PAGES = ['--initialMemory', '1', '--maximumMemory', '65536']

/** The end of the import "env" "memory": a memory (2) with a maximum, which is shared (3). Not shared, it were 1. */
const IMPORT = Buffer.from('\x03env\x06memory\x02\x03', 'latin1')

/** Compiles a module; with it the place of the byte that says that its memory is shared. */
export async function compileShared(source) {
  const bytes = Buffer.from(await compile(source, [...FLAGS, ...PAGES]))
  const at = bytes.indexOf(IMPORT)
  if (at < 0 || bytes.indexOf(IMPORT, at + 1) >= 0) throw new Error('the import of the memory was not found')
  return `{ sharedAt: ${at + IMPORT.length - 1}, module: '${base64(bytes)}' }`
}

/** The declarations of a generated file's modules. */
export const MODULE_TYPE = `/** A module that imports a memory; the byte at sharedAt is 3 if that is shared, 1 if not. */
export interface KernelModule {
  sharedAt: number
  module: string
}`
