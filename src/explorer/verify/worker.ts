import type { Stage } from '../../certificate/progress.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { poseidonDerived } from '../../crypto/poseidon-derived.ts'
import { checkFile } from './check.ts'
import { told } from './kind.ts'
import {
  type CheckRequest,
  type CheckResult,
  type Look,
  type Refusal,
  refusal,
  type WorkerMessage,
  type WorkerRequest,
} from './result.ts'

/** Milliseconds between two messages of one stage. */
const EVERY_MS = 50

const worker = self as unknown as {
  onmessage: ((event: { data: WorkerRequest }) => void) | null
  postMessage(message: WorkerMessage, transfer?: Transferable[]): void
}

/** Made with the first file, because that takes some tenths of a second. */
let poseidon: Poseidon | undefined

worker.onmessage = async ({ data }) => {
  if (!('look' in data)) return worker.postMessage({ result: await checked(data) })
  const tell = progress()
  const result: (Look | Refusal)[] = []
  for (const file of data.look) {
    tell('read', result.length, data.look.length)
    result.push(await lookAt(file))
  }
  // The bytes go over to the page, and are not copied.
  worker.postMessage(
    { result },
    result.flatMap((each) => ('file' in each ? [each.file.buffer] : [])),
  )
}

async function lookAt(from: File): Promise<Look | Refusal> {
  try {
    const file = new Uint8Array(await from.arrayBuffer())
    return { file, ...told(file) }
  } catch {
    return refusal('UNREADABLE', 'it is a folder, or it was moved or changed since it was chosen')
  }
}

async function checked(request: CheckRequest): Promise<CheckResult> {
  try {
    poseidon ??= poseidonDerived()
    return await checkFile(request, poseidon, progress())
  } catch (error) {
    // Signatures by RSA keys are checked by WebCrypto, which a page without HTTPS does not have.
    if (!self.isSecureContext)
      return refusal(
        'NOT_SECURE',
        'the page did not come over HTTPS, so the browser checks no RSA signatures',
      )
    return refusal('INTERNAL', error instanceof Error ? error.message : String(error))
  }
}

/** Tells of each stage when it begins, and of its steps some times per second. */
function progress() {
  let stage: Stage | undefined
  let told = 0
  return (next: Stage, done: number, steps: number) => {
    const now = performance.now()
    if (next === stage && now - told < EVERY_MS) return
    stage = next
    told = now
    worker.postMessage({ progress: { stage: next, done, steps } })
  }
}
