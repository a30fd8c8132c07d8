import { Failure } from '../../config/failure.ts'
import { VOTE_KINDS } from '../../consensus/signed-bytes.ts'
import type { Signed, VoteKind } from '../../consensus/types.ts'
import type { SignerDisk } from './signer-disk.ts'

type Closed = Pick<Signed, 'closedView' | 'proposedView'>

/** What `signer.json` says. */
interface SignerState extends Signed {
  format: '1'
  chainId: string
}

/**
 * What this validator signed, kept beside its key and apart from the database: a database restored from an old backup, or lost, is
 * noticed before it makes the validator sign twice. PROTOCOL.md, "Recovery".
 */
export class SignerFile {
  readonly #disk: SignerDisk
  #state: SignerState

  private constructor(disk: SignerDisk, state: SignerState) {
    this.#disk = disk
    this.#state = state
  }

  /** The file of a new validator: nothing signed yet. Durable when it returns. */
  static create(disk: SignerDisk, chainId: string): SignerFile {
    const file = SignerFile.forgotten(disk, chainId)
    file.#save(file.#state)
    return file
  }

  /** The file of a validator that does not know what it signed. There is none, and so no other start believes one, until `record`. */
  static forgotten(disk: SignerDisk, chainId: string): SignerFile {
    return new SignerFile(disk, {
      format: '1',
      chainId,
      closedView: -1,
      proposedView: -1,
      votes: [],
    })
  }

  /**
   * Opens the file of a validator that signed before.
   * @throws Failure SIGNER_LOST if it is gone, SIGNER_UNREADABLE if it is damaged or another chain's.
   */
  static open(disk: SignerDisk, chainId: string): SignerFile {
    const { path } = disk
    let text: string
    try {
      text = disk.read()
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
    return new SignerFile(disk, state)
  }

  get signed(): Signed {
    return this.#state
  }

  /**
   * Records votes that are about to leave, and forgets those at or below what is committed; durable when it returns.
   * @param close what is forbidden from now on: everything at or below these views. In one with the votes, for whoever finds the file believes
   * it to be whole
   */
  record(votes: Signed['votes'], committedView: number, close?: Closed): void {
    const state = this.#state
    const known = new Set(state.votes.map(({ kind, view }) => `${kind} ${view}`))
    const added = votes.filter(({ kind, view }) => view > committedView && !known.has(`${kind} ${view}`))
    if (added.length === 0 && close === undefined) return
    const open = state.votes.filter(({ view }) => view > committedView)
    this.#save({
      ...state,
      votes: [...open, ...added.map(({ kind, view, hash }) => ({ kind, view, hash }))],
      closedView: Math.max(state.closedView, committedView, close?.closedView ?? -1),
      proposedView: Math.max(state.proposedView, close?.proposedView ?? -1),
    })
  }

  /** Does all or nothing: on a full disk the last file and state stand. */
  #save(state: SignerState): void {
    this.#disk.write(`${JSON.stringify(toFile(state))}\n`)
    this.#state = state
  }
}

/** Format 1 spells the kinds of votes like this. A validator must be able to read what an older version of itself wrote. */
const NAMES_IN_FILE: Record<VoteKind, string> = { notarize: 'notarise', skip: 'skip', finalize: 'finalise' }

function toFile(state: SignerState): object {
  return { ...state, votes: state.votes.map((vote) => ({ ...vote, kind: NAMES_IN_FILE[vote.kind] })) }
}

/** The kind of a vote in the file; undefined if there is none of this name. */
function kindInFile(name: unknown): VoteKind | undefined {
  return VOTE_KINDS.find((kind) => NAMES_IN_FILE[kind] === name)
}

function parse(text: string): SignerState | undefined {
  try {
    const state = JSON.parse(text) as SignerState
    const { format, chainId, closedView, proposedView } = state
    const votes = state.votes.map((vote) => ({ ...vote, kind: kindInFile(vote.kind) as VoteKind }))
    const isView = (view: unknown) => Number.isSafeInteger(view)
    const isVote = ({ kind, view, hash }: Signed['votes'][number]) =>
      kind !== undefined && isView(view) && (kind === 'skip' ? hash === '' : /^[0-9a-f]{64}$/.test(hash))
    const sound = format === '1' && typeof chainId === 'string' && isView(closedView) && isView(proposedView)
    return sound && votes.every(isVote) ? { ...state, votes } : undefined
  } catch {
    return undefined
  }
}
