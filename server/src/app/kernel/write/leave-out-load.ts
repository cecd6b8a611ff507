/**
 * Leaves the load of nodes, which other tenants have caused as well, out of problems for lack of
 * room. What refuses a write is stored and shown, so it says what the tenant of the write may read.
 */
import type { FieldProblem, Problem, ProblemDocument } from '@novacron/contract/problem/problem';
import { leaveOutLoad } from '@novacron/engine/placement/place/explain/explain-placement';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { seesLoad } from '../context/sees-load.ts';

/**
 * Leaves the load of nodes out of refusals for lack of room. A refusal becomes the problem of a
 * step, an event, an audit entry or the reason of a decision to scale: it is reduced before.
 */
export async function leaveOutLoadOf(
  deps: Pick<KernelDeps, 'store'>,
  { principal }: Pick<CallContext, 'principal'>,
  problems: readonly Problem[],
): Promise<readonly Problem[]> {
  if (problems.every(({ code }) => code !== 'no-capacity')) return problems;
  return (await seesLoad(deps, principal)) ? problems : problems.map(reduceProblem);
}

/** Reduces a `no-capacity` problem: it says why each node refuses, and not what is free there. */
function reduceProblem(problem: Problem): Problem {
  if (problem.code !== 'no-capacity') return problem;
  const { detail, fields, data } = problem;
  return {
    ...problem,
    detail: leaveOutLoad([detail]).join(),
    fields: fields.map(reduceField),
    ...(data === undefined ? {} : { data: reduceData(data) }),
  };
}

function reduceField({ path, message }: FieldProblem): FieldProblem {
  return { path, message: leaveOutLoad([message]).join() };
}

type Data = NonNullable<Problem['data']>;

/** Facts about nodes are objects: what is free there is left out of them at any depth. */
function reduceData(data: Data): Record<string, Data[string]> {
  const entries = Object.entries(data).filter(([key]) => key !== 'free');
  return Object.fromEntries(entries.map(([key, value]) => [key, reduceValue(value)]));
}

function reduceValue(value: Data[string]): Data[string] {
  if (typeof value === 'string') return leaveOutLoad([value]).join();
  if (Array.isArray(value)) return value.map(reduceValue);
  return typeof value === 'object' && value !== null ? reduceData(value) : value;
}

/** The same of a problem as it is stored and sent. */
export function reduceDocument(document: ProblemDocument): ProblemDocument {
  if (document.code !== 'no-capacity') return document;
  const { detail, data } = document;
  return {
    ...document,
    detail: leaveOutLoad([detail]).join(),
    errors: document.errors.map(reduceField),
    ...(data === undefined ? {} : { data: reduceData(data) }),
  };
}
