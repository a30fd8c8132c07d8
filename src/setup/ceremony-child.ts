import { readFileSync, writeFileSync } from 'node:fs'
import * as snarkjs from 'snarkjs'
import { serveChild } from '../process/child-task.ts'
import { contributeTo } from './contribution.ts'
import { useOneThread } from './snarkjs.ts'

type Step = 'newZKey' | 'beacon' | 'exportVerificationKey' | 'verifyFromR1cs'

/** One of snarkjs's functions with its arguments, or a contribution. */
export type CeremonyRequest =
  | { [S in Step]: { step: S; args: Parameters<(typeof snarkjs.zKey)[S]> } }[Step]
  | { step: 'contribute'; args: [from: string, to: string, name: string, entropy: string] }
  | { step: 'verifyPhase1'; args: [ptau: string] }

serveChild<CeremonyRequest, never, unknown>(async (request) => {
  await useOneThread()
  if (request.step === 'contribute') return contribute(...request.args)
  if (request.step === 'verifyPhase1') {
    const verify = snarkjs.powersOfTau.verify as unknown as (ptau: string) => Promise<boolean>
    return verify(...request.args)
  }
  const run = snarkjs.zKey[request.step] as (...given: unknown[]) => Promise<unknown>
  return await run(...request.args)
})

async function contribute(from: string, to: string, name: string, entropy: string): Promise<void> {
  const { zkey } = await contributeTo(new Uint8Array(readFileSync(from)), name, entropy)
  writeFileSync(to, zkey)
}
