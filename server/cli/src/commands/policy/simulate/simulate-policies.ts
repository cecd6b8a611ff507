/** `novacron policy simulate`: what orchestration policies would do to resources in a file. */
import type {
  OrchestratedResource,
  OrchestrationPolicy,
} from '@novacron/contract/kinds/orchestration-policy/document';
import { ok } from '@novacron/contract/result';
import { explainOrchestration } from '@novacron/engine/automation/orchestration/explain-orchestration';
import { planOrchestration } from '@novacron/engine/automation/orchestration/plan-orchestration';
import type { Session } from '../../../client/session.ts';
import { findingsFailure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { countOf } from '../../../output/count-of.ts';
import { readLiveFacts } from './read-live-facts.ts';
import { type FileFault, readFacts, readOrchestration } from './read-orchestration.ts';
import { readStoredPolicies } from './read-stored-policies.ts';

/** Policies to simulate. */
export interface OrchestrationSimulation {
  /** File of policies; `-` is standard input; none: those of the server alone. */
  readonly file: string | undefined;
  /** File of facts; without it the policies are only checked and shown with their defaults. */
  readonly facts: string | undefined;
  /** The moment to ask about. Unit: milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

/**
 * Simulates. Failures: wrong usage for unreadable files; findings for mistakes in them; problems of
 * the server.
 * @param online - the server whose VMs are asked about, whose policies are asked, or both; a policy
 *   of the file stands for the server's one of its name
 */
export async function simulatePolicies(
  io: Pick<CliIo, 'readText'>,
  { file, facts: factsFile, nowMs }: OrchestrationSimulation,
  online: { readonly live?: Session; readonly stored?: Session } = {},
): Promise<Outcome> {
  if (file === '-' && factsFile === '-') {
    return { failure: usageFailure('only one of FILE and --facts can be standard input') };
  }
  const read = file === undefined ? ok(ok([])) : await readOrchestration(io, file);
  if (!read.ok) return { failure: read.error };
  const facts = factsFile === undefined ? undefined : await readFacts(io, factsFile);
  if (facts?.ok === false) return { failure: facts.error };
  const known = facts?.value;
  if (!read.value.ok || known?.ok === false) {
    return tellFaults([
      ...(read.value.ok ? [] : read.value.error),
      ...(known?.ok === false ? known.error : []),
    ]);
  }
  const kept = online.stored === undefined ? ok([]) : await readStoredPolicies(online.stored);
  if (!kept.ok) return { failure: kept.error };
  const own = read.value.value;
  const names = new Set(own.map(({ metadata }) => metadata.name));
  const policies = [...own, ...kept.value.filter(({ metadata }) => !names.has(metadata.name))];
  if (known !== undefined) return tellPlan(policies, known.value.resources, nowMs);
  if (online.live === undefined) return tellPolicies(policies);
  const live = await readLiveFacts(online.live, policies);
  return live.ok ? tellPlan(policies, live.value, nowMs) : { failure: live.error };
}

function tellPolicies(policies: readonly OrchestrationPolicy[]): Outcome {
  const text = policies
    .map(({ metadata, spec }) => `${metadata.name}: ${countOf(spec.rules.length, 'rule')}\n`)
    .join('');
  return { document: { kind: 'report', value: policies, text } };
}

function tellPlan(
  policies: readonly OrchestrationPolicy[],
  resources: readonly OrchestratedResource[],
  nowMs: number,
): Outcome {
  const plan = planOrchestration({ policies, resources }, { nowMs });
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
