/**
 * Ends a jest run with what it took and one plain line that a person and a pipeline can both read.
 * A run that is one part of several (run-tests.mjs) hands its figures over instead.
 */
const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const { stripVTControlCharacters } = require('node:util');
const { formatClosing } = require('./format-closing.cjs');

class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const suites = results.testResults.map((result) => ({
      path: relative(process.cwd(), result.testFilePath),
      project: result.displayName?.name ?? '',
      durationMs: result.perfStats.runtime,
      tests: result.testResults.length,
      // Jest counts the calls of `expect` that held; one that does not ends its test.
      expects: result.testResults.reduce(
        (sum, { numPassingAsserts = 0 }) => sum + numPassingAsserts,
        0,
      ),
    }));
    const tally = {
      suites,
      failures: results.testResults.flatMap(failuresOf),
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    const { NOVACRON_TALLY: file } = process.env;
    if (file !== undefined) writeFileSync(file, JSON.stringify(tally));
    // Jest prints its own summary after this hook; the closing line waits for the very end.
    else process.once('exit', () => process.stdout.write(formatClosing([tally])));
  }
}

/** The tests of a suite that failed, or the suite itself where it could not be loaded. */
function failuresOf({ testFilePath, testExecError, testResults }) {
  const path = relative(process.cwd(), testFilePath);
  const broken = testExecError === undefined ? [] : [{ path, name: 'the suite', text: '' }];
  const failed = testResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => ({ path, name: fullName, text: failureMessages[0] }));
  return [...broken, ...failed].map(({ text, ...rest }) => ({ ...rest, message: firstLine(text) }));
}

function firstLine(text = '') {
  return stripVTControlCharacters(text).trim().split('\n', 1)[0];
}

module.exports = ClosingLineReporter;
