/** Starts programs, and ends them by their id whatever happens to us. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Terraform needs this long to end its provider and to write its state. */
const STOP_MS_MAX = 10_000;

/** A program that hangs is a failure to report, not one to wait for. */
const RUN_MS_MAX = 120_000;

const running = new Set();

// However we end, such as by a reader that has seen enough of our output: nothing outlives us.
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

/**
 * Starts a program. It gets a process group of its own: the terminal's ^C then reaches only us,
 * and Terraform hears of it once (at the second one it would leave its provider behind).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env: NodeJS.ProcessEnv, input?: string }} options - `input` is all that
 * it reads
 */
export function startProcess(command, args, options) {
  const { input, ...others } = options;
  const stdio = [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'];
  const child = spawn(command, args, { ...others, stdio, detached: true });
  child.stdin?.end(input);
  running.add(child);
  child.once('close', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/**
 * Runs a program to its end.
 * @param {{ cwd?: string, env: NodeJS.ProcessEnv, input?: string, limitMs?: number }} options -
 * `limitMs` is how long it may take
 * @returns {Promise<{ exitCode: number, output: string, stdout: string }>} `output` has both
 * streams in the order in which they came
 */
export function runProcess(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = startProcess(command, args, options);
    const timer = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? RUN_MS_MAX);
    let output = '';
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.once('error', (cause) => {
      clearTimeout(timer);
      reject(cause);
    });
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode: exitCode ?? -1, output: output + endedBy(signal), stdout });
    });
  });
}

function endedBy(signal) {
  return signal === null ? '' : `\n(ended by ${signal})\n`;
}

/**
 * Asks a program to end, and makes it when it does not listen.
 * @returns {Promise<number>} its exit code; -1 when it had to be made to end
 */
export async function stopProcess(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? -1;
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
  child.kill(signal);
  const [exitCode] = await ended;
  clearTimeout(timer);
  return exitCode ?? -1;
}

/** Ends everything that still runs. Terraform takes SIGINT for a wish to stop in good order. */
export async function stopAllProcesses() {
  await Promise.all([...running].map((child) => stopProcess(child, 'SIGINT')));
}

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

let isEnding = false;

/** Whether a signal is about to end us: what fails now fails because of it. */
export function isInterrupted() {
  return isEnding;
}

/** The shell's code for a program whose reader has gone, such as `head`. */
const EXIT_CODE_NO_READER = 141;

/** Ends our programs at a signal to end, then cleans up, then goes with the usual code. */
export function endWithSignals(cleanUp) {
  const end = async (exitCode) => {
    if (isEnding) return;
    isEnding = true;
    await stopAllProcesses();
    cleanUp();
    process.exit(exitCode);
  };
  for (const [signal, exitCode] of Object.entries(EXIT_CODES)) {
    process.on(signal, () => end(exitCode));
  }
  process.stdout.on('error', () => end(EXIT_CODE_NO_READER));
}
