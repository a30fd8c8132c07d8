import * as snarkjs from 'snarkjs'
import { serveChild } from '../process/child-task.ts'
import { useOneThread } from './snarkjs.ts'

type Step = 'newZKey' | 'contribute' | 'beacon' | 'exportVerificationKey' | 'verifyFromR1cs'

/** One of snarkjs's functions on proving keys, with its arguments. */
export type CeremonyRequest = {
  [S in Step]: { step: S; args: Parameters<(typeof snarkjs.zKey)[S]> }
}[Step]

serveChild<CeremonyRequest, never, unknown>(async ({ step, args }) => {
  await useOneThread()
  const run = snarkjs.zKey[step] as (...given: unknown[]) => Promise<unknown>
  return await run(...args)
})
