import { existsSync, readFileSync } from 'node:fs'
import { DecodeError } from '../../codec/error.ts'
import { Failure } from '../../config/failure.ts'
import { type Policy, parsePolicy } from '../../log/policy.ts'
import { type AskedWitness, MAX_WITNESSES } from '../../node/log/witness-client.ts'

/** Reads a policy (C2SP tlog-policy). @throws Failure BAD_POLICY */
export function readPolicy(path: string): Policy {
  try {
    return parsePolicy(readFileSync(path, 'utf8'))
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw badPolicy(path, cause.message, cause)
  }
}

/** The witnesses that a node asks: those of a policy that have an address; none if there is no such file. @throws Failure BAD_POLICY */
export function readWitnesses(path: string): AskedWitness[] {
  if (!existsSync(path)) return []
  const asked = [...readPolicy(path).witnesses.values()].flatMap((key) =>
    key.url === undefined ? [] : [{ ...key, url: key.url }],
  )
  if (asked.length > MAX_WITNESSES)
    throw badPolicy(path, `it has more than ${MAX_WITNESSES} witnesses with an address`)
  const wrong = asked.find(({ url }) => !/^https?:\/\//.test(url))
  if (wrong !== undefined) throw badPolicy(path, `the address of ${wrong.name} is not one of HTTP`)
  return asked
}

/** The policies of a witness, by the origins of their logs. @throws Failure BAD_POLICY */
export function readPolicies(paths: readonly string[]): Map<string, Policy> {
  const policies = new Map<string, Policy>()
  for (const path of paths) {
    const policy = readPolicy(path)
    const origins = new Set(policy.logs.map(({ name }) => name))
    if (origins.size === 0) throw badPolicy(path, 'it names no log')
    for (const origin of origins) {
      if (policies.has(origin)) throw badPolicy(path, `another policy is of ${origin} too`)
      policies.set(origin, policy)
    }
  }
  return policies
}

function badPolicy(path: string, why: string, cause?: unknown): Failure {
  return new Failure('BAD_POLICY', `${path}: ${why}`, {
    hint: 'see c2sp.org/tlog-policy for the form; ictl export policy writes that of a chain',
    cause,
  })
}
