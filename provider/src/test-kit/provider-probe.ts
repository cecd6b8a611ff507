import assert from 'node:assert/strict';
import { castValue } from '../cty/cast-value.ts';
import type { CtyType } from '../cty/cty-type.ts';
import { formatPath, type Path, type PathStep } from '../cty/path.ts';
import type { ValueRecord } from '../cty/value.ts';
import type { Severity } from '../framework/diagnostics/diagnostics.ts';
import type { Table } from '../framework/provider.ts';
import type { Schema } from '../framework/schema/schema.ts';
import type { AttributePath, Diagnostic, DynamicValue } from '../gen/tfplugin6.ts';
import type { AnyProvider } from '../protocol/session/session.ts';
import { objectFromWire, valueToWire } from '../protocol/translation/translate-value.ts';
import { connectProvider, type ProviderConnection } from './call-provider.ts';

/** A diagnostic as a test reads it. */
export interface SeenDiagnostic {
  readonly severity: Severity;
  readonly summary: string;
  readonly detail: string;
  /** The attribute it points to, such as `memory_gb`; empty for the whole block. */
  readonly attribute: string;
}

/** Answer to a plan. */
export interface SeenPlan {
  readonly planned: ValueRecord | null;
  readonly replaces: readonly string[];
  readonly diagnostics: readonly SeenDiagnostic[];
  readonly private: Buffer;
}

/** Answer to an apply, read or import. */
export interface SeenState {
  readonly state: ValueRecord | null;
  readonly diagnostics: readonly SeenDiagnostic[];
  readonly private: Buffer;
}

/** Input of a plan; `config: null` plans a destroy. Absent attributes are null. */
export interface PlanStart {
  readonly prior?: object | null;
  readonly config: object | null;
  readonly private?: Buffer;
  /** Terraform plans twice; it says so as version 1.11 does, by accident. */
  readonly moment?: 'plan' | 'apply';
}

const NO_BYTES = Buffer.alloc(0);

const CAPABILITIES = { deferral_allowed: false, write_only_attributes_allowed: true };

/** Speaks the protocol with a provider in terms of values, so that tests read like a story. */
export interface ProviderProbe {
  readonly connection: ProviderConnection;
  configure(config: object): Promise<readonly SeenDiagnostic[]>;
  validate(type: string, config: object): Promise<readonly SeenDiagnostic[]>;
  plan(type: string, start: PlanStart): Promise<SeenPlan>;
  apply(type: string, start: PlanStart, plan: SeenPlan): Promise<SeenState>;
  /** Validates, plans and applies; fails on any error, and if a second plan is not empty. */
  create(type: string, config: object): Promise<SeenState>;
  read(type: string, state: object, stored?: Buffer): Promise<SeenState>;
  import(type: string, id: string): Promise<SeenState>;
  upgrade(type: string, version: number, json: object): Promise<SeenState>;
  readData(type: string, config: object): Promise<SeenState>;
  close(): void;
}

/** Connects a probe to a provider that serves in this process. */
export function connectProbe(socketPath: string, provider: AnyProvider): ProviderProbe {
  const connection = connectProvider(socketPath);
  const typeOf = (table: Table<{ readonly schema: Schema }>, name: string): CtyType => {
    const entry = table[name];
    assert(entry, `the provider has no ${name}`);
    return entry.schema.type;
  };
  const base = { connection, resourceType: (name: string) => typeOf(provider.resources, name) };
  const plan: ProviderProbe['plan'] = (type, start) => planObject(base, type, start);
  const apply: ProviderProbe['apply'] = (type, start, planned) =>
    applyObject(base, { type, start, plan: planned });
  const validate: ProviderProbe['validate'] = async (type, config) => {
    const wire = toWire(base.resourceType(type), config);
    const request = { type_name: type, config: wire, client_capabilities: CAPABILITIES };
    const response = await connection.call('validateResourceConfig', request);
    return response.diagnostics.map(seeDiagnostic);
  };
  return {
    connection,
    validate,
    plan,
    apply,
    create: (type, config) => createObject({ validate, plan, apply }, type, config),
    ...readingCalls(base),
    async configure(config) {
      const response = await connection.call('configureProvider', {
        terraform_version: '1.11.4',
        config: toWire(provider.schema.type, config),
        client_capabilities: CAPABILITIES,
      });
      return response.diagnostics.map(seeDiagnostic);
    },
    async readData(type_name, config) {
      const type = typeOf(provider.dataSources, type_name);
      const wire = toWire(type, config);
      const request = { type_name, config: wire, provider_meta: undefined };
      const response = await connection.call('readDataSource', {
        ...request,
        client_capabilities: CAPABILITIES,
      });
      return seeState(type, { ...response, private: NO_BYTES });
    },
    close: () => connection.close(),
  };
}

interface Base {
  readonly connection: ProviderConnection;
  readonly resourceType: (name: string) => CtyType;
}

