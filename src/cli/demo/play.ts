import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addressOf, type Client, type Submitted } from '../../client/client.ts'
import { writePrivateFile } from '../../config/files.ts'
import { fieldFromHex, fieldToHex } from '../../crypto/field.ts'
import type { SecretKey } from '../../crypto/signature.ts'
import { KeyStore } from '../../keys/key-store.ts'
import { assetIdOf } from '../../ledger/definition.ts'
import { addNames } from '../up/names.ts'
import { PEOPLE, STORY, type Step, TOKEN } from './story.ts'

/** How far the story was told, and the hashes that later steps refer to. */
interface Told {
  steps: number
  hashes: Record<string, string>
  /** Ids of the assets by their codes. */
  assets: Record<string, string>
  /** Units that left each holding so far ("who/asset"), which makes telling a step twice harmless. */
  left: Record<string, string>
}

const TRAFFIC = ['demo-cafe', 'demo-roaster', 'demo-ana', 'demo-bank']

/** Tells the story from where it was left, then keeps a little traffic going until `signal` aborts. */
export async function playDemo(
  client: Client,
  { root, keys, signal }: { root: string; keys: string; signal: AbortSignal },
): Promise<{ told: Promise<void>; traffic: Promise<void> }> {
  const people = peopleOf(new KeyStore(keys))
  addNames(root, Object.fromEntries([...people].map(([name, key]) => [addressOf(key), PEOPLE[name]!])))
  const told = tell(client, people, join(root, 'demo.json'), signal)
  return { told, traffic: told.then(() => keepTrading(client, people, signal)) }
}

/** The story's keys lie open in the key store: they hold nothing of worth. */
function peopleOf(store: KeyStore): Map<string, SecretKey> {
  const there = new Set(store.list().map(({ name }) => name))
  return new Map(
    Object.keys(PEOPLE).map((name) => {
      if (!there.has(name)) store.create(name, 'eddsa', '')
      return [name, store.unlock(name, '')]
    }),
  )
}

async function tell(
  client: Client,
  people: Map<string, SecretKey>,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const told: Told = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Told)
    : { steps: 0, hashes: {}, assets: {}, left: {} }
  while (told.steps < STORY.length && !signal.aborted) {
    await take(client, people, STORY[told.steps]!, told)
    told.steps++
    writePrivateFile(file, JSON.stringify(told))
  }
}

async function take(client: Client, people: Map<string, SecretKey>, step: Step, told: Told): Promise<void> {
  const key = people.get(step.who)!
  if (step.do === 'register') {
    const { code, name, cap, decimals = 0, madeFrom = [], about } = step
    const action = await client.signRegister(key, {
      code,
      name,
      cap: cap.toString(),
      decimals: decimals.toString(),
      madeFrom: madeFrom.map((ref) => told.hashes[ref]!),
      metadata: { ...about, story: 'invented, for demonstration' },
    })
    check(await client.submit(action), step)
    told.assets[code] = fieldToHex(assetIdOf(action.definition))
    return
  }
  const { asset, amount, to, note, as: reference } = step
  const holding = `${step.do === 'issue' ? 'MINT' : step.who}/${asset}`
  const fromStart = BigInt(told.left[holding] ?? 0)
  const action = await client.sign(key, {
    asset,
    assetId: fieldFromHex(told.assets[asset]!),
    amount,
    fromStart,
    to: to === undefined ? 'RETIRED' : addressOf(people.get(to)!),
    ...(step.do === 'issue' ? { source: 'MINT' } : {}),
    ...(note === undefined ? {} : { note }),
  })
  const result = await client.submit(action, { note })
  check(result, step)
  told.left[holding] = (fromStart + amount).toString()
  if (reference !== undefined && result.hash) told.hashes[reference] = result.hash
}

/** A step that was told before a crash is refused now, and done. */
function check({ status, rejection }: Submitted, step: Step): void {
  if (status === 'ACCEPTED' || status === 'FINAL') return
  const done = ['STALE_START', 'START_TAKEN', 'ASSET_EXISTS', 'CODE_TAKEN', 'ALREADY_PENDING']
  if (rejection && done.includes(rejection.code)) return
  throw new Error(`the demo's ${step.do} was refused: ${rejection?.message ?? status}`)
}

/** Now and then somebody pays somebody. */
async function keepTrading(
  client: Client,
  people: Map<string, SecretKey>,
  signal: AbortSignal,
): Promise<void> {
  const { eraMs } = await client.chain()
  for (let turn = 0; !signal.aborted; turn++) {
    const from = people.get(TRAFFIC[turn % TRAFFIC.length]!)!
    const to = people.get(TRAFFIC[(turn * 3 + 1) % TRAFFIC.length]!)!
    const amount = BigInt(100 + ((turn * 7919) % 900))
    if (from !== to) await pay(client, from, addressOf(to), amount).catch(() => {})
    await pause(Math.max(2_500, 2 * eraMs), signal)
  }
}

async function pay(client: Client, from: SecretKey, to: string, amount: bigint): Promise<void> {
  await client.submit(await client.sign(from, { asset: TOKEN, to, amount }))
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
