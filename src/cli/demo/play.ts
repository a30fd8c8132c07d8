import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addressOf, type Client } from '../../client/client.ts'
import { ClientError, remedyOf } from '../../client/graphql.ts'
import { writePrivateFile } from '../../config/files.ts'
import { fieldFromHex, fieldToHex } from '../../crypto/field.ts'
import type { SecretKey } from '../../crypto/key.ts'
import { KeyStore } from '../../keys/key-store.ts'
import type { SignedAction } from '../../ledger/action.ts'
import { actionHash } from '../../ledger/action-hash.ts'
import { assetIdOf } from '../../ledger/definition.ts'
import type { RejectionData } from '../../ledger/rejection.ts'
import { addNames } from '../files/names.ts'
import { PEOPLE, STORY, type Step, TOKEN } from './story.ts'

/** How far the story was told. */
interface Told {
  steps: number
  /** Era that the next step was signed with, noted before it was sent: signed with it again, it is the same action, and harmless. */
  era?: number
  /** Hashes that later steps refer to. */
  hashes: Record<string, string>
  /** Ids of the assets by their codes. */
  assets: Record<string, string>
  /** Units that left each holding so far ("who/asset"). */
  left: Record<string, string>
}

const TRAFFIC = ['demo-cafe', 'demo-roaster', 'demo-ana', 'demo-bank']
const RETRY_MS = 500

/**
 * Tells the story from where it was left, then keeps a little traffic going until `signal` aborts.
 * @returns `told` resolves once all of the story is final
 */
export function playDemo(
  client: Client,
  { root, keys, signal }: { root: string; keys: string; signal: AbortSignal },
): { told: Promise<void>; traffic: Promise<void> } {
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
  const save = () => writePrivateFile(file, JSON.stringify(told))
  while (told.steps < STORY.length && !signal.aborted) {
    if (await take(client, people, told, save)) {
      told.steps++
      delete told.era
      save()
    } else await pause(RETRY_MS, signal)
  }
}

/** Takes the next step; false if it has to be tried again. */
async function take(
  client: Client,
  people: Map<string, SecretKey>,
  told: Told,
  save: () => void,
): Promise<boolean> {
  const step = STORY[told.steps]!
  try {
    const action = await signStep(client, people, step, told)
    told.era = action.type === 'register' ? action.era : action.transfer.era
    save()
    // The last one waits for all before it.
    const wait = told.steps === STORY.length - 1 ? 'FINAL' : 'ACCEPTED'
    const { rejection, status } = await client.submit(action, { note: noteOf(step), wait })
    if (rejection) throw new ClientError(rejection.code, rejection.message, rejection.data as RejectionData)
    if (status === 'TIMEOUT') return false
    keep(step, action, told)
    return true
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    const remedy = remedyOf(error)
    if (remedy === 'new era') delete told.era
    if (remedy === undefined)
      throw new Error(`the demo's ${step.do} was rejected: ${error.message}`, { cause: error })
    return false
  }
}

function signStep(
  client: Client,
  people: Map<string, SecretKey>,
  step: Step,
  told: Told,
): Promise<SignedAction> {
  const key = people.get(step.who)!
  if (step.do === 'register') {
    const { code, name, cap, decimals = 0, madeFrom = [], about } = step
    const asset = {
      code,
      name,
      cap: cap.toString(),
      decimals: decimals.toString(),
      madeFrom: madeFrom.map((reference) => told.hashes[reference]!),
      metadata: { ...about, story: 'invented, for demonstration' },
    }
    return client.signRegister(key, asset, told.era)
  }
  const { asset, amount, to, note } = step
  return client.sign(key, {
    asset,
    assetId: fieldFromHex(told.assets[asset]!),
    amount,
    fromStart: BigInt(told.left[holdingOf(step)] ?? 0),
    to: to === undefined ? 'RETIRED' : addressOf(people.get(to)!),
    ...(step.do === 'issue' ? { source: 'MINT' } : {}),
    ...(note === undefined ? {} : { note }),
    ...(told.era === undefined ? {} : { era: told.era }),
  })
}

/** Keeps what later steps need of one that is done. */
function keep(step: Step, action: SignedAction, told: Told): void {
  if (action.type === 'register') {
    told.assets[action.definition.code] = fieldToHex(assetIdOf(action.definition))
  } else if (step.do !== 'register') {
    const { fromStart, amount } = action.transfer
    told.left[holdingOf(step)] = (fromStart + amount).toString()
    if (step.as !== undefined) told.hashes[step.as] = fieldToHex(actionHash(action))
  }
}

const noteOf = (step: Step) => (step.do === 'register' ? undefined : step.note)
const holdingOf = (step: Exclude<Step, { do: 'register' }>) =>
  `${step.do === 'issue' ? 'MINT' : step.who}/${step.asset}`

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
