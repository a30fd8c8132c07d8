import { type Database, type Sql, withSql } from '../../storage/database.ts'
import { heavyShare } from './fair-queue.ts'
import { type Turns, turns } from './turns.ts'

/** A statement of postgres.js, which is sent by `handle` when it is first awaited. A piece of a statement never is. */
interface Statement extends Promise<unknown> {
  handle(): unknown
}

/** Heavy statements that run at a time while light work is near: each more takes a processor from it, where the database has few. */
export const BESIDE_LIGHT = 1

/**
 * Turns for the statements of heavy requests and of exports: they have half of a pool's connections at a time, and BESIDE_LIGHT of them while light
 * work is near, first come first served. The driver sends a statement behind another one when all connections are busy, so without this, small reads
 * would wait for long ones.
 */
export class HeavyStatements {
  readonly #share: number
  readonly #turns: Pick<Turns, 'isLightNear'>
  /** Sends of statements, the oldest first. */
  readonly #waiting = new Set<() => void>()
  #running = 0

  /**
   * @param connections of the pool
   * @param near says whether light work is near
   */
  constructor(connections: number, near: Pick<Turns, 'isLightNear'> = turns) {
    this.#share = heavyShare(connections)
    this.#turns = near
  }

  get #max(): number {
    return this.#turns.isLightNear ? BESIDE_LIGHT : this.#share
  }

  /** Statements that run and that wait. */
  get size(): { running: number; waiting: number } {
    return { running: this.#running, waiting: this.#waiting.size }
  }

  /**
   * A database whose statements wait for their turn if `isHeavy` when they are first awaited. For reads through the template tag; transactions
   * are not affected.
   */
  bound(database: Database, isHeavy: () => boolean = () => true): Database {
    const { sql } = database
    const tag = (first: unknown, ...rest: unknown[]) => {
      const statement = (sql as unknown as (...args: unknown[]) => unknown)(first, ...rest)
      if (isStatement(statement)) this.#makeWait(statement, isHeavy)
      return statement
    }
    return withSql(database, Object.assign(tag, sql) as unknown as Sql)
  }

  #makeWait(statement: Statement, isHeavy: () => boolean): void {
    const send = statement.handle.bind(statement)
    let isKnown = false
    statement.handle = () => {
      if (isKnown) return undefined
      isKnown = true
      if (isHeavy()) this.#enter(statement, send)
      else send()
      return undefined
    }
  }

  /** Sends a statement when it is its turn. One that is canceled meanwhile leaves the line. */
  #enter(statement: Statement, send: () => void): void {
    if (this.#running < this.#max) this.#start(send)
    else this.#waiting.add(send)
    const leave = () => {
      if (this.#waiting.delete(send)) return
      this.#running -= 1
      for (const next of this.#waiting) {
        if (this.#running >= this.#max) return
        this.#waiting.delete(next)
        this.#start(next)
      }
    }
    // The statement's own `then` would send it.
    Promise.prototype.then.call(statement, leave, leave)
  }

  #start(send: () => void): void {
    this.#running += 1
    send()
  }
}

const isStatement = (made: unknown): made is Statement =>
  made instanceof Promise && typeof (made as Partial<Statement>).handle === 'function'
