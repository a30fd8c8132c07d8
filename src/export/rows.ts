/** A row of an exported list: texts (integers as decimal digits), booleans, or null. The first cell is the row's key. */
export type ExportRow = Readonly<Record<string, string | boolean | null>>

/** A list of final data in ascending order of whole numbers that name its rows, as of one block. */
export interface ExportList {
  columns: readonly string[]
  /** Exclusive bound on keys: those of the block that the list is as of. */
  end: number
  /** Reads up to `limit` rows with keys in (after, before), in order. */
  read(after: number, before: number, limit: number): Promise<KeyedRow[]>
}

/** A row with the number that names it in its list. */
export interface KeyedRow {
  key: number
  row: ExportRow
}

/** Rows per statement. */
const PAGE_ROWS = 1_000
/** Keys that one statement looks at, so that a filter that finds little does not make a statement read the whole history. */
const PAGE_KEYS = 50_000

/** A part of an export: some rows, and the key up to which the list was looked through. */
export interface ExportPage {
  rows: ExportRow[]
  /** All rows with keys up to and including this one were read. */
  after: number
  /** True if no row follows as of the block. */
  complete: boolean
}

/**
 * Reads a list page by page, each with statements of its own, so that no connection is held between two pages, however slowly they are taken.
 * @param after exclusive key to continue from; -1 for the beginning
 * @param first bound on the number of rows
 */
export async function* exportPages(
  list: ExportList,
  { after, first }: { after: number; first: number },
): AsyncGenerator<ExportPage> {
  let reached = after
  for (let left = first; left > 0 && reached + 1 < list.end; ) {
    const before = Math.min(list.end, reached + 1 + PAGE_KEYS)
    const limit = Math.min(PAGE_ROWS, left)
    const found = await list.read(reached, before, limit)
    reached = found.length === limit ? found.at(-1)!.key : before - 1
    left -= found.length
    yield { rows: found.map(({ row }) => row), after: reached, complete: reached + 1 >= list.end }
  }
}
