import { describe, expect, test } from '@jest/globals';
import { NETWORK_FIELDS } from '@novacron/contract/kinds/network/network';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { UNKNOWN } from '../../cty/unknown.ts';
import { openPrivateState } from '../../framework/private-state.ts';
import { createInheritance } from './inherit-values.ts';

const { said, shown, remember, recognize, cleared } = createInheritance(VM_FIELDS);

/** Fields that every VM in this test sets itself. */
const SIZES = { cpu_cores: 2, memory_gb: 4, disk_gb: 20, firmware: 'bios' };
const NO_REFERENCES: ReadonlySet<string> = new Set();

/** A create as Terraform proposes it: what is computed and not configured is unknown. */
function asked(config: Readonly<Record<string, unknown>>) {
  const open = { cpu_cores: UNKNOWN, memory_gb: UNKNOWN, disk_gb: UNKNOWN, network_id: UNKNOWN };
  const given = Object.entries(config).filter(([, value]) => value !== null);
  return { config, values: { ...open, ...Object.fromEntries(given) } };
}

describe('what a VM takes from its template', () => {
  test('does not contain an address that the server assigns', () => {
    const whole = asked({ ...SIZES, network_id: 'net', template_id: 'tpl' });
    const open = { ...whole, values: { ...whole.values, ip_address: UNKNOWN } };
    expect(said(open, NO_REFERENCES)).toEqual({ ...whole.values, ip_address: null });
  });

  test('is nothing where it says everything', () => {
    const whole = asked({ ...SIZES, network_id: 'net', template_id: 'tpl' });
    expect(said(whole, NO_REFERENCES)).toBe(whole.values);
    expect(shown(whole.values, whole, {})).toEqual({});
  });

  test('is asked for as nothing said, and shown as the server answers it', () => {
    const create = asked({ cpu_cores: 8, template_id: 'tpl' });
    const mine = said(create, NO_REFERENCES);
    expect(mine).toMatchObject({ cpu_cores: 8, memory_gb: null, disk_gb: null, network_id: null });
    expect(shown(mine, create, { memory_gb: 4, disk_gb: 20 })).toEqual({
      memory_gb: 4,
      disk_gb: 20,
      firmware: null,
      network_id: null,
    });
    // The server has refused, and said why: nothing is guessed.
    expect(shown(mine, create, undefined)).toEqual({
      memory_gb: UNKNOWN,
      disk_gb: UNKNOWN,
      firmware: UNKNOWN,
      network_id: UNKNOWN,
    });
  });

  test.each([
    ['is not known yet', UNKNOWN, NO_REFERENCES],
    ['is changed by the same plan', 'tpl', new Set(['tpl'])],
  ])('is unknown while the template %s', (_case, template_id, changing) => {
    const create = asked({ ...SIZES, disk_gb: null, template_id });
    const mine = said(create, changing);
    expect(mine).toMatchObject({ cpu_cores: 2, disk_gb: UNKNOWN, network_id: UNKNOWN });
    expect(shown(mine, create, { disk_gb: 20 })).toEqual({ disk_gb: UNKNOWN, network_id: UNKNOWN });
  });

  test('stays with it, while a network of its own ends with its configuration', () => {
    const own = openPrivateState(new Uint8Array()).values;
    remember(asked({ ...SIZES, network_id: 'net' }), own);
    expect(cleared(own)).toEqual(new Set(['firmware', 'network_id']));
    const taken = openPrivateState(new Uint8Array()).values;
    remember(asked({ ...SIZES, template_id: 'tpl' }), taken);
    expect(cleared(taken)).toEqual(new Set(['firmware']));
  });

  test.each([
    ['stays if it is as the template has it', { template_id: 'tpl', network_id: 'net' }, []],
    ['ends if it is another', { template_id: 'tpl', network_id: 'own' }, ['network_id']],
    ['ends without a template', { template_id: null, network_id: 'net' }, ['network_id']],
    ['ends if no reference shows it', { template_id: 'gone', network_id: 'net' }, ['network_id']],
  ])('of an import %s', async (_case, state, ends) => {
    const own = openPrivateState(new Uint8Array()).values;
    const templates: Readonly<Record<string, object>> = { tpl: { network_id: 'net' } };
    await recognize(state, async (_kind, id) => templates[id] as never, own);
    expect(cleared(own)).toEqual(new Set(['firmware', ...ends]));
  });

  test('concerns no other kind', () => {
    const network = createInheritance(NETWORK_FIELDS);
    const create = { config: { name: 'n' }, values: { name: 'n', id: UNKNOWN } };
    expect(network.said(create, NO_REFERENCES)).toBe(create.values);
    expect(network.cleared(openPrivateState(new Uint8Array()).values)).toEqual(new Set());
  });
});
