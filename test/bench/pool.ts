import { MINT } from '../../src/ledger/params.ts'
import type { Candidate } from '../../src/mempool/entry.ts'
import { selectForBlock } from '../../src/mempool/select.ts'
import { type Person, register, strangers, submit, transfer, world } from '../support/mempool/pool-world.ts'
import { type Figure, printFigures } from './support/report.ts'

/** A pool and a block in the proportions of the default genesis, a hundredth of its size. */
const ENTRIES = 500
const RECORDS = 41
/** Actions of the honest sponsor. */
const HONEST = 600

/** What one client with free keys takes from a sponsor: `flood` fills the pool before the sponsor's first action. */
function attack(name: string, sponsors: Person[], flood: (own: Person) => Candidate[]): Figure[] {
  const [own, honest] = sponsors as [Person, Person]
  const { pool, state, rules, finalize } = world({
    limits: { entries: ENTRIES, bytes: ENTRIES * 2_700, perSigner: ENTRIES },
    rules: { maxRecords: RECORDS },
  })
  finalize(
    sponsors.map((by, i) => register(`own-${i}`, { by })),
    1,
  )
  for (const one of flood(own)) submit(pool, one)
  const before = pool.size
  const issue = (n: number) =>
    transfer({ from: MINT, to: 900n, fromStart: BigInt(n) }, 'own-1', { issuedBy: honest })
  for (let n = 0; n < HONEST; n++) submit(pool, issue(n))
  const held = [...pool.entries()].filter(({ holder }) => holder.sponsor === honest.account).length
  const { entries } = selectForBlock(pool.shares, state, { era: 1, maxBodyBytes: RECORDS * 2_048, rules })
  const mine = entries.filter(({ holder }) => holder.sponsor === honest.account).length
  const first = entries.findIndex(({ holder }) => holder.sponsor === honest.account)
  const percent = (part: number, whole: number) => `${Math.round((100 * part) / whole)} %`
  return [
    { name: `${name}: of the pool, before the sponsor comes`, value: percent(before, ENTRIES) },
    { name: `${name}: of the pool, once the sponsor wants it`, value: percent(pool.size - held, ENTRIES) },
    { name: `${name}: of a block`, value: percent(entries.length - mine, entries.length) },
    { name: `${name}: place of the sponsor's first action in the next block`, value: `${first + 1}` },
  ]
}

/** What one client with free keys can cost a sponsor. */
export async function benchPool(): Promise<void> {
  const keys = strangers(ENTRIES)
  const sponsors = [keys[0]!, keys[1]!]
  printFigures('The pool under a client with free keys', [
    ...attack('registrations by new keys', sponsors, () =>
      keys.slice(2).map((by, i) => register(`new-${i}`, { by })),
    ),
    ...attack('an asset of its own', sponsors, (own) =>
      Array.from({ length: ENTRIES }, (_, n) =>
        transfer({ from: MINT, to: 800n, fromStart: BigInt(n) }, 'own-0', { issuedBy: own }),
      ),
    ),
  ])
}
