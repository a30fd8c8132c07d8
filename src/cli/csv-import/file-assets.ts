import type { Needs } from './room.ts'

/** An asset of the file. */
export interface FileAsset {
  index: number
  /** How many rows are about it. */
  rows: number
  cap: bigint
  /** Of its canonical definition, but for the digits of the cap. */
  bytes: number
  registered: boolean
  /** Its id on the chain, once it is known. */
  id: bigint | undefined
}

/** How many assets have other codes than the file has, and the first of them: what the file has, and its code. */
interface Renamed {
  count: number
  first: readonly [name: string, code: string]
}

/** The assets of a file by their codes, and what is known of them on the chain. */
export class FileAssets {
  readonly #assets = new Map<string, FileAsset>()
  #renamed: Renamed | undefined

  /** The asset with this code, which is a new one if it was not asked for before. */
  of(code: string): FileAsset {
    let asset = this.#assets.get(code)
    if (asset === undefined) {
      asset = { index: this.#assets.size, rows: 0, cap: 0n, bytes: 0, registered: false, id: undefined }
      this.#assets.set(code, asset)
    }
    return asset
  }

  /** Counts a row about the asset with this code, which has another one in the file if `name` is given. */
  addRow(code: string, name: string | undefined): FileAsset {
    if (name !== undefined && !this.has(code)) {
      const { count, first } = this.#renamed ?? { count: 0, first: [name, code] }
      this.#renamed = { count: count + 1, first }
    }
    const asset = this.of(code)
    asset.rows++
    return asset
  }

  get size(): number {
    return this.#assets.size
  }

  get codes(): Iterable<string> {
    return this.#assets.keys()
  }

  /** The assets whose codes differ from what the file calls them, because codes do not take all characters; undefined if there are none. */
  get renamed(): Renamed | undefined {
    return this.#renamed
  }

  /** Whether rows of the file are about this asset. */
  has(code: string): boolean {
    return this.#assets.has(code)
  }

  /** How many rows of the file are about this asset. */
  rowsOf(code: string): number {
    return this.of(code).rows
  }

  /** Whether it is known that the asset is on the chain. */
  isRegistered(code: string): boolean {
    return this.of(code).registered
  }

  /** The id of an asset that is registered. */
  idOf(code: string): bigint {
    return this.of(code).id!
  }

  /** Notes that an asset is on the chain, with this id and cap; or, without them, that it is not, after all. */
  registered(code: string, facts: { id: bigint; cap: bigint } | undefined): void {
    const asset = this.of(code)
    asset.registered = facts !== undefined
    asset.id = facts?.id
    if (facts !== undefined) asset.cap = facts.cap
  }

  /** Forgets which assets are on the chain. */
  rewind(): void {
    for (const asset of this.#assets.values()) asset.registered = false
  }

  /** What those that are registered use of a chain. */
  get used(): Pick<Needs, 'assets' | 'bytes'> {
    const used = { assets: 0, bytes: 0 }
    for (const { registered, bytes, cap } of this.#assets.values()) {
      if (!registered) continue
      used.assets++
      used.bytes += bytes + cap.toString().length
    }
    return used
  }
}
