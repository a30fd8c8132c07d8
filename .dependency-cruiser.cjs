/**
 * Import directions between the folders of src (ARCHITECTURE.md, "Code map"). Each folder is listed with the folders that it may
 * import besides itself; `cli`, at the top, may import all of them.
 */
const PURE_CORE = ['codec', 'crypto', 'ledger']
const ALLOWED = {
  codec: [],
  crypto: ['codec'],
  ledger: ['codec', 'crypto'],
  consensus: PURE_CORE,
  log: ['codec', 'crypto'],
  mempool: ['crypto', 'ledger'],
  provenance: ['ledger'],
  certificate: [...PURE_CORE, 'log', 'provenance', 'verify'],
  config: [],
  telemetry: [],
  process: ['config'],
  postgres: ['config', 'process'],
  keys: [...PURE_CORE, 'config'],
  verify: [...PURE_CORE, 'consensus', 'log'],
  groth16: ['codec', 'crypto', 'config', 'process', 'verify'],
  http: ['codec', 'config', 'ledger'],
  origin: [...PURE_CORE, 'certificate', 'config', 'groth16', 'http', 'verify'],
  client: [...PURE_CORE, 'consensus', 'http', 'keys', 'process'],
  control: ['codec', 'config', 'http', 'ledger'],
  network: [...PURE_CORE, 'config', 'consensus', 'http', 'process', 'telemetry'],
  storage: [...PURE_CORE, 'certificate', 'config', 'consensus', 'log', 'provenance'],
  export: ['crypto', 'ledger', 'storage'],
  standards: [...PURE_CORE, 'certificate', 'export', 'provenance'],
  settlement: [...PURE_CORE, 'verify'],
  witness: ['codec', 'crypto', 'config', 'http', 'log', 'telemetry'],
  setup: [...PURE_CORE, 'config', 'groth16', 'process', 'verify'],
  webhooks: ['crypto', 'ledger', 'export', 'http', 'storage', 'telemetry'],
  proofs: [...PURE_CORE, 'http', 'setup', 'storage', 'telemetry', 'verify'],
  prover: ['config', 'groth16', 'http', 'process', 'proofs', 'setup', 'telemetry', 'verify'],
  node: [
    ...PURE_CORE,
    'config',
    'consensus',
    'control',
    'log',
    'mempool',
    'network',
    'process',
    'storage',
    'telemetry',
  ],
  explorer: [...PURE_CORE, 'certificate', 'log', 'provenance', 'standards', 'verify'],
  api: [
    ...PURE_CORE,
    'certificate',
    'config',
    'control',
    'export',
    'http',
    'log',
    'provenance',
    'storage',
    'telemetry',
  ],
}
const PURE = [...PURE_CORE, 'certificate', 'consensus', 'log', 'mempool', 'provenance', 'standards']
const EFFECTS =
  '^(node:)?(fs|fs/promises|net|tls|http|http2|https|dgram|child_process|worker_threads|timers|timers/promises|process|os|readline|dns)$'

const folders = (...names) => `^src/(${names.join('|')})/`

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...Object.entries(ALLOWED).map(([folder, allowed]) => ({
      name: `${folder}-imports-downwards`,
      severity: 'error',
      from: { path: folders(folder) },
      to: { path: '^src/', pathNot: folders(folder, ...allowed) },
    })),
    {
      name: 'every-folder-is-listed',
      severity: 'error',
      from: { path: '^src/', pathNot: folders(...Object.keys(ALLOWED), 'cli') },
      to: {},
    },
    {
      name: 'pure-folders-have-no-effects',
      severity: 'error',
      from: { path: folders(...PURE), pathNot: '^src/crypto/wasm/' },
      to: { path: EFFECTS },
    },
    { name: 'src-does-not-import-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'no-dev-dependencies-at-run-time',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(crypto/wasm|explorer)/' },
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
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
}
