/** Preemption in lines for people. */

/** Names that a line lists; the rest is counted. */
const NAMES_MAX = 5;

/** What every such line begins with. */
const VERB = 'preempts ';

/** A spot VM to stop; without a name for readers who may not see its tenant's VMs. */
export interface NamedVictim {
  readonly name: string | undefined;
  readonly priority: number;
}

/** Lists the VMs that are stopped for a VM. @returns one line, without a full stop */
export function explainPreemption(victims: readonly NamedVictim[]): string {
  const named = victims.flatMap(({ name, priority }) =>
    name === undefined ? [] : [`${name} (priority ${priority})`],
  );
  const shown = named.slice(0, NAMES_MAX);
  const further = named.length - shown.length;
  const foreign = victims.length - named.length;
  const who = [
    ...shown,
    ...(further > 0 ? [`${further} more`] : []),
    ...(foreign > 0 ? [`${foreign} of other tenants`] : []),
  ];
  const what = victims.length === 1 ? '1 spot VM' : `${victims.length} spot VMs`;
  return `${VERB}${what}, since no node has room otherwise: ${who.join(', ')}`;
}

/** Whether a line of an explanation is about preemption. */
export function isPreemption(line: string): boolean {
  return line.startsWith(VERB);
}
