import { execFile } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { CIRCUITS_DIR, circomlibDir } from '../../../src/setup/circuits.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('static')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/**
 * What circomspect (Trail of Bits) warns of, with why it is sound. A signal assigned and not constrained, or a comparison that may overflow,
 * would stand here and does not.
 */
const KNOWN = [
  // AssertBits: its callers keep n at 253 bits or fewer, where no number has two decompositions.
  'lib/bits.circom: Using `Num2Bits` to convert field elements to bits may lead to aliasing issues.',
  // BitsAtMost: held by the lines behind it, which circomspect lists; all inputs of 3 bits are tried by gadgets.test.ts.
  'lib/bits.circom: Using the signal assignment operator `<--` does not constrain the assigned signal.',
  // Outputs that batches publish: an origin hashes the same inputs, and needs them nowhere else.
  'lib/hop.circom: The output signal `packed` defined by the template `RecordHash` is not constrained in `Hop`.',
  'lib/hop.circom: The output signal `units` defined by the template `TransferHash` is not constrained in `Hop`.',
  // The index of a holding: 2 * depth bits, 32 at the most.
  'lib/journey.circom: Using `Num2Bits` to convert field elements to bits may lead to aliasing issues.',
  // The two indexes: 2 * depth bits, 32 at the most.
  'lib/slot.circom: Using `Num2Bits` to convert field elements to bits may lead to aliasing issues.',
  'lib/slot.circom: Using `Num2Bits` to convert field elements to bits may lead to aliasing issues.',
]

it('circomspect reports only the known findings', async () => {
  cpSync(CIRCUITS_DIR, folder, { recursive: true })
  // It looks for an include beside the file only.
  for (const place of ['.', 'lib'])
    cpSync(circomlibDir(), join(folder, place, 'circomlib', 'circuits'), { recursive: true })
  const cli = createRequire(import.meta.url).resolve('circomspect/cli.js')
  const libraries = readdirSync(join(folder, 'lib')).filter((name) => name.endsWith('.circom'))
  const files = ['batch.circom', 'origin.circom', ...libraries.map((name) => `lib/${name}`)]
  // One process for all files: each would read all that its file includes again.
  const output = await promisify(execFile)(process.execPath, [cli, ...files], { cwd: folder }).then(
    ({ stdout }) => stdout,
    // It ends with another status where it warns.
    (error: { stdout: string }) => error.stdout,
  )
  const named = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!)
  const templates = files.flatMap((file) =>
    named(readFileSync(join(folder, file), 'utf8'), /^template (\w+)/gm),
  )
  expect(named(output, /analyzing template '(\w+)'/g).sort()).toEqual(templates.sort())
  // The file stands in the line below.
  const found = [...output.matchAll(/^(?:warning|error): (.*)(?:\n *┌─ (.*?):)?/gm)]
  expect(found.map(([, what, file]) => `${file}: ${what}`).sort()).toEqual([...KNOWN].sort())
})
