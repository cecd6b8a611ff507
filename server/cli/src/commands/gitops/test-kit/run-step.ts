/** Runs steps of syncs in this process, with the real world around them. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitopsStep } from '@novacron/contract/automation/gitops-step';
import type { z } from 'zod';
import { runCli } from '../../../main.ts';
import { createNodeIo } from '../../../node-io.ts';

/** What a step has said. */
export interface StepRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of standard error. */
  readonly reason: string;
}

/** A sync whose steps share artifacts. */
export interface StepBench {
  /** Runs a step with settings, and secrets by the name of their variable. */
  readonly run: (
    step: GitopsStep,
    settings: object,
    given?: {
      readonly secrets?: Readonly<Record<string, string>>;
      readonly env?: Readonly<Record<string, string>>;
    },
  ) => Promise<StepRun>;
  /** Variables of the artifacts, and of the secrets that were given last. */
  readonly environment: Readonly<Record<string, string>>;
  /** Hands what a step has saved to the steps behind it. */
  readonly handOn: (step: 'fetch.source' | 'plan.plan') => void;
  /** Content of a saved artifact; undefined for one that is not there. */
  readonly saved: (name: 'source' | 'plan') => Buffer | undefined;
  readonly remove: () => void;
}

/** Opens one. */
export function openStepBench(): StepBench {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-steps-'));
  const artifacts = join(directory, 'artifacts');
  for (const name of ['load', 'save']) mkdirSync(join(artifacts, name), { recursive: true });
  const read = (name: string) => {
    const file = join(artifacts, 'save', name);
    return existsSync(file) ? readFileSync(file) : undefined;
  };
  const environment: Record<string, string> = { NOVACRON_ARTIFACTS: artifacts };
  return {
    environment,
    run: async (step, settings, { secrets = {}, env = {} } = {}) => {
      for (const [name, value] of Object.entries(secrets)) {
        environment[name] = join(directory, name);
        writeFileSync(environment[name], value);
      }
      const written = { stdout: '', stderr: '' };
      const sink = (name: 'stdout' | 'stderr') => ({
        isTerminal: false,
        write: (text: string) => {
          written[name] += text;
        },
      });
      const io = {
        ...createNodeIo({ version: '0.1.0' }),
        stdout: sink('stdout'),
        stderr: sink('stderr'),
      };
      const whole = {
        PATH: process.env.PATH,
        NOVACRON_GITOPS: JSON.stringify(settings),
        ...environment,
        ...env,
      };
      const exitCode = await runCli(['gitops-step', step], whole, io);
      const reason = written.stderr.trimEnd().split('\n').at(-1) ?? '';
      return { exitCode, ...written, reason };
    },
    handOn: (step) => {
      const [, name = ''] = step.split('.');
      writeFileSync(join(artifacts, 'load', step), read(name) ?? '');
    },
    saved: read,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Reads the result of a step that has succeeded. */
export function resultOf<Schema extends z.ZodType>(
  schema: Schema,
  { exitCode, stdout, reason }: StepRun,
): z.infer<Schema> {
  if (exitCode !== 0) throw new Error(`the step has failed: ${reason}`);
  return schema.parse(JSON.parse(stdout));
}
