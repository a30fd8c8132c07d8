import { texts } from '../app/language.ts'
import { matrixOf } from './matrix.ts'

/** A text as a QR code, dark on light whatever the theme. @param mm width and height in millimeters, with the margin */
export function Qr({ text, mm }: { text: string; mm: number }) {
  const { size, path } = matrixOf(text)
  return (
    <svg
      class="qr"
      role="img"
      aria-label={texts.label.alt(text)}
      width={`${mm}mm`}
      height={`${mm}mm`}
      viewBox={`0 0 ${size} ${size}`}
      shape-rendering="crispEdges"
    >
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={path} />
    </svg>
  )
}
