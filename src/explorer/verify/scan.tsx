import { useEffect, useRef, useState } from 'preact/hooks'
import { texts } from '../app/language.ts'
import { codeReader } from './code-reader.ts'

/** Milliseconds between two looks through the camera. */
const LOOK_MS = 200

interface ScanProps {
  /** Called with the text of a code. */
  onCode: (text: string) => void
}

/** Reads a QR code with the camera, where the browser lets the page use it; where it does not, it says so. */
export function Scan({ onCode }: ScanProps) {
  const [isOn, setOn] = useState(false)
  // Browsers give cameras to pages that came over HTTPS, or from this machine.
  if (navigator.mediaDevices === undefined) return <p class="muted">{texts.verify.scan.unsupported}</p>
  if (!isOn)
    return (
      <button type="button" onClick={() => setOn(true)}>
        {texts.verify.scan.start}
      </button>
    )
  return (
    <Camera
      onCode={(text) => {
        setOn(false)
        onCode(text)
      }}
      onStop={() => setOn(false)}
    />
  )
}

function Camera({ onCode, onStop }: ScanProps & { onStop: () => void }) {
  const video = useRef<HTMLVideoElement>(null)
  const [hasFailed, setFailed] = useState(false)
  // The camera runs from the first to the last moment of this component
  useEffect(() => {
    const controller = new AbortController()
    look(video.current!, controller.signal).then(
      (text) => text !== undefined && onCode(text),
      () => setFailed(true),
    )
    return () => controller.abort()
  }, [])
  return (
    <div>
      {hasFailed ? (
        <p role="alert">{texts.verify.scan.failed}</p>
      ) : (
        <>
          <p role="status">{texts.verify.scan.looking}</p>
          <video ref={video} class="scan-view" playsInline muted />
        </>
      )}
      <button type="button" onClick={onStop}>
        {texts.verify.scan.stop}
      </button>
    </div>
  )
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
