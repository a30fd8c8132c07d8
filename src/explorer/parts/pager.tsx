import { texts } from '../app/language.ts'

interface PagerProps {
  /** The page's path, with the query that all its pages share. */
  href: string
  /** Cursor of the next page; undefined on the last. */
  next: string | undefined
  /** Whether this page is not the first one. */
  isLater: boolean
  /** Name of the cursor in the query, where a page has several lists. */
  name?: string
}

/** Links to the first page and to the next one. */
export function Pager({ href, next, isLater, name = 'after' }: PagerProps) {
  if (next === undefined && !isLater) return null
  const nextHref = `${href}${href.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(next ?? '')}`
  return (
    <nav class="pager" aria-label={texts.table.pages}>
      {isLater ? <a href={href}>{texts.table.first}</a> : null}
      {next === undefined ? null : (
        <a href={nextHref} rel="next">
          {texts.table.next}
        </a>
      )}
    </nav>
  )
}

/** The cursor of the page after one; undefined after the last. */
export const nextOf = ({ hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null }) =>
  hasNextPage && endCursor !== null ? endCursor : undefined
