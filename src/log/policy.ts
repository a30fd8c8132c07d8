import { DecodeError } from '../codec/error.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { COSIGNATURE_TYPE, cosignaturesBy } from './cosignature.ts'
import { formatKey, type Note, type NoteKey, parseKey } from './note.ts'

// Which checkpoints are to be believed: C2SP tlog-policy.

/** Characters of a policy: 128 validators and as many witnesses take a fifth of it. */
const MAX_POLICY_LENGTH = 256 * 1024
/** Entries of a policy that define something. */
const MAX_DEFINITIONS = 1_024
/** The quorum that is always reached. */
const NO_QUORUM = 'none'

/** A key with the address of whoever has it, if that is known. */
export interface PolicyKey extends NoteKey {
  url?: string | undefined
}

/** At least `threshold` of the members, which are names of witnesses and groups. */
export interface Group {
  threshold: number
  members: readonly string[]
}

/** A checkpoint is valid if one of the logs has signed it, if any is named, and the quorum has cosigned it. */
export interface Policy {
  /** The key's name is the log's origin. */
  logs: readonly PolicyKey[]
  witnesses: ReadonlyMap<string, PolicyKey>
  /** In an order in which each refers only to those before it. */
  groups: ReadonlyMap<string, Group>
  /** Name of a witness or of a group, or `none`. */
  quorum: string
}

/** The text of a policy, with comments before it. */
export function formatPolicy(
  { logs, witnesses, groups, quorum }: Policy,
  comments: readonly string[],
): string {
  const key = (policyKey: PolicyKey) =>
    policyKey.url === undefined ? formatKey(policyKey) : `${formatKey(policyKey)} ${policyKey.url}`
  const lines = [
    ...comments.map((comment) => `# ${comment}`),
    ...logs.map((log) => `log ${key(log)}`),
    ...[...witnesses].map(([name, witness]) => `witness ${name} ${key(witness)}`),
    ...[...groups].map(([name, { threshold, members }]) => `group ${name} ${threshold} ${members.join(' ')}`),
    `quorum ${quorum}`,
  ]
  return `${lines.join('\n')}\n`
}

/**
 * Reads a policy. Only keys for Ed25519 cosignatures are supported.
 * @throws DecodeError `MALFORMED` with the number of the line, or `TOO_LARGE`
 */
export function parsePolicy(text: string): Policy {
  if (text.length > MAX_POLICY_LENGTH) throw new DecodeError('TOO_LARGE', 'the policy is too long')
  const policy = new PolicyReader()
  text.split('\n').forEach((line, i) => {
    const words = line.split(/[ \t]+/).filter((word) => word !== '')
    if (words.length === 0 || words[0]!.startsWith('#')) return
    const fault = policy.read(words)
    if (fault !== undefined) throw new DecodeError('MALFORMED', `line ${i + 1} of the policy: ${fault}`)
  })
  return policy.done()
}

class PolicyReader {
  readonly #logs: PolicyKey[] = []
  readonly #witnesses = new Map<string, PolicyKey>()
  readonly #groups = new Map<string, Group>()
  #quorum: string | undefined

