import type { Hostile } from '../../support/api/hostile.ts'
import { BODIES } from '../../support/api/hostile-requests/bodies.ts'
import { DOCUMENTS } from '../../support/api/hostile-requests/documents.ts'
import { FRAMES } from '../../support/api/hostile-requests/frames.ts'
import { STATUSES } from '../../support/api/hostile-requests/statuses.ts'
import { TARGETS } from '../../support/api/hostile-requests/targets.ts'
import { URLS } from '../../support/api/hostile-requests/urls.ts'
import { exchange } from '../../support/api/raw-http.ts'
import { Asker } from './asker.ts'

/** How many requests were sent: hostile ones, and costly queries that were answered and refused. */
export interface Attacks {
  hostile: number
  answered: number
  refused: number
}

/** Clients that send hostile requests, and as many that send costly queries. */
export const CLIENTS = 8
const TIMED_OUT = 408
const REQUESTS: Hostile[] = [FRAMES, TARGETS, BODIES, URLS, DOCUMENTS, STATUSES].flat()
/** Those that the server waits for, until they are too late. */
const SLOW = REQUESTS.filter(([, , status]) => status === TIMED_OUT)
const QUICK = REQUESTS.filter(([, , status]) => status !== TIMED_OUT)

/**
 * When run as a program: clients at addresses of their own that attack an api. Arguments: URL of the api, and costly queries as JSON. For each
 * message, a number of milliseconds, all send for so long, and the answer is the Attacks. Ends with its parent.
 */
if (process.send !== undefined) {
  const [url = '', costly = '[]'] = process.argv.slice(2)
  const queries: string[] = JSON.parse(costly)
  const clients = Array.from({ length: 2 * CLIENTS }, (_, n) => new Asker(url, 1 + n))
  process.once('disconnect', () => process.exit(0))
  process.on('message', (forMs: number) => {
    attack(url, clients, queries, forMs).then((attacks) => process.send?.(attacks))
  })
}

/** Attacks for a time. Requests that the server waits for are sent once by each client, and go on. */
async function attack(url: string, clients: Asker[], costly: string[], forMs: number): Promise<Attacks> {
  const attacks: Attacks = { hostile: 0, answered: 0, refused: 0 }
  const until = performance.now() + forMs
  const send = ({ localAddress }: Asker, [, bytes]: Hostile) => {
    attacks.hostile += 1
    return exchange(url, bytes, undefined, localAddress)
  }
  const ask = async (client: Asker, query: string) => {
    const { body } = await client.ask(query)
    if (body.errors) attacks.refused += 1
    else attacks.answered += 1
  }
  await Promise.all(
    clients.map(async (client, n) => {
      if (n < CLIENTS) for (const request of SLOW) send(client, request)
      for (let i = n; performance.now() < until; i++) {
        if (n < CLIENTS) await send(client, QUICK[i % QUICK.length]!)
        else await ask(client, costly[i % costly.length]!)
      }
    }),
  )
  return attacks
}
