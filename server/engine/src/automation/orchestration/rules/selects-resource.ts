/** Decides which resources a policy selects. */
import type {
  OrchestratedResource,
  OrchestrationPolicy,
} from '@novacron/contract/kinds/orchestration-policy/document';
import { err, ok, type Result } from '@novacron/contract/result';

/** The namespace of a resource: its own, else its label `environment`; null where it has none. */
function namespaceOf({ namespace, labels }: OrchestratedResource): string | null {
  return namespace ?? labels.environment ?? null;
}

/**
 * Whether a policy selects a resource. A tag is the name or the value of a label.
 * @returns why, in words, either way
 */
export function selectsResource(
  { metadata, spec }: OrchestrationPolicy,
  resource: OrchestratedResource,
): Result<string, string> {
  const { matchLabels, tags, resourceTypes } = spec.selector;
  const { labels } = resource;
  if (!spec.enabled) return err('it is disabled');
  if (!resourceTypes.includes(resource.type)) {
    return err(`it is about ${resourceTypes.join(', ')}, not about ${resource.type}`);
  }
  const namespace = namespaceOf(resource);
  if (metadata.namespace !== null && metadata.namespace !== namespace) {
    return err(
      `it is about namespace ${metadata.namespace}, and the resource is in ${namespace ?? 'none'}`,
    );
  }
  for (const [name, wanted] of Object.entries(matchLabels)) {
    const found = Object.hasOwn(labels, name) ? labels[name] : undefined;
    if (found === wanted) continue;
    return err(
      `label ${name} is ${found === undefined ? 'absent' : `"${found}"`}, not "${wanted}"`,
    );
  }
  const missing = tags.find(
    (tag) => !Object.hasOwn(labels, tag) && !Object.values(labels).includes(tag),
  );
  if (missing !== undefined) return err(`no label has the name or the value ${missing}`);
  const reasons = [
    ...(metadata.namespace === null ? [] : [`namespace ${metadata.namespace}`]),
    ...Object.entries(matchLabels).map(([name, value]) => `${name}=${value}`),
    ...tags.map((tag) => `tag ${tag}`),
  ];
  return ok(reasons.length === 0 ? `it selects every ${resource.type}` : reasons.join(', '));
}
