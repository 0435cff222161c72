import { writeSync } from 'node:fs';

/**
 * Ends a test run with one line for tools that count: `N passed, N failed`, and `, N skipped` only when tests
 * were skipped, so that a skipped test is never taken for one that passed. A suite that could not run at all
 * counts as a failure.
 */
export default class TallyReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    const tally = `${results.numPassedTests} passed, ${failed} failed${tail}\n`;
    // Jest's own summary comes after every reporter: the last line has to wait for the end of the process.
    process.once('exit', () => writeSync(1, tally));
  }
}
