import { useEffect, useRef, useState } from 'preact/hooks'
import { texts } from '../app/language.ts'
import { codeReader } from './code-reader.ts'

/** Milliseconds between two looks through the camera. */
const LOOK_MS = 200

interface ScanProps {
  /** Called with the text of a code. */
  onCode: (text: string) => void
}

/** Reads a QR code with the camera, where the browser lets the page use it; where it does not, it says so. One button starts and stops it, and keeps the focus. */
export function Scan({ onCode }: ScanProps) {
  const [camera, setCamera] = useState<'off' | 'on' | 'failed'>('off')
  const isOn = camera === 'on'
  // Browsers give cameras to pages that came over HTTPS, or from this machine.
  if (navigator.mediaDevices === undefined) return <p class="muted">{texts.verify.scan.unsupported}</p>
  return (
    <div>
      <div role="status">{isOn ? <p>{texts.verify.scan.looking}</p> : null}</div>
      {camera === 'failed' ? <p role="alert">{texts.verify.scan.failed}</p> : null}
      {isOn ? (
        <Camera
          onCode={(text) => {
            setCamera('off')
            onCode(text)
          }}
          onFailure={() => setCamera('failed')}
        />
      ) : null}
      <button type="button" onClick={() => setCamera(isOn ? 'off' : 'on')}>
        {isOn ? texts.verify.scan.stop : texts.verify.scan.start}
      </button>
    </div>
  )
}

function Camera({ onCode, onFailure }: ScanProps & { onFailure: () => void }) {
  const video = useRef<HTMLVideoElement>(null)
  // The camera runs from the first to the last moment of this component
  useEffect(() => {
    const controller = new AbortController()
    look(video.current!, controller.signal).then(
      (text) => text !== undefined && onCode(text),
      () => controller.signal.aborted || onFailure(),
    )
    return () => controller.abort()
  }, [])
  return <video ref={video} class="scan-view" playsInline muted />
}

/** Looks through the camera until a code is seen. @returns its text; undefined if the signal aborts before */
async function look(video: HTMLVideoElement, signal: AbortSignal): Promise<string | undefined> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  try {
    if (signal.aborted) return undefined
    video.srcObject = stream
    await video.play()
    const reader = await codeReader()
    while (!signal.aborted) {
      const [code] = await reader.detect(video)
      if (code !== undefined) return code.rawValue
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    return undefined
  } finally {
    for (const track of stream.getTracks()) track.stop()
  }
}
