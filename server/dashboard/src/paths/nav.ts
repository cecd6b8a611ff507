/** The menu: every page that exists, in groups, and the operation that a caller needs for it. */
import { KIND_PAGES } from './kinds.ts';

/** One entry of the menu. */
export interface NavEntry {
  readonly to: string;
  readonly title: string;
  /** Operation required: the entry is hidden from callers who may not call it. */
  readonly needs: string;
}

/** A group of the menu. */
export interface NavGroup {
  readonly title: string;
  readonly entries: readonly NavEntry[];
}

const entry = (to: string, title: string, needs: string): NavEntry => ({ to, title, needs });

const kindsOf = (group: string): readonly NavEntry[] =>
  KIND_PAGES.filter((kind) => kind.group === group).map(({ slug, title, noun }) =>
    entry(`/${slug}`, title, `${noun}.list`),
  );

/** The groups in their order. */
const NAV_GROUPS: readonly NavGroup[] = [
  {
    title: 'Now',
    entries: [
      entry('/', 'Overview', 'orchestration.status'),
      entry('/alerts', 'Alerts', 'alert.list'),
      entry('/metrics', 'Metrics', 'vm.usage'),
      entry('/operations', 'Operations', 'operation.list'),
      ...kindsOf('Now'),
    ],
  },
  {
    title: 'Place',
    entries: [
      entry('/fleet', 'Fleet', 'node.list'),
      entry('/placement-decisions', 'Placement decisions', 'placement_decision.list'),
      entry('/scaling', 'Scaling', 'scaling.status'),
      entry('/recommendations', 'Recommendations', 'optimizer.recommend'),
      ...kindsOf('Place'),
    ],
  },
  { title: 'Automate', entries: kindsOf('Automate') },
  {
    title: 'Govern',
    entries: [
      entry('/policies', 'Policies', 'policy.list'),
      entry('/drift', 'Drift', 'drift.report'),
      entry('/compliance', 'Compliance', 'compliance.status'),
      ...kindsOf('Govern'),
    ],
  },
  {
    title: 'Resources',
    entries: [
      ...kindsOf('Resources'),
      entry('/reachability', 'Reachability', 'network.reachability'),
    ],
  },
  {
    title: 'Admin',
    entries: [
      ...kindsOf('Admin'),
      entry('/features', 'Features', 'tenant.list'),
      entry('/sessions', 'Sessions', 'session.list'),
      entry('/settings', 'Settings', 'settings.get'),
    ],
  },
];

/** The groups with the entries that a caller may open; empty groups are left out. */
export function visibleGroups(operations: readonly string[] | undefined): readonly NavGroup[] {
  return NAV_GROUPS.map(({ title, entries }) => ({
    title,
    entries: entries.filter(({ needs }) => operations?.includes(needs) ?? true),
  })).filter(({ entries }) => entries.length > 0);
}
