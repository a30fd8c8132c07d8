import { expect, it } from 'vitest'
import { unproven } from '../../../src/cli/commands/verify.ts'

it.each([
  [{ first: 2, end: 2, provenTo: 2 }, 'there is no full batch yet, so nothing is proven'],
  [{ first: 2, end: 3, provenTo: 2 }, 'batch 2, one of 1 full batch, has no proof yet, so nothing is proven'],
  [
    { first: 2, end: 9, provenTo: 2 },
    'batch 2, one of 7 full batches, has no proof yet, so nothing is proven',
  ],
  [
    { first: 2, end: 9, provenTo: 5 },
    'batch 5, one of 7 full batches, has no proof yet; 3 batches before it, from 2 on, lead from the genesis state',
  ],
])(
  'ictl verify --chain is OK only if all full batches are proven, and says it in words otherwise (%j)',
  (report, message) => expect(unproven(report)).toMatchObject({ code: 'UNPROVEN', message }),
)

it('ictl verify --chain is OK with all full batches proven', () =>
  expect(unproven({ first: 2, end: 9, provenTo: 9 })).toBeUndefined())
