import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { texts } from '../app/language.ts'
import { FailureNotice } from '../parts/failure.tsx'
import { GenesisNotice } from './genesis-notice.tsx'
import { keptPolicy } from './genesis-store.ts'
import { ProgressView } from './progress-view.tsx'
import type { Subject } from './result.ts'
import { Results } from './result-view.tsx'
import { useCheck } from './use-check.ts'
import { useFetched } from './use-fetched.ts'
import { useGenesis } from './use-genesis.ts'

/**
 * A button that fetches the certificate of units, or the proof of a batch, and checks it in this browser. The focus goes to what comes in its place,
 * and back to it.
 * @param name what the file is called when it is saved, without its ending
 */
export function VerifyHere({ subject, name }: { subject: Subject; name: string }) {
  const [isOpen, setOpen] = useState<boolean | undefined>(undefined)
  const button = useRef<HTMLButtonElement>(null)
  // Not before it was opened.
  useLayoutEffect(() => {
    if (isOpen === false) button.current?.focus()
  }, [isOpen])
  if (isOpen) return <Verification {...{ subject, name }} onClose={() => setOpen(false)} />
  return (
    <button ref={button} type="button" class="verify-here" onClick={() => setOpen(true)}>
      {texts.verify.here}
    </button>
  )
}

function Verification({ subject, name, onClose }: { subject: Subject; name: string; onClose: () => void }) {
  const genesis = useGenesis()
  const { state, check, reset } = useCheck()
  const { failure, isFetching, fetchFile } = useFetched(subject)
  const section = useRef<HTMLElement>(null)
  const toSection = () => section.current?.focus()
  useLayoutEffect(toSection, [])
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
  // The button that was pressed goes.
  const beginAgain = () => {
    toSection()
    void begin()
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
    <section ref={section} tabIndex={-1} class="verification" aria-label={texts.verify.here}>
      <GenesisNotice genesis={genesis} />
      {failure === undefined ? null : <FailureNotice failure={failure} reload={beginAgain} />}
      <div role="status">{isFetching ? <p>{texts.verify.fetching}</p> : null}</div>
      <ProgressView state={state} onCancel={close} />
      {state.phase === 'done' ? <Results checked={state.checked} /> : null}
      <p class="check-actions">
        {state.phase === 'done' ? (
          <button type="button" onClick={beginAgain}>
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
