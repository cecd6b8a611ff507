/** The pages by address. Each is loaded when it is opened for the first time. */
import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { type FunctionComponent, lazy, type ReactNode } from 'react';
import type { Item } from './api/queries.ts';
import { KIND_PAGES, type KindPage } from './paths/kinds.ts';
import { formatQuery, parseQuery } from './paths/query-text.ts';
import { Shell } from './shell/shell.tsx';
import { Page } from './ui/page.tsx';
import { Empty, ProblemNotice } from './ui/states.tsx';

const root = createRootRoute({
  component: Shell,
  errorComponent: ({ error }) => (
    <Page title="The page has failed">
      <ProblemNotice cause={error} retry={() => window.location.reload()} />
    </Page>
  ),
  notFoundComponent: () => (
    <Page title="Page not found">
      <Empty title="There is no such page">
        <p>Choose one from the menu.</p>
      </Empty>
    </Page>
  ),
});

const LOADS = new WeakMap<object, () => Promise<unknown>>();

/** A page whose code is loaded when it is shown, or before by {@link preloadPage}. */
function lazyPage<Props>(load: () => Promise<{ readonly default: FunctionComponent<Props> }>) {
  const page = lazy(load);
  LOADS.set(page, load);
  return page;
}

const OverviewPage = lazyPage(async () => {
  const { OverviewPage: page } = await import('./pages/overview/overview-page.tsx');
  return { default: page };
});
const OperationsPage = lazyPage(async () => {
  const { OperationsPage: page } = await import('./pages/operations/operations-page.tsx');
  return { default: page };
});
const OperationPage = lazyPage(async () => {
  const { OperationPage: page } = await import('./pages/operations/operation-page.tsx');
  return { default: page };
});
const ListPage = lazyPage(async () => {
  const { ResourceListPage: page } = await import('./pages/resources/resource-list-page.tsx');
  return { default: page };
});
const CreatePage = lazyPage(async () => {
  const { ResourceCreatePage: page } = await import('./pages/resources/resource-create-page.tsx');
  return { default: page };
});
const DetailPage = lazyPage(async () => {
  const { ResourceDetailPage: page } = await import('./pages/resources/resource-detail-page.tsx');
  return { default: page };
});
const FleetPage = lazyPage(async () => {
  const { FleetPage: page } = await import('./pages/fleet/fleet-page.tsx');
  return { default: page };
});
const NodePage = lazyPage(async () => {
  const { NodePage: page } = await import('./pages/fleet/node-page.tsx');
  return { default: page };
});
const DriftPage = lazyPage(async () => {
  const { DriftPage: page } = await import('./pages/drift/drift-page.tsx');
  return { default: page };
});
const ConsolePage = lazyPage(async () => {
  const { ConsolePage: page } = await import('./pages/console/console-page.tsx');
  return { default: page };
});
const ReachabilityPage = lazyPage(async () => {
  const { ReachabilityPage: page } = await import('./pages/reachability/reachability-page.tsx');
  return { default: page };
});
const VmLinks = lazyPage(async () => {
  const { VmLinks: links } = await import('./pages/resources/vm-links.tsx');
  return { default: links };
});
const AlertsPage = lazyPage(async () => {
  const { AlertsPage: page } = await import('./pages/alerts/alerts-page.tsx');
  return { default: page };
});
const MetricsPage = lazyPage(async () => {
  const { MetricsPage: page } = await import('./pages/metrics/metrics-page.tsx');
  return { default: page };
});
const DecisionsPage = lazyPage(async () => {
  const { DecisionsPage: page } = await import('./pages/decisions/decisions-page.tsx');
  return { default: page };
});
const DecisionPage = lazyPage(async () => {
  const { DecisionPage: page } = await import('./pages/decisions/decision-page.tsx');
  return { default: page };
});
const ScalingPage = lazyPage(async () => {
  const { ScalingPage: page } = await import('./pages/scaling/scaling-page.tsx');
  return { default: page };
});
const ScalingGroupPage = lazyPage(async () => {
  const { ScalingGroupPage: page } = await import('./pages/scaling/group-page.tsx');
  return { default: page };
});
const PoliciesPage = lazyPage(async () => {
  const { PoliciesPage: page } = await import('./pages/policies/policies-page.tsx');
  return { default: page };
});
const PolicyPage = lazyPage(async () => {
  const { PolicyPage: page } = await import('./pages/policies/policy-page.tsx');
  return { default: page };
});
const SessionsPage = lazyPage(async () => {
  const { SessionsPage: page } = await import('./pages/sessions/sessions-page.tsx');
  return { default: page };
});
const SettingsPage = lazyPage(async () => {
  const { SettingsPage: page } = await import('./pages/settings/settings-page.tsx');
  return { default: page };
});
const FeaturesPage = lazyPage(async () => {
  const { FeaturesPage: page } = await import('./pages/features/features-page.tsx');
  return { default: page };
});
const NewPolicyPage = lazyPage(async () => {
  const { NewPolicyPage: page } = await import('./pages/policies/new-policy-page.tsx');
  return { default: page };
});

