import {
  buildSchema,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLResolveInfo,
  parse,
  validate,
} from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { SLICE_MS } from '../../../src/api/budget/turns.ts'
import { Work } from '../../../src/api/budget/work.ts'
import { MAX_PLAN_FIELDS } from '../../../src/api/execution/plan.ts'
import { MAX_PLAN_BYTES, Plans } from '../../../src/api/execution/plans.ts'

const schema = buildSchema(`
  interface Named { name: String! }
  union Thing = Box | Item
  enum Color { RED GREEN }
  type Item implements Named { name: String!, weight(times: Int = 1): Int, bad: String!, late: String!, lateBad: String!, box: Box!, color: Color }
  type Box implements Named { name: String!, items(first: Int): [Item!]!, loose: [Item]!, things: [Thing], unknown: [Thing], fails: Item!, numbers: [[Int!]]! }
  type Query { box(size: Int): Box, need: Box!, named(which: String): Named, lateNamed: Named, error: Box, notList: [Int], text(a: String!, b: [Int!]): String, method: String, where(n: Int): [Where!] } type Where { here(n: Int = 2): String }
  type Mutation { add: Int }
`)

interface Context {
  calls: number
}

const wait = async <T>(value: T): Promise<T> => value
const item = (i: number) => ({
  __typename: 'Item',
  name: `item ${i}`,
  weight: ({ times }: { times: number }, context: Context) => {
    context.calls += 1
    return i * times
  },
  bad: i % 2 === 0 ? null : 'good',
  late: wait(`late ${i}`),
  lateBad: () => (i === 2 ? Promise.reject(new Error(`late bad ${i}`)) : wait('well')),
  box: () => box(i),
  color: i === 3 ? 'BLUE' : 'RED',
})
/** All that a resolver may ask about where it runs. */
const told = (_args: object, _context: Context, info: GraphQLResolveInfo) => {
  const keys: (string | number)[] = []
  for (let at: GraphQLResolveInfo['path'] | undefined = info.path; at; at = at.prev) keys.push(at.key)
  const { fieldName, fieldNodes, returnType, parentType, fragments, operation, variableValues } = info
  const nodes = fieldNodes.map(({ loc }) => loc?.start)
  const isRoot = info.rootValue === root && info.schema === schema
  return JSON.stringify([
    keys,
    fieldName,
    nodes,
    returnType,
    parentType,
    Object.keys(fragments),
    operation.name,
    variableValues,
    isRoot,
  ])
}
const box = (size: number): object => ({
  __typename: 'Box',
  name: wait('a box'),
  items: ({ first }: { first?: number }) => Array.from({ length: first ?? size }, (_, i) => item(i)),
  loose: () =>
    new Set([item(1), wait(item(2)), Promise.reject(new Error('lost')), null, new Error('an item')]),
  things: () => [item(1), box(1), null, wait(item(2))],
  unknown: () => [{ __typename: 'Query' }, { __typename: 'Nothing' }, {}, item(1)],
  fails: () => {
    throw new GraphQLError('refused', { extensions: { code: 'REFUSED' } })
  },
  numbers: [[1, 2], null, [3, 'x'], [null]],
})
const root = {
  box: ({ size }: { size?: number }) => box(size ?? 3),
  need: () => wait(null),
  named: ({ which }: { which?: string }) => (which === 'box' ? box(1) : item(5)),
  lateNamed: () => wait(item(4)),
  error: new Error('an error as a value'),
  notList: 7,
  text: ({ a, b }: { a: string; b?: number[] }) => `${a}${b?.join() ?? ''}`,
  where: () => [{ here: told }, { here: told }],
  method() {
    return `called on ${this === root}`
  },
}

/** What graphql-js and the plans answer; errors in the order of their places, because waiting may change the order in which they come. */
async function both(
  query: string,
  variableValues?: Record<string, unknown>,
  operationName?: string,
  plans = new Plans(schema),
): Promise<[reference: unknown, planned: unknown]> {
  const document = parse(query)
  expect(validate(schema, document)).toEqual([])
  const args = { schema, document, rootValue: root, variableValues, operationName }
  const [one, two] = [{ calls: 0 }, { calls: 0 }]
  const reference = await execute({ ...args, contextValue: one })
  const planned = await plans.execute({ ...args, contextValue: two })
  expect(two).toEqual(one)
  return [plain(reference), planned && plain(planned)]
}

function plain(result: ExecutionResult): unknown {
  const { errors, data } = JSON.parse(JSON.stringify(result)) as {
    errors?: { path?: unknown[]; message: string }[]
    data?: unknown
  }
  const place = (error: { path?: unknown[]; message: string }) => JSON.stringify([error.path, error.message])
  return { data, text: JSON.stringify(data), errors: errors?.sort((a, b) => (place(a) < place(b) ? -1 : 1)) }
}

