import type { Command } from 'commander'
import { type QueueStatus, queueStatus } from '../../prover/prover-client.ts'
import { apiUrl, clientFor, type JsonOptions, jsonOption, type UrlOptions, urlOption } from '../options.ts'
import { print, printJson, table } from '../output.ts'

interface Status {
  chain: {
    chainId: string
    name: string
    height: string
    finalizedHeight: string
    era: string
    eraMs: number
    validators: { name: string }[]
    counts: { transfers: number; assets: number; holdings: number; accounts: number; batches: number }
  }
  pool: { size: number; bytes: number; oldestEra: string | null }
  service: { version: string; verificationKeys: { circuit: string; kind: string }[] }
}

const STATUS = `{
  chain { chainId name height finalizedHeight era eraMs validators { name } counts { transfers assets holdings accounts batches } }
  pool { size bytes oldestEra }
  service { version verificationKeys { circuit kind } }
}`

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('how the network is')
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

function proverRow({ prover, stage }: QueueStatus['provers'][number]): string[] {
  return ['prover', `${prover}: ${stage}`]
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
    [
      'records',
      `${counts.transfers} of ${counts.assets} assets, ${counts.holdings} holdings, ${counts.accounts} accounts`,
    ],
    [
      'pool',
      `${pool.size} waiting, ${pool.bytes} bytes${pool.oldestEra === null ? '' : `, oldest of era ${pool.oldestEra}`}`,
    ],
    [
      'batches',
      `${counts.batches}, keys: ${service.verificationKeys.map((k) => `${k.circuit} (${k.kind.toLowerCase()})`).join(', ')}`,
    ],
  ]
}
