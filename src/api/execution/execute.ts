import {
  defaultTypeResolver,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLObjectType,
  getArgumentValues,
  isObjectType,
  locatedError,
} from 'graphql'
import { turns } from '../budget/turns.ts'
import type { Work } from '../budget/work.ts'
import { Elsewhere } from '../request/at-height.ts'
import type { GoodVariables } from './coerced-variables.ts'
import type { FieldPlan, ObjectPlan, OperationPlan, TypePlan } from './plan.ts'
import { type Path, ResolveInfo, type Run } from './run.ts'

type Answer = Record<string, unknown>

/**
 * Answers an operation by its plan, as graphql-js does: with the same values, nulls and errors. Fields are resolved as far as possible without
 * waiting; lists and objects give other requests a turn when the slice is over. What the answer contains is counted, and the execution ends when
 * it is stopped.
 * @param variables coerced, with the arguments that were made of them so far
 */
export function executePlan(
  plan: OperationPlan,
  { schema, rootValue, contextValue }: ExecutionArgs,
  { coerced: variables, given }: GoodVariables,
): ExecutionResult | Promise<ExecutionResult> {
  const work = (contextValue as { work?: Work } | undefined)?.work
  const run: Run = {
    plan,
    schema,
    root: rootValue,
    context: contextValue,
    variables,
    work,
    weight: work?.weight ?? 'light',
    given,
    errors: [],
    nulled: new Set(),
    waiting: [],
  }
  const failed = (error: unknown): ExecutionResult => {
    run.errors.push(error as GraphQLError)
    return { errors: run.errors, data: null }
  }
  try {
    const data = executeFields(run, plan.root, rootValue, undefined)
    return isPromise(data) ? data.then((answer) => result(run, answer as Answer), failed) : result(run, data)
  } catch (error) {
    return failed(error)
  }
}

function result({ errors }: Run, data: Answer): ExecutionResult {
  return errors.length === 0 ? { data } : { errors, data }
}

/** The answer of an object; a promise also if others get a turn before it. */
function executeFields(
  run: Run,
  plan: ObjectPlan,
  source: unknown,
  path: Path | undefined,
): Answer | Promise<Answer> {
  return turns.isOver(run.weight)
    ? turns.next(run).then(() => executeNow(run, plan, source, path))
    : executeNow(run, plan, source, path)
}

function executeNow(
  run: Run,
  { fields }: ObjectPlan,
  source: unknown,
  path: Path | undefined,
): Answer | Promise<Answer> {
  const answer: Answer = {}
  let waiting: Promise<unknown>[] | undefined
  try {
    for (const field of fields) {
      const value = executeField(run, field, source, path)
      answer[field.key] = value
      if (!isPromise(value)) continue
      waiting ??= []
      waiting.push(
        value.then((completed) => {
          answer[field.key] = completed
        }),
      )
    }
  } catch (error) {
    if (waiting === undefined) throw error
    return Promise.all(waiting).finally(() => {
      throw error
    }) as Promise<never>
  }
  return waiting === undefined ? answer : Promise.all(waiting).then(() => answer)
}

function executeField(run: Run, field: FieldPlan, source: unknown, path: Path | undefined): unknown {
  const { type, key } = field
  try {
    const value = resolveField(run, field, source, path)
    const completed = isPromise(value)
      ? value.then((resolved) => complete(run, field, type, resolved, path, key))
      : complete(run, field, type, value, path, key)
    return isPromise(completed)
      ? completed.then(undefined, (error) => handleError(run, field, type, error, path, key))
      : completed
  } catch (error) {
    return handleError(run, field, type, error, path, key)
  }
}

function resolveField(run: Run, field: FieldPlan, source: unknown, path: Path | undefined): unknown {
  const { resolve, wantsInfo, constants, definition } = field
  run.work?.mustGoOn()
  if (resolve === undefined) {
    if (source === null || (typeof source !== 'object' && typeof source !== 'function')) return undefined
    const property = (source as Answer)[definition.name]
    if (typeof property !== 'function') return property
    const args = constants ?? argumentsOf(run, field)
    return property.call(source, args, run.context, new ResolveInfo(run, field, path))
  }
  const args = constants ?? argumentsOf(run, field)
  return resolve(source, args, run.context, wantsInfo ? new ResolveInfo(run, field, path) : NO_INFO)
}

/** For resolvers that do not look. */
const NO_INFO = undefined as never

function argumentsOf(run: Run, field: FieldPlan): Record<string, unknown> {
  const known = run.given.get(field)
  if (known) return known
  const args = getArgumentValues(field.definition, field.nodes[0]!, run.variables)
  run.given.set(field, args)
  return args
}

/** The value's part of the answer; it stands at `key` below `path`. */
function complete(
  run: Run,
  field: FieldPlan,
  type: TypePlan,
  value: unknown,
  path: Path | undefined,
  key: string | number,
): unknown {
  if (value instanceof Error) throw value
  if (value instanceof Elsewhere)
    return complete({ ...run, context: value.context }, field, type, value.value, path, key)
  if (value === null || value === undefined) return type.nonNull ? missing(field) : null
  switch (type.kind) {
    case 'leaf': {
      const serialized = type.type.serialize(value)
      if (serialized === null || serialized === undefined)
        throw new Error(
          `Expected \`${type.type}.serialize(${String(value)})\` to return non-nullable value, returned: ${serialized}`,
        )
      run.work?.add(serialized)
      return serialized
    }
    case 'object':
      return executeFields(run, field.inside.get(type.type)!, value, { prev: path, key })
    case 'list':
      return completeList(run, field, type.of, value, { prev: path, key })
    case 'abstract':
      return completeAbstract(run, field, type.type, value, { prev: path, key })
  }
}

