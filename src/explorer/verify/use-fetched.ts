import { useEffect, useRef, useState } from 'preact/hooks'
import { utf8 } from '../../codec/bytes.ts'
import { ask, RequestFailure } from '../data/request.ts'
import { BatchProofDocument, CertificateDocument, type CertificateInput } from '../generated/operations.ts'
import { MAX_FILE_BYTES, type Subject } from './result.ts'

/** Most bytes of an answer with a certificate: in JSON, each quotation mark of it has a stroke before it. */
const MAX_ANSWER_BYTES = 2 * MAX_FILE_BYTES

/** Fetches the certificate or the proof of a subject, on request. */
export function useFetched(subject: Subject) {
  const [failure, setFailure] = useState<RequestFailure | undefined>(undefined)
  const [isFetching, setFetching] = useState(false)
  const running = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  /** @returns undefined if there is none, which `failure` says, or if it is asked for anew */
  const fetchFile = async (): Promise<Uint8Array | undefined> => {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    const { signal } = controller
    setFailure(undefined)
    setFetching(true)
    try {
      return utf8(
        await ('input' in subject ? certificate(subject.input, signal) : batchProof(subject.batch, signal)),
      )
    } catch (error) {
      if (signal.aborted) return undefined
      setFailure(error instanceof RequestFailure ? error : new RequestFailure('BAD_ANSWER'))
      return undefined
    } finally {
      if (!signal.aborted) setFetching(false)
    }
  }
  return { failure, isFetching, fetchFile }
}

async function certificate(input: CertificateInput, signal: AbortSignal): Promise<string> {
  const { data, faults } = await ask(CertificateDocument, { input }, signal, MAX_ANSWER_BYTES)
  if (data.certificate == null) throw faults[0] ?? new RequestFailure('NOT_FOUND')
  return data.certificate.json
}

async function batchProof(index: string, signal: AbortSignal): Promise<string> {
  const { data, faults } = await ask(BatchProofDocument, { index }, signal)
  const { batch, service } = data
  if (batch?.proof == null) throw faults[0] ?? new RequestFailure('NOT_PROVEN')
  const { proof, publicSignals } = batch
  return `${JSON.stringify({ proof, publicSignals, verificationKey: service.verificationKeys[0]?.json }, null, 2)}\n`
}
