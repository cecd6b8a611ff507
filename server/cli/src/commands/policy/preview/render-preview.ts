/** Adds the parts of a preview up, and writes it for people. */
import {
  type PolicyPreview,
  type PolicyPreviewChange,
  PreviewEffect,
  type PreviewJudged,
  PreviewSource,
  type PreviewUnjudged,
} from '@novacron/contract/kinds/policy/policy-preview';
import { mergeChanges } from '@novacron/engine/policy/rules/merge-changes';
import { countOf } from '../../../output/count-of.ts';
import { renderRows } from '../../../output/render-table.ts';

/** All parts together. */
export type WholePreview = Pick<PolicyPreview, 'changes' | 'judged' | 'unjudged' | 'notices'>;

/** Adds parts up: equal changes, and what was judged and was not. */
export function addParts(parts: readonly PolicyPreview[]): WholePreview {
  const changes = mergeChanges(parts.flatMap((part) => part.changes));
  return {
    changes: PreviewEffect.options.flatMap((effect) =>
      changes.filter((change) => change.effect === effect),
    ),
    judged: addCounts<PreviewJudged>(
      parts.flatMap((part) => part.judged),
      ({ source, resource_kind }) => `${source} ${resource_kind}`,
    ),
    unjudged: addCounts<PreviewUnjudged>(
      parts.flatMap((part) => part.unjudged),
      ({ source, reason, detail }) => `${source} ${reason} ${detail}`,
    ),
    notices: parts.flatMap((part) => part.notices),
  };
}

function addCounts<Item extends { readonly count: number | null }>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Item[] {
  const added = new Map<string, Item>();
  for (const item of items) {
    const known = added.get(keyOf(item));
    const count = item.count === null ? null : item.count + (known?.count ?? 0);
    added.set(keyOf(item), { ...item, count });
  }
  return [...added.values()];
}

const NOUNS: Readonly<Record<PreviewSource, string>> = {
  resources: 'resource',
  plans: 'planned write',
  decisions: 'decision',
};

/** Describes changes of an effect: `would newly be refused`. */
export function describeEffect(effect: PreviewEffect): string {
  return `would newly be ${effect.slice('newly_'.length)}`;
}

/** Writes a preview: its changes, the counts of each kind, and what could not be judged. */
export function renderPreview(preview: WholePreview): string {
  const { changes, judged, unjudged, notices } = preview;
  const rows = changes.map((change) => ({
    ...change,
    effect: change.effect.replace('_', '-'),
    message: messageOf(change),
  }));
  const kinds = countKinds(preview);
  return [
    ...notices.map((notice) => `notice: ${notice}\n`),
    rows.length === 0 ? '' : `${renderRows('policy_preview_change', rows)}\n`,
    kinds.length === 0 ? '' : `${renderRows('policy_preview_kind', kinds)}\n`,
    ...unjudged.map(
      ({ source, count, detail }) =>
        `not judged: ${count === null ? source : countOf(count, NOUNS[source])}: ${detail}\n`,
    ),
    `${summaryOf(changes, judged)}\n`,
  ].join('');
}

/** Documents are judged with several policies, each of which is named. */
function messageOf({ policy, messages }: PolicyPreviewChange): string {
  const text = messages.join('; ');
  return policy === undefined ? text : `${policy}: ${text}`;
}

function countKinds({ changes, judged }: WholePreview) {
  return judged.map(({ source, resource_kind, count }) => {
    const own = changes.filter(
      (change) => change.source === source && change.resource_kind === resource_kind,
    );
    const countEffect = (effect: PreviewEffect): number =>
      own.filter((change) => change.effect === effect).reduce((sum, each) => sum + each.count, 0);
    return {
      source,
      kind: resource_kind,
      judged: count,
      newly_refused: countEffect('newly_refused'),
      newly_allowed: countEffect('newly_allowed'),
      newly_warned: countEffect('newly_warned'),
    };
  });
}

function summaryOf(
  changes: readonly PolicyPreviewChange[],
  judged: readonly PreviewJudged[],
): string {
  const counts = PreviewSource.options.flatMap((source) => {
    const own = judged.filter((each) => each.source === source);
    const count = own.reduce((sum, each) => sum + each.count, 0);
    return own.length === 0 ? [] : [countOf(count, NOUNS[source])];
  });
  const effects = PreviewEffect.options.map((effect) => {
    const count = changes.filter((change) => change.effect === effect).length;
    return `${count} ${effect.replace('_', ' ')}`;
  });
  const whole = counts.length === 0 ? 'nothing' : counts.join(', ');
  return `judged ${whole}: ${effects.join(', ')}`;
}
