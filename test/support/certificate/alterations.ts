import { base64UrlToBytes, bytesToBase64Url, utf8 } from '../../../src/codec/bytes.ts'
import { canonicalJson, type Json } from '../../../src/codec/canonical-json.ts'
import { pick } from './certified-chain.ts'

type Dice = (n: number) => number
type Node = Record<string, Json> | Json[]

/** A certificate with one thing changed. */
export interface Altered {
  bytes: Uint8Array
  /** Which value was changed, with `*` for places in lists, and how; `bytes` if it was not chosen by its place in the JSON. */
  where: string
}

/** The values in which two texts of JSON differ, with `*` for places in lists. */
export function differences(before: string, after: string): string[] {
  const [old, now] = [before, after].map(leavesOf)
  const found = new Set<string>()
  for (const [place, { path, value }] of [...old!, ...now!])
    if (old!.get(place)?.value !== value || now!.get(place)?.value !== value) found.add(path)
  return [...found]
}

/** The values that have no parts, by their place. */
function leavesOf(text: string): Map<string, { path: string; value: Json }> {
  const leaves = new Map<string, { path: string; value: Json }>()
  for (const { node, key, path, place } of placesOf(JSON.parse(text) as Node, '')) {
    const value = (node as Record<string, Json>)[key]!
    if (typeof value !== 'object') leaves.set(place, { path, value })
  }
  return leaves
}

/** Changes one byte of a text: another bit or value, one more, one less, or two that are swapped. */
export function alterByte(text: string, dice: Dice): Altered {
  const bytes = utf8(text)
  const at = dice(bytes.length)
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + 1)]
  const made = [
    () => [...before, bytes[at]! ^ (1 << dice(8)), ...after],
    () => [...before, dice(256), ...after],
    () => [...before, dice(128), bytes[at]!, ...after],
    () => [...before, ...after],
    () => [...before, ...after.subarray(0, 1), bytes[at]!, ...after.subarray(1)],
  ]
  return { bytes: Uint8Array.from(pick(made, dice)()), where: 'bytes' }
}

/** Changes one value of a canonical text, and writes it canonically again. */
export function alterField(text: string, dice: Dice): Altered {
  const json = JSON.parse(text) as Node
  const places = [...placesOf(json, '')]
  const { node, key, path } = pick(places, dice)
  const how = Array.isArray(node) ? alterList(node, Number(key), dice) : alterProperty(node, key, dice)
  return { bytes: utf8(canonicalJson(json)), where: `${path} ${how}` }
}

interface Place {
  node: Node
  key: string
  /** With `*` for places in lists. */
  path: string
  /** With indexes. */
  place: string
}

function* placesOf(node: Node, path: string, place = ''): Generator<Place> {
  for (const [key, value] of Object.entries(node)) {
    const own = `${path === '' ? '' : `${path}.`}${Array.isArray(node) ? '*' : key}`
    yield { node, key, path: own, place: `${place}.${key}` }
    if (typeof value === 'object' && value !== null) yield* placesOf(value as Node, own, `${place}.${key}`)
  }
}

function alterList(list: Json[], at: number, dice: Dice): string {
  const [entry] = list.slice(at)
  const ways: [string, () => unknown][] = [
    ['left out', () => list.splice(at, 1)],
    ['twice', () => list.splice(at, 0, entry!)],
    ['swapped', () => list.push(...list.splice(at, 1))],
  ]
  const [how, change] = pick(ways, dice)
  change()
  return how
}

function alterProperty(node: Record<string, Json>, key: string, dice: Dice): string {
  const value = node[key]
  if (dice(6) === 0 || typeof value !== 'string') {
    delete node[key]
    return 'left out'
  }
  if (/^\d{1,40}$/.test(value) && dice(4) > 0) {
    const number = BigInt(value)
    node[key] = String(pick([number + 1n, number > 0n ? number - 1n : 2n, number * 2n + 5n], dice))
    return 'another number'
  }
  if (/^[\w-]{60,}$/.test(value) && !/^[0-9a-f]{64}$/.test(value)) {
    const bytes = base64UrlToBytes(value)
    bytes[dice(bytes.length)]! ^= 1 << dice(8)
    node[key] = bytesToBase64Url(bytes)
    return 'another bit'
  }
  const at = dice(value.length + 1)
  const digit = pick([...'0123456789abcdefgZ \n'], dice)
  node[key] = value.slice(0, at) + digit + value.slice(at + dice(2))
  return 'another character'
}
