// Prints the closing line from vitest's JSON report; a skip is a failure here, as is any failed stage.
import { readFileSync } from 'node:fs'

const [reportPath, failedStages] = process.argv.slice(2)
let report
try {
  report = JSON.parse(readFileSync(reportPath, 'utf8'))
} catch {
  report = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0, success: false }
}
const skipped = report.numPendingTests + report.numTodoTests
const failed =
  report.numFailedTests + (report.success ? 0 : report.numFailedTests === 0 ? 1 : 0) + Number(failedStages)
if (skipped > 0) console.log(`${skipped} skipped tests count as a failure here`)
console.log(`${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed > 0 || skipped > 0 || report.numPassedTests === 0 ? 1 : 0)
