import { join } from 'node:path'
import { makePrivateFolder } from '../../config/files.ts'
import { JournalFile } from './journal-file.ts'
import type { Move, Side } from './moves.ts'

/** What an action does to an asset: it registers it, or it moves units. */
export type Deed = { id: string; cap: string } | { from: Side; to: Side; start: string; amount: string }

/** What a move does, as the journal keeps it. */
export function deedOf({ from, to, fromStart, amount }: Move): Deed {
  return { from, to, start: fromStart.toString(), amount: amount.toString() }
}

/** The move of a deed that is no registration. */
export function moveOf({ from, to, start, amount }: Exclude<Deed, { id: string }>): Move {
  return { from, to, fromStart: BigInt(start), amount: BigInt(amount) }
}

/** An action as it was signed for a row. */
export interface Signed {
  /** The key of the row. */
  key: string
  /** Code of the asset. */
  code: string
  deed: Deed
  /** Whether it is the last action of its row. */
  own: boolean
  era: number
  /** Hash of the action, 64 hex digits. */
  hash: string
}

/**
 * The progress of the imports into a chain, so that they continue where they were stopped, also with a mended file: which actions were signed for
 * which row, and which rows are final. A row is known by what is in it (`RowKeys`), not by its number.
 * An action is written before it is sent: after a crash the same row and era give the same action, which may be sent again.
 * Rejected rows are not written: they changed nothing, and are tried again by the next run.
 */
export class Journal {
  /** Actions of rows that are not known to be final, in the order in which they were signed. */
  readonly open = new Map<string, Signed[]>()
  /** The hash of the own action of each final row. */
  readonly final = new Map<string, string>()
  /** Hashes of open actions that the planner counts: as far as is known, they are on the chain, or will be. */
  readonly counted = new Set<string>()
  /** Hashes of open actions that a node keeps without having applied them: it will, once the units before theirs have moved. */
  readonly parked = new Set<string>()
  readonly #file: JournalFile
  #buffer: Entry[] = []
  #lastWrite: Promise<void> = Promise.resolve()
  #nextWrite: Promise<void> | undefined

  constructor(folder: string, name: string) {
    makePrivateFolder(folder)
    this.#file = new JournalFile(join(folder, `${name}.journal`))
  }

  /** Reads what earlier runs wrote about assets that `isWanted`, before anything is noted. `onFinal` gets the actions of final rows. */
  async load(isWanted: (code: string) => boolean, onFinal: (signed: Signed) => void): Promise<void> {
    for (const known of [this.open, this.final, this.counted, this.parked]) known.clear()
    for await (const entry of this.#file.read() as AsyncIterable<Entry>) {
      if ('final' in entry) {
        const { hash, also = [] } = entry
        for (const signed of this.open.get(entry.final) ?? [])
          if (signed.hash === hash || also.includes(signed.hash)) onFinal(signed)
        if (this.open.delete(entry.final)) this.final.set(entry.final, hash)
      } else if (isWanted(entry.code)) this.#remember(entry)
    }
  }

  /**
   * Puts final rows, each as what was signed for it and applied, its own action last, in the place of what the file says of these assets: all of it or
   * nothing, whenever the process is killed.
   */
  async replace(codes: ReadonlySet<string>, rows: Iterable<readonly Signed[]>): Promise<void> {
    if (codes.size === 0) return
    const keys = new Set<string>()
    await this.#file.replace((value) => {
      const entry = value as Entry
      if ('final' in entry) return !keys.has(entry.final)
      if (codes.has(entry.code)) keys.add(entry.key)
      return !codes.has(entry.code)
    }, entriesOf(rows))
  }

  /** The era that a row's action with this deed was signed with before, if it was and is not decided. */
  eraOf(key: string, deed: Deed): number | undefined {
    return this.open.get(key)?.find((signed) => isSame(signed.deed, deed))?.era
  }

  /** An action of a row that is parked although it does something else than `deeds`: a node may still apply it, so nothing else may be signed. */
  parkedBeside(key: string, deeds: readonly Deed[]): Signed | undefined {
    if (this.parked.size === 0) return undefined
    const parked = this.open.get(key)?.find(({ hash }) => this.parked.has(hash))
    return parked === undefined || deeds.some((deed) => isSame(deed, parked.deed)) ? undefined : parked
  }

  /** Notes an action before it is sent, which the planner counts. A deed has one action at a time: a new one, of a later era, takes the place of the one before, which the node has refused. */
  sign(signed: Signed): void {
    const known = this.open.get(signed.key)?.find(({ deed }) => isSame(deed, signed.deed))
    this.counted.add(signed.hash)
    if (known?.hash === signed.hash) return
    if (known !== undefined) this.forget(known)
    this.#remember(signed)
    this.#buffer.push(signed)
  }

  /** Forgets an action that was not applied and will not be. */
  forget({ key, hash }: Pick<Signed, 'key' | 'hash'>): void {
    this.counted.delete(hash)
    this.parked.delete(hash)
    const left = this.open.get(key)?.filter((signed) => signed.hash !== hash) ?? []
    if (left.length > 0) this.open.set(key, left)
    else this.open.delete(key)
  }

  /** Notes that a row is final, with the hash of its own action. Of its others, those that are counted were applied; what else was signed for it was not. */
  end(key: string, hash: string): void {
    const signed = this.open.get(key) ?? []
    const also = signed.map((one) => one.hash).filter((other) => other !== hash && this.counted.has(other))
    for (const one of signed) this.forget(one)
    this.final.set(key, hash)
    this.#buffer.push(endOf(key, hash, also))
  }

  #remember(signed: Signed): void {
    const others = this.open.get(signed.key)?.filter(({ deed }) => !isSame(deed, signed.deed)) ?? []
    this.open.set(signed.key, [...others, signed])
  }

  /** Resolves once everything noted so far is on disk; call it before sending. Concurrent calls share one write. */
  flush(): Promise<void> {
    this.#nextWrite ??= this.#lastWrite.then(() => {
      this.#nextWrite = undefined
      return this.#write()
    })
    this.#lastWrite = this.#nextWrite
    return this.#nextWrite
  }

  async #write(): Promise<void> {
    if (this.#buffer.length === 0) return
    const entries = this.#buffer
    this.#buffer = []
    await this.#file.append(entries)
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#file.close()
  }
}

function isSame(a: Deed, b: Deed): boolean {
  if ('id' in a) return 'id' in b && a.id === b.id
  return 'from' in b && a.from === b.from && a.to === b.to && a.start === b.start && a.amount === b.amount
}

function* entriesOf(rows: Iterable<readonly Signed[]>): Generator<Entry> {
  for (const signed of rows) {
    yield* signed
    const { key, hash } = signed.at(-1)!
    yield endOf(
      key,
      hash,
      signed.slice(0, -1).map((other) => other.hash),
    )
  }
}

function endOf(key: string, hash: string, also: string[]): End {
  return { final: key, hash, ...(also.length > 0 ? { also } : {}) }
}

/** A row that is final, with the hashes of its own action and of what else was applied for it. */
interface End {
  final: string
  hash: string
  also?: string[]
}

/** A line of the journal. One that was cut off when the process was killed is about what was not sent, or is asked about again. */
type Entry = Signed | End
