import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { circuits } from '../../../src/setup/circuits.ts'
import { isDevelopmentKey, parseVerificationKey, vkHash } from '../../../src/verify/verification-key.ts'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

describe.each(circuits())('$name', ({ name, constraints, r1csSha256, developmentVkHash }) => {
  const key = parseVerificationKey(JSON.parse(read(`circuits/generated/${name}.vkey.json`)))!

  it('pins the hash of its development key', () => {
    expect(vkHash(key)).toBe(developmentVkHash)
    expect(isDevelopmentKey(key)).toBe(true)
  })

  it('is documented with its actual numbers', () => {
    const row = `| ${name} | ${constraints.toLocaleString('en')} | ${r1csSha256} | ${developmentVkHash} |`
    expect(read('PROTOCOL.md')).toContain(row)
  })
})
