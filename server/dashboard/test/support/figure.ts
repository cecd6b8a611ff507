/** Prints figures in the form of `make bench`: one JSON object a line. */
import { tmpdir } from 'node:os';
import { createCalibration } from '../../../../test/bench/calibrate.mjs';
import { calibratedLine } from '../../../../test/bench/make-line.mjs';
import { percentile, round } from '../../../../test/bench/statistics.mjs';

/** A figure whose goal is the same on every machine, such as a size. */
export interface PlainFigure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number;
}

/** Prints a figure that depends on no machine; `more` says what is behind it. */
export function printFigure({ figure, value, unit, goal }: PlainFigure, more = {}): void {
  const line = { figure, value: round(value, 1), unit, goal, better: 'lower', ok: value <= goal };
  print(Object.assign(line, more));
}

/** Times of one figure, with how fast the machine was meanwhile. */
export interface TimedFigure {
  readonly add: (ms: number) => void;
  /** Prints the share of the times that 95 in 100 do not exceed, or `share` of them. */
  readonly print: (figure: string, goalMs: number, share?: number) => void;
}

/** Number of times between two samples of the machine. */
const SAMPLE_EVERY = 10;

/** Begins a figure of times. */
export function beginTimes(): TimedFigure {
  const calibration = createCalibration(tmpdir(), { cpuShare: 1 });
  const times: number[] = [];
  return {
    add: (ms) => {
      if (times.length % SAMPLE_EVERY === 0) calibration.sample();
      times.push(ms);
    },
    print: (figure, goal, share = 0.95) => {
      const value = percentile(times, share);
      const measured = { value, unit: 'ms', goal, better: 'lower' };
      const line = calibratedLine(measured, calibration.result());
      const p95 = round(percentile(times, 0.95), 1);
      const all = {
        share,
        p95_ms: p95,
        median_ms: round(percentile(times, 0.5), 1),
        repetitions: times.length,
      };
      print(Object.assign({ figure }, line, all));
    },
  };
}

/** Share of a core in use. */
export interface CpuShare {
  /** CPU time that was used, and how long that was by the clock. Unit: seconds. */
  readonly add: (cpuSeconds: number, seconds: number) => void;
  /** Prints the median share; `more` says what was going on. Unit of the goal: percent. */
  readonly print: (figure: string, goal: number, more: object) => void;
}

/** Begins a figure of CPU time: what else runs on the machine does not count. */
export function beginCpuShare(): CpuShare {
  const calibration = createCalibration(tmpdir(), { cpuShare: 1, clock: 'cpu' });
  const shares: number[] = [];
  return {
    add: (cpuSeconds, seconds) => {
      calibration.sample();
      shares.push((cpuSeconds / seconds) * 100);
    },
    print: (figure, goal, more) => {
      const measured = { value: percentile(shares, 0.5), unit: '%', goal, better: 'lower' };
      const line = calibratedLine(measured, calibration.result());
      print(Object.assign({ figure }, line, { repetitions: shares.length }, more));
    },
  };
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
