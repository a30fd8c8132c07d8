import { type Command, Option } from 'commander'
import { ClientError } from '../../client/graphql.ts'
import { Failure } from '../../config/failure.ts'
import { refusalIn, wholeJson } from '../../http/answer-body.ts'
import type { WebhookRequest, WebhookView } from '../../webhooks/wire.ts'
import { readOperatorToken } from '../files/tokens.ts'
import {
  apiUrl,
  type DataOptions,
  dataOption,
  type JsonOptions,
  jsonOption,
  type UrlOptions,
  urlOption,
  wholeNumber,
} from '../options.ts'
import { counted, print, printJson, say, table } from '../output.ts'

interface OperatorOptions extends UrlOptions, DataOptions, JsonOptions {
  token?: string
}
interface AddOptions extends OperatorOptions {
  asset?: string
  account?: string
  kind?: string
  fromHeight?: number
  allowPrivate?: boolean
}

const TIMEOUT_MS = 60_000
/** Bytes of an answer that are read at most: 64 webhooks, each with a URL of at most 2 KiB, a filter and an error. */
const MAX_ANSWER_BYTES = 1024 * 1024
const MAX_ID = 2_147_483_647

export function addWebhook(program: Command): void {
  const webhook = program
    .command('webhook')
    .description('deliver final transfers to receivers by signed HTTP requests (needs the operator token)')
  const command = (usage: string, description: string) =>
    webhook
      .command(usage)
      .description(description)
      .addOption(urlOption())
      .addOption(dataOption())
      .option(
        '--token <file>',
        'file with the operator token (default: operator.token in the data directory)',
      )
      .addOption(jsonOption())
  command('add <receiver>', 'deliver to a URL, and print the secret that signs (once)')
    .option('--asset <code>', 'only transfers of this asset')
    .option('--account <address>', 'only transfers from or to this account')
    .addOption(
      new Option('--kind <kind>', 'only transfers of this kind').choices([
        'REGISTER',
        'ISSUE',
        'TRANSFER',
        'RETIRE',
        'REINSTATE',
      ]),
    )
    .option(
      '--from-height <height>',
      'begin with this block (default: with the next one)',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('--allow-private', 'allow HTTP, and receivers in private networks')
    .action(add)
  command('list', 'show all webhooks and how far each is').action(async (options: OperatorOptions) => {
    const { webhooks } = await post<{ webhooks: WebhookView[] }>(options, 'list', {})
    if (options.json) printJson(webhooks)
    else for (const line of describe(webhooks)) print(line)
  })
  const id = wholeNumber(1, MAX_ID)
  command('pause <id>', 'stop delivering for now; what becomes final meanwhile follows later').action(
    (number: string, options: OperatorOptions) => change(options, 'pause', id(number)),
  )
  command('resume <id>', 'deliver again, also after it failed too often').action(
    (number: string, options: OperatorOptions) => change(options, 'resume', id(number)),
  )
  command('remove <id>', 'deliver nothing more, and forget the secret').action(
    async (number: string, options: OperatorOptions) => {
      await post(options, 'remove', { id: id(number) })
      print(`webhook ${number} is removed`)
    },
  )
}

async function add(url: string, { asset, account, kind, fromHeight, allowPrivate, ...options }: AddOptions) {
  const filter = { ...(asset && { asset }), ...(account && { account }), ...(kind && { kind }) }
  const request: WebhookRequest = {
    url,
    filter,
    ...(fromHeight === undefined ? {} : { fromHeight }),
    ...(allowPrivate === true ? { allowPrivate } : {}),
  }
  const added = await post<WebhookView & { secret: string }>(options, 'add', request)
  if (options.json) return printJson(added)
  print(`webhook ${added.id} delivers from position ${added.cursor} on`)
  print(`secret ${added.secret}`)
  say('give the secret to the receiver: it is not shown again')
}

async function change(options: OperatorOptions, method: string, id: number): Promise<void> {
  const webhook = await post<WebhookView>(options, method, { id })
  if (options.json) printJson(webhook)
  else for (const line of describe([webhook])) print(line)
}

function describe(webhooks: readonly WebhookView[]): string[] {
  const rows = webhooks.map(({ id, url, filter, state, behind, attempts, error }) => {
    const conditions = Object.entries(filter)
      .sort()
      .map(([name, value]) => `${name} ${value}`)
    const trouble = attempts > 0 ? `${counted(attempts, 'failed attempt')}, the last: ${error}` : ''
    return [String(id), state, `${behind} behind`, url, conditions.join(', ') || 'all transfers', trouble]
  })
  return rows.length === 0 ? ['there are no webhooks'] : table(rows).map((line) => line.trimEnd())
}

async function post<T>(options: OperatorOptions, method: string, body: object): Promise<T> {
  const url = new URL(`/webhooks/${method}`, apiUrl(options))
  const token = readOperatorToken(options)
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause) => {
    throw new Failure('API_UNREACHABLE', `there is no answer from ${url.origin}`, {
      hint: 'start the api, or name another one with --url',
      retry: true,
      cause,
    })
  })
  if (response.ok) {
    const answer = await wholeJson(response, MAX_ANSWER_BYTES).catch(() => undefined)
    if (typeof answer === 'object' && answer !== null) return answer as T
    throw new ClientError('API_ERROR', `the API's answer is no JSON of at most ${MAX_ANSWER_BYTES} bytes`)
  }
  if (response.status === 401) {
    throw new Failure('BAD_TOKEN', 'the API does not take this token', {
      hint: 'use the one of the data directory of that API',
    })
  }
  const { code = 'API_ERROR', message = `the API answered ${response.status}` } = await refusalIn(response)
  throw new ClientError(code, message)
}
