/** Ends a jest run with one plain line that a person and a pipeline can both read. */
class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    const line = `${results.numPassedTests} passed, ${failed} failed${tail}`;
    // Jest prints its own summary after this hook; the closing line waits for the very end.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}

module.exports = ClosingLineReporter;
