import type { Certificate, CertificateFault } from '../../../../src/certificate/certificate.ts'
import { encodeCertificate } from '../../../../src/certificate/encode.ts'
import { VERDICTS, type Verdict, type VerdictName } from '../../../../src/certificate/report.ts'
import { utf8 } from '../../../../src/codec/bytes.ts'
import { canonicalJson, type Json } from '../../../../src/codec/canonical-json.ts'

/** One published certificate, and what a verifier has to say of it. */
export interface Case {
  /** Name of the file, without its ending. */
  name: string
  /** What is special or wrong, in a sentence. */
  sentence: string
  bytes: Uint8Array
  /** File of the genesis that it is verified with. */
  genesis: string
  /** File of the policy that it is verified with. */
  policy: string | null
  /** Largest age of the header that is fresh, in milliseconds. */
  maxAgeMs: number | null
  /** File with the proofs of batches that it is verified with. */
  proofs: string | null
  /** File with a newer certificate that it is verified with. */
  newer: string | null
  verdicts: Record<VerdictName, Verdict>
  /** Of `intact`. */
  code: CertificateFault | null
}

type Shown = Certificate | string | Uint8Array
type Options = Partial<Pick<Case, 'genesis' | 'policy' | 'maxAgeMs' | 'proofs' | 'newer'>>

/** A certificate that is intact. Verdicts that are not given are yes, and unknown where more than a certificate and a genesis is needed. */
export function intact(
  name: string,
  sentence: string,
  shown: Shown,
  { verdicts, ...options }: Options & { verdicts?: Partial<Case['verdicts']> } = {},
): Case {
  const usual: Case['verdicts'] = {
    intact: 'yes',
    complete: 'yes',
    signed: 'yes',
    final: 'yes',
    witnessed: 'unknown',
    proven: 'unknown',
    fresh: 'unknown',
  }
  return { ...caseOf(name, sentence, shown, options), verdicts: { ...usual, ...verdicts }, code: null }
}

/** A certificate that is not intact. */
export function broken(
  name: string,
  code: CertificateFault,
  sentence: string,
  shown: Shown,
  options: Options = {},
): Case {
  const unknown = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 'unknown'])) as Case['verdicts']
  return { ...caseOf(name, sentence, shown, options), verdicts: { ...unknown, intact: 'no' }, code }
}

function caseOf(name: string, sentence: string, shown: Shown, options: Options) {
  const text = typeof shown === 'string' || shown instanceof Uint8Array ? shown : encodeCertificate(shown)
  const bytes = typeof text === 'string' ? utf8(text) : text
  const given = { genesis: 'genesis.json', policy: null, maxAgeMs: null, proofs: null, newer: null }
  return { name, sentence, bytes, ...given, ...options }
}

export type NewValue = Json | undefined | ((old: Json | undefined) => Json)

/**
 * The canonical text of a certificate in which one value is another.
 * @param path property names and indexes, with dots between them
 * @param value undefined leaves the property out; a function gets the value that is there
 * @throws Error if nothing is changed
 */
export function withValue(certificate: Certificate, path: string, value: NewValue): string {
  const text = encodeCertificate(certificate)
  const tree = JSON.parse(text) as Record<string, unknown>
  const names = path.split('.')
  const last = names.pop()!
  const parent = names.reduce((node, name) => node[name] as Record<string, unknown>, tree)
  parent[last] = typeof value === 'function' ? value(parent[last] as Json | undefined) : value
  const changed = canonicalJson(JSON.parse(JSON.stringify(tree)))
  if (changed === text) throw new Error(`${path} is that already`)
  return changed
}
