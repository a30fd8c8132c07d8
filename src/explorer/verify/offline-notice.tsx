import { useEffect, useState } from 'preact/hooks'
import { texts } from '../app/language.ts'
import { isKept } from './offline.ts'

type Readiness = keyof typeof texts.verify.offline

/** Says whether this page will open without a network. */
export function OfflineNotice() {
  const [readiness, setReadiness] = useState<Readiness>('loading')
  useEffect(() => {
    if (navigator.serviceWorker === undefined) return setReadiness('unsupported')
    let isHere = true
    isKept().then(
      (kept) => isHere && kept && setReadiness('ready'),
      () => {},
    )
    return () => {
      isHere = false
    }
  }, [])
  return <p role="status">{texts.verify.offline[readiness]}</p>
}
