import type { Filter } from '../model/rule.ts';

/** Rejects a node that does not reach one of the VM's networks. */
export const filterNetwork: Filter = ({ networks }, { vm }) => {
  const network = vm.networks?.find((each) => networks?.includes(each) === false);
  return network === undefined ? undefined : { reason: 'network', network };
};