const CORPUS: [query: string, variables?: Record<string, unknown>][] = [
  ['{ box { name items { name weight color } } }'],
  ['{ box { items(first: 2) { late name lateBad } } }'],
  ['{ box { items { bad } } other: box(size: 1) { items { bad } } }'],
  ['{ box(size: 4) { items { lateBad name } } }'],
  ['{ box { loose { name lateBad } } }'],
  ['{ box { things { ... on Item { name weight(times: 3) } ... on Box { name numbers } __typename } } }'],
  ['{ box { numbers } }'],
  ['{ a: box { fails { name } } b: box { name } }'],
  ['{ need { name } box { name } }'],
  ['{ error { name } notList method }'],
  ['{ named { __typename name ... on Item { weight } } lateNamed { name ... on Box { items { name } } } }'],
  [
    'query ($w: String) { named(which: $w) { ...N } } fragment N on Named { name ... on Box { items { weight } } }',
    { w: 'box' },
  ],
  ['query ($t: Int) { box { items { weight(times: $t) } } }', { t: 5 }],
  ['query ($t: Int) { box { items { weight(times: $t) } } }', { t: 'five' }],
  ['query ($t: Int!) { box { items { weight(times: $t) } } }', {}],
  ['query ($n: [Int!]) { text(a: "x", b: $n) }', { n: [1, 2] }],
  ['query ($n: [Int!]) { text(a: "x", b: $n) }', { n: [1, null] }],
  ['query ($a: String = "q") { text(a: $a) }', { a: null }],
  [
    'query ($s: Boolean!, $i: Boolean! = false) { box { name @skip(if: $s) items @include(if: $i) { name } } }',
    { s: true },
  ],
  [
    'query ($s: Boolean!, $i: Boolean! = false) { box { name @skip(if: $s) items @include(if: $i) { name } } }',
    { s: false, i: true },
  ],
  [
    '{ box { items { name } items { weight } ...F ...F } } fragment F on Box { items { w: weight(times: 2) } }',
  ],
  ['{ box { items { box { items { box { name items(first: 0) { name } } } } } } }'],
  [
    'query Q ($n: Int) { where { ...W, now: here(n: $n) } } fragment W on Where { here now: here(n: $n) }',
    { n: 3 },
  ],
  ['{ constructor: method toString: method hasOwnProperty: method }'],
]

describe('the execution by plans', () => {
  it.each(CORPUS)('answers as graphql-js: %s %o', async (query, variables) => {
    const [reference, planned] = await both(query, variables)
    expect(planned).toEqual(reference)
  })

  it('refuses, in the same places, objects of no type that they can have', async () => {
    const answers = await both('{ box { unknown { ... on Item { name } } } }')
    const [reference, planned] = answers.map((answer) => {
      const { data, errors } = answer as { data: unknown; errors: { path: unknown }[] }
      return { data, places: errors.map(({ path }) => path) }
    })
    expect(planned).toEqual(reference)
    expect(reference!.places).toHaveLength(3)
  })

  it('finds an operation by its name', async () => {
    const document = 'query A { method } query B { box { name } }'
    const plans = new Plans(schema)
    for (const name of ['A', 'B', 'A']) {
      const [reference, planned] = await both(document, undefined, name, plans)
      expect(planned).toEqual(reference)
    }
    expect(plans.execute({ schema, document: parse(document), operationName: 'C' })).toBeUndefined()
    expect(plans.execute({ schema, document: parse(document) })).toBeUndefined()
  })

  it('answers one document by the values of its directives and variables, again and again', async () => {
    const plans = new Plans(schema)
    const document = parse(
      'query ($s: Boolean!, $t: Int) { box { name @skip(if: $s) items { weight(times: $t) } } }',
    )
    for (const variableValues of [
      { s: true, t: 1 },
      { s: false, t: 2 },
      { s: true, t: 3 },
      { s: false, t: 2 },
    ]) {
      const args = { schema, document, rootValue: root, variableValues, contextValue: { calls: 0 } }
      expect(plain((await plans.execute(args))!)).toEqual(plain(await execute(args)))
    }
  })

  it.each([
    'mutation { add }',
    '{ __schema { queryType { name } } }',
    '{ __type(name: "Box") { name } }',
    '{ __proto__: method }',
  ])('leaves to the ordinary execution: %s', (query) => {
    expect(new Plans(schema).execute({ schema, document: parse(query), rootValue: root })).toBeUndefined()
  })

  it(`leaves documents to the ordinary execution whose fragments make more than ${MAX_PLAN_FIELDS} fields`, () => {
    const double = (i: number) =>
      `fragment F${i} on Item { a: box { fails { ...F${i + 1} } } b: box { fails { ...F${i + 1} } } }`
    const document = (levels: number) =>
      parse(
        `{ box { fails { ...F0 } } } ${Array.from({ length: levels }, (_, i) => double(i)).join(' ')} fragment F${levels} on Item { name }`,
      )
    const ask = (levels: number) =>
      new Plans(schema).execute({ schema, document: document(levels), rootValue: root })
    expect(ask(8)).toBeDefined()
    expect(ask(10)).toBeUndefined()
  })
})

