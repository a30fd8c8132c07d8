import { type Command, InvalidArgumentError } from 'commander'
import type { WantedUnits } from '../../certificate/wanted.ts'
import { accountNamed } from '../../client/input.ts'
import { bytesToHex, utf8 } from '../../codec/bytes.ts'
import { fieldFromHex } from '../../crypto/field.ts'
import { sha256 } from '../../crypto/hash.ts'
import { certificateUri } from '../../standards/urns.ts'
import { contentAskedFor, genesisToCompare } from '../asked-for.ts'
import { writeNewFile } from '../files/new-file.ts'
import { clientFor, dataOption, type UrlOptions, urlOption } from '../options.ts'
import { counted, green, say, writeFilePart } from '../output.ts'
import { MAX_QR_CHARACTERS, qrLines } from '../qr.ts'
import { addressFor } from './balance.ts'
import { addUnitsOptions, noSuch, startOf, type UnitsOptions } from './trace.ts'

const CERTIFICATE = 'query ($input: CertificateInput!) { certificate(input: $input) { json } }'

interface CertificateOptions extends UrlOptions, UnitsOptions {
  genesis?: string
  out?: string
  qr?: string | true
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
    .option(
      '--genesis <file>',
      'genesis that the answer is read with (default: that of the data directory, or else what the API says)',
    )
    .action(writeCertificate)
}

/** Nothing is written of a certificate that is not about what was asked for: it may be good in itself. */
async function writeCertificate(asset: string | undefined, options: CertificateOptions): Promise<void> {
  const { direction, offset, length, atHeight, out, qr } = options
  const client = clientFor(options)
  const input = { start: startOf(asset, options), direction, offset, length, atHeight }
  const { certificate } = await client.query<{ certificate: { json: string } | null }>(CERTIFICATE, { input })
  const { json } = certificate ?? noSuch(asset, options)
  const bytes = utf8(json)
  const genesis = await genesisToCompare(client, options)
  const { header, records } = await contentAskedFor(bytes, wantedUnits(asset, options), genesis)
  const hash = sha256(bytes)
  if (qr !== undefined) sayQr(qr === true ? certificateUri(hash) : qr)
  if (out === undefined) return void writeFilePart(json)
  writeNewFile(out, [json])
  say(
    `${green('OK')} ${out}: ${counted(records.size, 'record')} as of height ${header.height - 1}, ${bytes.length} bytes, SHA-256 ${bytesToHex(hash)}`,
  )
}

/** The units of the command, as a certificate is compared with them. */
function wantedUnits(asset: string | undefined, options: CertificateOptions): WantedUnits {
  const { address, transfer, direction, offset, length, atHeight } = options
  return {
    direction,
    asset,
    account: address === undefined ? undefined : accountNamed(addressFor(address, options)),
    transfer: transfer === undefined ? undefined : fieldFromHex(transfer),
    offset: offset === undefined ? undefined : BigInt(offset),
    length: length === undefined ? undefined : BigInt(length),
    height: atHeight,
  }
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
