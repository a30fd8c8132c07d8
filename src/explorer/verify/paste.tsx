import { useState } from 'preact/hooks'
import { texts } from '../app/language.ts'

/** A field for the text of a file. */
export function Paste({ onText }: { onText: (text: string) => void }) {
  const [text, setText] = useState('')
  return (
    <details class="paste">
      <summary>{texts.verify.pasteTitle}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (text !== '') onText(text)
        }}
      >
        <label for="verify-text">{texts.verify.pasteLabel}</label>
        <textarea
          id="verify-text"
          rows={6}
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit">{texts.verify.checkText}</button>
      </form>
    </details>
  )
}
