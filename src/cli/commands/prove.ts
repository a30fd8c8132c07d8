import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Client } from '../../client/types.ts'
import { Failure } from '../../config/failure.ts'
import { makePublicFile } from '../../config/files.ts'
import {
  batchAt,
  countsOf,
  parseBatchIndex,
  parseBatchSignals,
  type RecordCounts,
} from '../../ledger/batch.ts'
import { ProverClient, queueStatus } from '../../prover/queue-client.ts'
import { calculateWitness } from '../../prover/witness.ts'
import { ensureArtifacts } from '../../setup/build.ts'
import { pinnedKey } from '../../setup/chain-key.ts'
import { type Circuit, circuitNamed } from '../../setup/circuits.ts'
import { verifyGroth16 } from '../../verify/groth16.ts'
import { showBuild } from '../build-progress.ts'
import { UsageError } from '../failures.ts'
import { writeForSnarkjs, writeJson } from '../files/snarkjs-files.ts'
import { readProverToken } from '../files/tokens.ts'
import { interruptible } from '../interruptible.ts'
import {
  apiUrl,
  clientFor,
  type DataOptions,
  dataOption,
  type JsonOptions,
  jsonOption,
  type UrlOptions,
  urlOption,
  wholeNumber,
} from '../options.ts'
import { counted, green, print, printJson, progress, yellow } from '../output.ts'

interface ProveOptions extends UrlOptions, DataOptions, JsonOptions {
  block?: number
  latest?: boolean
  out?: string
  inputs?: boolean
}

interface BatchAnswer {
  index: string
  count: number
  size: number
  full: boolean
  status: string
  stage: string | null
  progress: number | null
  failure: string | null
  proof: unknown
  publicSignals: string[] | null
}

interface Proven extends BatchAnswer {
  publicSignals: string[]
}

const BATCH = 'index count size full status stage progress failure proof publicSignals'
const POLL_MS = 500

