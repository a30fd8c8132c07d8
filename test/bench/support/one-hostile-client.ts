import { get } from '../../support/api/hostile-requests/build.ts'
import { exchange } from '../../support/api/raw-http.ts'
import { Asker } from './asker.ts'

/** What the client sends, each kind as fast as it is answered. */
export type Kind = 'costly queries' | 'cheap queries' | 'files that there are not'
export interface Order {
  kind: Kind
  forMs: number
}

/** Requests that it has on the way at a time: more than a client may run. */
const AT_A_TIME = 64
const MISSING = get('/explorer/nothing')

/**
 * When run as a program: one client, at an address of its own, that attacks an api. Arguments: URL of the api, and costly queries as JSON. Each message
 * is an Order; the answer is the number of requests that were answered. Ends with its parent.
 */
if (process.send !== undefined) {
  const [url = '', costly = '[]'] = process.argv.slice(2)
  const queries: string[] = JSON.parse(costly)
  const asker = new Asker(url, 1)
  const { localAddress } = asker
  const send: Record<Kind, (i: number) => Promise<unknown>> = {
    'costly queries': (i) => asker.ask(queries[i % queries.length]!),
    'cheap queries': () => asker.ask('{ chain { finalizedHeight } }'),
    'files that there are not': () => exchange(url, MISSING, undefined, localAddress),
  }
  process.once('disconnect', () => process.exit(0))
  process.on('message', async ({ kind, forMs }: Order) => {
    const until = performance.now() + forMs
    let answered = 0
    const one = async (_: unknown, n: number) => {
      for (let i = n; performance.now() < until; i += AT_A_TIME) {
        const isLate = new Promise<false>((resolve) =>
          setTimeout(() => resolve(false), until - performance.now()),
        )
        if ((await Promise.race([send[kind](i).then(() => true), isLate])) === true) answered += 1
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, one))
    process.send?.(answered)
  })
}
