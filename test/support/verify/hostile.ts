import { utf8 } from '../../../src/codec/bytes.ts'
import { canonicalJson, type Json } from '../../../src/codec/canonical-json.ts'
import { pick } from '../certificate/certified-chain.ts'

type Dice = (n: number) => number
type Node = Record<string, unknown> | unknown[]

const R = '21888242871839275222246405745257275088548364400416034343698204186575808495617'
const deep = (depth: number): Json => (depth === 0 ? [] : [deep(depth - 1)])

/** What may stand where something else is due, as JSON. */
const VALUES: readonly Json[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, '', ' ', '0', '1', '-1', '00', '1e3', '0x1', '\u0661'],
  ...[R, `${BigInt(R) - 1n}`, BigInt(R).toString(16), 'f'.repeat(64), '0'.repeat(64), 'F'.repeat(64)],
  ...['9'.repeat(77), '9'.repeat(1_000), 'A'.repeat(100_000), '4294967295', '4294967296', '281474976710656'],
  ...[String(2n ** 120n - 1n), String(2n ** 120n), 'A', 'AA', 'AB', 'AAA', 'AAAA', '__proto__', 'toString'],
  ...[
    [],
    [[]],
    [null],
    [0, 1, '2'],
    {},
    { length: 3 },
    JSON.parse('{"__proto__":{"proof":1}}'),
    deep(31),
    deep(40),
  ],
]
/** The same where no JSON is read, but whatever a caller passes on. */
const OTHERS: readonly unknown[] = [
  ...[
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    0n,
    -1n,
    BigInt(R),
    2n ** 300n,
    Symbol('x'),
    () => '1',
  ],
  ...[
    new Uint8Array(),
    new Uint8Array(896),
    new Date(0),
    new Map(),
    new Array(3),
    deep(100),
    Object.create(null),
  ],
]
const NAMES = ['__proto__', 'constructor', 'toString', 'length', 'more']

/** All containers in a value. */
function nodesIn(value: unknown): Node[] {
  const isNode = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
  return isNode ? [value as Node, ...Object.values(value).flatMap(nodesIn)] : []
}

/**
 * A copy of a value with one to three things changed: an entry left out, repeated, moved, exchanged with another one, of another type or out of all
 * bounds, or one that nobody knows, such as `__proto__`.
 * @param isJson whether what is put in can be written as JSON
 */
export function changed(value: unknown, dice: Dice, isJson: boolean): unknown {
  const copy = { root: structuredClone(value) }
  for (let times = 1 + dice(2) * dice(3); times > 0; times--) change(copy, dice, isJson)
  return copy.root
}

function change(copy: { root: unknown }, dice: Dice, isJson: boolean): void {
  const strange = () => structuredCloneOrSame(pick<unknown>(isJson ? VALUES : [...VALUES, ...OTHERS], dice))
  const nodes = nodesIn(copy)
  const node = pick(nodes, dice)
  const key = pick([...Object.keys(node), ''], dice)
  const other = pick(nodes, dice)
  if (Array.isArray(node)) {
    const at = Number(key)
    const ways = [
      () => node.splice(at, 1),
      () => node.splice(at, 0, node[at]),
      () => node.push(...node.splice(at, 1)),
      () => node.splice(at, 1, strange()),
      () => node.splice(at, 0, strange()),
      () => node.splice(0, node.length),
    ]
    return void pick(ways, dice)()
  }
  if (key === '') return void (node === copy || define(node, pick(NAMES, dice), strange()))
  const taken = pick([...Object.values(other), null], dice)
  const isLoop = nodesIn(taken).includes(node)
  const ways = [
    () => (node === copy ? undefined : delete node[key]),
    () => define(node, key, strange()),
    () => define(node, key, strange()),
    () => define(node, key, isLoop ? null : structuredCloneOrSame(taken)),
    () => define(node, key, near(node[key], dice)),
  ]
  pick(ways, dice)()
}

/** Also `__proto__` becomes a property like any other. */
function define(node: object, key: string, value: unknown): void {
  Object.defineProperty(node, key, { value, enumerable: true, configurable: true, writable: true })
}

/** A value close to another one of its type. */
function near(value: unknown, dice: Dice): unknown {
  if (typeof value === 'number') return value + pick([1, -1, 0.5], dice)
  if (typeof value === 'bigint') return value + pick([1n, -1n, BigInt(R)], dice)
  if (value instanceof Uint8Array) return alteredBytes(value, dice)
  if (typeof value !== 'string') return value
  if (/^\d{1,77}$/.test(value)) return String(BigInt(value) + pick([1n, -1n, BigInt(R)], dice))
  const at = dice(value.length + 1)
  return value.slice(0, at) + pick([...'01afA-_= \u202e'], dice) + value.slice(at + dice(2))
}

function structuredCloneOrSame(value: unknown): unknown {
  return typeof value === 'symbol' || typeof value === 'function' ? value : structuredClone(value)
}

/** Bytes that are cut, longer, or have a bit or a byte changed. */
export function alteredBytes(bytes: Uint8Array, dice: Dice): Uint8Array {
  const at = dice(Math.max(1, bytes.length))
  const copy = bytes.slice()
  const ways = [
    () => bytes.slice(0, at),
    () => bytes.slice(at),
    () => Uint8Array.from([...bytes, ...bytes.subarray(at)]),
    () => copy.fill((bytes[at] ?? 0) ^ (1 << dice(8)), at, at + 1),
    () => copy.fill(dice(256), at, at + 1 + dice(32)),
  ]
  return pick(ways, dice)()
}

/** A text of JSON with something changed: in its values, and then written canonically or not, or in its bytes. */
export function changedJson(text: string, dice: Dice): Uint8Array {
  if (dice(4) === 0) return alteredBytes(utf8(text), dice)
  const value = changed(JSON.parse(text), dice, true)
  if (dice(8) === 0) return utf8(JSON.stringify(value))
  if (dice(16) === 0) return utf8(`${'['.repeat(50_000)}${text}`)
  return utf8(canonicalJson(value))
}