  /** Takes a line. @returns what is wrong with it */
  read([keyword, ...words]: string[]): string | undefined {
    if (this.#logs.length + this.#witnesses.size + this.#groups.size >= MAX_DEFINITIONS)
      return `there are more than ${MAX_DEFINITIONS} definitions`
    if (keyword === 'log') return this.#addKey(words, this.#logs, (key) => this.#logs.push(key))
    if (keyword === 'witness') {
      const [name, ...key] = words
      return (
        this.#newName(name) ??
        this.#addKey(key, [...this.#witnesses.values()], (witness) => this.#witnesses.set(name!, witness))
      )
    }
    if (keyword === 'group') return this.#group(words)
    if (keyword === 'quorum') return this.#setQuorum(words)
    return 'it begins with none of log, witness, group and quorum'
  }

  done(): Policy {
    if (this.#quorum === undefined) throw new DecodeError('MALFORMED', 'the policy has no quorum')
    return { logs: this.#logs, witnesses: this.#witnesses, groups: this.#groups, quorum: this.#quorum }
  }

  #addKey(
    [vkey, url, ...rest]: string[],
    others: readonly PolicyKey[],
    add: (key: PolicyKey) => void,
  ): string | undefined {
    if (vkey === undefined || rest.length > 0) return 'a key and at most an address are expected'
    try {
      const key: PolicyKey = parseKey(vkey)
      if (key.type !== COSIGNATURE_TYPE || key.publicKey.length !== 32)
        return 'only keys for Ed25519 cosignatures are supported'
      if (others.some(({ publicKey }) => publicKey.join() === key.publicKey.join()))
        return 'the key occurs twice'
      add(url === undefined ? key : { ...key, url })
      return undefined
    } catch (error) {
      if (error instanceof DecodeError) return error.message
      throw error
    }
  }

  #group([name, count, ...members]: string[]): string | undefined {
    const fault = this.#newName(name)
    if (fault !== undefined) return fault
    const unknown = members.find((member) => !this.#isDefined(member))
    if (unknown !== undefined) return `${unknown} is not defined before it`
    if (new Set(members).size !== members.length) return 'a member occurs twice'
    const threshold =
      count === 'all'
        ? members.length
        : count === 'any'
          ? 1
          : /^[1-9]\d{0,3}$/.test(count ?? '')
            ? Number(count)
            : 0
    if (threshold < 1 || threshold > members.length) return 'its number is not from 1 to that of its members'
    if (this.#membersOfOthers().some((other) => members.includes(other)))
      return 'a member is in another group already'
    this.#groups.set(name!, { threshold, members })
    return undefined
  }

  #membersOfOthers(): string[] {
    return [...this.#groups.values()].flatMap(({ members }) => members)
  }

  #setQuorum([name, ...rest]: string[]): string | undefined {
    if (this.#quorum !== undefined) return 'there is a second quorum'
    if (name === undefined || rest.length > 0) return 'one name is expected'
    if (name !== NO_QUORUM && !this.#isDefined(name)) return `${name} is not defined before it`
    this.#quorum = name
    return undefined
  }

  #newName(name: string | undefined): string | undefined {
    if (name === undefined) return 'a name is expected'
    return name === NO_QUORUM || this.#isDefined(name) ? `${name} is defined already` : undefined
  }

  #isDefined(name: string): boolean {
    return this.#witnesses.has(name) || this.#groups.has(name)
  }
}

/** What a policy says of a checkpoint. */
export interface PolicyVerdict {
  valid: boolean
  /** Names of the witnesses that cosigned it, in the policy's order. */
  cosigned: string[]
}

/**
 * Whether a note is a checkpoint that the policy holds to be valid. A wrong signature of a known key makes it invalid.
 * @throws DecodeError `MALFORMED` if it is no checkpoint
 */
export function judgeCheckpoint(policy: Policy, note: Note): PolicyVerdict {
  const { logs, witnesses } = policy
  const { origin } = parseCheckpoint(note.text)
  const own = logs.filter(({ name }) => name === origin)
  const signed = cosignaturesBy(own, note.text, note.signatures)
  const found = cosignaturesBy([...witnesses.values()], note.text, note.signatures)
  if (signed === undefined || found === undefined) return { valid: false, cosigned: [] }
  const cosigned = [...witnesses].flatMap(([name, key]) => (found.has(key) ? [name] : []))
  return { valid: (logs.length === 0 || signed.size > 0) && isReached(policy, new Set(cosigned)), cosigned }
}

/** Whether these witnesses are a quorum. @param cosigned their names */
export function isReached({ groups, quorum }: Policy, cosigned: ReadonlySet<string>): boolean {
  const reached = new Set([NO_QUORUM, ...cosigned])
  for (const [name, { threshold, members }] of groups) {
    if (members.filter((member) => reached.has(member)).length >= threshold) reached.add(name)
  }
  return reached.has(quorum)
}
