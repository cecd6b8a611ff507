/** The pages by address. Each is loaded when it is opened for the first time. */
import {
  type AsyncRouteComponent,
  createRootRoute,
  createRoute,
  createRouter,
  type RouteComponent,
} from '@tanstack/react-router';
import type { FunctionComponent } from 'react';
import type { Item } from './api/queries.ts';
import { KIND_PAGES, type KindPage } from './paths/kinds.ts';
import { formatQuery, parseQuery } from './paths/query-text.ts';
import { Shell } from './shell/shell.tsx';
import { codePage } from './ui/code-part.tsx';
import { Page } from './ui/page.tsx';
import { Empty, Loading, ProblemNotice } from './ui/states.tsx';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => (
    <Page title="Page not found">
      <Empty title="There is no such page">
        <p>Choose one from the menu.</p>
      </Empty>
    </Page>
  ),
});

const OverviewPage = codePage(
  async () => (await import('./pages/overview/overview-page.tsx')).OverviewPage,
);
const OperationsPage = codePage(
  async () => (await import('./pages/operations/operations-page.tsx')).OperationsPage,
);
const OperationPage = codePage(
  async () => (await import('./pages/operations/operation-page.tsx')).OperationPage,
);
const ListPage = codePage(
  async () => (await import('./pages/resources/resource-list-page.tsx')).ResourceListPage,
);
const CreatePage = codePage(
  async () => (await import('./pages/resources/resource-create-page.tsx')).ResourceCreatePage,
);
const DetailPage = codePage(
  async () => (await import('./pages/resources/resource-detail-page.tsx')).ResourceDetailPage,
);
const FleetPage = codePage(async () => (await import('./pages/fleet/fleet-page.tsx')).FleetPage);
const NodePage = codePage(async () => (await import('./pages/fleet/node-page.tsx')).NodePage);
const DriftPage = codePage(async () => (await import('./pages/drift/drift-page.tsx')).DriftPage);
const CompliancePage = codePage(
  async () => (await import('./pages/compliance/compliance-page.tsx')).CompliancePage,
);
const ConsolePage = codePage(
  async () => (await import('./pages/console/console-page.tsx')).ConsolePage,
);
const ReachabilityPage = codePage(
  async () => (await import('./pages/reachability/reachability-page.tsx')).ReachabilityPage,
);
const ApprovalParts = codePage(
  async () => (await import('./pages/resources/approval-parts.tsx')).ApprovalParts,
);
const VmLinks = codePage(async () => (await import('./pages/resources/vm-links.tsx')).VmLinks);
const WorkflowParts = codePage(
  async () => (await import('./pages/workflows/workflow-parts.tsx')).WorkflowParts,
);
const ExecutionParts = codePage(
  async () => (await import('./pages/workflows/execution-parts.tsx')).ExecutionParts,
);
const ApplicationParts = codePage(
  async () => (await import('./pages/gitops/application-parts.tsx')).ApplicationParts,
);
const ModelParts = codePage(
  async () => (await import('./pages/models/model-parts.tsx')).ModelParts,
);
const ForecastModels = codePage(
  async () => (await import('./pages/models/forecast-models.tsx')).ForecastModels,
);
const AutonomousDecisionParts = codePage(
  async () => (await import('./pages/autonomy/decision-parts.tsx')).AutonomousDecisionParts,
);
const RecommendationsPage = codePage(
  async () =>
    (await import('./pages/recommendations/recommendations-page.tsx')).RecommendationsPage,
);
const RecommendationPage = codePage(
  async () => (await import('./pages/recommendations/recommendation-page.tsx')).RecommendationPage,
);
const StateVersions = codePage(
  async () => (await import('./pages/terraform-states/state-versions.tsx')).StateVersions,
);
const AlertsPage = codePage(
  async () => (await import('./pages/alerts/alerts-page.tsx')).AlertsPage,
);
const MetricsPage = codePage(
  async () => (await import('./pages/metrics/metrics-page.tsx')).MetricsPage,
);
const DecisionsPage = codePage(
  async () => (await import('./pages/decisions/decisions-page.tsx')).DecisionsPage,
);
const DecisionPage = codePage(
  async () => (await import('./pages/decisions/decision-page.tsx')).DecisionPage,
);
const ScalingPage = codePage(
  async () => (await import('./pages/scaling/scaling-page.tsx')).ScalingPage,
);
const ScalingGroupPage = codePage(
  async () => (await import('./pages/scaling/group-page.tsx')).ScalingGroupPage,
);
const PoliciesPage = codePage(
  async () => (await import('./pages/policies/policies-page.tsx')).PoliciesPage,
);
const PolicyPage = codePage(
  async () => (await import('./pages/policies/policy-page.tsx')).PolicyPage,
);
const SessionsPage = codePage(
  async () => (await import('./pages/sessions/sessions-page.tsx')).SessionsPage,
);
const SettingsPage = codePage(
  async () => (await import('./pages/settings/settings-page.tsx')).SettingsPage,
);
const FeaturesPage = codePage(
  async () => (await import('./pages/features/features-page.tsx')).FeaturesPage,
);
const NewPolicyPage = codePage(
  async () => (await import('./pages/policies/new-policy-page.tsx')).NewPolicyPage,
);

