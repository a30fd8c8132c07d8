import { join } from 'node:path'
import { addressOf } from '../../client/client.ts'
import { ClientError, remedyOf } from '../../client/graphql.ts'
import type { Client } from '../../client/types.ts'
import { writePrivateFile } from '../../config/files.ts'
import { fieldFromHex, fieldToHex } from '../../crypto/field.ts'
import type { SecretKey } from '../../crypto/key.ts'
import { poseidonLite } from '../../crypto/poseidon-lite.ts'
import { KeyStore } from '../../keys/key-store.ts'
import type { SignedAction } from '../../ledger/action.ts'
import { actionHash } from '../../ledger/action-hash.ts'
import { assetIdOf } from '../../ledger/definition.ts'
import type { RejectionData } from '../../ledger/rejection.ts'
import { pause } from '../../process/pause.ts'
import { isObject, readJsonFile } from '../files/json-file.ts'
import { addNames } from '../files/names.ts'
import { PEOPLE, STORY, type Step, TOKEN } from './story.ts'

/** Progress of the story, stored in demo.json. */
interface Progress {
  /** Number of steps done. */
  steps: number
  /** The era of the next step's action, stored before it is sent: after a crash the step is signed with it again, which gives the same action. */
  era?: number
  /** Hashes of transfers by the names (`as`) that later steps refer to. */
  hashes: Record<string, string>
  /** Ids of the assets by their codes. */
  assets: Record<string, string>
  /** Units that have left each holding ("who/asset"): the fromStart of its next transfer. */
  left: Record<string, string>
}

function isProgress(content: unknown): content is Progress {
  return (
    isObject(content) &&
    Number.isSafeInteger(content.steps) &&
    [content.hashes, content.assets, content.left].every(isObject)
  )
}

const TRAFFIC = ['demo-cafe', 'demo-roaster', 'demo-ana', 'demo-bank']
const RETRY_MS = 500

/**
 * Plays the story from where it was left, then makes a small payment now and then until `signal` aborts.
 * @returns `story` resolves once the whole story is final, or `signal` aborts; `traffic` once the payments have ended
 */
export function playDemo(
  client: Client,
  { root, keys, signal }: { root: string; keys: string; signal: AbortSignal },
): { story: Promise<void>; traffic: Promise<void> } {
  const people = peopleOf(new KeyStore(keys))
  const names = Object.fromEntries([...people].map(([name, key]) => [addressOf(key), PEOPLE[name]!]))
  const story = addNames(root, names).then(() => playStory(client, people, join(root, 'demo.json'), signal))
  return { story, traffic: story.then(() => keepTrading(client, people, signal)) }
}

/** The keys of the story's people, made if missing. They are not encrypted: what they hold is worthless. */
function peopleOf(store: KeyStore): Map<string, SecretKey> {
  const existing = new Set(store.list().map(({ name }) => name))
  return new Map(
    Object.keys(PEOPLE).map((name) => {
      if (!existing.has(name)) store.create(name, 'eddsa', '')
      return [name, store.unlock(name, '')]
    }),
  )
}

async function playStory(
  client: Client,
  people: Map<string, SecretKey>,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const kept = readJsonFile(
    file,
    isProgress,
    'remove it together with the chain that it belongs to, or start without the demo (--no-demo)',
  )
  const progress: Progress = kept ?? { steps: 0, hashes: {}, assets: {}, left: {} }
  const save = () => writePrivateFile(file, JSON.stringify(progress))
  while (progress.steps < STORY.length && !signal.aborted) {
    if (await playStep(client, people, progress, save)) {
      progress.steps++
      delete progress.era
      save()
    } else await pause(RETRY_MS, signal)
  }
}

/** Signs and submits the next step. @returns false if it must be tried again */
async function playStep(
  client: Client,
  people: Map<string, SecretKey>,
  progress: Progress,
  save: () => void,
): Promise<boolean> {
  const step = STORY[progress.steps]!
  try {
    const action = await signStep(client, people, step, progress)
    progress.era = action.type === 'register' ? action.era : action.transfer.era
    save()
    // Steps are accepted in order, so it is enough to wait for the last one to become final.
    const wait = progress.steps === STORY.length - 1 ? 'FINAL' : 'ACCEPTED'
    const { rejection, status } = await client.submit(action, { note: noteOf(step), wait })
    if (rejection) throw new ClientError(rejection.code, rejection.message, rejection.data as RejectionData)
    if (status === 'TIMEOUT') return false
    recordStep(step, action, progress)
    return true
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    const remedy = remedyOf(error)
    if (remedy === 'new era') delete progress.era
    if (remedy === undefined)
      throw new Error(`the demo's ${step.do} was rejected: ${error.message}`, { cause: error })
    return false
  }
}

function signStep(
  client: Client,
  people: Map<string, SecretKey>,
  step: Step,
  progress: Progress,
): Promise<SignedAction> {
  const key = people.get(step.who)!
  if (step.do === 'register') {
    const { code, name, cap, decimals = 0, madeFrom = [], about } = step
    const asset = {
      code,
      name,
      cap: cap.toString(),
      decimals: decimals.toString(),
      madeFrom: madeFrom.map((reference) => progress.hashes[reference]!),
      metadata: { ...about, story: 'invented, for demonstration' },
    }
    return client.signRegister(key, asset, progress.era)
  }
  const { asset, amount, to, note } = step
  return client.sign(key, {
    asset,
    assetId: fieldFromHex(progress.assets[asset]!),
    amount,
    fromStart: BigInt(progress.left[holdingOf(step)] ?? 0),
    to: to === undefined ? 'RETIRED' : addressOf(people.get(to)!),
    ...(step.do === 'issue' ? { source: 'MINT' } : {}),
    ...(note === undefined ? {} : { note }),
    ...(progress.era === undefined ? {} : { era: progress.era }),
  })
}

/** Records what later steps need of one that is done. */
function recordStep(step: Step, action: SignedAction, progress: Progress): void {
  if (action.type === 'register') {
    progress.assets[action.definition.code] = fieldToHex(assetIdOf(poseidonLite, action.definition))
  } else if (step.do !== 'register') {
    const { fromStart, amount } = action.transfer
    progress.left[holdingOf(step)] = (fromStart + amount).toString()
    if (step.as !== undefined) progress.hashes[step.as] = fieldToHex(actionHash(poseidonLite, action))
  }
}

const noteOf = (step: Step) => (step.do === 'register' ? undefined : step.note)
const holdingOf = (step: Exclude<Step, { do: 'register' }>) =>
  `${step.do === 'issue' ? 'MINT' : step.who}/${step.asset}`

/** Makes a payment every two eras, at most every 2.5 s. Failures are ignored. */
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
