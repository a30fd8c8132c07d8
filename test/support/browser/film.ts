import { writeFileSync } from 'node:fs'
import { encode } from 'uqr'

const WIDTH = 640
const HEIGHT = 480
/** Brightness of what is light and dark, and around the code, as a camera sees it in a room. */
const LIGHT = 205
const DARK = 48
const TABLE = 120
/** Degrees by which the code is turned. */
const TURN = 7

/** Writes a film of a camera that looks at a printed QR code, which lies on a table, a little turned. */
export function filmQr(path: string, text: string): void {
  const { size, data } = encode(text, { ecc: 'M', border: 4 })
  const side = HEIGHT * 0.75
  const [cos, sin] = [Math.cos((TURN * Math.PI) / 180), Math.sin((TURN * Math.PI) / 180)]
  const luma = Buffer.alloc(WIDTH * HEIGHT)
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const [dx, dy] = [x - WIDTH / 2, y - HEIGHT / 2]
      const [column, row] = [dx * cos + dy * sin, dy * cos - dx * sin].map((at) =>
        Math.floor((at / side + 0.5) * size),
      )
      const isDark = data[row!]?.[column!]
      luma[y * WIDTH + x] = isDark === undefined ? TABLE : isDark ? DARK : LIGHT
    }
  const gray = Buffer.alloc((WIDTH * HEIGHT) / 2, 128)
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, gray])
  writeFileSync(
    path,
    Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]),
  )
}
