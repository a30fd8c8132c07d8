import { existsSync } from 'node:fs'
import type { CertifiedContent } from '../certificate/report.ts'
import { verifyCertificate } from '../certificate/verify.ts'
import { differenceFrom, type WantedUnits } from '../certificate/wanted.ts'
import type { Client } from '../client/types.ts'
import { dataPath, pathsIn } from '../config/data-directory.ts'
import { Failure } from '../config/failure.ts'
import { poseidonWasm } from '../crypto/poseidon-wasm.ts'
import { type Genesis, parseGenesis } from '../ledger/genesis.ts'
import { readGenesis } from './files/genesis-file.ts'

const GENESIS = '{ chain { genesis } }'

/**
 * What a certificate that an API sent shows, once it is seen to be of the units that it was asked for. Who signed and who made it final is not
 * looked at.
 * @throws Failure `NOT_ASKED_FOR`; `NOT_SHOWN` if it is not intact
 */
export async function contentAskedFor(
  bytes: Uint8Array,
  wanted: WantedUnits,
  genesis: Genesis,
): Promise<CertifiedContent> {
  const { intact, content } = await verifyCertificate(bytes, genesis, poseidonWasm(), { nowMs: Date.now() })
  if (content === undefined)
    throw new Failure('NOT_SHOWN', `the certificate that the API sent shows nothing: ${intact.reason}`, {
      hint: 'ask another API; if it is of another chain, name its genesis with --genesis',
    })
  const difference = differenceFrom(wanted, content)
  if (difference === undefined) return content
  throw new Failure('NOT_ASKED_FOR', `of the certificate that the API sent: ${difference}`, {
    hint: 'ask another API',
  })
}

/**
 * The genesis that what an API sends is read with: the file that is named, or that of the data directory, or what the API says. The last one is
 * as good to compare an answer with a question, because a certificate of a chain that was made up fails with the genesis of the true one.
 * @throws Failure NO_GENESIS, BAD_GENESIS; RejectionError BAD_GENESIS; ClientError
 */
export async function genesisToCompare(
  client: Client,
  { genesis, data }: { genesis?: string; data?: string },
): Promise<Genesis> {
  const path = genesis ?? pathsIn(dataPath(data)).genesis
  if (genesis !== undefined || existsSync(path)) return readGenesis(path)
  const { chain } = await client.query<{ chain: { genesis: unknown } }>(GENESIS)
  return parseGenesis(chain.genesis)
}
