/** Sizes of objects that were measured before. What resolvers return is shared and never changed. */
const known = new WeakMap<object, number>()
/** Digits of a whole number, with quotes: a rough mean. */
const NUMBER_BYTES = 16

/**
 * About how many bytes a value has as JSON: characters count as one byte each, and what has to be escaped is not looked for. The exact size is
 * known only when the result is encoded.
 * @param max measuring ends when this is exceeded
 */
export function jsonSize(value: unknown, max: number): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null) return NUMBER_BYTES
  if (value instanceof Date) return 26
  const size = known.get(value)
  if (size !== undefined) return size
  const measured = measure(value, max)
  known.set(value, measured)
  return measured
}

/** Walks with a stack of its own, so that no nesting is too deep. */
function measure(root: object, max: number): number {
  const open: unknown[] = [root]
  let size = 0
  while (open.length > 0 && size <= max) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) {
      size += typeof value === 'string' ? value.length + 3 : NUMBER_BYTES
    } else if (Array.isArray(value)) {
      size += 2
      for (const item of value) open.push(item)
    } else {
      size += 2
      for (const [name, item] of Object.entries(value)) {
        size += name.length + 3
        open.push(item)
      }
    }
  }
  return size
}
