import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql'
import { BoundedCache } from '../../storage/bounded-cache.ts'
import { coercedVariables } from './coerced-variables.ts'
import { executePlan } from './execute.ts'
import { decidingVariables, NotPlanned, type OperationPlan, planOperation } from './plan.ts'

/** Bytes of all plans that are kept, with their documents. */
export const MAX_PLAN_BYTES = 32 * 1024 * 1024
/** What a field of a plan takes, and what a character of a parsed document takes, both rounded up. */
const FIELD_BYTES = 512
const CHARACTER_BYTES = 100

/** An operation that may be planned. */
interface Operation {
  /** Distinguishes it from all others. */
  id: number
  node: OperationDefinitionNode
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  deciding: readonly string[]
}

/** Executes queries by plans, which are made once and kept while they fit. */
export class Plans {
  readonly #schema: GraphQLSchema
  /** The operations of documents by name; null for those that are executed otherwise. */
  readonly #operations = new WeakMap<DocumentNode, Map<string, Operation | null>>()
  /** Plans by operation and by the values that decide what it asks for; null for what plans do not cover. */
  readonly #plans = new BoundedCache<string, OperationPlan | null>(MAX_PLAN_BYTES)
  #ids = 0

  constructor(schema: GraphQLSchema) {
    this.#schema = schema
  }

  /** What the kept plans take, estimated; at most MAX_PLAN_BYTES. */
  get bytes(): number {
    return this.#plans.size
  }

  /** The answer of an operation; undefined if it must be executed otherwise: mutations, introspection, an unknown operation. */
  execute(args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> | undefined {
    const { document, operationName } = args
    const operation = args.schema === this.#schema ? this.#operation(document, operationName) : null
    if (operation === null) return undefined
    const variables = coercedVariables(args)
    if (variables.errors) return { errors: variables.errors }
    const plan = this.#plan(document, operation, variables.coerced)
    return plan ? executePlan(plan, args, variables) : undefined
  }

  #operation(document: DocumentNode, name: string | null | undefined): Operation | null {
    const ofDocument = this.#operations.get(document) ?? new Map<string, Operation | null>()
    this.#operations.set(document, ofDocument)
    const known = ofDocument.get(name ?? '')
    if (known !== undefined) return known
    const node = getOperationAST(document, name)
    // A name that the document does not have is not kept: any number of them can be asked for.
    if (!node) return null
    const operation = node.operation === OperationTypeNode.MUTATION ? null : this.#prepare(document, node)
    ofDocument.set(name ?? '', operation)
    return operation
  }

  #prepare(document: DocumentNode, node: OperationDefinitionNode): Operation {
    const fragments = new Map<string, FragmentDefinitionNode>()
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
    }
    this.#ids += 1
    return { id: this.#ids, node, fragments, deciding: decidingVariables(node, fragments) }
  }

  #plan(
    document: DocumentNode,
    operation: Operation,
    variables: Record<string, unknown>,
  ): OperationPlan | null {
    const values = operation.deciding.map((name) => variables[name])
    const key = [operation.id, ...values].join()
    const known = this.#plans.get(key)
    if (known !== undefined) return known
    const plan = this.#make(operation, variables)
    const characters = document.loc?.source.body.length ?? 0
    this.#plans.set(key, plan, (plan?.fields ?? 1) * FIELD_BYTES + characters * CHARACTER_BYTES)
    return plan
  }

  #make({ node, fragments }: Operation, variables: Record<string, unknown>): OperationPlan | null {
    try {
      return planOperation(this.#schema, node, fragments, variables)
    } catch (error) {
      // A GraphQLError is about a directive; the ordinary execution reports it.
      if (error instanceof NotPlanned || error instanceof GraphQLError) return null
      throw error
    }
  }
}
