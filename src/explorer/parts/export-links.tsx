import { texts } from '../app/language.ts'
import { exportLink } from '../app/links.ts'

interface ExportProps {
  list: 'transfers' | 'assets' | 'holdings'
  filter?: Record<string, string>
}

/** Links to a whole list as a file, with exact amounts and every row, whatever the page shows of it. */
export function ExportLinks({ list, filter = {} }: ExportProps) {
  return (
    <span class="export">
      {texts.table.wholeList} <a href={exportLink(list, 'csv', filter)}>CSV</a>{' '}
      <a href={exportLink(list, 'ndjson', filter)}>NDJSON</a>
    </span>
  )
}
