import type { Command } from 'commander'
import { wholeNumber } from './options.ts'

/** Documents that clients of an api may name by their hashes. */
export interface TrustedOptions {
  trustedDocuments?: string
  trustedDocumentsOnly?: boolean
  /** Whether the page is served, whose documents are trusted. */
  explorer?: boolean
}

/** What `ictl api` and `ictl up` let an operator choose for the HTTP of an api. */
export interface HttpOptions extends TrustedOptions {
  trustedProxies?: string
  explorer: boolean
  graphiql: boolean
  introspection: boolean
  notice: number
  circuits?: string
}

/** Milliseconds of `--notice`: an api must have stopped before its supervisor kills it. */
const MAX_NOTICE_MS = 4_000

/** Adds the options for the HTTP of an api to a command. */
export function addHttpOptions(command: Command): Command {
  return command
    .option(
      '--trusted-proxies <list>',
      'addresses and networks of proxies whose X-Forwarded-For is believed, such as 127.0.0.1,10.0.0.0/8',
    )
    .option('--no-explorer', 'do not serve the page on /')
    .option('--no-graphiql', 'do not serve GraphiQL on /graphiql')
    .option('--no-introspection', 'do not describe the schema to clients')
    .option(
      '--notice <ms>',
      'when it is stopped, answer 503 on /ready for at least so long before it closes',
      wholeNumber(0, MAX_NOTICE_MS),
      0,
    )
    .option(
      '--circuits <dir>',
      'serve the keys in this folder, which ictl circuits export wrote, to pages and others who prove origins',
    )
    .option('--trusted-documents <file>', 'a manifest of documents, which clients may name by their SHA-256')
    .option('--trusted-documents-only', 'refuse all GraphQL documents but those, and those of the page')
}

/** The options as arguments of an api that another process starts. */
export function httpArguments(options: HttpOptions): string[] {
  const { trustedProxies, explorer, graphiql, introspection, notice } = options
  const { trustedDocuments, trustedDocumentsOnly, circuits } = options
  return [
    ...(trustedProxies === undefined ? [] : ['--trusted-proxies', trustedProxies]),
    ...(explorer ? [] : ['--no-explorer']),
    ...(graphiql ? [] : ['--no-graphiql']),
    ...(introspection ? [] : ['--no-introspection']),
    ...(notice === 0 ? [] : ['--notice', `${notice}`]),
    ...(circuits === undefined ? [] : ['--circuits', circuits]),
    ...(trustedDocuments === undefined ? [] : ['--trusted-documents', trustedDocuments]),
    ...(trustedDocumentsOnly ? ['--trusted-documents-only'] : []),
  ]
}
