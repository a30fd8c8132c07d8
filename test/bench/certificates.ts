import { gzipSync } from 'node:zlib'
import { encodeCertificate } from '../../src/certificate/encode.ts'
import { verifyCertificate } from '../../src/certificate/verify.ts'
import { utf8 } from '../../src/codec/bytes.ts'
import { canonicalJson } from '../../src/codec/canonical-json.ts'
import { poseidonWasm } from '../../src/crypto/poseidon-wasm.ts'
import { genesisToJson } from '../../src/ledger/genesis.ts'
import { browserBundle } from '../support/shared/browser-bundle.ts'
import { checkInBrowser } from './support/browser-verify.ts'
import { certificateTimes } from './support/certificate-times.ts'
import { cpuMs, type Figure, median, milliseconds, printFigures } from './support/report.ts'
import { HISTORY_SIZE, spreadCertificate } from './support/spread-certificate.ts'

const HOPS = [1, 10, 100, 1_000]
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
/** What pages can load, by the file in src. */
const BUNDLES = {
  'inpigritas/client': 'client/index.ts',
  'inpigritas/verify': 'verify/index.ts',
  'inpigritas/verify/chain': 'verify/batch-chain.ts',
  'inpigritas/verify/certificate': 'certificate/index.ts',
}

/** Size and time of certificates of a unit that moved so often, in a history of a million records; and the sizes of what checks them. */
export async function benchCertificates(): Promise<void> {
  const figures: Figure[] = []
  const built = await certificateTimes(HOPS, ROUNDS)
  for (const kind of ['eddsa', 'rsa'] as const)
    for (const hops of HOPS) {
      const { certificate, genesis } = await spreadCertificate(hops, kind)
      const text = encodeCertificate(certificate)
      const times: number[] = []
      for (let i = 0; i < ROUNDS; i++) {
        const took = await cpuMs(async () => {
          const report = await verifyCertificate(utf8(text), genesis, poseidonWasm(), { nowMs: Date.now() })
          for (const name of ['intact', 'complete', 'signed', 'final'] as const)
            if (report[name].verdict !== 'yes') throw new Error(`${name}: ${report[name].reason}`)
        })
        times.push(took)
      }
      const page = await checkInBrowser(text, canonicalJson(genesisToJson(genesis)), ROUNDS)
      figures.push({
        name: `${hops} hops, ${kind}: bytes, bytes per hop; processor time to make from a database (without the database's own), to verify in Node; time in Chromium`,
        value: `${text.length}, ${Math.round(text.length / hops)}; ${milliseconds(built.get(hops)!)}; ${milliseconds(median(times))}; ${page === undefined ? 'no Chromium' : milliseconds(page)}`,
        ...(hops === 1_000 && { goal: '1,500 bytes per hop; 1 s' }),
      })
    }
  for (const [name, file] of Object.entries(BUNDLES)) {
    const kib = gzipSync(await browserBundle(file)).length / 1024
    figures.push({ name: `${name} for browsers, minified and gzipped`, value: `${kib.toFixed(1)} KiB` })
  }
  printFigures(`Certificates in a history of ${HISTORY_SIZE} records`, figures)
}
