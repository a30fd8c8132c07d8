/** The relations of PROV-JSON that the exports have: what they require, what else they may name, and the kind of record behind each name. */
const RELATIONS: Record<string, { required: Record<string, Kind>; optional: Record<string, Kind> }> = {
  wasGeneratedBy: { required: { entity: 'entity' }, optional: { activity: 'activity', time: 'time' } },
  used: { required: { activity: 'activity' }, optional: { entity: 'entity', time: 'time' } },
  wasDerivedFrom: {
    required: { generatedEntity: 'entity', usedEntity: 'entity' },
    optional: { activity: 'activity', generation: 'wasGeneratedBy', usage: 'used' },
  },
  wasAssociatedWith: { required: { activity: 'activity' }, optional: { agent: 'agent', plan: 'entity' } },
  wasAttributedTo: { required: { entity: 'entity', agent: 'agent' }, optional: {} },
}
const TIMES = ['startTime', 'endTime']
/** Attributes that every record may have. */
const COMMON = ['type', 'label', 'location', 'role', 'value']

type Kind = 'entity' | 'activity' | 'agent' | 'time' | 'wasGeneratedBy' | 'used'
export type ProvRecord = Record<string, string | { $: string; type: string } | string[]>
/** A document of PROV-JSON: records by kind and id. */
export type ProvDocument = Record<string, Record<string, ProvRecord>>

/**
 * Reads PROV-JSON as its submission to the W3C defines it, strictly: every name has a declared prefix, every relation has what it requires, names
 * records of the right kind that are in the document, and has no other PROV attribute.
 * @throws Error
 */
export function readProv(text: string): ProvDocument {
  const { prefix, ...document } = JSON.parse(text) as ProvDocument & { prefix: Record<string, string> }
  for (const uri of Object.values(prefix)) if (!URL.canParse(uri)) fail(`prefix ${uri}`)
  const qualified = (name: string) => {
    const [before] = name.split(':', 1)
    if (before !== '_' && before !== 'prov' && before !== 'xsd' && !Object.hasOwn(prefix, before!)) fail(name)
  }
  for (const [kind, records] of Object.entries(document)) {
    const relation = RELATIONS[kind]
    if (relation === undefined && !['entity', 'activity', 'agent'].includes(kind)) fail(`kind ${kind}`)
    for (const [id, record] of Object.entries(records)) {
      qualified(id)
      for (const [name, value] of Object.entries(record)) {
        qualified(name)
        if (typeof value === 'object' && '$' in value) checkTyped(value, qualified)
        if (name.startsWith('prov:')) checkAttribute(document, kind, name.slice(5), value)
      }
      for (const name of Object.keys(relation?.required ?? {}))
        if (!Object.hasOwn(record, `prov:${name}`)) fail(`${kind} ${id} without ${name}`)
    }
  }
  return document
}

function checkAttribute(document: ProvDocument, kind: string, name: string, value: ProvRecord[string]): void {
  const named = { ...RELATIONS[kind]?.required, ...RELATIONS[kind]?.optional }[name]
  const isTime = named === 'time' || (kind === 'activity' && TIMES.includes(name))
  if (isTime) {
    if (typeof value !== 'string' || new Date(value).toISOString() !== value) fail(`time ${value}`)
  } else if (named !== undefined) {
    if (typeof value !== 'string' || !Object.hasOwn(document[named] ?? {}, value))
      fail(`${kind} names ${value}, which is no ${named}`)
  } else if (!COMMON.includes(name)) fail(`${kind} with ${name}`)
}

function checkTyped({ $, type }: { $: string; type: string }, qualified: (name: string) => void): void {
  qualified(type)
  if (type === 'prov:QUALIFIED_NAME') qualified($)
  if (type === 'xsd:integer' && !/^\d+$/.test($)) fail(`integer ${$}`)
}

function fail(what: string): never {
  throw new Error(`not PROV-JSON: ${what}`)
}
