import { Component, type ComponentChildren } from 'preact'
import { Page } from '../parts/page.tsx'
import { texts } from './language.ts'

/** Shows a page that says that something is broken, where a page throws or cannot be loaded. */
export class ErrorBoundary extends Component<{ children: ComponentChildren }, { error?: unknown }> {
  override componentDidCatch(error: unknown): void {
    console.error(error)
    this.setState({ error })
  }

  override render() {
    if (this.state.error === undefined) return this.props.children
    return (
      <Page title={texts.broken.title}>
        <p>{texts.broken.advice}</p>
        <p>
          <button type="button" onClick={() => location.reload()}>
            {texts.reload}
          </button>
        </p>
      </Page>
    )
  }
}
