import type { RecordBudget } from '../../storage/reads/trace.ts'

/** What of a walk's records is paid for, and how. */
export interface RecordPrice {
  /** Records that the cost of the operation has paid for. */
  paid: number
  /** Cost of each further one. */
  perRecord: number
  /** Takes a cost from the client. */
  charge: (cost: number) => void
}

/** A budget of records that charges the client as they are looked up. */
export class ChargedRecords implements RecordBudget {
  readonly #budget: RecordBudget
  readonly #price: RecordPrice
  #paid: number

  constructor(budget: RecordBudget, price: RecordPrice) {
    this.#budget = budget
    this.#price = price
    this.#paid = price.paid
  }

  get max(): number {
    return this.#budget.max
  }

  get left(): number {
    return this.#budget.left
  }

  set left(left: number) {
    const lookedUp = this.#budget.left - left
    this.#budget.left = left
    const further = Math.max(0, lookedUp - this.#paid)
    this.#paid -= lookedUp - further
    if (further > 0) this.#price.charge(this.#price.perRecord * further)
  }
}