const loadByRoute = new Map<string, (() => Promise<unknown>) | undefined>();

/**
 * A dialog or a form that is open belongs to the resource of its address.
 * @param loaded - what is loaded for it, unless it is the component itself
 */
function at(path: string, component: FunctionComponent, loaded: object = component) {
  loadByRoute.set(path, LOADS.get(loaded));
  return createRoute({
    getParentRoute: () => root,
    path,
    component,
    remountDeps: ({ params }) => params,
  });
}

/** Panels that only one kind has on the page of one resource. */
const EXTRAS: Readonly<Record<string, (item: Item) => ReactNode>> = {
  vm: (item) => <VmLinks vm={item} />,
};

/** List, create and detail of a noun that needs nothing but its metadata. */
function kindRoutes(kind: KindPage) {
  return [
    at(`/${kind.slug}`, () => <ListPage kind={kind} />, ListPage),
    at(`/${kind.slug}/new`, () => <CreatePage kind={kind} />, CreatePage),
    ...(kind.hasNoDetail
      ? []
      : [
          at(
            `/${kind.slug}/$id`,
            () => <DetailPage kind={kind} extra={EXTRAS[kind.noun]} />,
            DetailPage,
          ),
        ]),
  ];
}

const tree = root.addChildren([
  at('/', OverviewPage),
  at('/operations', OperationsPage),
  at('/operations/$id', OperationPage),
  at('/vms/$id/console', ConsolePage),
  at('/reachability', ReachabilityPage),
  at('/alerts', AlertsPage),
  at('/metrics', MetricsPage),
  at('/fleet', FleetPage),
  at('/fleet/$id', NodePage),
  at('/placement-decisions', DecisionsPage),
  at('/placement-decisions/$id', DecisionPage),
  at('/scaling', ScalingPage),
  at('/scaling/$id', ScalingGroupPage),
  at('/drift', DriftPage),
  at('/policies', PoliciesPage),
  at('/policies/new', NewPolicyPage),
  at('/policies/$id', PolicyPage),
  at('/features', FeaturesPage),
  at('/sessions', SessionsPage),
  at('/settings', SettingsPage),
  ...KIND_PAGES.flatMap(kindRoutes),
]);

/** The router of the dashboard. */
export const router = createRouter({
  routeTree: tree,
  basepath: '/dashboard',
  parseSearch: parseQuery,
  stringifySearch: formatQuery,
  scrollRestoration: false,
});

/** Loads the code of the page of an address, which its link is pointed at or focused for. */
export function preloadPage(path: string): void {
  const [, , route] = router.getMatchedRoutes(path);
  const load = route && loadByRoute.get(route.fullPath);
  // A failure is shown when the page is opened, which loads it again.
  load?.().catch(() => undefined);
}
