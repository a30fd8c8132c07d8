import { expect, it } from 'vitest'
import { HeavyStatements } from '../../../src/api/budget/heavy-statements.ts'
import { tracedDatabase } from '../../../src/api/traced.ts'
import { cancellableDatabase } from '../../../src/storage/cancellable.ts'
import type { Database } from '../../../src/storage/database.ts'

it('a database that is traced, in turns and cancellable is gone as soon as the one behind it is', () => {
  let isGone = false
  const database = {
    sql: Object.assign(() => Promise.resolve([]), { options: { connection: {} } }),
    get isGone() {
      return isGone
    },
  } as unknown as Database
  const traced = tracedDatabase(database, {} as never)
  const inTurns = new HeavyStatements(2).bound(traced)
  const cancellable = cancellableDatabase(inTurns, new AbortController().signal)
  const seen = () => [traced, inTurns, cancellable].map((wrapped) => wrapped.isGone)
  expect(seen()).toEqual([false, false, false])
  isGone = true
  expect(seen()).toEqual([true, true, true])
})
