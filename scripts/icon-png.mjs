// Draws the project's icon as PNG, for systems that take no SVG as an icon: a square that is filled, circles and one path of lines, all with strokes.
import { crc32, deflateSync } from 'node:zlib'

/** Width and height of the drawing, in its own units. */
const SIDE = 128
/** Points per pixel that are looked at, in each direction. */
const SAMPLES = 4

/**
 * An icon in pixels.
 * @param svg the text of an icon with nothing but what `shapesOf` knows
 * @param side width and height in pixels
 * @returns the bytes of a PNG file
 */
export function pngOf(svg, side) {
  const { ground, shapes } = shapesOf(svg)
  const rows = Array.from({ length: side }, (_, y) => {
    const row = Buffer.alloc(1 + side * 3)
    for (let x = 0; x < side; x++) row.set(colorAt(x, y, side, ground, shapes), 1 + x * 3)
    return row
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([8, 2], 8) // 8 bits per channel, RGB
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The average color of the points of a pixel. */
function colorAt(x, y, side, ground, shapes) {
  const sum = [0, 0, 0]
  for (let i = 0; i < SAMPLES ** 2; i++) {
    const at = [x + ((i % SAMPLES) + 0.5) / SAMPLES, y + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES]
    const [px, py] = at.map((each) => (each * SIDE) / side)
    const { color } = shapes.findLast(({ distance, width }) => distance(px, py) <= width / 2) ?? {
      color: ground,
    }
    for (const [channel, value] of color.entries()) sum[channel] += value
  }
  return sum.map((each) => Math.round(each / SAMPLES ** 2))
}

/** @throws Error where the drawing has something else than a ground, circles and a path of lines with round ends */
function shapesOf(svg) {
  const elements = [...svg.matchAll(/<(\w+)([^>]*)>/g)].map(([, name, text]) => ({
    name,
    of: attributesOf(text),
  }))
  let stroke = {}
  let ground
  const shapes = []
  for (const { name, of } of elements) {
    if (name === 'g') stroke = of
    else if (name === 'circle')
      shapes.push(shape(stroke, ring(...['cx', 'cy', 'r'].map((each) => Number(of[each])))))
    else if (name === 'path' && of.fill !== 'none') ground = colorOf(of.fill)
    else if (name === 'path') shapes.push(shape(of, lines(pointsOf(of.d))))
    else if (name !== 'svg' && name !== 'title') throw new Error(`<${name}> in an icon cannot be drawn`)
  }
  return { ground, shapes }
}

const attributesOf = (text) =>
  Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))
const colorOf = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
const shape = (of, distance) => ({ color: colorOf(of.stroke), width: Number(of['stroke-width']), distance })
const ring = (cx, cy, r) => (x, y) => Math.abs(Math.hypot(x - cx, y - cy) - r)

/** The distance of a point from the nearest of the lines between points, which have round ends and joins. */
const lines = (points) => (x, y) =>
  Math.min(
    ...points.slice(1).map(([bx, by], i) => {
      const [ax, ay] = points[i]
      const [dx, dy] = [bx - ax, by - ay]
      const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
      return Math.hypot(x - ax - along * dx, y - ay - along * dy)
    }),
  )

/** The points of a path such as `M48 90l11 11 22-20`: a beginning, and steps from there. */
function pointsOf(path) {
  const [, begin, steps] = /^M([\d. ]+)l([-\d. ]+)$/.exec(path) ?? []
  if (steps === undefined) throw new Error(`the path ${path} in an icon cannot be drawn`)
  const numbers = (text) => text.match(/-?[\d.]+/g).map(Number)
  const points = [numbers(begin)]
  const all = numbers(steps)
  for (let i = 0; i < all.length; i += 2) {
    const [x, y] = points.at(-1)
    points.push([x + all[i], y + all[i + 1]])
  }
  return points
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
