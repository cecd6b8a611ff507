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

const OverviewPage = lazy(async () => {
  const { OverviewPage: page } = await import('./pages/overview/overview-page.tsx');
  return { default: page };
});
const OperationsPage = lazy(async () => {
  const { OperationsPage: page } = await import('./pages/operations/operations-page.tsx');
  return { default: page };
});
const OperationPage = lazy(async () => {
  const { OperationPage: page } = await import('./pages/operations/operation-page.tsx');
  return { default: page };
});
const ListPage = lazy(async () => {
  const { ResourceListPage: page } = await import('./pages/resources/resource-list-page.tsx');
  return { default: page };
});
const CreatePage = lazy(async () => {
  const { ResourceCreatePage: page } = await import('./pages/resources/resource-create-page.tsx');
  return { default: page };
});
const DetailPage = lazy(async () => {
  const { ResourceDetailPage: page } = await import('./pages/resources/resource-detail-page.tsx');
  return { default: page };
});
const FleetPage = lazy(async () => {
  const { FleetPage: page } = await import('./pages/fleet/fleet-page.tsx');
  return { default: page };
});
const NodePage = lazy(async () => {
  const { NodePage: page } = await import('./pages/fleet/node-page.tsx');
  return { default: page };
});
const DriftPage = lazy(async () => {
  const { DriftPage: page } = await import('./pages/drift/drift-page.tsx');
  return { default: page };
});
const ConsolePage = lazy(async () => {
  const { ConsolePage: page } = await import('./pages/console/console-page.tsx');
  return { default: page };
});
const ReachabilityPage = lazy(async () => {
  const { ReachabilityPage: page } = await import('./pages/reachability/reachability-page.tsx');
  return { default: page };
});
const VmLinks = lazy(async () => {
  const { VmLinks: links } = await import('./pages/resources/vm-links.tsx');
  return { default: links };
});
const AlertsPage = lazy(async () => {
  const { AlertsPage: page } = await import('./pages/alerts/alerts-page.tsx');
  return { default: page };
});
const MetricsPage = lazy(async () => {
  const { MetricsPage: page } = await import('./pages/metrics/metrics-page.tsx');
  return { default: page };
});
const DecisionsPage = lazy(async () => {
  const { DecisionsPage: page } = await import('./pages/decisions/decisions-page.tsx');
  return { default: page };
});
const DecisionPage = lazy(async () => {
  const { DecisionPage: page } = await import('./pages/decisions/decision-page.tsx');
  return { default: page };
});
const ScalingPage = lazy(async () => {
  const { ScalingPage: page } = await import('./pages/scaling/scaling-page.tsx');
  return { default: page };
});
const ScalingGroupPage = lazy(async () => {
  const { ScalingGroupPage: page } = await import('./pages/scaling/group-page.tsx');
  return { default: page };
});
const PoliciesPage = lazy(async () => {
  const { PoliciesPage: page } = await import('./pages/policies/policies-page.tsx');
  return { default: page };
});
const PolicyPage = lazy(async () => {
  const { PolicyPage: page } = await import('./pages/policies/policy-page.tsx');
  return { default: page };
});
const SessionsPage = lazy(async () => {
  const { SessionsPage: page } = await import('./pages/sessions/sessions-page.tsx');
  return { default: page };
});
const SettingsPage = lazy(async () => {
  const { SettingsPage: page } = await import('./pages/settings/settings-page.tsx');
  return { default: page };
});
const FeaturesPage = lazy(async () => {
  const { FeaturesPage: page } = await import('./pages/features/features-page.tsx');
  return { default: page };
});
const NewPolicyPage = lazy(async () => {
  const { NewPolicyPage: page } = await import('./pages/policies/new-policy-page.tsx');
  return { default: page };
});

/** A dialog or a form that is open belongs to the resource of its address. */
const at = (path: string, component: FunctionComponent) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component,
    remountDeps: ({ params }) => params,
  });

/** Panels that only one kind has on the page of one resource. */
const EXTRAS: Readonly<Record<string, (item: Item) => ReactNode>> = {
  vm: (item) => <VmLinks vm={item} />,
};

/** List, create and detail of a noun that needs nothing but its metadata. */
function kindRoutes(kind: KindPage) {
  return [
    at(`/${kind.slug}`, () => <ListPage kind={kind} />),
    at(`/${kind.slug}/new`, () => <CreatePage kind={kind} />),
    ...(kind.hasNoDetail
      ? []
      : [at(`/${kind.slug}/$id`, () => <DetailPage kind={kind} extra={EXTRAS[kind.noun]} />)]),
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
