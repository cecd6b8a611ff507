/** Starts one of the programs of `host/` as a process of its own and gives it orders. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Programs are started as `docs/how-to/running.md` starts a busy server. */
const BUSY = ['--max-semi-space-size=64'];

/**
 * @param {'step-host' | 'load-host' | 'listen-host' | 'check-host' | 'beat-host'} name
 * @param {object} settings - what the program is given at its start
 * @returns {Promise<{ hello: object, ask: (order: object) => Promise<object>,
 * stop: () => Promise<void>, kill: () => Promise<void> }>} `ask` takes one order at a time
 */
export async function startHost(name, settings = {}) {
  const program = fileURLToPath(new URL(`host/${name}.mjs`, import.meta.url));
  const child = fork(program, [JSON.stringify(settings)], {
    execArgv: [...BUSY, ...profileArgs()],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const hello = await nextMessage(child, name);
  const ask = (order) => {
    const answer = nextMessage(child, name);
    child.send(order);
    return answer;
  };
  return {
    hello,
    ask,
    stop: async () => {
      await ask({ kind: 'stop' });
      child.disconnect();
      await ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** `BENCH_PROFILE=dir` leaves a CPU profile of each program there. */
function profileArgs() {
  const { BENCH_PROFILE } = process.env;
  return BENCH_PROFILE === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${BENCH_PROFILE}`];
}

function nextMessage(child, name) {
  return new Promise((resolve, reject) => {
    const onEnd = (code) => reject(new Error(`${name} ended with ${code} before it answered`));
    child.once('exit', onEnd);
    child.once('message', (message) => {
      child.off('exit', onEnd);
      if (message.failed === undefined) return resolve(message);
      // Its figure is broken: nothing asks it any more, and the bench ends with its programs.
      child.kill('SIGKILL');
      return reject(new Error(`${name}: ${message.failed}`));
    });
  });
}
