/** `novacron policy simulate`: what orchestration policies would do to resources in a file. */
import { ok } from '@novacron/contract/result';
import { explainOrchestration } from '@novacron/engine/orchestration/explain-orchestration';
import { planOrchestration } from '@novacron/engine/orchestration/plan-orchestration';
import type { CliIo } from '../cli-io.ts';
import { findingsFailure, usageFailure } from '../failure.ts';
import type { Outcome } from '../run-command.ts';
import { countOf } from './check-policies.ts';
import { type FileFault, readFacts, readOrchestration } from './read-orchestration.ts';

/** What is to be simulated. */
export interface OrchestrationSimulation {
  /** File of policies; `-` is standard input. */
  readonly file: string;
  /** File of facts; without it the policies are only checked and shown with their defaults. */
  readonly facts: string | undefined;
  /** The moment to ask about. Unit: milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

/** Simulates. Failures: wrong usage for unreadable files; findings for mistakes in them. */
export async function simulatePolicies(
  io: Pick<CliIo, 'readText'>,
  { file, facts: factsFile, nowMs }: OrchestrationSimulation,
): Promise<Outcome> {
  if (file === '-' && factsFile === '-') {
    return { failure: usageFailure('only one of FILE and --facts can be standard input') };
  }
  const policies = await readOrchestration(io, file);
  if (!policies.ok) return { failure: policies.error };
  const facts = factsFile === undefined ? undefined : await readFacts(io, factsFile);
  if (facts?.ok === false) return { failure: facts.error };
  const known = facts?.value ?? ok({ resources: [] });
  if (!policies.value.ok || !known.ok) {
    return tellFaults([
      ...(policies.value.ok ? [] : policies.value.error),
      ...(known.ok ? [] : known.error),
    ]);
  }
  if (facts === undefined) {
    const text = policies.value.value
      .map(({ metadata, spec }) => `${metadata.name}: ${countOf(spec.rules.length, 'rule')}\n`)
      .join('');
    return { document: { kind: 'report', value: policies.value.value, text } };
  }
  const { resources } = known.value;
  const plan = planOrchestration({ policies: policies.value.value, resources }, { nowMs });
  const text = explainOrchestration(plan)
    .map((line) => `${line}\n`)
    .join('');
  return { document: { kind: 'report', value: { resources: plan.resources }, text } };
}

function tellFaults(faults: readonly FileFault[]): Outcome {
  const text = faults.map(({ file, line, column, path, message }) => {
    const subject = path === '' ? '' : `${path} `;
    return `${file}:${line}:${column}: ${subject}${message}\n`;
  });
  return {
    document: {
      kind: 'report',
      value: faults.map((fault) => ({ ...fault })),
      text: text.join(''),
    },
    failure: findingsFailure(countOf(faults.length, 'problem')),
  };
}
