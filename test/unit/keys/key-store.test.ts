import { execFileSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { DerReader, der } from '../../../src/codec/der.ts'
import { publicKeyOf, sign } from '../../../src/crypto/sign.ts'
import { verifySignature } from '../../../src/crypto/signature.ts'
import { fromPem, toPem } from '../../../src/keys/encrypted-pem.ts'
import { generateKey } from '../../../src/keys/generate.ts'
import { KeyStore } from '../../../src/keys/key-store.ts'
import * as plain from '../../../src/keys/pem.ts'
import { decodePkcs8, encodePkcs8 } from '../../../src/keys/pkcs8.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { rsaPkcs8 } from '../../support/ledger/sign.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('keys')
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const rejected = (code: string) => expect.objectContaining({ rejection: expect.objectContaining({ code }) })

describe('the key store', () => {
  const store = new KeyStore(join(folder, 'store'))

  it.each(['eddsa', 'rsa'] as const)('makes an %s key that only its passphrase opens', async (kind) => {
    const info = store.create(`my-${kind}`, kind, 'correct horse')
    expect(info).toMatchObject({ kind, encrypted: true, address: expect.stringMatching(/^inp1/) })
    const secret = store.unlock(info.name, 'correct horse')
    expect(
      verifySignature(
        poseidon,
        publicKeyOf(secret),
        'transfer',
        5n,
        await sign(poseidon, secret, 'transfer', 5n),
      ),
    ).toBe(true)
    expect(() => store.unlock(info.name, 'correct horsf')).toThrow(rejected('WRONG_PASSPHRASE'))
    expect(() => store.create(info.name, kind, '')).toThrow(rejected('KEY_EXISTS'))
  })

  it('keeps files private, and the secret out of them', () => {
    const { name } = store.create('private', 'eddsa', 'pw')
    const path = join(folder, 'store', `${name}.json`)
    const secret = store.unlock(name, 'pw')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'store')).mode & 0o777).toBe(0o700)
    if (secret.kind !== 'eddsa') throw new Error('not eddsa')
    expect(readFileSync(path, 'utf8')).not.toContain(Buffer.from(secret.seed).toString('base64').slice(0, 20))
  })

  it('detects a file whose address was replaced', () => {
    store.create('first', 'eddsa', 'pw')
    const other = store.create('second', 'eddsa', 'pw')
    const path = join(folder, 'store', 'first.json')
    const file = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...file, address: other.address }))
    expect(() => store.unlock('first', 'pw')).toThrow(rejected('WRONG_PASSPHRASE'))
  })

  it('changes the passphrase; an empty one means no encryption', () => {
    store.create('moving', 'eddsa', 'old')
    store.changePassphrase('moving', 'old', 'new')
    expect(() => store.unlock('moving', 'old')).toThrow(rejected('WRONG_PASSPHRASE'))
    const { encrypted, address } = store.changePassphrase('moving', 'new', '')
    expect(encrypted).toBe(false)
    store.unlock('moving', '')
    expect(store.list().find((key) => key.name === 'moving')?.address).toBe(address)
  })

  it('rejects names that are paths, and keys that are not there', () => {
    for (const name of ['', '../x', 'a/b', '.hidden', 'x'.repeat(65)]) {
      expect(() => store.create(name, 'eddsa', '')).toThrow(rejected('BAD_NAME'))
    }
    expect(() => store.show('nobody')).toThrow(rejected('UNKNOWN_KEY'))
  })
})

describe('names of keys', () => {
  it.each(['RETIRED', 'MINT', 'Mint', 'retired', 'inp1', 'inp1abc', 'INP1abc'])(
    '%s stands for an account, so no key has it',
    (name) => {
      const store = new KeyStore(join(folder, 'reserved'))
      expect(() => store.create(name, 'eddsa', '')).toThrow(rejected('BAD_NAME'))
      expect(store.list()).toEqual([])
    },
  )

  it('other names may begin like one', () => {
    const store = new KeyStore(join(folder, 'like-reserved'))
    for (const name of ['mints', 'retired-2', 'inp']) expect(store.create(name, 'eddsa', '').name).toBe(name)
  })
})

