import { useState } from 'preact/hooks'
import { texts } from '../app/language.ts'
import { Section } from '../parts/facts.tsx'
import { Page } from '../parts/page.tsx'
import { type Code, codeOf } from './code.ts'
import { CodeView } from './code-view.tsx'
import { Drop } from './drop.tsx'
import { GenesisNotice } from './genesis-notice.tsx'
import { isFleeting, keepPolicy, keptPolicy, keptWithFile } from './genesis-store.ts'
import { isHelp, readHelps, type ValidProofs } from './helps.ts'
import { OfflineNotice } from './offline-notice.tsx'
import { Paste } from './paste.tsx'
import { ProgressView } from './progress-view.tsx'
import { readFiles } from './read-files.ts'
import { Results } from './result-view.tsx'
import { runCheck, runLook } from './run.ts'
import { Scan } from './scan.tsx'
import { useCheck } from './use-check.ts'
import { type TrustedGenesis, useGenesis } from './use-genesis.ts'

/** `/verify`: checks files that a visitor hands over, without a network too. */
export function VerifyPage() {
  const genesis = useGenesis()
  const { state, onFiles, reset, policy, forgetPolicy } = useHandedFiles(genesis)
  const [code, setCode] = useState<Code | undefined>(undefined)
  return (
    <Page title={texts.verify.title}>
      <p class="lead">{texts.verify.lead}</p>
      <Section title={texts.verify.fileTitle}>
        <Drop onFiles={onFiles} />
        <Paste onText={(text) => onFiles([new File([text], texts.verify.pasted)])} />
      </Section>
      <ProgressView
        state={state}
        onCancel={() => {
          toFiles()
          reset()
        }}
      />
      {state.phase === 'done' ? (
        <Results checked={state.checked} expected={code?.kind === 'certificate' ? code.sha256 : undefined} />
      ) : null}
      <Section title={texts.verify.scan.title}>
        <p>{texts.verify.scan.about}</p>
        <Scan onCode={(text) => setCode(codeOf(text, location.origin))} />
        <div role="status">{code === undefined ? null : <CodeView code={code} />}</div>
      </Section>
      <Section title={texts.verify.trustTitle}>
        <GenesisNotice genesis={genesis} />
        <p class="muted">{texts.verify.trustHint}</p>
        {policy === undefined ? null : (
          <p>
            {texts.verify.policyInUse}{' '}
            <button
              type="button"
              onClick={() => {
                toFiles()
                forgetPolicy()
              }}
            >
              {texts.verify.policyForget}
            </button>
          </p>
        )}
        <OfflineNotice />
      </Section>
    </Page>
  )
}

/** Takes the focus from a button that goes when it is pressed. */
const toFiles = () => document.getElementById('verify-file')?.focus()

/** Checks what is handed over: what others are checked with is kept first, then certificates and proofs are checked with it, each of them. */
function useHandedFiles(genesis: TrustedGenesis) {
  const { state, check, prepare, reset } = useCheck()
  const [proofs, setProofs] = useState<ValidProofs | undefined>(undefined)
  const [policy, setPolicy] = useState(keptPolicy)
  const keep = (text: string | undefined) => {
    keepPolicy(text)
    setPolicy(text)
  }
  const onFiles = async (files: readonly File[]) => {
    const { name } = files[0]!
    const own = await keptWithFile()
    const { read, unread } = await readFiles(files, (each) =>
      prepare(name, (onProgress) => runLook(each, onProgress)),
    )
    const known = unread.map((each) => ({ ...each, file: new Uint8Array() }))
    const kept = { chain: own.kept?.chain, genesis: own.file, policy }
    const helps = await readHelps(read, kept, (request) => prepare(name, () => runCheck(request)))
    if ('unread' in helps) {
      const { name } = helps.unread
      return check([], [{ file: new Uint8Array(), name, result: helps.result }, ...known])
    }
    if (helps.genesis !== undefined) genesis.keep(helps.genesis, true)
    if (helps.policy !== undefined) keep(helps.policy)
    if (helps.proofs !== undefined) setProofs(helps.proofs)
    const used = helps.read.map((each) => {
      const { kind } = each.result
      return { ...each, isFleeting: (kind === 'genesis' || kind === 'policy') && isFleeting(kind) }
    })
    const chain = helps.genesis?.result.chain ?? kept.chain
    const given = {
      genesis: helps.genesis?.file ?? kept.genesis,
      policy: helps.policy ?? policy,
      proofs: [helps.proofs, proofs].find((each) => each?.chain === chain)?.file,
    }
    check(
      read.filter(({ kind }) => !isHelp(kind)).map((each) => ({ ...each, ...given })),
      [...used, ...known],
    )
  }
  return { state, onFiles, reset, policy, forgetPolicy: () => keep(undefined) }
}
