import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeGenesis } from '../../../src/cli/files/genesis-file.ts'
import { runProgram } from '../../../src/cli/program.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { encodeOriginProof, type OriginProof } from '../../../src/verify/origin-proof.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { captureOutput } from '../../support/cli/captured-output.ts'
import { rsaKey } from '../../support/ledger/ledger-world.ts'
import { forgedOrigin } from '../../support/proving/forged-origin.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('origin-proofs')
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string) => join(folder, name)

const chain = new CertifiedChain({ stateDepth: 12 })
const holder = rsaKey()
const origin = forgedOrigin(chain, holder)
beforeAll(() => writeGenesis(file('genesis.json'), chain.genesis))

function verify(proof: OriginProof, ...more: string[]) {
  writeFileSync(file('origin.json'), encodeOriginProof(proof))
  return runProgram(['verify', file('origin.json'), '--genesis', file('genesis.json'), ...more])
}

const output = captureOutput()

it('tells what a proof says that is proven and final, and that its key is one for development', async () => {
  expect(await verify(origin)).toBe(0)
  expect(output.stdout).toContain('10 units (10 FORGED-1), with serials among 0 to 999')
  expect(output.stdout).toContain(`by ${encodeAddress(holder.account)}`)
  expect(output.stdout).toContain('A development key')
})

it('names no holder whose signature is not valid', async () => {
  const signature = new Uint8Array(256)
  expect(await verify({ ...origin, opening: { ...origin.opening!, signature } })).toBe(1)
  expect(output.stdout).toContain('10 units')
  expect(output.stdout).not.toContain(encodeAddress(holder.account))
})

it('tells nothing of a proof that is not valid, or that nobody made final', async () => {
  const { finality } = new CertifiedChain({ salt: 'ab'.repeat(32) }).source()
  for (const made of [
    { ...origin, length: 11n },
    { ...origin, finality },
  ]) {
    output.stdout = ''
    expect(await verify(made)).toBe(1)
    expect(output.stdout).toMatch(/^(proven|final) +no/m)
    expect(output.stdout).not.toContain('FORGED-1')
    expect(output.stdout).toContain('A development key')
  }
})

it('tells neither what a proof says nor of a key where there is none for it', async () => {
  expect(await verify({ ...origin, hops: 5 })).toBe(1)
  expect(output.stdout).toContain('there is no key here for 5 hops')
  expect(output.stdout).not.toMatch(/FORGED-1|A development key/)
})
