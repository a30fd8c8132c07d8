import { useEffect, useState } from 'preact/hooks'
import { texts } from '../app/language.ts'
import { FailureNotice } from '../parts/failure.tsx'
import { GenesisNotice } from './genesis-notice.tsx'
import { keptPolicy } from './genesis-store.ts'
import { ProgressView } from './progress-view.tsx'
import type { Subject } from './result.ts'
import { Results } from './result-view.tsx'
import { type CheckState, useCheck } from './use-check.ts'
import { useFetched } from './use-fetched.ts'
import { useGenesis } from './use-genesis.ts'

/**
 * A button that fetches the certificate of units, or the proof of a batch, and checks it in this browser.
 * @param name what the file is called when it is saved, without its ending
 */
export function VerifyHere({ subject, name }: { subject: Subject; name: string }) {
  const [isOpen, setOpen] = useState(false)
  if (isOpen) return <Verification {...{ subject, name }} onClose={() => setOpen(false)} />
  return (
    <button type="button" class="verify-here" onClick={() => setOpen(true)}>
      {texts.verify.here}
    </button>
  )
}

function Verification({ subject, name, onClose }: { subject: Subject; name: string; onClose: () => void }) {
  const genesis = useGenesis()
  const { state, check, reset } = useCheck()
  const { failure, isFetching, fetchFile } = useFetched(subject)
  const begin = async () => {
    const file = await fetchFile()
    const kind = 'input' in subject ? 'certificate' : 'proof'
    if (file !== undefined)
      check([
        {
          ...{ file, kind, name: `${name}.json`, height: 0, asked: subject },
          ...{ genesis: genesis.file, policy: keptPolicy() },
        },
      ])
  }
  const close = () => {
    reset()
    onClose()
  }
  // It begins by itself once, when it is known which genesis to check against
  useEffect(() => {
    if (genesis.isSettled) void begin()
  }, [genesis.isSettled])
  return (
    <section class="verification" aria-label={texts.verify.here}>
      <GenesisNotice genesis={genesis} />
      {failure === undefined ? null : <FailureNotice failure={failure} reload={begin} />}
      {isFetching ? <p role="status">{texts.verify.fetching}</p> : null}
      <Shown state={state} onCancel={close} />
      <p class="check-actions">
        {state.phase === 'done' ? (
          <button type="button" onClick={begin}>
            {texts.verify.again}
          </button>
        ) : null}{' '}
        <button type="button" onClick={close}>
          {texts.verify.close}
        </button>
      </p>
    </section>
  )
}

function Shown({ state, onCancel }: { state: CheckState; onCancel: () => void }) {
  if (state.phase === 'running') return <ProgressView {...state} onCancel={onCancel} />
  if (state.phase === 'done') return <Results checked={state.checked} />
  return null
}
