import type { GraphQLError, GraphQLResolveInfo, GraphQLSchema } from 'graphql'
import type { Waiter } from '../budget/turns.ts'
import type { Work } from '../budget/work.ts'
import type { GivenArguments } from './coerced-variables.ts'
import type { FieldPlan, OperationPlan } from './plan.ts'

/** Where in the answer an object is: the keys from the root. */
export interface Path {
  prev: Path | undefined
  key: string | number
}

/** What one execution of a plan needs. */
export interface Run extends Waiter {
  plan: OperationPlan
  schema: GraphQLSchema
  root: unknown
  context: unknown
  variables: Record<string, unknown>
  /** Counts what the answer contains, and may stop the execution. */
  work: Work | undefined
  /** Arguments by the plan of their field. */
  given: GivenArguments
  errors: GraphQLError[]
  /** Positions at which an error made the answer null. */
  nulled: Set<string>
}

/** What a resolver may ask about where it runs. Its parts are made when they are read: nearly no resolver reads any. */
export class ResolveInfo implements GraphQLResolveInfo {
  readonly #run: Run
  readonly #field: FieldPlan
  readonly #path: Path | undefined

  constructor(run: Run, field: FieldPlan, path: Path | undefined) {
    this.#run = run
    this.#field = field
    this.#path = path
  }

  get fieldName(): GraphQLResolveInfo['fieldName'] {
    return this.#field.definition.name
  }

  get fieldNodes(): GraphQLResolveInfo['fieldNodes'] {
    return this.#field.nodes
  }

  get returnType(): GraphQLResolveInfo['returnType'] {
    return this.#field.definition.type
  }

  get parentType(): GraphQLResolveInfo['parentType'] {
    return this.#field.parent
  }

  get path(): GraphQLResolveInfo['path'] {
    const typed = (at: Path | undefined): GraphQLResolveInfo['path'] | undefined =>
      at && { prev: typed(at.prev), key: at.key, typename: undefined }
    return { prev: typed(this.#path), key: this.#field.key, typename: this.#field.parent.name }
  }

  get schema(): GraphQLResolveInfo['schema'] {
    return this.#run.schema
  }

  get fragments(): GraphQLResolveInfo['fragments'] {
    return Object.fromEntries(this.#run.plan.fragments)
  }

  get rootValue(): unknown {
    return this.#run.root
  }

  get operation(): GraphQLResolveInfo['operation'] {
    return this.#run.plan.operation
  }

  get variableValues(): GraphQLResolveInfo['variableValues'] {
    return this.#run.variables
  }
}
