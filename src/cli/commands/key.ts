import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { writePrivateFile } from '../../config/files.ts'
import type { KeyKind } from '../../crypto/key.ts'
import { fromPem, toPem } from '../../keys/encrypted-pem.ts'
import type { KeyInfo } from '../../keys/key-store.ts'
import {
  type DataOptions,
  dataOption,
  type JsonOptions,
  jsonOption,
  keyStoreFor,
  type PassphraseOptions,
  passphraseFor,
  passphraseIn,
  passphraseOption,
} from '../options.ts'
import { print, printJson, table } from '../output.ts'
import { askNewPassphrase } from '../prompt.ts'

const KINDS = `
Kinds of key:
  eddsa (default)  batch proofs check its signatures, so its transfers count as proven
  rsa              for keys in existing hardware or PKI: validators check its signatures, and batch proofs count them as attested

A lost or stolen key cannot be replaced: whoever has it controls what it holds, and nobody else can.`

type Options = DataOptions & JsonOptions & PassphraseOptions
type NewOptions = Options & { unencrypted?: boolean }

const unencryptedOption = () =>
  new Option('--unencrypted', 'no passphrase: anyone who reads the file has the key')

export function addKey(program: Command): void {
  const key = program.command('key').description('create and manage keys').addHelpText('after', KINDS)
  for (const add of [addNew, addList, addShow, addImport, addExport, addPasswd]) add(key)
}

function addNew(key: Command): void {
  key
    .command('new <name>')
    .description('create a key')
    .addOption(
      new Option('--kind <kind>', 'kind of key, see below').choices(['eddsa', 'rsa']).default('eddsa'),
    )
    .addOption(unencryptedOption())
    .addOption(passphraseOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', KINDS)
    .action(async (name: string, options: NewOptions & { kind: KeyKind }) => {
      const passphrase = await newPassphrase(options, name, { otherwise: passphraseIn() })
      show(keyStoreFor(options).create(name, options.kind, passphrase), options)
    })
}

function addList(key: Command): void {
  key
    .command('list')
    .description('list your keys')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action((options: Options) => {
      const keys = keyStoreFor(options).list()
      if (options.json) printJson(keys)
      else if (keys.length === 0) print('no keys yet; create one with: ictl key new NAME')
      else printKeys(keys)
    })
}

function addShow(key: Command): void {
  key
    .command('show <name>')
    .description("show a key's address and public key")
    .addOption(dataOption())
    .addOption(jsonOption())
    .action((name: string, options: Options) => show(keyStoreFor(options).show(name), options))
}

function addImport(key: Command): void {
  key
    .command('import <name> <file>')
    .description('import a key from a PKCS#8 PEM file')
    .addOption(unencryptedOption())
    .addOption(passphraseOption())
    .option('--file-passphrase-file <file>', 'read the passphrase of an encrypted PEM file from a file')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (name: string, file: string, options: NewOptions & { filePassphraseFile?: string }) => {
      const pem = readFileSync(file, 'utf8')
      const locked = pem.includes('ENCRYPTED')
      const opening = locked
        ? await passphraseFor(
            passphraseFile(options.filePassphraseFile),
            `Passphrase of ${file}: `,
            '--file-passphrase-file',
          )
        : ''
      const secret = fromPem(pem, opening)
      show(
        keyStoreFor(options).add(
          name,
          secret,
          await newPassphrase(options, name, { otherwise: passphraseIn() }),
        ),
        options,
      )
    })
}

function addExport(key: Command): void {
  key
    .command('export <name> <file>')
    .description(
      'write a key as PKCS#8 PEM, mode 0600 (rsa: encrypted with the same passphrase; eddsa: unencrypted)',
    )
    .addOption(passphraseOption())
    .addOption(dataOption())
    .action(async (name: string, file: string, options: Options) => {
      const store = keyStoreFor(options)
      const passphrase = store.show(name).encrypted
        ? await passphraseFor(options, `Passphrase of ${name}: `)
        : ''
      writePrivateFile(file, toPem(store.unlock(name, passphrase), passphrase))
      print(`wrote ${file}`)
    })
}

function addPasswd(key: Command): void {
  key
    .command('passwd <name>')
    .description('change the passphrase of a key')
    .addOption(passphraseOption())
    .option('--new-passphrase-file <file>', 'read the new passphrase from a file')
    .addOption(unencryptedOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (name: string, options: NewOptions & { newPassphraseFile?: string }) => {
      const store = keyStoreFor(options)
      const old = store.show(name).encrypted ? await passphraseFor(options, `Passphrase of ${name}: `) : ''
      const { unencrypted } = options
      const fresh = await newPassphrase(
        { ...(unencrypted ? { unencrypted } : {}), ...passphraseFile(options.newPassphraseFile) },
        name,
        { option: '--new-passphrase-file' },
      )
      show(store.changePassphrase(name, old, fresh), options)
    })
}

function passphraseFile(file: string | undefined): PassphraseOptions {
  return file === undefined ? {} : { passphraseFile: file }
}

/** @param rest `otherwise` is the passphrase if the options name none; without one it is asked for. `option` names its file */
async function newPassphrase(
  { unencrypted, passphraseFile }: PassphraseOptions & { unencrypted?: boolean },
  name: string,
  { otherwise, option = '--passphrase-file' }: { otherwise?: string | undefined; option?: string } = {},
): Promise<string> {
  if (unencrypted) return ''
  const given = passphraseFile === undefined ? otherwise : passphraseIn(passphraseFile)
  return given ?? askNewPassphrase(name, option)
}

function printKeys(keys: KeyInfo[]): void {
  const rows = keys.map((k) => [k.name, k.kind, k.address, k.encrypted ? '' : 'unencrypted'])
  for (const line of table(rows)) print(line.trimEnd())
}

function show(info: KeyInfo, { json }: JsonOptions): void {
  const rows = [
    ['name', info.name],
    ['kind', info.kind],
    ['address', info.address],
    ['public key', info.publicKey],
    ['encrypted', info.encrypted ? 'yes' : 'no'],
  ]
  if (json) printJson(info)
  else for (const line of table(rows)) print(line)
}
