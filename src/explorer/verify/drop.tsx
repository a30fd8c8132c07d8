import { useEffect, useState } from 'preact/hooks'
import { texts } from '../app/language.ts'

interface DropProps {
  /** Called with the files that were chosen or dropped, and with text that was pasted, as a file without a name. */
  onFiles: (files: readonly File[]) => void
}

/** Takes files: chosen, dropped anywhere on the page, or pasted as text. */
export function Drop({ onFiles }: DropProps) {
  const [isOver, setOver] = useState(false)
  useDropped(onFiles, setOver)
  return (
    <div class={isOver ? 'drop drop-over' : 'drop'}>
      <label class="drop-label" for="verify-file">
        {texts.verify.choose}
      </label>
      <input
        id="verify-file"
        type="file"
        multiple
        onChange={(event) => {
          const { files } = event.currentTarget
          if (files !== null && files.length > 0) onFiles([...files])
          event.currentTarget.value = ''
        }}
      />
      <p class="muted">{texts.verify.dropHint}</p>
    </div>
  )
}

/** Listens to the whole document, so that a file that misses the field does not replace the page. */
function useDropped(onFiles: DropProps['onFiles'], setOver: (isOver: boolean) => void): void {
  useEffect(() => {
    const over = (event: DragEvent) => {
      event.preventDefault()
      setOver(true)
    }
    const leave = () => setOver(false)
    const drop = (event: DragEvent) => {
      event.preventDefault()
      setOver(false)
      const files = [...(event.dataTransfer?.files ?? [])]
      if (files.length > 0) onFiles(files)
    }
    const paste = (event: ClipboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return
      const { files, text } = pasted(event.clipboardData)
      const all = files.length > 0 || text === '' ? files : [new File([text], texts.verify.pasted)]
      if (all.length > 0) onFiles(all)
    }
    document.addEventListener('dragover', over)
    document.addEventListener('dragleave', leave)
    document.addEventListener('drop', drop)
    document.addEventListener('paste', paste)
    return () => {
      document.removeEventListener('dragover', over)
      document.removeEventListener('dragleave', leave)
      document.removeEventListener('drop', drop)
      document.removeEventListener('paste', paste)
    }
  }, [onFiles, setOver])
}

const pasted = (data: DataTransfer | null) => ({
  files: [...(data?.files ?? [])],
  text: data?.getData('text/plain') ?? '',
})
