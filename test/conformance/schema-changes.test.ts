import { readFileSync } from 'node:fs'
import { buildSchema, findBreakingChanges } from 'graphql'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../support/documents/snippets.ts'

const text = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8')
const BASELINE = text('test/conformance/schema-baseline.graphql')

/** What breaks clients of one schema under another. */
const breaks = (before: string, after: string) =>
  findBreakingChanges(buildSchema(before), buildSchema(after)).map(({ description }) => description)

describe('schema.graphql', () => {
  it('breaks nothing that the baseline has', () => {
    expect(breaks(BASELINE, text('schema.graphql'))).toEqual([])
  })

  it.each([
    ['a field', '  memo: Hash!', '  hashOfMemo: Hash!', 'Transfer.memo was removed.'],
    ['a type', '  memo: Hash!', '  memo: String!', 'Transfer.memo changed type from Hash! to String!.'],
    ['a value', /^ {2}CLOCK_OFF$/m, '  CLOCK_WRONG', 'CLOCK_OFF was removed from enum type NodeState.'],
    [
      'an argument',
      'account(',
      'account("New." strict: Boolean!, ',
      'A required arg strict on Query.account was added.',
    ],
  ])('would be seen to break %s', (_what, part, replacement, description) => {
    expect(breaks(BASELINE, BASELINE.replace(part, replacement))).toEqual([description])
  })

  it('names what replaces a deprecated field, and since which version', () => {
    const reasons = [...text('schema.graphql').matchAll(/@deprecated(?:\(reason: "([^"]*)"\))?/g)]
    for (const [all, reason] of reasons) expect(reason, all).toMatch(/^Since \d+\.\d+: use `.+`\.$/)
  })
})
