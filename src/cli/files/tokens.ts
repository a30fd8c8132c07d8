import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { type DataDirectory, dataPath, pathsIn } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { createPrivateFile } from '../../config/files.ts'
import type { ProverTokens } from '../../proofs/http.ts'

/** Where a token is: in a file of its own, or in a data directory. */
interface TokenOptions {
  token?: string
  data?: string
}

/** Makes the tokens of operator and provers that do not exist yet. */
export function makeTokens({ operatorToken, proverToken }: DataDirectory): void {
  for (const token of [operatorToken, proverToken]) {
    if (!existsSync(token)) createPrivateFile(token, `${randomBytes(32).toString('hex')}\n`)
  }
}

/** The tokens that an api accepts. @throws Failure NO_TOKEN */
export function readTokens({ proverToken, operatorToken }: DataDirectory): ProverTokens {
  return { prover: readToken(proverToken), operator: readToken(operatorToken) }
}

/** @throws Failure NO_TOKEN */
export function readProverToken({ token, data }: TokenOptions): string {
  return readToken(token ?? pathsIn(dataPath(data)).proverToken)
}

/** @throws Failure NO_TOKEN */
export function readOperatorToken({ token, data }: TokenOptions): string {
  return readToken(token ?? pathsIn(dataPath(data)).operatorToken)
}

function readToken(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new Failure('NO_TOKEN', `the token file ${path} cannot be read`, {
      hint: 'copy it from the data directory of the API and name it with --token',
      cause,
    })
  }
}
