import type { Command } from 'commander'
import { findProduction } from '../../setup/artifacts.ts'
import { ensureArtifacts } from '../../setup/build.ts'
import { chosenKey } from '../../setup/chain-key.ts'
import { type Circuit, circuits } from '../../setup/circuits.ts'
import { type ExportedCircuit, exportCircuits } from '../../setup/export-circuits.ts'
import { showBuild } from '../build-progress.ts'
import { UsageError } from '../failures.ts'
import { interruptible } from '../interruptible.ts'
import { counted, green, print, progress, yellow } from '../output.ts'

/** @param chosen finds circuits by their names */
export function addExportCircuits(parent: Command, chosen: (names: string[]) => Circuit[]): void {
  parent
    .command('export [names...]')
    .description(
      'write keys and witness programs into a folder that an api serves (ictl api --circuits); names of circuits (default: all for origins)',
    )
    .requiredOption('--out <dir>', 'folder to write to')
    .option('--key <hash>', 'vkHash of an installed key from a ceremony (default: the development keys)')
    .action(async (names: string[], { out, key }: { out: string; key?: string }) => {
      const all = circuits()
        .filter(({ template }) => template === 'Origin')
        .map(({ name }) => name)
      const found = chosen(names.length === 0 ? all : names)
      if (key !== undefined && found.length !== 1) throw new UsageError('a key is of one circuit: name it')
      const exported: ExportedCircuit[] = []
      for (const circuit of found)
        exported.push(key === undefined ? await development(circuit) : production(circuit, key))
      const served = await exportCircuits(exported, out)
      const megabytes = served.reduce((sum, one) => sum + one.key.bytes + one.program.bytes, 0) / 1e6
      print(
        `${green('OK')} ${out}: ${counted(served.length, 'circuit')}, ${Math.ceil(megabytes)} MB; serve it: ictl api --circuits ${out}`,
      )
      if (key === undefined) print(yellow('development keys: their secrets are public'))
    })
}

async function development(circuit: Circuit): Promise<ExportedCircuit> {
  const bar = progress()
  const artifacts = await interruptible((signal) =>
    ensureArtifacts(circuit, { signal, onProgress: (status) => showBuild(bar, circuit.name, status) }),
  )
  bar.finish(`${circuit.name} is built`)
  return { circuit, artifacts, kind: 'development', vkHash: circuit.developmentVkHash }
}

/** @throws Failure as chosenKey */
function production(circuit: Circuit, hash: string): ExportedCircuit {
  const { vkHash } = chosenKey(circuit, hash)
  return { circuit, artifacts: findProduction(circuit, vkHash)!, kind: 'production', vkHash }
}
