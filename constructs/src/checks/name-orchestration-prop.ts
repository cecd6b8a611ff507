/** Names the prop of an `OrchestrationPolicy` that a part of its document comes from. */

/** Parts of a document that have other names as props. */
const NAMES: { readonly [part: string]: string } = {
  'metadata.name': 'orchestrationPolicyName',
  'metadata.namespace': 'namespace',
  'spec.selector.matchLabels': 'labels',
  'spec.selector.resourceTypes': 'kinds',
  'spec.selector.tags': 'tags',
};

/** Parameters of actions, in paths and in messages. */
const PARAMETERS: { readonly [parameter: string]: string } = {
  max_replicas: 'maxReplicas',
  min_replicas: 'minReplicas',
  spread_domain: 'spreadDomain',
};

/**
 * Returns a prop as a program writes it, such as `rules[0].actions[0].minReplicas`.
 * @param path - path in the document, such as `spec`, `rules`, `0`, `actions`, `0`, `parameters`
 */
export function nameOrchestrationProp(path: readonly string[]): string {
  const joined = path.join('.');
  const known = Object.keys(NAMES).find((part) => joined === part || joined.startsWith(`${part}.`));
  const steps =
    known === undefined
      ? path.filter((step, at) => !(at === 0 && step === 'spec') && step !== 'parameters')
      : [NAMES[known] ?? known, ...path.slice(known.split('.').length)];
  return steps
    .map((step, at) => {
      if (/^\d+$/.test(step)) return `[${step}]`;
      return at === 0 ? step : `.${nameParameters(step)}`;
    })
    .join('');
}

/** A text about parameters of actions with the names of their props. */
export function nameParameters(text: string): string {
  return text.replace(/\b[a-z]+_[a-z]+\b/g, (word) => PARAMETERS[word] ?? word);
}
