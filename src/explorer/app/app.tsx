import { ErrorBoundary } from './error-boundary.tsx'
import { usePlace } from './router.ts'
import { CurrentPage } from './routes.tsx'
import { Shell } from './shell.tsx'

/** The whole page. */
export function App() {
  const place = usePlace()
  return (
    <Shell>
      <ErrorBoundary key={place.path}>
        <CurrentPage place={place} />
      </ErrorBoundary>
    </Shell>
  )
}