type ReadingCalls = Pick<ProviderProbe, 'read' | 'import' | 'upgrade'>;

function readingCalls({ connection, resourceType }: Base): ReadingCalls {
  return {
    async read(type_name, state, stored = NO_BYTES) {
      const type = resourceType(type_name);
      const response = await connection.call('readResource', {
        type_name,
        current_state: toWire(type, state),
        private: stored,
        provider_meta: undefined,
        client_capabilities: CAPABILITIES,
        current_identity: undefined,
      });
      return seeState(type, { ...response, state: response.new_state });
    },
    async import(type_name, id) {
      const request = { type_name, id, client_capabilities: CAPABILITIES, identity: undefined };
      const response = await connection.call('importResourceState', request);
      const [imported] = response.imported_resources;
      const { diagnostics } = response;
      const stored = imported?.private ?? NO_BYTES;
      return seeState(resourceType(type_name), {
        state: imported?.state,
        diagnostics,
        private: stored,
      });
    },
    async upgrade(type_name, version, json) {
      const response = await connection.call('upgradeResourceState', {
        type_name,
        version: BigInt(version),
        raw_state: { json: Buffer.from(JSON.stringify(json)), flatmap: {} },
      });
      const { upgraded_state: state, diagnostics } = response;
      return seeState(resourceType(type_name), { state, diagnostics, private: NO_BYTES });
    },
  };
}

async function planObject(base: Base, type_name: string, start: PlanStart): Promise<SeenPlan> {
  const type = base.resourceType(type_name);
  const response = await base.connection.call('planResourceChange', {
    type_name,
    prior_state: toWire(type, start.prior ?? null),
    proposed_new_state: toWire(type, start.config),
    config: toWire(type, start.config),
    prior_private: start.private ?? NO_BYTES,
    provider_meta: undefined,
    client_capabilities: { ...CAPABILITIES, deferral_allowed: start.moment === 'apply' },
    prior_identity: undefined,
  });
  return {
    planned: objectFromWire(type, response.planned_state),
    replaces: response.requires_replace.map((path) => formatPath(pathFromWire(path))),
    diagnostics: response.diagnostics.map(seeDiagnostic),
    private: response.planned_private,
  };
}

interface ApplyInput {
  readonly type: string;
  readonly start: PlanStart;
  readonly plan: SeenPlan;
}

async function applyObject(base: Base, { type, start, plan }: ApplyInput): Promise<SeenState> {
  const wireType = base.resourceType(type);
  const response = await base.connection.call('applyResourceChange', {
    type_name: type,
    prior_state: toWire(wireType, start.prior ?? null),
    planned_state: toWire(wireType, plan.planned),
    config: toWire(wireType, start.config),
    planned_private: plan.private,
    provider_meta: undefined,
    planned_identity: undefined,
  });
  return seeState(wireType, { ...response, state: response.new_state });
}

async function createObject(
  probe: Pick<ProviderProbe, 'validate' | 'plan' | 'apply'>,
  type: string,
  config: object,
): Promise<SeenState> {
  assertNoErrors(await probe.validate(type, config));
  const plan = await probe.plan(type, { config });
  assertNoErrors(plan.diagnostics);
  const applied = await probe.apply(type, { config }, plan);
  assertNoErrors(applied.diagnostics);
  const again = { prior: applied.state, config, private: applied.private };
  const second = await probe.plan(type, again);
  assert.deepEqual(second.planned, applied.state, 'the second plan is not empty');
  return applied;
}

/** Fails with the text of every error. */
function assertNoErrors(diagnostics: readonly SeenDiagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const text = errors.map(({ summary, detail }) => `${summary}: ${detail}`).join('\n');
  assert.equal(text, '');
}

function toWire(type: CtyType, input: object | null): DynamicValue {
  const { value, mismatches } = castValue(type, input);
  assert.deepEqual(mismatches, [], 'the test gives a value that does not fit the schema');
  return valueToWire(type, value);
}

interface WireState {
  readonly state?: DynamicValue | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly private: Buffer;
}

function seeState(type: CtyType, wire: WireState): SeenState {
  return {
    state: objectFromWire(type, wire.state),
    diagnostics: wire.diagnostics.map(seeDiagnostic),
    private: wire.private,
  };
}

function seeDiagnostic({ severity, summary, detail, attribute }: Diagnostic): SeenDiagnostic {
  return {
    severity: severity === 1 ? 'error' : 'warning',
    summary,
    detail,
    attribute: attribute === undefined ? '' : formatPath(pathFromWire(attribute)),
  };
}

function pathFromWire({ steps }: AttributePath): Path {
  return steps.map(({ selector }): PathStep => {
    if (selector?.$case === 'attribute_name') return selector.attribute_name;
    if (selector?.$case === 'element_key_int') return Number(selector.element_key_int);
    return { key: selector?.element_key_string ?? '' };
  });
}
