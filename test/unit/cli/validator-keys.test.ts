import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createValidatorKeys, readValidatorKeys, validatorOf } from '../../../src/cli/files/validator.ts'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { RejectionError } from '../../../src/ledger/rejection.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

describe('the keys of a node', () => {
  it.each([undefined, 'a passphrase'])(
    'are three, made once, and read back (passphrase: %s)',
    (passphrase) => {
      const folder = testFolder('validator-keys')
      const made = createValidatorKeys(folder, passphrase)
      expect(new Set(Object.values(made).map(bytesToHex)).size).toBe(3)
      expect(Object.values(made).map(({ length }) => length)).toEqual([32, 32, 32])
      expect(createValidatorKeys(folder, passphrase)).toEqual(made)
      if (passphrase !== undefined) expect(() => readValidatorKeys(folder, 'wrong')).toThrow(RejectionError)
      const file = join(folder, 'validator.json')
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(readFileSync(file, 'utf8').includes(bytesToHex(made.log))).toBe(passphrase === undefined)
      expect(Object.keys(validatorOf('a', made))).toEqual(['name', 'votingKey', 'transportKey', 'logKey'])
    },
  )
})
