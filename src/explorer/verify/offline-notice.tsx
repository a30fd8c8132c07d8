import { useEffect, useState } from 'preact/hooks'
import { texts } from '../app/language.ts'

type Readiness = keyof typeof texts.verify.offline

/** Says whether this page will open without a network. */
export function OfflineNotice() {
  const [readiness, setReadiness] = useState<Readiness>('loading')
  useEffect(() => {
    const worker = navigator.serviceWorker
    if (worker === undefined) return setReadiness('unsupported')
    let isHere = true
    worker.ready.then(() => isHere && setReadiness('ready'))
    return () => {
      isHere = false
    }
  }, [])
  return <p role="status">{texts.verify.offline[readiness]}</p>
}
