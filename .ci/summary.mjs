// Prints each failed test with its reason, then the closing line, summed over vitest's JSON reports; a skip is a failure here, as is
// any failed stage or missing report. Arguments: the number of failed stages, then the reports.
import { readFileSync } from 'node:fs'

const REASON_LINES = 12

const [failedStages, ...reports] = process.argv.slice(2)
let passed = 0
let failed = Number(failedStages)
let skipped = 0
for (const path of reports) {
  let report
  try {
    report = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    failed += 1
    continue
  }
  passed += report.numPassedTests
  skipped += report.numPendingTests + report.numTodoTests
  // A file that cannot be loaded, or an error outside any test, fails no test but the run.
  failed += report.success ? 0 : Math.max(report.numFailedTests, 1)
  for (const file of report.testResults) {
    if (file.message) print(file.name, file.message)
    for (const { status, fullName, failureMessages } of file.assertionResults)
      if (status === 'failed') print(`${file.name} > ${fullName}`, failureMessages.join('\n'))
  }
}
if (skipped > 0) console.log(`${skipped} skipped tests count as a failure here`)
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed > 0 || skipped > 0 || passed === 0 ? 1 : 0)

function print(test, reason) {
  const lines = reason.split('\n').slice(0, REASON_LINES)
  console.log(`FAILED ${test.replace(`${process.cwd()}/`, '')}\n  ${lines.join('\n  ')}`)
}
