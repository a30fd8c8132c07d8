/** A clock for nodes in this process that can stand still, so that no era is over before a slow machine has signed and submitted. */
export class TestClock {
  #aheadMs = 0
  #frozenMs: number | undefined

  /** Milliseconds since 1970. */
  readonly now = (): number => this.#frozenMs ?? Date.now() + this.#aheadMs

  /** Stands still from now on. */
  freeze(): void {
    this.#frozenMs = this.now()
  }

  /** Runs again, from where it stood still. */
  resume(): void {
    this.#aheadMs = this.now() - Date.now()
    this.#frozenMs = undefined
  }

  /** Jumps forward while it stands still. */
  advance(ms: number): void {
    this.#frozenMs = this.now() + ms
  }
}
