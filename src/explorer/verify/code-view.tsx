import { NOTE, WHOLE } from '../app/brief.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import { Hash } from '../parts/hash.tsx'
import { Text } from '../parts/text.tsx'
import type { Code } from './code.ts'

/** Where a scanned code leads. What leads away from this page is not followed by itself. */
export function CodeView({ code }: { code: Code }) {
  switch (code.kind) {
    case 'certificate':
      return (
        <p>
          {texts.verify.scan.certificate} <Hash value={code.sha256} full />
        </p>
      )
    case 'page':
      return (
        <p>
          {texts.verify.scan.page}{' '}
          <a href={code.path}>
            <Text text={code.path} most={NOTE} />
          </a>
        </p>
      )
    case 'link':
      return (
        <p>
          {texts.verify.scan.link}{' '}
          <a href={code.href} rel="noreferrer">
            <Text text={code.href} most={WHOLE} />
          </a>{' '}
          · <a href={links.asset(code.href)}>{texts.verify.scan.lookUp}</a>
        </p>
      )
    case 'text':
      return (
        <p>
          {texts.verify.scan.text} <Text text={code.text} most={WHOLE} />
        </p>
      )
  }
}