export function addProve(program: Command): void {
  program
    .command('prove [batch]')
    .description('request the proof of a batch, wait for it and check it')
    .option(
      '--block <height>',
      'the batches that contain the records of this block',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('--latest', 'the newest full batch (the first batch while none is full)')
    .option('--out <dir>', 'folder for proof.json, public.json and verification_key.json')
    .option('--inputs', 'with --out: also write input.json and witness.wtns (needs the prover token)')
    .addOption(urlOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (batch: string | undefined, options: ProveOptions) => {
      const client = clientFor(options)
      const ids = await chosen(client, batch, options)
      const { circuit, vkHash, development, verificationKey } = await keyOf(client)
      for (const id of ids) {
        const proven = await waitForProof(client, id, options)
        const fault = verifyGroth16({ ...proven, verificationKey }, vkHash)
        if (fault !== null)
          throw new Failure('BAD_PROOF', `the API's proof of batch ${id} does not verify (${fault})`)
        const folder = options.out && (ids.length === 1 ? options.out : join(options.out, `batch-${id}`))
        if (folder) await write(folder, proven, verificationKey, circuit, options)
        if (options.json)
          printJson({
            batch: id,
            count: proven.count,
            vkHash,
            development,
            publicSignals: proven.publicSignals,
            proof: proven.proof,
            folder,
          })
        else tell(proven, folder, development)
      }
    })
}

/** The batches that the arguments select. */
async function chosen(client: Client, batch: string | undefined, options: ProveOptions): Promise<string[]> {
  const ways = [batch !== undefined, options.block !== undefined, options.latest === true]
  if (ways.filter(Boolean).length !== 1)
    throw new UsageError('name one of BATCH, --block HEIGHT and --latest')
  if (options.inputs && options.out === undefined) throw new UsageError('--inputs needs --out')
  if (batch !== undefined) {
    if (parseBatchIndex(batch) === undefined) throw new UsageError(`${batch} is not the index of a batch`)
    return [batch]
  }
  if (options.block !== undefined) {
    type Answer = { block: { batches: { nodes: { index: string; status: string }[] } } | null }
    const { block } = await client.query<Answer>(
      'query ($height: BigInt!) { block(by: { height: $height }) { batches(first: 100) { nodes { index status } } } }',
      { height: String(options.block) },
    )
    const ids = (block?.batches.nodes ?? [])
      .filter(({ status }) => status !== 'GENESIS')
      .map(({ index }) => index)
    if (ids.length === 0)
      throw new Failure('NOTHING_TO_PROVE', `block ${options.block} has no records to prove`)
    return ids
  }
  return [await latest(client)]
}

/** The newest full batch, or the first batch with records if none is full. */
async function latest(client: Client): Promise<string> {
  type Answer = { chain: { batchSize: number; firstPosition: string; counts: { batches: string } } }
  const { chain } = await client.query<Answer>('{ chain { batchSize firstPosition counts { batches } } }')
  const first = batchAt(Number(chain.firstPosition), chain.batchSize)
  const newest = Number(chain.counts.batches) - 1
  if (newest < first)
    throw new Failure('NOTHING_TO_PROVE', 'there is no record to prove yet', {
      hint: 'issue or transfer something first',
    })
  const full = (await batchOf(client, String(newest))).full
  return String(full ? newest : Math.max(first, newest - 1))
}

async function batchOf(client: Client, index: string): Promise<BatchAnswer> {
  const { batch } = await client.query<{ batch: BatchAnswer | null }>(
    `query ($index: BigInt!) { batch(index: $index) { ${BATCH} } }`,
    { index },
  )
  if (batch === null) throw new Failure('UNKNOWN_BATCH', `there is no batch ${index}`)
  return batch
}

/** Requests the proof unless it exists, and shows the progress until it does. */
async function waitForProof(client: Client, index: string, options: ProveOptions): Promise<Proven> {
  let batch = await batchOf(client, index)
  const wanted = batch.count
  const bar = progress()
  let asked = false
  let lastError: string | null = null
  for (;;) {
    if (batch.proof !== null && batch.publicSignals !== null && covers(batch.publicSignals) >= wanted) {
      if (asked) bar.finish(`batch ${index}: proven`)
      return batch as Proven
    }
    if (!asked) {
      await client.query('mutation ($index: BigInt!) { requestProof(index: $index) { index } }', { index })
      asked = true
    }
    if (batch.status === 'FAILED' && batch.failure !== lastError) {
      lastError = batch.failure
      bar.finish(yellow(`batch ${index}: failed (${batch.failure}), will be tried again`))
    }
    const stage = batch.stage?.toLowerCase() ?? (await waitingFor(options))
    bar.update(batch.progress ?? 0, batch.progress === null ? undefined : 1, `batch ${index}: ${stage}`)
    await sleep(POLL_MS)
    batch = await batchOf(client, index)
  }
}

/** Number of records that a proof covers. */
function covers(publicSignals: readonly string[]): number {
  const { proven, attested } = countsIn(publicSignals)
  return proven + attested
}

/** The record counts in the public signals of a proof. @throws Failure BAD_PROOF if they are not the signals of a batch */
function countsIn(publicSignals: readonly string[]): RecordCounts {
  const signals = parseBatchSignals(publicSignals)
  if (signals === undefined)
    throw new Failure('BAD_PROOF', "the API's public signals are not those of a batch")
  return countsOf(signals)
}

async function waitingFor(options: ProveOptions): Promise<string> {
  const status = await queueStatus(apiUrl(options))
  if (status === undefined) return 'this API has no queue for provers'
  const [prover] = status.provers
  return prover === undefined ? 'no prover is running; start one with ictl prover' : prover.stage
}

/** The circuit with which the batches of the chain are proven, and the key that its genesis pins. */
async function keyOf(client: Client) {
  type Answer = { service: { verificationKeys: { circuit: string; kind: string; hash: string }[] } }
  const { service } = await client.query<Answer>('{ service { verificationKeys { circuit kind hash } } }')
  const { circuit: name, kind = '', hash = '' } = service.verificationKeys[0] ?? {}
  const circuit = circuitNamed(name)
  if (circuit === undefined) {
    throw new Failure('NO_CIRCUIT', `this version has no circuit ${name}`, {
      hint: 'use the version that the chain was made with',
    })
  }
  const development = kind === 'DEVELOPMENT'
  const pin = { kind: development ? ('development' as const) : ('production' as const), vkHash: hash }
  return { circuit, vkHash: hash, development, verificationKey: pinnedKey(circuit, pin) }
}

async function write(
  folder: string,
  proven: Proven,
  verificationKey: unknown,
  circuit: Circuit,
  options: ProveOptions,
): Promise<void> {
  writeForSnarkjs(folder, proven, verificationKey)
  if (!options.inputs) return
  const prover = new ProverClient(apiUrl(options), readProverToken(options), 'ictl')
  const input = await prover.input(Number(proven.index), covers(proven.publicSignals))
  writeJson(folder, 'input.json', input)
  const bar = progress()
  const artifacts = await interruptible((signal) =>
    ensureArtifacts(circuit, {
      signal,
      onProgress: (status) => showBuild(bar, 'building circuits', status),
    }),
  )
  bar.finish('computing the witness')
  await makePublicFile(join(folder, 'witness.wtns'), (path) => calculateWitness(artifacts, input, path))
  await makePublicFile(join(folder, `${circuit.name}.wasm`), (path) => copyFileSync(artifacts.wasm, path))
}

function tell(proven: Proven, folder: string | undefined, development: boolean): void {
  const { proven: signed, attested } = countsIn(proven.publicSignals)
  print(
    `${green('OK')} batch ${proven.index}: ${counted(signed + attested, 'record')}, ${counted(signed, 'signature')} proven, ${attested} attested`,
  )
  if (development)
    print(
      yellow(
        'made with a development key: anyone can forge such proofs, so this one proves nothing to others',
      ),
    )
  if (folder) print(`written to ${folder}: proof.json, public.json, verification_key.json`)
}
