import type { Command } from 'commander'
import { DecodeError } from '../../codec/error.ts'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { encodeProofs } from '../../verify/proofs-file.ts'
import { readGenesis } from '../files/genesis-file.ts'
import { writeNewFile } from '../files/new-file.ts'
import { clientFor, type DataOptions, dataOption, type UrlOptions, urlOption } from '../options.ts'
import { green, say, writeFilePart } from '../output.ts'
import { asUnreadable, proofsOf } from '../verified-chain.ts'

interface ProofsOptions extends UrlOptions, DataOptions {
  genesis?: string
  out?: string
}

export function addExportProofs(parent: Command): void {
  parent
    .command('proofs')
    .description(
      'write the proofs of all batches with a final header to a file: ictl verify --proofs FILE checks it, and certificates with it, offline',
    )
    .option('--genesis <file>', 'genesis of the chain (default: that of the data directory)')
    .option('--out <file>', 'file to write (default: standard output)')
    .addOption(urlOption())
    .addOption(dataOption())
    .action((_: object, command: Command) => exportProofs(command.optsWithGlobals<ProofsOptions>()))
}

/** Nothing is verified here: whoever reads the file does that. */
async function exportProofs(options: ProofsOptions): Promise<void> {
  const { data, genesis: path, out } = options
  const genesis = readGenesis(path ?? pathsIn(dataPath(data)).genesis)
  const { verificationKey, source } = proofsOf(genesis, clientFor(options))
  const text = await encodeProofs(genesis, verificationKey, source).catch((error) => {
    if (error instanceof DecodeError && error.code === 'TOO_LARGE')
      throw new Failure('TOO_LARGE', 'the API shows more batches than a file of proofs has')
    throw asUnreadable(error)
  })
  if (out === undefined) return void writeFilePart(text)
  writeNewFile(out, [text])
  say(`${green('OK')} ${out}: ${text.length} bytes`)
}
