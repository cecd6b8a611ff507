/** Shows how far an operation is: a bar for people who watch, a line now and then in logs. */
import type { Operation, OperationStep } from '@novacron/contract/operation/operation';
import type { Session } from '../client/session.ts';
import type { CliIo } from '../io/cli-io.ts';
import { plainLine } from '../output/plain-text.ts';
import { CLEAR_LINE } from '../output/style.ts';

type ProgressIo = Pick<CliIo, 'stderr' | 'timers'>;

/** Form of progress: a bar on a terminal, lines elsewhere, or none. */
export type ProgressKind = 'bar' | 'lines' | 'none';

/** Shows progress until it is ended. */
export interface Progress {
  readonly show: (operation: Operation) => void;
  /** Shows what has happened since, once the operation has ended. */
  readonly conclude: (operation: Operation) => void;
  readonly end: () => void;
}

/** Whether each step is shown as it begins and ends, or only how far the whole is. */
export type StepsShown = 'steps' | 'whole';

/** Returns the form of progress in a session. */
export function progressKindOf({ io, progress }: Pick<Session, 'io' | 'progress'>): ProgressKind {
  if (progress === 'hidden') return 'none';
  return io.stderr.isTerminal ? 'bar' : 'lines';
}

/** Begins to show progress on standard error. */
export function createProgress(
  io: ProgressIo,
  kind: ProgressKind,
  shown: StepsShown = 'whole',
): Progress {
  switch (kind) {
    case 'bar':
      return shown === 'steps' ? createSteps(io, createBar(io)) : createBar(io);
    case 'lines':
      return shown === 'steps' ? createSteps(io, NO_PROGRESS) : createLines(io);
    case 'none':
      return NO_PROGRESS;
  }
}

const NO_PROGRESS: Progress = { show: () => {}, conclude: () => {}, end: () => {} };

/** A line for each step that begins, is tried again or ends; a bar stays below them. */
function createSteps({ stderr }: ProgressIo, bar: Progress): Progress {
  const known = new Map<string, string>();
  const showSteps = ({ steps }: Operation) => {
    const lines = steps.flatMap((step) => {
      const state = describeStep(step);
      if (state === known.get(step.name) || state === 'waiting') return [];
      known.set(step.name, state);
      return [`${plainLine(`${step.name}: ${state}`)}\n`];
    });
    if (lines.length > 0) stderr.write(`${stderr.isTerminal ? CLEAR_LINE : ''}${lines.join('')}`);
  };
  return {
    show: (operation) => {
      showSteps(operation);
      bar.show(operation);
    },
    conclude: showSteps,
    end: bar.end,
  };
}

function describeStep({ status, attempts, detail }: OperationStep): string {
  const attempt = attempts > 1 ? `, attempt ${attempts}` : '';
  const reason = detail === undefined ? '' : `: ${detail}`;
  return `${status}${attempt}${reason}`;
}

const COLUMNS_DEFAULT = 80;

/** A line that is written over again and again, and taken away at the end. */
function createBar(io: ProgressIo): Progress {
  let isShown = false;
  return {
    show: (operation) => {
      const columns = (io.stderr.columns ?? COLUMNS_DEFAULT) - 1;
      io.stderr.write(`${CLEAR_LINE}${barText(operation, columns)}`);
      isShown = true;
    },
    conclude: () => {},
    end: () => {
      if (isShown) io.stderr.write(CLEAR_LINE);
    },
  };
}

/** A log is not filled faster than this, and a short wait leaves no line. Unit: milliseconds. */
const LINE_PAUSE_MS = 5_000;

/** A line whenever something has changed, but not too often. */
function createLines({ stderr, timers }: ProgressIo): Progress {
  let isDue = false;
  let last = '';
  const waitForNext = () =>
    timers.after(LINE_PAUSE_MS, () => {
      isDue = true;
    });
  let cancel = waitForNext();
  return {
    show: (operation) => {
      const line = `${describeTarget(operation)}: ${describeState(operation)}`;
      if (!isDue || line === last) return;
      stderr.write(`${line}\n`);
      last = line;
      isDue = false;
      cancel = waitForNext();
    },
    conclude: () => {},
    end: () => cancel(),
  };
}

/** A shorter bar says nothing, a longer one no more. Unit: characters. */
const BAR_LENGTH_MIN = 8;
const BAR_LENGTH_MAX = 24;

/** `vm.create web-server-01 [######------]  50 % create`, as far as the columns go. */
function barText(operation: Operation, columns: number): string {
  const target = describeTarget(operation);
  const state = describeState(operation);
  const room = columns - target.length - state.length - ' [] '.length;
  const length = Math.min(BAR_LENGTH_MAX, room);
  const done = Math.round((length * percentOf(operation)) / 100);
  const bar = length < BAR_LENGTH_MIN ? ' ' : ` [${'#'.repeat(done)}${'-'.repeat(length - done)}] `;
  return `${target}${bar}${state}`.slice(0, columns);
}

function describeTarget({ kind, target_name: name }: Operation): string {
  return plainLine(`${kind} ${name}`);
}

/** Percent and current step; the status only where it is not the usual one. */
function describeState(operation: Operation): string {
  const { status, steps } = operation;
  const isAtWork = ({ status: step }: OperationStep) => step === 'running' || step === 'undoing';
  const step = steps.find(isAtWork)?.name;
  const words = [
    `${Math.floor(percentOf(operation))} %`,
    ...(status === 'running' ? [] : [status]),
    ...(step === undefined ? [] : [step]),
  ];
  return plainLine(words.join(' '));
}

function percentOf({ progress_percent: percent }: Operation): number {
  return Math.min(100, Math.max(0, percent));
}