/** A dialog or a form that is open belongs to the resource of its address. */
function at(path: string, component: RouteComponent) {
  return createRoute({
    getParentRoute: () => root,
    path,
    component,
    remountDeps: ({ params }) => params,
  });
}

/** A component, and what is loaded before it is shown. */
function withCode(
  component: FunctionComponent,
  parts: readonly AsyncRouteComponent<never>[],
): RouteComponent {
  const preload = () => Promise.all(parts.map((part) => part.preload?.()));
  return Object.assign(component, { preload: async () => void (await preload()) });
}

/** Panels that only one kind has on the page of one resource. */
const EXTRAS: Readonly<Record<string, typeof VmLinks>> = {
  vm: VmLinks,
  approval: ApprovalParts,
  workflow: WorkflowParts,
  execution: ExecutionParts,
  terraform_state: StateVersions,
  gitops_application: ApplicationParts,
  model: ModelParts,
  autonomous_decision: AutonomousDecisionParts,
};

/** Fields that those panels show. */
const SHOWN_BY_EXTRAS: Readonly<Record<string, readonly string[]>> = {
  approval: [
    'details',
    'effects',
    'votes',
    'message',
    'problem',
    'approved',
    'required',
    'vote_refusal',
  ],
  execution: ['steps', 'problem'],
  gitops_application: [
    'sync_status',
    'health_status',
    'health_since',
    'unhealthy',
    'last_sync',
    'history',
  ],
  model: [
    'champions',
    'drift',
    'trial',
    'target',
    'target_kind',
    'target_id',
    'features',
    'horizon_seconds',
    'latest_version',
  ],
  autonomous_decision: [
    'group_id',
    'group',
    'action',
    'preferred',
    'size_from',
    'size_to',
    'detail',
    'confidence',
    'expected_impact',
    'reasoning',
    'influences',
    'state',
    'absent',
    'forbidden',
    'limits',
    'operation_id',
    'outcome',
    'override',
  ],
};

/** The page of one resource of a kind. */
function detailOf(kind: KindPage): RouteComponent {
  const Extra = EXTRAS[kind.noun];
  const extra = Extra && ((item: Item) => <Extra item={item} />);
  const parts = Extra === undefined ? [DetailPage] : [DetailPage, Extra];
  const without = SHOWN_BY_EXTRAS[kind.noun];
  return withCode(() => <DetailPage kind={kind} extra={extra} without={without} />, parts);
}

/** What only one kind has below its list. */
const LIST_EXTRAS: Readonly<Record<string, typeof ForecastModels>> = { model: ForecastModels };

/** The list of a kind. */
function listOf(kind: KindPage): RouteComponent {
  const Extra = LIST_EXTRAS[kind.noun];
  const extra = Extra && <Extra />;
  const parts = Extra === undefined ? [ListPage] : [ListPage, Extra];
  return withCode(() => <ListPage kind={kind} extra={extra} />, parts);
}

/** List, create and detail of a noun that needs nothing but its metadata. */
function kindRoutes(kind: KindPage) {
  return [
    at(`/${kind.slug}`, listOf(kind)),
    at(
      `/${kind.slug}/new`,
      withCode(() => <CreatePage kind={kind} />, [CreatePage]),
    ),
    ...(kind.hasNoDetail ? [] : [at(`/${kind.slug}/$id`, detailOf(kind))]),
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
  at('/recommendations', RecommendationsPage),
  at('/recommendations/$id', RecommendationPage),
  at('/drift', DriftPage),
  at('/compliance', CompliancePage),
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
  // The page before stays until the code is there: a placeholder would stay for 300 ms (React).
  defaultPendingMs: 300,
  defaultPendingComponent: () => <Loading what="page" />,
  // Within the frame: the menu leads to other pages.
  defaultErrorComponent: ({ error }) => (
    <Page title="The page has failed">
      <ProblemNotice cause={error} retry={() => window.location.reload()} />
    </Page>
  ),
  // A link that is pointed at or focused is likely to be followed.
  defaultPreload: 'intent',
  defaultPreloadDelay: 0,
});
