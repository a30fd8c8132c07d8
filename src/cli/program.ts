import { Command, CommanderError } from 'commander'
import { report, reportJson, UsageError } from './failures.ts'
import { commanderOutput } from './output.ts'
import { VERSION } from './version.ts'

const EXAMPLES = `
To begin:
  $ ictl up                          run a network of one validator, with demo data
  $ ictl trace DEMO-ROAST-1          show where an asset came from
  $ ictl key new alice               create a key of your own
  $ ictl explain STALE_START         explain an error code`

type Load = () => Promise<(program: Command) => void>
/** The modules that declare the commands. Only the module of the called command is loaded, because some import a large part of the program. */
const COMMANDS: readonly { heading: string; names: string[]; load: Load }[] = [
  {
    heading: 'Run a network:',
    names: ['up'],
    load: async () => (await import('./commands/up.ts')).addUp,
  },
  {
    heading: 'Run its parts one by one:',
    names: ['genesis'],
    load: async () => (await import('./commands/genesis.ts')).addGenesis,
  },
  {
    heading: 'Run its parts one by one:',
    names: ['node'],
    load: async () => (await import('./commands/node.ts')).addNode,
  },
  {
    heading: 'Run its parts one by one:',
    names: ['api'],
    load: async () => (await import('./commands/api.ts')).addApi,
  },
  {
    heading: 'Run its parts one by one:',
    names: ['migrate'],
    load: async () => (await import('./commands/migrate.ts')).addMigrate,
  },
  {
    heading: 'Run its parts one by one:',
    names: ['audit'],
    load: async () => (await import('./commands/audit.ts')).addAudit,
  },
  {
    heading: 'Run its parts one by one:',
    names: ['prover'],
    load: async () => (await import('./commands/prover.ts')).addProver,
  },
  {
    heading: 'Run its parts one by one:',
    names: ['witness'],
    load: async () => (await import('./commands/witness.ts')).addWitness,
  },
  {
    heading: 'Hold and move things:',
    names: ['key'],
    load: async () => (await import('./commands/key.ts')).addKey,
  },
  {
    heading: 'Hold and move things:',
    names: ['reserve'],
    load: async () => (await import('./commands/reserve.ts')).addReserve,
  },
  {
    heading: 'Hold and move things:',
    names: ['register', 'issue', 'transfer', 'retire', 'reinstate'],
    load: async () => (await import('./commands/move.ts')).addMoves,
  },
  {
    heading: 'Query:',
    names: ['balance'],
    load: async () => (await import('./commands/balance.ts')).addBalance,
  },
  {
    heading: 'Query:',
    names: ['quota'],
    load: async () => (await import('./commands/quota.ts')).addQuota,
  },
  {
    heading: 'Query:',
    names: ['trace'],
    load: async () => (await import('./commands/trace.ts')).addTrace,
  },
  {
    heading: 'Query:',
    names: ['certificate'],
    load: async () => (await import('./commands/certificate.ts')).addCertificate,
  },
  {
    heading: 'Query:',
    names: ['status'],
    load: async () => (await import('./commands/status.ts')).addStatus,
  },
  {
    heading: 'Query:',
    names: ['explain'],
    load: async () => (await import('./commands/explain.ts')).addExplain,
  },
  {
    heading: 'Import and export:',
    names: ['import'],
    load: async () => (await import('./commands/import.ts')).addImport,
  },
  {
    heading: 'Import and export:',
    names: ['export'],
    load: async () => (await import('./commands/export.ts')).addExport,
  },
  {
    heading: 'Import and export:',
    names: ['webhook'],
    load: async () => (await import('./commands/webhook.ts')).addWebhook,
  },
  {
    heading: 'Prove:',
    names: ['prove'],
    load: async () => (await import('./commands/prove.ts')).addProve,
  },
  {
    heading: 'Prove:',
    names: ['prove-origin'],
    load: async () => (await import('./commands/prove-origin.ts')).addProveOrigin,
  },
  {
    heading: 'Prove:',
    names: ['verify'],
    load: async () => (await import('./commands/verify.ts')).addVerify,
  },
  {
    heading: 'Prove:',
    names: ['circuits'],
    load: async () => (await import('./commands/circuits.ts')).addCircuits,
  },
]

/** The program with those commands alone whose module declares `called`, or with all if there is none. */
export async function createProgram(called?: string): Promise<Command> {
  const program = new Command('ictl')
    .description('Inpigritas: a permissioned ledger that records and proves where things come from')
    .version(VERSION)
    .option('--verbose', 'show stack traces of errors')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput(commanderOutput)
  const wanted = COMMANDS.filter(({ names }) => names.includes(called ?? ''))
  for (const { heading, load } of wanted.length > 0 ? wanted : COMMANDS) {
    program.commandsGroup(heading)
    ;(await load())(program)
  }
  return program
}

/**
 * Runs ictl. An error is one line on standard error; with --json also an object on standard output.
 * @returns the exit status: 0, 1 after an error, 2 after a wrong call
 */
export async function runProgram(given: readonly string[]): Promise<number> {
  const args = given.filter((argument) => argument !== '--verbose')
  const json = args.includes('--json')
  try {
    const program = await createProgram(args[0])
    await program.parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (!(error instanceof CommanderError))
      return report(error, { verbose: given.includes('--verbose'), json })
    if (error.exitCode === 0) return 0
    if (json) reportJson(new UsageError(error.message.replace(/^error: /, '')))
    return 2
  }
}
