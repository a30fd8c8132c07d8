/** Import directions between the folders of src (ARCHITECTURE.md, "Code map"). */
const folders = (...names) => `^src/(${names.join('|')})/`
const EFFECTS_FORBIDDEN =
  '^(node:)?(fs|fs/promises|net|tls|http|http2|https|dgram|child_process|worker_threads|timers|timers/promises|process|os|readline|dns)$'

/** Each folder with the folders it may import besides itself. */
const ALLOWED = {
  codec: [],
  crypto: ['codec'],
  ledger: ['codec', 'crypto'],
  consensus: ['codec', 'crypto', 'ledger'],
  mempool: ['codec', 'crypto', 'ledger'],
  provenance: ['codec', 'crypto', 'ledger'],
  keys: ['codec', 'crypto', 'ledger', 'config'],
  config: ['codec', 'crypto', 'ledger'],
  telemetry: ['config'],
  storage: ['codec', 'crypto', 'ledger', 'consensus', 'mempool', 'provenance', 'keys', 'config', 'telemetry'],
  network: ['codec', 'crypto', 'ledger', 'consensus', 'mempool', 'provenance', 'keys', 'config', 'telemetry'],
  verify: ['codec', 'crypto', 'ledger', 'consensus', 'provenance'],
  settlement: ['codec', 'crypto', 'ledger', 'consensus', 'provenance', 'verify'],
  client: ['codec', 'crypto', 'ledger', 'consensus', 'mempool', 'provenance', 'keys', 'config'],
  node: [
    'codec',
    'crypto',
    'ledger',
    'consensus',
    'mempool',
    'provenance',
    'keys',
    'config',
    'telemetry',
    'storage',
    'network',
    'verify',
    'client',
  ],
  api: [
    'codec',
    'crypto',
    'ledger',
    'consensus',
    'mempool',
    'provenance',
    'keys',
    'config',
    'telemetry',
    'storage',
    'network',
    'verify',
    'client',
    'explorer',
  ],
  prover: [
    'codec',
    'crypto',
    'ledger',
    'consensus',
    'mempool',
    'provenance',
    'keys',
    'config',
    'telemetry',
    'storage',
    'network',
    'verify',
    'client',
  ],
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...Object.entries(ALLOWED).map(([folder, allowed]) => ({
      name: `${folder}-imports-downwards`,
      severity: 'error',
      from: { path: folders(folder) },
      to: { path: '^src/', pathNot: folders(folder, ...allowed) },
    })),
    {
      name: 'pure-folders-have-no-effects',
      severity: 'error',
      from: { path: folders('codec', 'crypto', 'ledger', 'consensus', 'mempool', 'provenance') },
      to: { path: EFFECTS_FORBIDDEN },
    },
    { name: 'src-does-not-import-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'no-dev-dependencies-at-run-time',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
}