describe('a long list', () => {
  it('gives others a turn when its slice is over, and has the same answer', async () => {
    await new Promise((resolve) => setImmediate(resolve)) // the slice of the tests before is over
    const { user, system } = process.cpuUsage()
    let usedMs = (user + system) / 1_000 // processor time never goes back
    vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: usedMs * 1_000, system: 0 }))
    vi.spyOn(performance, 'now').mockImplementation(() => usedMs)
    const turns: string[] = []
    const slow = (i: number) => ({
      ...item(i),
      name: () => {
        usedMs += SLICE_MS + 1
        turns.push(`item ${i}`)
        return `item ${i}`
      },
    })
    const document = parse('{ box { items { name } } }')
    setImmediate(() => turns.push('other'))
    const rootValue = { box: { items: [1, 2, 3].map(slow) } }
    const answer = await new Plans(schema).execute({ schema, document, rootValue })
    vi.restoreAllMocks()
    expect(answer).toEqual({ data: { box: { items: [1, 2, 3].map((i) => ({ name: `item ${i}` })) } } })
    expect(turns).toEqual(['item 1', 'other', 'item 2', 'item 3'])
  })
})

describe('a list that fails at once', () => {
  it.each([
    ['by an item', '{ box { items { name } } }', () => [null, Promise.reject(new Error('late'))]],
    ['by its iterator', '{ box { items { name } } }', () => failing()],
  ])('leaves no rejection unhandled: %s', async (_name, query, items) => {
    await new Promise((resolve) => setImmediate(resolve)) // the slice of the tests before is over
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    const document = parse(query)
    const answer = await new Plans(schema).execute({ schema, document, rootValue: { box: { items } } })
    expect(answer).toMatchObject({ data: { box: null }, errors: [expect.anything()] })
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  function* failing() {
    yield Promise.reject(new Error('late'))
    throw new Error('no more items')
  }
})

describe('an execution that is metered', () => {
  const metered = () => new Work(1_000)
  const ask = (contextValue: { work: Work }, weigh?: () => void) =>
    new Plans(schema).execute({
      schema,
      document: parse('{ text(a: "b") method where(n: 3) { here } }'),
      contextValue,
      rootValue: {
        text: 'x'.repeat(100),
        method: () => {
          weigh?.()
          return 'y'.repeat(50)
        },
        where: () => [{ here: 'z' }, { here: 'z' }],
      },
    })

  it('counts the leaves of the answer', async () => {
    const work = metered()
    expect(await ask({ work })).toMatchObject({ data: { where: [{ here: 'z' }, { here: 'z' }] } })
    expect(work.bytes).toBe(102 + 52 + 2 * 3)
  })

  it('ends when it is stopped, or when the answer is too large', async () => {
    const stopped = metered()
    const called = vi.fn(() => stopped.stop(new GraphQLError('stopped')))
    const { data, errors } = (await ask({ work: stopped }, called)) as ExecutionResult
    expect(errors?.[0]).toMatchObject({ message: 'stopped', path: ['method'] })
    expect(data).toMatchObject({ where: null })
    const small = new Work(120)
    await ask({ work: small })
    expect(small.stopped?.extensions.code).toBe('RESPONSE_TOO_LARGE')
  })
})

it('reads the arguments of a field once for all executions with the same variables: the events of a subscription', async () => {
  const document = parse('query ($a: String!, $b: [Int!]) { text(a: $a, b: $b) }')
  const seen: unknown[] = []
  const rootValue = {
    text: (args: unknown) => {
      seen.push(args)
      return 'x'
    },
  }
  const plans = new Plans(schema)
  const variableValues = { a: 'x', b: 1 }
  for (let i = 0; i < 2; i++) await plans.execute({ schema, document, rootValue, variableValues })
  await plans.execute({ schema, document, rootValue, variableValues: { a: 'y' } })
  expect(seen[0]).toBe(seen[1])
  expect(seen).toEqual([{ a: 'x', b: [1] }, { a: 'x', b: [1] }, { a: 'y' }])
})

it(`keeps at most ${MAX_PLAN_BYTES / 1024 / 1024} MiB of plans`, async () => {
  const plans = new Plans(schema)
  const ask = (i: number) =>
    plans.execute({ schema, document: parse(`{ method } # ${i} ${' '.repeat(15_000)}`), rootValue: root })
  for (let i = 0; i < 30; i++) expect(await ask(i)).toEqual({ data: { method: 'called on true' } })
  expect(plans.bytes).toBeLessThanOrEqual(MAX_PLAN_BYTES)
  expect(plans.bytes).toBeGreaterThan(MAX_PLAN_BYTES / 2)
})
