import {
  type DocumentNode,
  getOperationAST,
  Kind,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { ApiContext } from '../request/context.ts'

/** Final data never changes, so it may be cached forever. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/** Fields whose value cannot change once their block is final; connections and their parts as well. */
const SETTLED: Readonly<Record<string, ReadonlySet<string> | 'all'>> = {
  Query: words('block'),
  Block: words(
    `id height hash view era timestamp parentHash proposer stateRoot historyRoot position transferCount transfers`,
  ),
  Transfer:
    words(`id hash kind status height block timestamp position from to asset amount fromStart toStart era memo
    attested keyKind publicKey signature`),
  Account: words('id address accountId'),
  Asset: words(
    `id code assetId name cap decimals unique reinstatable issuer metadata definition madeFrom registration`,
  ),
  Validator: 'all',
  TransferConnection: 'all',
  TransferEdge: 'all',
  PageInfo: 'all',
}

function words(text: string): ReadonlySet<string> {
  return new Set(['__typename', ...text.split(/\s+/)])
}

/**
 * Lets caches keep the answer to a GET forever if it is about a named final block and nothing in it can still change. Every other answer must
 * not be stored.
 */
export function useCache(): Plugin<ApiContext> {
  return {
    onExecute({ args }) {
      if (args.contextValue.request?.method !== 'GET') return
      const { schema, document, operationName } = args
      if (!isSettled(new TypeInfo(schema), document, operationName)) return
      return {
        onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result || result.errors || !result.data) return
          if (Object.values(result.data).includes(null)) return
          const http = { headers: { 'cache-control': FOR_EVER } }
          setResult({ ...result, extensions: { ...result.extensions, http } })
        },
      }
    },
  }
}

/** True if an operation selects only fields that cannot change, of blocks that it names. */
function isSettled(
  types: TypeInfo,
  document: DocumentNode,
  operationName: string | null | undefined,
): boolean {
  const operation = getOperationAST(document, operationName)
  if (operation?.operation !== OperationTypeNode.QUERY) return false
  let settled = true
  const check = visitWithTypeInfo(types, {
    Field(node) {
      const parent = types.getParentType()?.name ?? ''
      const fields = SETTLED[parent]
      settled &&= fields === 'all' || (fields?.has(node.name.value) ?? false)
      // Without arguments the field is the newest block.
      if (parent === 'Query' && node.name.value === 'block') settled &&= (node.arguments ?? []).length > 0
    },
  })
  for (const definition of document.definitions) {
    if (definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION) visit(definition, check)
  }
  return settled
}
