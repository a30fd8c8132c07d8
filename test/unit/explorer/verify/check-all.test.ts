import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { checkFile } from '../../../../src/explorer/verify/check.ts'
import { told } from '../../../../src/explorer/verify/kind.ts'
import { outcomeOf } from '../../../../src/explorer/verify/not-shown.ts'
import type { CertificateResult } from '../../../../src/explorer/verify/result.ts'
import { checkAll } from '../../../../src/explorer/verify/use-check.ts'
import { CORPUS } from '../../../support/certificate/corpus/corpus-chain.ts'
import { poseidon } from '../../../support/crypto/poseidon.ts'

const read = (name: string) => new Uint8Array(readFileSync(new URL(name, CORPUS)))
const genesis = read('genesis.json')

/** Checks files of the corpus together. @returns of each its outcome, and what it was compared with */
async function outcomes(...names: string[]): Promise<Record<string, [string, string | undefined]>> {
  const files = names.map((name) => {
    const file = read(name)
    return { file, name, ...told(file), genesis, policy: undefined }
  })
  const checked = await checkAll(files, (request) => checkFile(request, poseidon, () => {}))
  expect(checked.map(({ name }) => name)).toEqual(names)
  return Object.fromEntries(
    checked.map(({ name, result, newer }) => [name, [outcomeOf(result as CertificateResult), newer]]),
  )
}

/** As of the newest height, and about other units. */
const OTHER = 'good-rsa-register.json'

it('compares a certificate with each newer one beside it, until one shows that its units have left', async () => {
  const all = await outcomes(OTHER, 'newer-left.json', 'good-forward.json')
  expect(all['newer-left.json']).toEqual(['left', 'good-forward.json'])
  for (const name of [OTHER, 'good-forward.json']) expect(all[name]).toEqual(['verified', undefined])
})

it('says that a certificate was compared only with one that shows its units', async () => {
  const one = 'newer-still-there.json'
  expect((await outcomes(one, OTHER))[one]).toEqual(['verified', undefined])
  const beside = await outcomes(one, OTHER, 'good-backward.json')
  expect(beside[one]).toEqual(['verified', 'good-backward.json'])
  expect((await outcomes(one, 'finality-header-changed.json'))[one]).toEqual(['verified', undefined])
})