describe('what is wrong with a key is named', () => {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  const pem = (bytes: Uint8Array) =>
    `-----BEGIN PRIVATE KEY-----\n${base64(bytes)}\n-----END PRIVATE KEY-----\n`
  const because = (reason: string) =>
    expect.objectContaining({
      rejection: expect.objectContaining({ code: 'BAD_KEY', message: expect.stringContaining(reason) }),
    })
  const rsa = rsaPkcs8(2_048)
  const eddsa = encodePkcs8({ kind: 'eddsa', seed: new Uint8Array(32) })

  it('an RSA key whose parameters are absent, as RFC 8017 forbids', () => {
    const info = new DerReader(rsa).element(0x30)
    const version = info.content(0x02)
    const algorithm = new DerReader(info.content(0x30)).content(0x06)
    const key = info.content(0x04)
    const absent = der(0x30, der(0x02, version), der(0x30, der(0x06, algorithm)), der(0x04, key))
    expect(() => fromPem(pem(absent))).toThrow(because('NULL parameters'))
  })

  it.each([
    ['RSA', rsa],
    ['EdDSA', eddsa],
  ])('bytes after an %s key', (_, bytes) => {
    expect(fromPem(pem(bytes)).kind).toBeDefined()
    expect(() => fromPem(pem(Buffer.concat([bytes, Buffer.alloc(1)])))).toThrow(because('bytes too many'))
  })

  it('bytes inside an EdDSA key that nobody reads', () => {
    const info = new DerReader(eddsa).content(0x30)
    expect(() => fromPem(pem(der(0x30, info, der(0x04))))).toThrow(because('bytes too many'))
  })

  it.each(['pkcs8', 'pkcs1'] as const)('a wrong passphrase of an encrypted file (%s)', (type) => {
    const key = createPrivateKey({ key: Buffer.from(rsa), format: 'der', type: 'pkcs8' })
    const text = key.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' }).toString()
    expect(fromPem(text, 'right').kind).toBe('rsa')
    // About one wrong passphrase in 256 opens to something that is not a key.
    for (let i = 0; i < (type === 'pkcs1' ? 600 : 2); i++)
      expect(() => fromPem(text, `wrong ${i}`)).toThrow(rejected('WRONG_PASSPHRASE'))
    expect(() => fromPem(text)).toThrow(because('no passphrase is given'))
    const damaged = text
      .replace(/\n[A-Za-z0-9+/]{8}([^\n]*\n-----END)/, '\n$1')
      .replace(/\n[A-Za-z0-9+/]{5}(.*\n-----END)/, '\n$1')
    expect(() => fromPem(damaged, 'right')).toThrow(because('not a PEM key'))
  })
})

describe('PKCS#8 PEM', () => {
  const store = new KeyStore(join(folder, 'pem'))

  it.each(['eddsa', 'rsa'] as const)('carries an %s key from one store to another', (kind) => {
    const info = store.create(`from-${kind}`, kind, '')
    const copy = store.add(`to-${kind}`, fromPem(toPem(store.unlock(info.name, ''))), 'pw')
    expect(copy.address).toBe(info.address)
  })

  it('is what OpenSSL reads, an encrypted RSA key too', () => {
    const eddsa = join(folder, 'eddsa.pem')
    writeFileSync(eddsa, toPem(store.unlock('from-eddsa', '')))
    const parsed = execFileSync('openssl', ['asn1parse', '-in', eddsa], { encoding: 'utf8' })
    expect(parsed).toContain('2.25.307615040945381482085495766217332148914')
    const rsa = join(folder, 'rsa.pem')
    const text = toPem(store.unlock('from-rsa', ''), 'secret')
    writeFileSync(rsa, text)
    expect(text).toContain('ENCRYPTED')
    const check = ['pkey', '-in', rsa, '-passin', 'pass:secret', '-noout', '-text']
    expect(execFileSync('openssl', check, { encoding: 'utf8' })).toContain('3072 bit')
    expect(fromPem(text, 'secret').kind).toBe('rsa')
    expect(() => fromPem(text, 'wrong')).toThrow(rejected('WRONG_PASSPHRASE'))
  })

  it('is written and read the same without Node', async () => {
    for (const kind of ['eddsa', 'rsa'] as const) {
      const secret = await generateKey(kind)
      const text = plain.toPem(secret)
      expect(text).toBe(toPem(secret))
      expect(plain.fromPem(text)).toEqual(secret)
      if (kind === 'rsa') {
        expect(createPrivateKey(text).asymmetricKeyDetails).toMatchObject({ modulusLength: 3072 })
        expect(createPrivateKey(text).export({ type: 'pkcs8', format: 'pem' })).toBe(text)
      }
    }
  })

  it('may hold attributes after the key, which are ignored', () => {
    const pkcs8 = rsaPkcs8(2048)
    const attributes = Uint8Array.of(0xa0, 0)
    const longer = der(0x30, new DerReader(pkcs8).content(0x30), attributes)
    expect(decodePkcs8(longer)).toEqual({ kind: 'rsa', pkcs8 })
  })

  it('rejects an RSA key without its private numbers', () => {
    const info = new DerReader(rsaPkcs8(2048)).element(0x30)
    const [version, algorithm] = [info.content(0x02), info.content(0x30)]
    const key = new DerReader(info.content(0x04)).element(0x30)
    const numbers = [key.content(0x02), key.content(0x02), key.content(0x02)].map((n) => der(0x02, n))
    const cut = der(0x30, der(0x02, version), der(0x30, algorithm), der(0x04, der(0x30, ...numbers)))
    expect(() => store.add('cut', { kind: 'rsa', pkcs8: cut }, '')).toThrow(rejected('BAD_KEY'))
  })

  it('rejects keys of other kinds and sizes', () => {
    const ed25519 = generateKeyPairSync('ed25519')
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString()
    expect(() => fromPem(ed25519)).toThrow(rejected('BAD_KEY'))
    const short = { kind: 'rsa', pkcs8: rsaPkcs8(1024) } as const
    expect(() => store.add('short', short, '')).toThrow(rejected('BAD_KEY'))
    for (const text of ['', 'hello', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----']) {
      expect(() => fromPem(text)).toThrow(rejected('BAD_KEY'))
    }
  })
})
