import { useState } from 'preact/hooks'
import { texts } from '../app/language.ts'
import { Section } from '../parts/facts.tsx'
import { Page } from '../parts/page.tsx'
import { type Code, codeOf } from './code.ts'
import { CodeView } from './code-view.tsx'
import { Drop } from './drop.tsx'
import { GenesisNotice } from './genesis-notice.tsx'
import { keepPolicy, keptPolicy } from './genesis-store.ts'
import type { FileKind } from './kind.ts'
import { OfflineNotice } from './offline-notice.tsx'
import { Paste } from './paste.tsx'
import { ProgressView } from './progress-view.tsx'
import { type HandedFile, readFiles, textOf } from './read-files.ts'
import { ResultView } from './result-view.tsx'
import { Scan } from './scan.tsx'
import { useCheck } from './use-check.ts'
import { readGenesisFile, type TrustedGenesis, useGenesis } from './use-genesis.ts'

/** `/verify`: checks files that a visitor hands over, without a network too. */
export function VerifyPage() {
  const genesis = useGenesis()
  const { state, onFiles, reset } = useHandedFiles(genesis)
  const [code, setCode] = useState<Code | undefined>(undefined)
  return (
    <Page title={texts.verify.title}>
      <p class="lead">{texts.verify.lead}</p>
      <Section title={texts.verify.fileTitle}>
        <Drop onFiles={onFiles} />
        <Paste onText={(text) => onFiles([new File([text], texts.verify.pasted)])} />
      </Section>
      {state.phase === 'running' ? <ProgressView progress={state.progress} onCancel={reset} /> : null}
      {state.phase === 'done' ? (
        <ResultView
          checked={state.checked}
          result={state.result}
          expected={code?.kind === 'certificate' ? code.sha256 : undefined}
        />
      ) : null}
      <Section title={texts.verify.scan.title}>
        <p>{texts.verify.scan.about}</p>
        <Scan onCode={(text) => setCode(codeOf(text, location.origin))} />
        {code === undefined ? null : <CodeView code={code} />}
      </Section>
      <Section title={texts.verify.trustTitle}>
        <GenesisNotice genesis={genesis} />
        <p class="muted">{texts.verify.trustHint}</p>
        <OfflineNotice />
      </Section>
    </Page>
  )
}

/** Checks what is handed over: what others are checked with is kept first, then the certificate or the proof is checked with it. */
function useHandedFiles(genesis: TrustedGenesis) {
  const { state, check, settle, reset } = useCheck()
  const [proofs, setProofs] = useState<Uint8Array | undefined>(undefined)
  const onFiles = async (files: readonly File[]) => {
    const handed = await readFiles(files)
    if (!Array.isArray(handed)) return settle(files[0]!.name, handed)
    const pinned = await pin(handed, genesis)
    const policy = keepPolicyOf(handed)
    const given = handed.find(({ kind }) => kind === 'proofs')?.file ?? proofs
    setProofs(given)
    const [first, newer] = handed
      .filter(({ kind }) => kind === 'certificate')
      .sort((a, b) => a.height - b.height)
    const file = first ?? handed.find(({ kind }) => !HELP.has(kind)) ?? handed.at(-1)
    if (file === undefined) return
    const { height: _, ...checkable } = file
    check({ ...checkable, genesis: pinned, policy, proofs: given, newer: newer?.file })
  }
  return { state, onFiles, reset }
}

/** Kinds of files that others are checked with. */
const HELP: ReadonlySet<FileKind | undefined> = new Set(['genesis', 'policy', 'proofs'])

/** @returns the genesis to check against */
async function pin(handed: readonly HandedFile[], genesis: TrustedGenesis): Promise<Uint8Array | undefined> {
  const file = handed.find(({ kind }) => kind === 'genesis')?.file
  const read = file === undefined ? undefined : await readGenesisFile(file)
  if (read === undefined) return genesis.file
  genesis.keep(read, true)
  return read.file
}

/** @returns the policy to check with */
function keepPolicyOf(handed: readonly HandedFile[]): string | undefined {
  const file = handed.find(({ kind }) => kind === 'policy')?.file
  const policy = file === undefined ? undefined : textOf(file)
  if (policy !== undefined) keepPolicy(policy)
  return policy ?? keptPolicy()
}
