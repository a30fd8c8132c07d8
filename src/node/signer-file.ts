import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Failure } from '../config/failure.ts'

/** What `signer.json` says. */
interface SignerState {
  format: '1'
  chainId: string
  /** No vote or proposal of a view above this one was ever signed here. */
  highestView: number
}

/**
 * The highest view this validator signed in, kept beside its key and apart from the database: a database restored from an old backup, or
 * lost, is noticed before it makes the validator sign twice. PROTOCOL.md, "Recovery".
 */
export class SignerFile {
  readonly #path: string
  readonly #state: SignerState

  private constructor(path: string, state: SignerState) {
    this.#path = path
    this.#state = state
  }

  /** The file of a new validator: nothing signed yet. Durable when it returns. */
  static create(dir: string, chainId: string): SignerFile {
    const file = new SignerFile(join(dir, FILE), { format: '1', chainId, highestView: -1 })
    file.#save()
    return file
  }

  /**
   * Opens the file of a validator that signed before.
   * @throws Failure SIGNER_LOST if it is gone, SIGNER_UNREADABLE if it is damaged or another chain's.
   */
  static open(dir: string, chainId: string): SignerFile {
    const path = join(dir, FILE)
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch (cause) {
      throw new Failure(
        'SIGNER_LOST',
        `${path} cannot be read: this validator may have signed what it no longer knows`,
        {
          hint: 'put the file back, or start with --recover if this validator signs nowhere else',
          cause,
        },
      )
    }
    const state = parse(text)
    if (state === undefined || state.chainId !== chainId) {
      throw new Failure('SIGNER_UNREADABLE', `${path} is damaged or belongs to another chain`, {
        hint: 'put the right file back, or start with --recover if this validator signs nowhere else',
      })
    }
    return new SignerFile(path, state)
  }

  get highestView(): number {
    return this.#state.highestView
  }

  /** Records that something of `view` is about to be signed; durable when it returns. Lower views cost nothing. */
  raise(view: number): void {
    if (view <= this.#state.highestView) return
    this.#state.highestView = view
    this.#save()
  }

  #save(): void {
    const temporary = `${this.#path}.new`
    const file = openSync(temporary, 'w', 0o600)
    try {
      writeSync(file, `${JSON.stringify(this.#state)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, this.#path)
    syncDirectory(dirname(this.#path))
  }
}

const FILE = 'signer.json'

/** A rename is durable only once its directory is. */
function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

function parse(text: string): SignerState | undefined {
  try {
    const state = JSON.parse(text) as SignerState
    const sound =
      state.format === '1' && typeof state.chainId === 'string' && Number.isSafeInteger(state.highestView)
    return sound ? state : undefined
  } catch {
    return undefined
  }
}
