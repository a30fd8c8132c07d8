import { randomBytes } from 'node:crypto'
import {
  answerJson,
  isAuthorized,
  type JsonBody,
  jsonResponse,
  malformed,
  wholeNumberIn,
} from '../http/endpoint.ts'
import { throwRejection } from '../ledger/rejection.ts'
import type { Database } from '../storage/database.ts'
import { currentHeight, nextPosition, positionAfter } from '../storage/heights.ts'
import {
  addWebhook,
  readWebhook,
  readWebhooks,
  removeWebhook,
  setWebhookState,
  type Webhook,
  type WebhookFilter,
  type WebhookState,
} from '../storage/webhooks.ts'
import type { Logger } from '../telemetry/log.ts'
import { parseFilter } from './message.ts'
import { secretText } from './sign.ts'
import type { WebhookView } from './wire.ts'

const PREFIX = '/webhooks/'
/** Bound on the number of webhooks: each has a message in memory while it is delivered. */
const MAX_WEBHOOKS = 64
const MAX_URL_CHARACTERS = 2_048
/** Bytes of a secret; Standard Webhooks has 24 to 64. */
const SECRET_BYTES = 32
const FILTER_KEYS: readonly string[] = ['account', 'asset', 'kind'] satisfies (keyof WebhookFilter)[]

/**
 * The operator's endpoint on the API's server: JSON by POST with the operator token as bearer, to add, list, pause, resume and remove webhooks.
 * @param onChange is called after a change
 */
export function webhookRoutes(
  database: Database,
  { token, log, onChange }: { token: string; log: Logger; onChange: () => void },
): (request: Request, url: URL) => Promise<Response | undefined> {
  const methods = methodsOf(database)
  return async (request, url) => {
    if (!url.pathname.startsWith(PREFIX)) return undefined
    const name = url.pathname.slice(PREFIX.length)
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined
    if (method === undefined || request.method !== 'POST') return jsonResponse(404, { code: 'NOT_FOUND' })
    if (!isAuthorized(request, token))
      return jsonResponse(401, { code: 'FORBIDDEN', message: 'The operator token is missing or wrong.' })
    const response = await answerJson(request, method, (err) =>
      log.error({ err, method: name }, 'the operator was not served'),
    )
    if (response.ok && name !== 'list') onChange()
    return response
  }
}

function methodsOf(database: Database): Record<string, (body: JsonBody) => Promise<object>> {
  const set = (state: WebhookState) => async (body: JsonBody) => {
    const id = wholeNumberIn(body, 'id')
    if (!(await setWebhookState(database, id, state))) throwRejection('UNKNOWN_WEBHOOK', { id })
    return viewOf((await readWebhook(database, id))!, await nextPosition(database))
  }
  return {
    add: (body) => add(database, body),
    async list() {
      const end = await nextPosition(database)
      return { webhooks: (await readWebhooks(database)).map((webhook) => viewOf(webhook, end)) }
    },
    pause: set('paused'),
    resume: set('active'),
    async remove(body) {
      const id = wholeNumberIn(body, 'id')
      if (!(await removeWebhook(database, id))) throwRejection('UNKNOWN_WEBHOOK', { id })
      return {}
    },
  }
}

/** The answer is the only one that contains the secret. */
async function add(database: Database, body: JsonBody): Promise<object> {
  const allowPrivate = body.allowPrivate === true
  const filter = filterIn(body)
  await parseFilter(database, filter)
  const secret = randomBytes(SECRET_BYTES)
  const cursor = await cursorIn(database, body)
  const given = { url: urlIn(body, allowPrivate), filter, secret, allowPrivate, cursor }
  const webhook = await addWebhook(database, given, MAX_WEBHOOKS)
  if (webhook === undefined) throwRejection('TOO_MANY_WEBHOOKS', { max: MAX_WEBHOOKS })
  return { ...viewOf(webhook, await nextPosition(database)), secret: secretText(secret) }
}

function urlIn({ url: text }: JsonBody, allowPrivate: boolean): string {
  if (typeof text !== 'string' || text.length > MAX_URL_CHARACTERS || !URL.canParse(text))
    throw malformed('url')
  const { protocol, username, password, hash, href } = new URL(text)
  const refuse = (reason: string) => throwRejection('BAD_INPUT', { argument: 'url', reason })
  if (protocol !== 'https:' && !(allowPrivate && protocol === 'http:')) refuse('must begin with https://')
  if (username !== '' || password !== '' || hash !== '') refuse('must have neither user nor fragment')
  return href
}

function filterIn({ filter }: JsonBody): WebhookFilter {
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) throw malformed('filter')
  for (const [key, value] of Object.entries(filter))
    if (!FILTER_KEYS.includes(key) || typeof value !== 'string') throw malformed('filter')
  return filter as WebhookFilter
}

/** Where delivery begins. */
async function cursorIn(database: Database, body: JsonBody): Promise<number> {
  if (body.fromHeight === undefined) return nextPosition(database)
  const height = wholeNumberIn(body, 'fromHeight')
  const newest = await currentHeight(database)
  if (height > newest + 1) throwRejection('HEIGHT_TOO_HIGH', { height, newest })
  return height === 0 ? 0 : positionAfter(database, height - 1)
}

function viewOf(webhook: Webhook, end: number): WebhookView {
  const { id, url, filter, allowPrivate, state, cursor, attempts, error, createdAt, deliveredAt } = webhook
  return {
    id,
    url,
    filter,
    allowPrivate,
    state,
    cursor,
    behind: Math.max(0, end - cursor),
    attempts,
    error,
    createdAt: createdAt.toISOString(),
    deliveredAt: deliveredAt?.toISOString() ?? null,
  }
}
