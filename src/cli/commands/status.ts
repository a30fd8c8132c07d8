import type { Command } from 'commander'
import type { ProverStatus } from '../../proofs/wire.ts'
import { queueStatus } from '../../prover/queue-client.ts'
import { apiUrl, clientFor, type JsonOptions, jsonOption, type UrlOptions, urlOption } from '../options.ts'
import { counted, print, printJson, table } from '../output.ts'
import { proverWords } from '../prover-words.ts'

interface LogStatus {
  size: string | null
  validators: Cosigner[]
  witnesses: { name: string; size: string | null; time: string | null; failure: string | null }[]
}

interface Cosigner {
  name: string
  size: string | null
  time: string | null
  contradiction: { size: string; root: string } | null
}

interface Status {
  chain: {
    chainId: string
    name: string
    height: string
    finalizedHeight: string
    era: string
    eraMs: number
    validators: { name: string }[]
    counts: { transfers: string; assets: string; holdings: string; accounts: string; batches: string }
    evidence: { validator: { name: string }; view: string; kind: string; bytes: string; seenAt: string }[]
  }
  pool: { size: number; bytes: string; oldestEra: string | null } | null
  service: {
    version: string
    verificationKeys: { circuit: string; kind: string }[]
    node: {
      state: string
      view: string
      clockOffsetMs: number
      peers: { name: string; validator: boolean; height: string | null; software: string }[]
      log: LogStatus
    } | null
  }
}

const STATUS = `{
  chain { chainId name height finalizedHeight era eraMs validators { name } counts { transfers assets holdings accounts batches }
    evidence { validator { name } view kind bytes seenAt } }
  pool { size bytes oldestEra }
  service { version verificationKeys { circuit kind } node { state view clockOffsetMs peers { name validator height software }
    log { size validators { name size time contradiction { size root } }
      witnesses { name size time failure } } } }
}`

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('show the state of the network')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(async (options: UrlOptions & JsonOptions) => {
      const status = await clientFor(options).query<Status>(STATUS)
      const queue = await queueStatus(apiUrl(options))
      const provers = queue?.provers ?? []
      if (options.json) printJson({ ...status, provers })
      else for (const line of table([...rows(status), ...provers.map(proverRow)])) print(line)
    })
}

const proverRow = (prover: ProverStatus): string[] => ['prover', proverWords(prover)]

function nodeRows(node: Status['service']['node'], validators: number): string[][] {
  if (node === null) return [['node', 'does not answer']]
  const clock = validators > 1 ? `, peers' clocks ${node.clockOffsetMs} ms ahead` : ''
  return [
    ['node', `${node.state} in view ${node.view}${clock}`],
    ...node.peers.map(({ name, validator, height, software }) => [
      'peer',
      `${name}${validator ? '' : ' (observer)'} ${height === null ? '' : `at height ${height}, `}version ${software}`,
    ]),
    ...logRows(node.log),
  ]
}

/** Who cosigned the log of headers at which size, and who contradicts it. */
function logRows({ size, validators, witnesses }: LogStatus): string[][] {
  const said = validators.map((cosigner) => `${cosigner.name} ${cosigner.size ?? 'nothing'}`)
  const contradictions = validators.flatMap(({ name, contradiction }) =>
    contradiction === null
      ? []
      : [
          [
            'EVIDENCE',
            `${name} cosigned another history at size ${contradiction.size}: ${contradiction.root}`,
          ],
        ],
  )
  return [
    [
      'log',
      `${size === null ? 'no checkpoint yet' : `checkpoint at size ${size}`}; cosigned: ${said.join(', ')}`,
    ],
    ...witnesses.map(({ name, size, failure }) => [
      'witness',
      `${name} ${size ?? 'nothing'}${failure === null ? '' : `: ${failure}`}`,
    ]),
    ...contradictions,
  ]
}

/** The validators that equivocated, each once, with the number of times. */
function evidenceRows(evidence: Status['chain']['evidence']): string[][] {
  const names = [...new Set(evidence.map(({ validator }) => validator.name))]
  return names.map((name) => {
    const own = evidence.filter(({ validator }) => validator.name === name)
    const { kind, view } = own[0]!
    const twice = kind === 'VOTES' ? 'equivocating votes' : 'two proposals'
    return [
      'EVIDENCE',
      `${name} signed ${twice} in view ${view}${own.length > 1 ? `, and ${counted(own.length - 1, 'more time')}` : ''}`,
    ]
  })
}

function poolText({ size, bytes, oldestEra }: NonNullable<Status['pool']>): string {
  return `${size} waiting, ${counted(bytes, 'byte')}${oldestEra === null ? '' : `, oldest of era ${oldestEra}`}`
}

function rows({ chain, pool, service }: Status): string[][] {
  const { counts } = chain
  return [
    ['chain', `${chain.name} ${chain.chainId}`],
    ['version', service.version],
    [
      'height',
      `${chain.height} (final ${chain.finalizedHeight}), era ${chain.era}, one every ${chain.eraMs} ms`,
    ],
    ['validators', chain.validators.map((v) => v.name).join(', ')],
    ...nodeRows(service.node, chain.validators.length),
    ...evidenceRows(chain.evidence),
    [
      'records',
      `${counts.transfers} of ${counted(counts.assets, 'asset')}, ${counted(counts.holdings, 'holding')}, ${counted(counts.accounts, 'account')}`,
    ],
    ['pool', pool === null ? 'unknown: the node does not answer' : poolText(pool)],
    [
      'batches',
      `${counts.batches}, keys: ${service.verificationKeys.map((k) => `${k.circuit} (${k.kind.toLowerCase()})`).join(', ')}`,
    ],
  ]
}