function missing({ parent, definition }: FieldPlan): never {
  throw new Error(`Cannot return null for non-nullable field ${parent.name}.${definition.name}.`)
}

function completeList(run: Run, field: FieldPlan, type: TypePlan, value: unknown, path: Path): unknown {
  if (typeof value !== 'object' || typeof (value as Iterable<unknown>)[Symbol.iterator] !== 'function') {
    const { parent, definition } = field
    throw new GraphQLError(
      `Expected Iterable, but did not find one for field "${parent.name}.${definition.name}".`,
    )
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : itemsOf(value as Iterable<unknown>)
  const list = { field, type, items, path, answers: new Array<unknown>(items.length), waits: false }
  const later = completeItems(run, list, 0)
  if (later) return later.then(() => Promise.all(list.answers))
  return list.waits ? Promise.all(list.answers) : list.answers
}

/** A list that is being completed. */
interface List {
  field: FieldPlan
  type: TypePlan
  items: readonly unknown[]
  path: Path
  answers: unknown[]
  /** True if some answers are promises. */
  waits: boolean
}

/** Completes the items from `first` on. @returns a promise if others get a turn before the last item */
function completeItems(run: Run, list: List, first: number): Promise<void> | undefined {
  const { field, type, items, path, answers } = list
  try {
    for (let i = first; i < items.length; i++) {
      if (type.kind !== 'leaf' && turns.isOverNow(run.weight)) {
        handleRejections(answers)
        handleRejections(items)
        return turns.next(run).then(() => completeItems(run, list, i))
      }
      answers[i] = completeItem(run, field, type, items[i], path, i)
      list.waits ||= isPromise(answers[i])
    }
  } catch (error) {
    handleRejections(answers)
    handleRejections(items)
    throw error
  }
  return undefined
}

/** The items that an iterator yields. */
function itemsOf(values: Iterable<unknown>): unknown[] {
  const items: unknown[] = []
  try {
    for (const item of values) items.push(item)
  } catch (error) {
    handleRejections(items)
    throw error
  }
  return items
}

function completeItem(
  run: Run,
  field: FieldPlan,
  type: TypePlan,
  item: unknown,
  path: Path,
  index: number,
): unknown {
  try {
    const completed = isPromise(item)
      ? item.then((resolved) => complete(run, field, type, resolved, path, index))
      : complete(run, field, type, item, path, index)
    return isPromise(completed)
      ? completed.then(undefined, (error) => handleError(run, field, type, error, path, index))
      : completed
  } catch (error) {
    return handleError(run, field, type, error, path, index)
  }
}

/** Keeps promises that nobody waits for, or not yet, from ending the process when they are rejected. */
function handleRejections(values: readonly unknown[]): void {
  for (const value of values) if (isPromise(value)) value.then(undefined, () => {})
}

function completeAbstract(
  run: Run,
  field: FieldPlan,
  type: GraphQLAbstractType,
  value: unknown,
  path: Path,
): unknown {
  const info = new ResolveInfo(run, field, path.prev)
  const name = (type.resolveType ?? defaultTypeResolver)(value, run.context, info, type)
  const finish = (found: string | undefined) =>
    executeFields(run, field.inside.get(objectTypeOf(run, field, type, found))!, value, path)
  return isPromise(name) ? name.then((found) => finish(found as string | undefined)) : finish(name)
}

/** @throws GraphQLError if the name is not that of an object type that the abstract type can be */
function objectTypeOf(
  { schema }: Run,
  { parent, definition, nodes }: FieldPlan,
  type: GraphQLAbstractType,
  name: string | undefined,
): GraphQLObjectType {
  const object = name === undefined ? undefined : schema.getType(name)
  if (isObjectType(object) && schema.isSubType(type, object)) return object
  throw new GraphQLError(
    `Abstract type "${type.name}" of field "${parent.name}.${definition.name}" was resolved to ${name}, which it cannot be.`,
    { nodes },
  )
}

/** Adds an error to the answer, in which the value at `key` below `path` becomes null. @throws GraphQLError where it must not be null */
function handleError(
  run: Run,
  field: FieldPlan,
  type: TypePlan,
  raw: unknown,
  path: Path | undefined,
  key: string | number,
): null {
  const keys = [key]
  for (let at = path; at; at = at.prev) keys.push(at.key)
  keys.reverse()
  const error = locatedError(raw, field.nodes, keys)
  if (type.nonNull) throw error
  // What is inside a value that is null already has no place in the answer.
  const isNulled = keys.some((_, i) => run.nulled.has(JSON.stringify(keys.slice(0, i + 1))))
  if (!isNulled) {
    run.nulled.add(JSON.stringify(keys))
    run.errors.push(error)
  }
  return null
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
