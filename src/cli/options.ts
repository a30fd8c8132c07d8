import { readFileSync } from 'node:fs'
import { InvalidArgumentError, Option } from 'commander'
import { createClient } from '../client/client.ts'
import type { Client } from '../client/types.ts'
import { dataPath, pathsIn } from '../config/data-directory.ts'
import { Failure } from '../config/failure.ts'
import type { SecretKey } from '../crypto/key.ts'
import { KeyStore } from '../keys/key-store.ts'
import { parseDecimal } from '../ledger/json-reader.ts'
import { UsageError } from './failures.ts'
import { askPassphrase } from './prompt.ts'

const DEFAULT_URL = 'http://127.0.0.1:4000/graphql'

export interface UrlOptions {
  url?: string
}
/** Description of --recover. */
export const RECOVER =
  'signer.json is lost: ask the other validators what this one signed (a single validator trusts its database)'

/** Description of --accept-clock. */
export const ACCEPT_CLOCK =
  "a single validator whose last block is more than a day old: make the next one by this machine's clock, which you have checked"
/** Description of --trust. */
export const TRUST =
  'with --recover, when too few validators can answer: take the answers of these alone (names, separated by commas). Safe only if they are honest and none of them is recovering'

export interface DataOptions {
  data?: string
}
export interface JsonOptions {
  json?: boolean
}
export interface PassphraseOptions {
  passphraseFile?: string
}
export interface KeyOptions extends DataOptions, PassphraseOptions {
  key?: string
}

export const urlOption = () =>
  new Option('--url <url>', `URL of the API (default: INPIGRITAS_URL, or ${DEFAULT_URL})`)
export const dataOption = () =>
  new Option('--data <dir>', 'data directory (default: INPIGRITAS_DATA, or ~/.inpigritas)')
export const jsonOption = () => new Option('--json', 'print JSON, for programs')
export const keyOption = () =>
  new Option('--key <name>', 'name of the key to sign with').makeOptionMandatory()
export const passphraseOption = () =>
  new Option('--passphrase-file <file>', 'read the passphrase from a file')

/** The URL of the API, from --url, INPIGRITAS_URL or the default. @throws UsageError if it is not an HTTP URL */
export function apiUrl({ url }: UrlOptions): string {
  const full = url ?? (process.env.INPIGRITAS_URL || DEFAULT_URL)
  if (!/^https?:\/\//.test(full))
    throw new UsageError(`--url must begin with http:// or https://, not ${full}`)
  if (!URL.canParse(full)) throw new UsageError(`--url is not a URL: ${full}`)
  return full
}

export function clientFor(options: UrlOptions): Client {
  return createClient({ url: apiUrl(options) })
}

export function keyStoreFor({ data }: DataOptions): KeyStore {
  return new KeyStore(pathsIn(dataPath(data)).keys)
}

/**
 * The passphrase: the first line of the given file, or of the one that INPIGRITAS_PASSPHRASE_FILE names. Undefined if there is neither.
 * @throws Failure NO_PASSPHRASE if the file cannot be read or its first line is blank, which would leave a key unencrypted
 */
export function passphraseIn(file = process.env.INPIGRITAS_PASSPHRASE_FILE): string | undefined {
  if (file === undefined || file === '') return undefined
  const passphrase = firstLine(file)
  if (passphrase.trim() !== '') return passphrase
  throw new Failure('NO_PASSPHRASE', `the first line of the passphrase file ${file} is blank`, {
    hint: 'write the passphrase into it; a key without one is made with --unencrypted alone',
  })
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)[0]!
  } catch (cause) {
    throw new Failure('NO_PASSPHRASE', `the passphrase file ${file} cannot be read`, {
      hint: 'check that it exists and that this user may read it',
      cause,
    })
  }
}

/** The passphrase from a file (its first line), or from a prompt. @param option names the file */
export async function passphraseFor(
  { passphraseFile }: PassphraseOptions,
  question: string,
  option = '--passphrase-file',
): Promise<string> {
  return passphraseIn(passphraseFile) ?? askPassphrase(question, option)
}

/** Unlocks a key, after a prompt for its passphrase if it has one. */
export async function unlockKey(options: KeyOptions): Promise<SecretKey> {
  const store = keyStoreFor(options)
  const { name, encrypted } = store.show(options.key!)
  return store.unlock(name, encrypted ? await passphraseFor(options, `Passphrase of ${name}: `) : '')
}

/** Makes a parser of whole numbers for commander. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`)
    }
    return value
  }
}

/** Makes a parser of numbers of units, which may be larger than a JavaScript number, for commander. @returns the text as it is sent to an API */
export function wholeUnits(min: bigint, max: bigint): (text: string) => string {
  return (text) => {
    if (parseDecimal(text, min, max) !== undefined) return text
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`)
  }
}

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Parses a duration such as "90s", "15m", "2h" or "1d" for commander. @returns milliseconds */
export function duration(text: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text)
  if (match === null)
    throw new InvalidArgumentError('must be a whole number with a unit: 90s, 15m, 2h or 1d.')
  return Number(match[1]) * UNIT_MS[match[2]!]!
}

/** Converts a decimal amount such as "12.5" to units. @throws UsageError if it is not one */
export function parseUnits(text: string, decimals: number): bigint {
  const match = /^(\d[\d,_]*)(?:\.(\d+))?$/.exec(text)
  const fraction = match?.[2] ?? ''
  if (!match || fraction.length > decimals) {
    const form = decimals === 0 ? 'a whole number' : `a number with at most ${decimals} decimal places`
    throw new UsageError(`the amount "${text}" is not ${form}`)
  }
  return BigInt(match[1]!.replace(/[,_]/g, '') + fraction.padEnd(decimals, '0'))
}
