import { type Command, InvalidArgumentError } from 'commander'
import { hexToBytes } from '../../codec/bytes.ts'
import { certificateUri } from '../../standards/urns.ts'
import { writeNewFile } from '../files/new-file.ts'
import { clientFor, dataOption, type UrlOptions, urlOption } from '../options.ts'
import { counted, green, say, writeFilePart } from '../output.ts'
import { MAX_QR_CHARACTERS, qrLines } from '../qr.ts'
import { addUnitsOptions, noSuch, startOf, type UnitsOptions } from './trace.ts'

const CERTIFICATE = `query ($input: CertificateInput!) { certificate(input: $input) { json sha256 height records } }`

interface CertificateOptions extends UrlOptions, UnitsOptions {
  out?: string
  qr?: string | true
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
    .option(
      '--qr [url]',
      `print a QR code, on standard error: of the address where you publish the certificate or a page about it (at most ${MAX_QR_CHARACTERS} characters), or of its SHA-256`,
      webAddress,
    )
    .addOption(urlOption())
    .addOption(dataOption())
    .action(async (asset: string | undefined, options: CertificateOptions) => {
      const { direction, offset, length, atHeight, out, qr } = options
      const input = { start: startOf(asset, options), direction, offset, length, atHeight }
      const { certificate } = await clientFor(options).query<CertificateAnswer>(CERTIFICATE, { input })
      const { json, sha256, height, records } = certificate ?? noSuch(asset, options)
      if (qr !== undefined) sayQr(qr === true ? certificateUri(hexToBytes(sha256)) : qr)
      if (out === undefined) return void writeFilePart(json)
      writeNewFile(out, [json])
      say(
        `${green('OK')} ${out}: ${counted(records, 'record')} as of height ${height}, ${Buffer.byteLength(json)} bytes, SHA-256 ${sha256}`,
      )
    })
}

/** Parses the address of a QR code for commander. */
function webAddress(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text) && text.length <= MAX_QR_CHARACTERS) return text
  throw new InvalidArgumentError(
    `must begin with http:// or https:// and have at most ${MAX_QR_CHARACTERS} characters.`,
  )
}

function sayQr(text: string): void {
  for (const line of qrLines(text)) say(line)
  say(text)
}
