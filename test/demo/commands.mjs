/** The commands of the demo: shown, run, and held against what they should do. */
import { runProcess } from './processes.mjs';
import { hasColors, printCommand, printOutput, printPassed, toPlainText } from './screen.mjs';
import { NOVACRON } from './server.mjs';
import { trimOutput } from './trim-output.mjs';

/** A step did not do what it should. */
class DemoFailure extends Error {
  /**
   * @param {string} expectation - the sentence that is not true
   * @param {string} output - everything that was printed
   */
  constructor(expectation, output) {
    super(expectation);
    this.output = output;
  }
}

/** Fails the demo unless the fact holds. */
export function expectFact(isTrue, expectation, output = '') {
  if (!isTrue) throw new DemoFailure(expectation, output);
  printPassed(expectation);
}

/**
 * @typedef {object} Expected
 * @property {number} [exitCode] - 0 unless said
 * @property {Readonly<Record<string, RegExp>>} [says] - what must be in the output, each with the
 * sentence that says so
 * @property {Readonly<Record<string, RegExp>>} [doesNotSay] - what must not be in it
 * @property {(lines: string[]) => string[]} [show] - what to print of the output; all by default
 * @property {NodeJS.ProcessEnv} [env] - changes of the environment
 * @property {string} [input] - what the command reads
 */

/**
 * @param {{ workspace: string, env: NodeJS.ProcessEnv }} place - the Terraform configuration, and
 * the environment with the server's address and key
 */
export function createCommands({ workspace, env }) {
  const colorArgs = hasColors ? [] : ['-no-color'];

  async function run(words, [command, ...args], expected) {
    printCommand(words);
    const { input } = expected;
    const options = { cwd: workspace, env: { ...env, ...expected.env }, input };
    const result = await runProcess(command, args, options);
    printOutput(trimOutput(result.output, expected.show ?? ((lines) => lines)));
    checkResult(words, result, expected);
    return result;
  }

  return {
    /** @param {string} words @param {Expected} [expected] */
    terraform: (words, expected = {}) => {
      const [verb, ...args] = words.split(' ');
      return run(`terraform ${words}`, ['terraform', verb, ...colorArgs, ...args], expected);
    },
    /**
     * @param {string | string[]} words - a list where one has spaces
     * @param {Expected} [expected]
     */
    novacron: (words, expected = {}) => {
      const args = typeof words === 'string' ? words.split(' ') : words;
      return run(`novacron ${args.join(' ')}`, [process.execPath, NOVACRON, ...args], expected);
    },
    /** Asks without showing the command. @returns {Promise<any>} the answer */
    ask: async (words) => {
      const args = [NOVACRON, ...words.split(' '), '--output', 'json'];
      const result = await runProcess(process.execPath, args, { cwd: workspace, env });
      if (result.exitCode === 0) return JSON.parse(result.stdout);
      throw new DemoFailure(`novacron ${words} ends with exit code 0`, result.output);
    },
  };
}

function checkResult(words, { exitCode, output }, expected) {
  const { exitCode: wanted = 0, says = {}, doesNotSay = {} } = expected;
  if (exitCode !== wanted) {
    const found = `exit code ${wanted} of \`${words}\`, not ${exitCode}`;
    throw new DemoFailure(found, output);
  }
  const text = toPlainText(output);
  for (const [sentence, pattern] of Object.entries(says)) {
    expectFact(pattern.test(text), sentence, output);
  }
  for (const [sentence, pattern] of Object.entries(doesNotSay)) {
    expectFact(!pattern.test(text), sentence, output);
  }
}
