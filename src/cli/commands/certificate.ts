import type { Command } from 'commander'
import { writeNewFile } from '../files/new-file.ts'
import { clientFor, dataOption, type UrlOptions, urlOption } from '../options.ts'
import { counted, green, say, writeFilePart } from '../output.ts'
import { addUnitsOptions, noSuch, startOf, type UnitsOptions } from './trace.ts'

const CERTIFICATE = `query ($input: CertificateInput!) { certificate(input: $input) { json sha256 height records } }`

interface CertificateOptions extends UrlOptions, UnitsOptions {
  out?: string
}

interface CertificateAnswer {
  certificate: { json: string; sha256: string; height: string; records: number } | null
}

export function addCertificate(program: Command): void {
  addUnitsOptions(
    program
      .command('certificate [asset]')
      .description(
        'get a file that shows where units came from, or who holds them, to anyone with the genesis: ictl verify FILE checks it offline',
      ),
  )
    .option('--out <file>', 'file to write (default: standard output)')
    .addOption(urlOption())
    .addOption(dataOption())
    .action(async (asset: string | undefined, options: CertificateOptions) => {
      const { direction, offset, length, atHeight, out } = options
      const input = { start: startOf(asset, options), direction, offset, length, atHeight }
      const { certificate } = await clientFor(options).query<CertificateAnswer>(CERTIFICATE, { input })
      const { json, sha256, height, records } = certificate ?? noSuch(asset, options)
      if (out === undefined) return void writeFilePart(json)
      writeNewFile(out, [json])
      say(
        `${green('OK')} ${out}: ${counted(records, 'record')} as of height ${height}, ${json.length} bytes, SHA-256 ${sha256}`,
      )
    })
}
