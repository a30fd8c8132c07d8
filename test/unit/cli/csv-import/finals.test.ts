import { expect, it } from 'vitest'
import { Finals } from '../../../../src/cli/csv-import/finals.ts'
import type { Client } from '../../../../src/client/types.ts'

/** A client of a node that knows these statuses. */
const knowing = (statuses: Record<string, string>) =>
  ({
    query: async (_: string, { hashes }: { hashes: string[] }) => ({
      submissions: hashes.map((hash) => (hash in statuses ? { status: statuses[hash] } : null)),
    }),
  }) as unknown as Client

const row = { number: 1, asset: 'a', from: 'x', to: 'y', amount: '1', memo: undefined, time: undefined }

async function watch(statuses: Record<string, string>, hashes: string[], patienceMs?: number) {
  const seen: string[] = []
  const finals = new Finals({
    ...{ client: knowing(statuses), pauseMs: 1 },
    onFinal: ({ hash }) => void seen.push(`${hash} final`),
    onLost: async (lost) => void seen.push(...lost.map(({ hash }) => `${hash} lost`)),
    ...(patienceMs === undefined ? {} : { patienceMs }),
  })
  for (const hash of hashes) finals.add({ row, key: hash }, hash)
  finals.end()
  const running = finals.run()
  finals.end()
  await running
  return seen
}

it('accepted rows end as final, or as lost when they left the pool or nobody knows of them any more', async () => {
  const seen = await watch({ a: 'FINAL', b: 'EXPIRED' }, ['a', 'b', 'c'])
  expect(seen).toEqual(['a final', 'b lost', 'c lost'])
})

it('an import ends when nothing becomes final, and is to be continued', async () => {
  await expect(watch({ a: 'ACCEPTED' }, ['a'], 10)).rejects.toMatchObject({
    code: 'NOT_FINAL',
    message: 'nothing became final for 10 minutes, with 1 row waiting for it',
    retry: true,
  })
})

it('an import ends, too, when a node takes none of its rows', async () => {
  let asked = 0
  const finals: Finals = new Finals({
    ...{ client: knowing({}), pauseMs: 1 },
    onFinal: () => undefined,
    onLost: async () => undefined,
    unsent() {
      asked += 1
      // Otherwise a fault would show as a wait without end.
      if (asked > 1_000) finals.end()
      return 3
    },
    patienceMs: 10,
  })
  await expect(finals.run()).rejects.toMatchObject({
    code: 'NOT_FINAL',
    message: 'nothing became final for 10 minutes, with 3 rows waiting for it',
  })
})
