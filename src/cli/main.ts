import { Command, CommanderError } from 'commander'
import { addBalance } from './commands/balance.ts'
import { addCircuits } from './commands/circuits.ts'
import { addExplain } from './commands/explain.ts'
import { addExport } from './commands/export.ts'
import { addGenesis } from './commands/genesis.ts'
import { addImport } from './commands/import.ts'
import { addKey } from './commands/key.ts'
import { addMoves } from './commands/move.ts'
import { addProcesses } from './commands/processes.ts'
import { addProve } from './commands/prove.ts'
import { addProver } from './commands/prover.ts'
import { addStatus } from './commands/status.ts'
import { addTrace } from './commands/trace.ts'
import { addUp } from './commands/up.ts'
import { addVerify } from './commands/verify.ts'
import { report } from './failures.ts'
import { VERSION } from './version.ts'

const EXAMPLES = `
To begin:
  $ ictl up                          a network of one on this machine, with something to look at
  $ ictl trace DEMO-ROAST-1          where a thing came from
  $ ictl key new alice               a key of your own
  $ ictl explain STALE_START         what a refusal means`

const program = new Command('ictl')
  .description('Inpigritas: a permissioned ledger that proves where things come from')
  .version(VERSION)
  .option('--verbose', 'show stacks of errors')
  .addHelpText('after', EXAMPLES)
  .showSuggestionAfterError()
  .exitOverride()

for (const add of [
  addUp,
  addProcesses,
  addProver,
  addGenesis,
  addKey,
  addMoves,
  addBalance,
  addTrace,
  addImport,
  addExport,
  addProve,
  addVerify,
  addCircuits,
  addStatus,
  addExplain,
]) {
  add(program)
}
// Options like --verbose are understood behind a command too.
for (const command of program.commands) command.exitOverride()

try {
  await program.parseAsync(process.argv.filter((argument) => argument !== '--verbose'))
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else process.exitCode = report(error, process.argv.includes('--verbose'))
}
