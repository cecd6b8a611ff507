import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { PolicySubject, WriteDecision } from '../context/policy-question.ts';

/**
 * Remembers what the policies allow for the attempts of one write: an attempt after a conflict asks
 * again only about what has changed, so that each decision is logged once. A refusal is not
 * remembered, since it ends the write.
 */
export function askOnce<Deps extends KernelDeps>(deps: Deps): Deps {
  const allowed = new Map<string, WriteDecision>();
  const decide = async (context: CallContext, write: PolicySubject): Promise<WriteDecision> => {
    const key = keyOf(context, write);
    const known = allowed.get(key);
    if (known !== undefined) return known;
    const decision = await deps.verdicts.decide(context, write);
    if (decision.problem === undefined) allowed.set(key, decision);
    return decision;
  };
  return { ...deps, verdicts: { ...deps.verdicts, decide } };
}

/** A create has another id in each attempt. */
function keyOf({ client, principal }: CallContext, write: PolicySubject): string {
  const { id, name } = write.target;
  const target = write.before === null ? { name } : { id, name };
  return JSON.stringify([client, principal.id, { ...write, target }]);
}
