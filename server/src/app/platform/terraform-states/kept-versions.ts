/** Versions of a state that are deleted, and the space that this frees. */
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { TerraformStateVersionRow } from '../../../ports/tables/automation/terraform-state-rows.ts';
import { dropContent } from '../contents/stored-content.ts';

/** What becomes of the versions of a state. */
interface Forgotten {
  readonly changes: ChangeSet;
  /** Size of the contents that no version needs any more. Unit: bytes. */
  readonly bytes: number;
}

/**
 * Plans to delete all but the newest versions.
 * @param versions - oldest first
 * @param content - of a version that is about to be stored
 */
export function forgetVersions(
  versions: readonly TerraformStateVersionRow[],
  { keep, content }: { readonly keep: number; readonly content?: string | undefined },
): Forgotten {
  const old = versions.slice(0, Math.max(0, versions.length - keep));
  const needed = new Set([content, ...versions.slice(old.length).map((each) => each.content)]);
  // Versions that were restored share the content of the restored one.
  const unneeded = new Map(
    old.filter((each) => !needed.has(each.content)).map((each) => [each.content, each.bytes]),
  );
  const contents = [...unneeded].map(([each, bytes]) => ({ content: each, bytes }));
  return {
    changes: [
      ...old.map(({ id }): Change => ({ kind: 'drop', from: 'terraform_state_versions', id })),
      ...contents.flatMap(dropContent),
    ],
    bytes: contents.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
