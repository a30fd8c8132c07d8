import { texts } from '../app/language.ts'
import { Missing } from '../parts/missing.tsx'

/** What stands at a path that no page has. */
export function NotFoundPage({ path }: { path: string }) {
  const wanted = path.split('/').findLast((part) => part !== '') ?? path
  return <Missing title={texts.notFound.title} advice={texts.notFound.advice} wanted={wanted} />
}
