import type { WebhookFilter, WebhookState } from '../storage/webhooks.ts'

/** What the operator asks for. */
export interface WebhookRequest {
  url: string
  filter: WebhookFilter
  /** Height of the first block to deliver; without it, delivery begins with what becomes final from now on. */
  fromHeight?: number
  /** Allow HTTP, and receivers in private networks. */
  allowPrivate?: boolean
}

/** A webhook as the operator sees it. */
export interface WebhookView {
  id: number
  url: string
  filter: WebhookFilter
  allowPrivate: boolean
  state: WebhookState
  /** All matching records before this position were delivered. */
  cursor: number
  /** Final positions behind the cursor that were not looked at or not delivered yet. */
  behind: number
  /** Attempts that failed since the last delivery, and why the last one did. */
  attempts: number
  error: string | null
  createdAt: string
  deliveredAt: string | null
}
