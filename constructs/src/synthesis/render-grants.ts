/** Permissions granted to a role. */
export interface Grant {
  /** Role of the caller, such as `operator`. */
  readonly role: string;
  /** Actions such as `create_vm`; none: any action. */
  readonly actions: string[];
}

const HEAD = `package novacron

# Everything that is not granted below is denied.
default allow := false
`;

/** The Rego text of an access policy, with one rule per grant, in their order. */
export function renderGrants(grants: readonly Grant[]): string {
  return [HEAD, ...grants.map(renderGrant)].join('\n');
}

function renderGrant({ role, actions }: Grant): string {
  const [only, ...others] = actions;
  const caller = `\tinput.subject.role == ${JSON.stringify(role)}\n`;
  const action =
    only === undefined
      ? ''
      : others.length === 0
        ? `\tinput.action == ${JSON.stringify(only)}\n`
        : `\tinput.action in {${actions.map((each) => JSON.stringify(each)).join(', ')}}\n`;
  return `allow if {\n${caller}${action}}\n`;
}
