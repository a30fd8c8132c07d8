// Writes docs/errors.md and src/cli/generated/failures.ts: the rejection codes from the compiled src/ledger/rejection.ts, and the
// operational failures with their hints, read from the places in src that construct them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGE = `${ROOT}docs/errors.md`
const MODULE = `${ROOT}src/cli/generated/failures.ts`
/** Files in which a failure takes its code from elsewhere: another process, a BatchChainError, the local function that lists the codes. */
const CODE_FROM_ELSEWHERE = new Set([
  'src/cli/verified-chain.ts',
  'src/cli/up/child.ts',
  'src/control/client.ts',
  'src/process/worker-rpc.ts',
  'src/prover/engine-process.ts',
  'src/prover/queue-client.ts',
  'src/storage/database-failure.ts',
])

/** The failures by code, with each message and hint once. A code may be raised in several places. */
function collectFailures() {
  const failures = new Map()
  const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('generated'))
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .sort()
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(ROOT + file, 'utf8'), ts.ScriptTarget.Latest, true)
    for (const { code, message, hint } of failuresIn(source, file)) {
      const known = failures.get(code) ?? []
      const isNew = !known.some((other) => other.message === message && other.hint === hint)
      failures.set(code, isNew ? [...known, { message, hint }] : known)
    }
  }
  return [...failures].sort(([a], [b]) => (a < b ? -1 : 1))
}

/**
 * Every `new Failure(code, message, { hint })`, `new BatchChainError(code, message)`, and every call of database-failure.ts's
 * `failure(code, message, hint, retry)`.
 */
function failuresIn(source, file) {
  const found = []
  const visit = (node) => {
    ts.forEachChild(node, visit)
    const isNew = ts.isNewExpression(node)
    if (!isNew && !ts.isCallExpression(node)) return
    const name = node.expression.getText(source)
    if (!(isNew ? ['Failure', 'BatchChainError'] : ['failure']).includes(name)) return
    const [code, message, details] = node.arguments
    const isRejection = message.getText(source).startsWith('REJECTIONS') || code.getText(source) === 'fault'
    if (isRejection) return
    const hint = isNew ? hintOf(details) : details
    for (const [literal, choice] of literalsOf(code, source, file)) {
      const hintText = hint === undefined ? '' : textOf(hint, choice)
      found.push({ code: literal, message: textOf(message, choice), hint: hintText })
    }
  }
  visit(source)
  return found
}

/** The codes of `'A'` or `condition ? 'A' : 'B'`, each with the branch of the condition that it belongs to. */
function literalsOf(code, source, file) {
  if (ts.isStringLiteral(code)) return [[code.text, undefined]]
  if (ts.isConditionalExpression(code) && [code.whenTrue, code.whenFalse].every(ts.isStringLiteral)) {
    const condition = code.condition.getText(source)
    return [
      [code.whenTrue.text, { condition, isTrue: true }],
      [code.whenFalse.text, { condition, isTrue: false }],
    ]
  }
  if (CODE_FROM_ELSEWHERE.has(file)) return []
  throw new Error(`${file}: the code of a failure must be a string literal: ${code.getText(source)}`)
}

function hintOf(details) {
  if (details === undefined || !ts.isObjectLiteralExpression(details)) return undefined
  return details.properties.find((property) => property.name?.text === 'hint')?.initializer
}

/** A message as text. Interpolated values become `{name}`, or `...` if the expression has no telling name. */
function textOf(node, choice) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  if (ts.isConditionalExpression(node) && node.condition.getText() === choice?.condition)
    return textOf(choice.isTrue ? node.whenTrue : node.whenFalse)
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.map(
      ({ expression, literal }) => textOf(expression, choice) + literal.text,
    )
    return node.head.text + spans.join('')
  }
  return placeholder(node)
}

function placeholder(expression) {
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression
  const isTelling = ts.isIdentifier(name) && !['what', 'message', 'length'].includes(name.text)
  return isTelling ? `{${name.text}}` : '...'
}

function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

const { REJECTIONS } = await import(new URL('../../dist/ledger/rejection.js', import.meta.url).href)
const failures = collectFailures()
const rows = failures.flatMap(([code, places]) =>
  places.map(({ message, hint }) => `| \`${code}\` | ${cell(message)} | ${cell(hint)} |`),
)
const page = `<!-- Generated by scripts/generate/rejections.mjs. -->
# Errors

There are three kinds of error.

- A **rejection** is an answer: the input breaks a rule, nothing has changed, and the same input gets the same answer everywhere.
- An **operational failure** is something outside the program that is in its way, such as a port in use or a full disk.
- A **broken invariant** ends the process with a stack trace: please report it.

## Rejections

The codes are stable: logs, GraphQL (\`rejection.code\`, or \`extensions.code\` of an error) and \`ictl\` use the same ones.
\`ictl explain CODE\` prints one, also of a failure; \`ictl explain\` prints all rejections.

| code | meaning |
|---|---|
${Object.entries(REJECTIONS)
  .map(([code, sentence]) => `| \`${code}\` | ${cell(sentence)} |`)
  .join('\n')}

## Operational failures

\`ictl\` prints a failure as one line, message, hint and \`[CODE]\`, and exits with status 1 (2 after a wrong call).
With \`--json\` it also prints a line of JSON on standard output: \`{"error":{"code","message","hint","retry"}}\`.
\`--verbose\` adds the stack and the cause.
Values that are filled in are shown as \`{name}\` or \`...\`.

| code | message | hint |
|---|---|---|
${rows.join('\n')}
`
const module = `// Generated by scripts/generate/rejections.mjs.

/** The operational failures by code: where a value is filled in, the text has its name in braces, or three dots. */
export const FAILURES: Readonly<Record<string, readonly { message: string; hint: string }[]>> = ${JSON.stringify(Object.fromEntries(failures), null, 2)}
`
for (const [path, text] of [
  [PAGE, page],
  [MODULE, module],
]) {
  if (text === readText(path)) continue
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
